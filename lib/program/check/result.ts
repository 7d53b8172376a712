import { Cache, cacheFolder, hash } from "../cache";
import { compare, type Inputs, type Snapshot, snapshot } from "./inputs";

/** Changes with what is checked, and with the format of snapshots. */
const revision = "1";

/** The cached result of a check that passed: what it depended on. */
export class Result {
    private readonly cache: Cache;
    private readonly name: string;
    private readonly recorded: Snapshot | undefined;
    private readonly since = Date.now();

    /**
     * @param entry the file that was checked
     * @param folder the program's working directory
     */
    constructor(entry: string, folder: string) {
        const { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig = "", PULUMI_NODEJS_TRANSPILE_ONLY: transpileOnly = "" } =
            process.env;
        this.cache = new Cache(cacheFolder(folder));
        this.name = `types-${hash(revision, entry, folder, tsconfig, transpileOnly)}.json`;
        const recorded = this.cache.get(this.name);
        this.recorded = recorded === undefined ? undefined : JSON.parse(recorded);
    }

    /** The files that were checked, if nothing has changed since then. */
    current(): string[] | undefined {
        const { recorded } = this;
        const comparison = recorded ? compare(recorded) : "changed";
        if (comparison === "new stamps") {
            this.cache.set(this.name, JSON.stringify(recorded));
        }
        return comparison === "changed" ? undefined : recorded?.files.map(([path]) => path);
    }

    /** Caches that a check passed, unless something has changed since this was created. */
    record(inputs: Inputs): void {
        const passed = snapshot(inputs, this.since, this.recorded);
        if (passed) {
            this.cache.set(this.name, JSON.stringify(passed));
        }
    }
}
