import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import ignore, { type Ignore } from "ignore";
import * as check from "./check";

/** A file of a folder, by its path in the folder with `/` on every system. */
export interface SourceFile {
    path: string;
    file: string;
}

/** Checks the path of a folder that is there and has files in it, seen from the program's working folder. */
export function folder(): check.Check {
    return check.pipe(
        check.text(),
        check.refine(
            (value) => existsSync(resolve(String(value))) && statSync(resolve(String(value))).isDirectory(),
            ({ input }) =>
                `is no folder: ${resolve(String(input))} does not exist\nThe path is seen from ${process.cwd()}.`,
        ),
        check.refine(
            (value) => !existsSync(resolve(String(value))) || filesOf(String(value)).length > 0,
            ({ input }) => `has no files: ${resolve(String(input))}`,
        ),
    );
}

/** What never belongs to what is uploaded, as with gcloud: what version control, package managers and systems leave. */
const alwaysIgnored = [
    ".git",
    ".gitignore",
    ".gcloudignore",
    "node_modules",
    "__pycache__",
    "*.pyc",
    ".venv",
    ".DS_Store",
];

/**
 * The files of a folder, in an order that no system changes. What a `.gcloudignore` in the folder names is left out
 * ("gcloud topic gcloudignore"; a line `#!include:.gitignore` takes in another file). Links are followed.
 */
export function filesOf(path: string): SourceFile[] {
    const root = resolve(path);
    const ignored = ignore().add(alwaysIgnored).add(patterns(root, ".gcloudignore"));
    return walk(root, "", ignored).sort((one, other) => (one.path < other.path ? -1 : 1));
}

function walk(root: string, below: string, ignored: Ignore): SourceFile[] {
    return readdirSync(join(root, below)).flatMap((name) => {
        const path = below ? `${below}/${name}` : name;
        const file = join(root, path);
        const isFolder = statSync(file).isDirectory();
        if (ignored.ignores(isFolder ? `${path}/` : path)) {
            return [];
        }
        return isFolder ? walk(root, path, ignored) : [{ path, file }];
    });
}

function patterns(root: string, name: string): string[] {
    const file = join(root, name);
    if (!existsSync(file)) {
        return [];
    }
    return readFileSync(file, "utf8")
        .split(/\r?\n/)
        .flatMap((line) => {
            const included = /^#!include:(.+)$/.exec(line)?.[1];
            return included ? patterns(root, included.trim()) : [line];
        });
}
