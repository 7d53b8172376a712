import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkTrusted } from "../../lib/privateFiles";
import { cache } from "./paths";

/**
 * A folder in the shared cache. Makes it as a temporary folder, which it moves when it is complete.
 *
 * @param kind the folder of the cache in which it is, such as `python`
 * @param key what it was made of
 */
export async function cachedFolder(
    kind: string,
    key: string[],
    make: (folder: string) => Promise<unknown>,
): Promise<string> {
    const name = createHash("sha256").update(key.join("\0")).digest("hex");
    const folder = join(dirname(cache()), kind, name);
    if (!existsSync(folder)) {
        mkdirSync(dirname(folder), { recursive: true });
        removeAbandoned(dirname(folder));
        const temporary = mkdtempSync(`${folder}.making-`);
        try {
            await make(temporary);
            renameSync(temporary, folder);
        } catch (error) {
            // Another process might have been faster.
            if (!existsSync(folder)) {
                throw error;
            }
        } finally {
            rmSync(temporary, { recursive: true, force: true });
        }
    }
    for (const used of [dirname(folder), folder]) {
        checkTrusted(used, "SLIPWAY_CACHE");
    }
    return folder;
}

/** Removes folders of interrupted processes: no creation takes an hour. */
function removeAbandoned(folder: string): void {
    for (const name of readdirSync(folder).filter((name) => name.includes(".making-"))) {
        if (Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > 3_600_000) {
            rmSync(join(folder, name), { recursive: true, force: true });
        }
    }
}
