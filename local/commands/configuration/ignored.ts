import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Adds the values for the local Google Cloud to `.gitignore`, unless git ignores them already.
 *
 * @returns the name of the file, and where git ignores it
 */
export function ignore(file: string): string {
    const name = basename(file);
    const folder = dirname(file);
    // The status is 0 for ignored files, and 128 outside of a repository.
    if (spawnSync("git", ["check-ignore", "--quiet", name], { cwd: folder }).status === 0) {
        return `${name}, which git ignores`;
    }
    const list = join(folder, ".gitignore");
    const line = name.replace(/^Pulumi\..+\.local(\.ya?ml)$/, "Pulumi.*.local$1");
    const text = existsSync(list) ? readFileSync(list, "utf8") : "";
    if (!text.split(/\r?\n/).includes(line)) {
        appendFileSync(list, `${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`);
    }
    return `${name}, which git ignores (.gitignore)`;
}
