import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readTrusted, writePrivate } from "../privateFiles";

/** How long unused results are kept. */
const days = 30;

/**
 * The folder in which results are kept between runs of a program: `.cache/slipway` in the `node_modules` of the program, or the value
 * of the environment variable `SLIPWAY_PROGRAM_CACHE`.
 *
 * @param program the folder of the program
 * @returns undefined if nothing is kept, because there is no `node_modules`, or the variable is `off`
 */
export function cacheFolder(
    program: string,
    { SLIPWAY_PROGRAM_CACHE: chosen }: NodeJS.ProcessEnv = process.env,
): string | undefined {
    if (chosen) {
        return chosen === "off" ? undefined : chosen;
    }
    for (let folder = program; ; folder = dirname(folder)) {
        if (existsSync(join(folder, "node_modules"))) {
            return join(folder, "node_modules", ".cache", "slipway");
        }
        if (folder === dirname(folder)) {
            return undefined;
        }
    }
}

/** The hash of texts, with separators between them. */
export function hash(...texts: string[]): string {
    return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}

/**
 * Results by name. A result is only returned as it was written: a file that a crash left empty must not become a program without
 * resources. It is code that runs: in a folder that users share, files of others are ignored, as are those that others renamed.
 */
export class Cache {
    /** @param folder undefined if nothing is kept */
    constructor(private readonly folder: string | undefined) {}

    get(name: string): string | undefined {
        if (this.folder === undefined) {
            return undefined;
        }
        const text = readTrusted(join(this.folder, name))?.toString() ?? "";
        const end = text.indexOf("\n");
        const content = text.slice(end + 1);
        return text.slice(0, end) === hash(name, content) ? content : undefined;
    }

    set(name: string, content: string): void {
        if (this.folder !== undefined && write(join(this.folder, name), `${hash(name, content)}\n${content}`)) {
            removeOld(this.folder);
        }
    }
}

/** Removes files of a folder that were not written for a month; what is still in use is made again. */
export function removeOld(folder: string): void {
    const oldest = Date.now() - days * 24 * 60 * 60 * 1000;
    try {
        for (const name of readdirSync(folder)) {
            const file = join(folder, name);
            const stats = statSync(file);
            if (stats.isFile() && stats.mtimeMs < oldest) {
                rmSync(file);
            }
        }
    } catch {
        // Another process removes the same.
    }
}

/**
 * Writes a file of the cache.
 *
 * @returns whether it was written: caches work without write access
 */
export function write(file: string, data: string | Buffer): boolean {
    try {
        writePrivate(file, data);
        return true;
    } catch {
        return false;
    }
}
