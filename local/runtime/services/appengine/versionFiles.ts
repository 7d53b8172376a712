import type { Cloud, Entry, Inputs } from "../../../simulator";
import { contentOf } from "../../../simulator/services/appengine/deployment";
import { serverStateOf } from "../../../simulator/services/appengine/versions";
import type { Code } from "../../emulator/code/code";
import { type CodeFiles, hashOf, type NewestFiles, unzipped } from "../../emulator/code/files";
import { ContainersError } from "../../emulator/containers/launch";

/** What a version answers with. */
export interface VersionFiles {
    code: Code;
    /** The files that App Engine serves itself, by their paths. */
    statics: Code["files"];
}

/** The files of versions: those of their code, and those that App Engine serves itself. */
export class VersionsFiles {
    /** The latest of each version. */
    private readonly divided = new Map<string, VersionFiles & { hash: string }>();

    constructor(
        private readonly cloud: Cloud,
        private readonly files: CodeFiles,
    ) {}

    /**
     * The newest files of a version.
     *
     * @throws ContainersError if the deployed files are gone
     */
    of({ name, state }: Entry): VersionFiles {
        const { createTime } = serverStateOf(this.cloud, state);
        const newest = this.files.of(`${name} ${createTime}`, () => this.deployed(state));
        const known = this.divided.get(name);
        const hash = `${createTime} ${newest.hash}`;
        if (known?.hash === hash) {
            return known;
        }
        const divided = { ...divide(state, newest), hash };
        this.divided.set(name, divided);
        return divided;
    }

    private deployed({ deployment }: Inputs): Code["files"] {
        const { files = [], zip } = deployment;
        try {
            const archived = zip ? unzipped(contentOf(zip.sourceUrl, this.cloud)) : {};
            const others = (files as Inputs[]).map(({ name, sourceUrl }) => [name, contentOf(sourceUrl, this.cloud)]);
            return { ...archived, ...Object.fromEntries(others) };
        } catch (error) {
            throw new ContainersError((error as Error).message);
        }
    }
}

/**
 * Divides files by the handlers: the code cannot read static files, unless these are declared as readable.
 * https://cloud.google.com/appengine/docs/standard/reference/app-yaml#handlers_element
 */
function divide(state: Inputs, { files, hash: _, ...source }: NewestFiles): VersionFiles {
    const { service, runtime, entrypoint, handlers } = state;
    const uploads = (handlers as Inputs[]).flatMap(({ staticFiles }) =>
        staticFiles
            ? { pattern: wholly(staticFiles.uploadPathRegex), isReadable: staticFiles.applicationReadable === true }
            : [],
    );
    const statics: Code["files"] = {};
    const own: Code["files"] = {};
    for (const [path, content] of Object.entries(files)) {
        const matching = uploads.filter(({ pattern }) => pattern.test(path));
        if (matching.length > 0) {
            statics[path] = content;
        }
        if (matching.length === 0 || matching.some(({ isReadable }) => isReadable)) {
            own[path] = content;
        }
    }
    const command: string | undefined = entrypoint?.shell || undefined;
    const code: Code = {
        title: service,
        id: hashOf(runtime, command ?? "", ...Object.entries(own).flat()),
        runtime,
        start: { kind: "server", ...(command && { entrypoint: command }) },
        files: own,
        ...source,
    };
    return { code, statics };
}

/** An expression of a handler, which matches whole paths. */
export const wholly = (expression: string): RegExp => new RegExp(`^(?:${expression})$`);
