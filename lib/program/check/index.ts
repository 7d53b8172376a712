import { Cache, cacheFolder, hash } from "../cache";
import type { Configuration } from "./configuration";
import { compare, inputsOf, type Snapshot, snapshot } from "./inputs";

/** A program that Pulumi runs. */
export interface Program {
    /** The file that Pulumi loads. */
    entry: string;
    /** The folder in which it runs. */
    folder: string;
    /** Whether nothing is changed: `--dry-run`. */
    isPreview: boolean;
}

/** Changes with what is checked, and with the format of results. */
const revision = "1";

/**
 * Checks the types of a program before it starts: those of its first file and of what that imports, with the options of its
 * `tsconfig.json`. A result without errors is cached until a file that was read, or a path that was looked up, changes.
 *
 * A preview starts at once, and fails at the latest at its end: its process does not end before the compiler beside it. Otherwise the
 * program starts after the check, so that no resource is created before an error is reported.
 *
 * As with Pulumi, nothing is checked with `PULUMI_NODEJS_TRANSPILE_ONLY=true`, or the compiler option `noCheck`.
 *
 * @throws TSError if types are wrong, unless it is a preview
 */
export function typeCheck({ entry, folder, isPreview }: Program): void {
    const { PULUMI_NODEJS_TRANSPILE_ONLY: transpileOnly = "", PULUMI_NODEJS_TSCONFIG_PATH: tsconfig = "" } =
        process.env;
    if (transpileOnly === "true") {
        return;
    }
    const cache = new Cache(cacheFolder(folder));
    const name = `types-${hash(revision, entry, folder, tsconfig, transpileOnly)}.json`;
    const recorded: Snapshot | undefined = JSON.parse(cache.get(name) ?? "null") ?? undefined;
    const since = Date.now();
    const comparison = recorded ? compare(recorded) : "changed";
    if (comparison === "new stamps") {
        cache.set(name, JSON.stringify(recorded));
    }
    if (comparison !== "changed") {
        return;
    }
    // Programs that have not changed do not need these.
    const { beside, blocking, compile }: typeof import("./compile") = require("./compile");
    const { readConfiguration }: typeof import("./configuration") = require("./configuration");
    let configuration: Configuration;
    try {
        configuration = readConfiguration(folder);
    } catch (error) {
        throw new TSError([(error as Error).message]);
    }
    if (transpileOnly === "" && configuration.options.noCheck === true) {
        return;
    }
    compile([entry], folder, configuration, isPreview ? beside : blocking, ({ errors, files, lookups }) => {
        if (errors.length > 0) {
            fail(new TSError(errors), isPreview);
            return;
        }
        const inputs = inputsOf(files, [...lookups, ...configuration.lookups], configuration.typeRoots);
        const passed = snapshot(inputs, since, recorded);
        if (passed) {
            cache.set(name, JSON.stringify(passed));
        }
    });
}

/** The errors of a program. Pulumi prints errors of this name without a stack, as those of ts-node. */
class TSError extends Error {
    override readonly name = "TSError";

    constructor(lines: string[]) {
        super(`⨯ Unable to compile TypeScript:\n${lines.join("\n")}\n`);
        this.stack = `TSError: ${this.message}`;
    }
}

/** How often a preview's error waits for Pulumi to handle it, each for ten milliseconds. */
const waits = 500;

/**
 * Throws an error. In a preview, it is thrown when Pulumi has added its second handler of uncaught exceptions, which reports to the
 * engine; the first only prints.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/run/run.ts
 */
function fail(error: Error, isPreview: boolean, left = waits): void {
    if (!isPreview || process.listenerCount("uncaughtException") > 1 || left === 0) {
        throw error;
    }
    setTimeout(fail, 10, error, isPreview, left - 1);
}
