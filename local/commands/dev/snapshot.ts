import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The sizes and modifications of files, by their paths in a folder. */
export type Snapshot = Map<string, string>;

/** What programs write, or packages have. */
const ignored = /^(\..*|node_modules|__pycache__|.*\.pyc|venv)$/;

/**
 * The files of a program. Folders are read rather than watched: watching differs between systems, and follows
 * `node_modules`.
 *
 * @param home the folder of the local Google Cloud, which can be in that of the program
 */
export function snapshot(program: string, home: string): Snapshot {
    const found: Snapshot = new Map();
    const visit = (below: string) => {
        for (const entry of readdirSync(join(program, below), { withFileTypes: true })) {
            if (ignored.test(entry.name)) {
                continue;
            }
            const path = join(below, entry.name);
            if (join(program, path) === home) {
                continue;
            }
            if (entry.isDirectory()) {
                visit(path);
                continue;
            }
            const stats = statSync(join(program, path), { throwIfNoEntry: false });
            if (stats?.isFile()) {
                found.set(path, `${stats.size} ${stats.mtimeMs}`);
            }
        }
    };
    visit("");
    return found;
}

/** The files that are new, changed or removed. */
export function changedFiles(before: Snapshot, now: Snapshot): string[] {
    const changed = [...now].flatMap(([path, state]) => (before.get(path) === state ? [] : [path]));
    return [...changed, ...[...before.keys()].filter((path) => !now.has(path))];
}
