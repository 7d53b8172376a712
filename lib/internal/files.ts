import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import ignore, { type Ignore } from "ignore";
import * as check from "./check";

/** A file of a folder, with its path relative to the folder; separators are `/` on every system. */
export interface SourceFile {
    path: string;
    file: string;
}

/** Checks the path of an existing folder with files, relative to the program's working directory. */
export function folder(): check.Check<string> {
    return check.pipe(
        check.text(),
        check.refine(
            (value) => problemOf(String(value)) === undefined,
            ({ input }) => problemOf(String(input)) ?? "",
        ),
    );
}

/** Checks the path of an existing file, relative to the program's working directory. */
export function file(): check.Check<string> {
    return check.pipe(
        check.text(),
        check.refine(
            (value) => fileProblem(String(value)) === undefined,
            ({ input }) => fileProblem(String(input)) ?? "",
        ),
    );
}

function fileProblem(path: string): string | undefined {
    const absolute = resolve(path);
    if (!existsSync(absolute)) {
        return `is not a file: ${absolute} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    return statSync(absolute).isFile() ? undefined : `is not a file: ${absolute} is a folder`;
}

function problemOf(path: string): string | undefined {
    const folder = resolve(path);
    if (!existsSync(folder)) {
        return `is not a folder: ${folder} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    if (!statSync(folder).isDirectory()) {
        return `is not a folder: ${folder} is a file\nSpecify the folder that contains the file.`;
    }
    try {
        const isEmpty = filesOf(path).length === 0;
        return isEmpty ? `has no files: ${folder} is empty, or .gcloudignore excludes all files` : undefined;
    } catch (error) {
        return `cannot be read: ${(error as Error).message}`;
    }
}

/** Files that are never uploaded, as with gcloud: of version control, package managers and operating systems. */
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
 * Lists the files of a folder in the same order on every system, except those that its
 * {@link https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore .gcloudignore} lists (a line `#!include:.gitignore`
 * includes another file). Symbolic links are followed.
 *
 * @param usual the ignore file to read if there is no `.gcloudignore`
 */
export function filesOf(path: string, usual = ".gcloudignore"): SourceFile[] {
    const root = resolve(path);
    const file = existsSync(join(root, ".gcloudignore")) ? ".gcloudignore" : usual;
    // Case-sensitive on every system, as with git.
    const ignored = ignore({ ignorecase: false }).add(alwaysIgnored).add(patterns(root, file));
    return walk(root, "", ignored).sort((one, other) => (one.path < other.path ? -1 : 1));
}

function walk(root: string, below: string, ignored: Ignore): SourceFile[] {
    return readdirSync(join(root, below)).flatMap((name) => {
        const path = below ? `${below}/${name}` : name;
        const file = join(root, path);
        if (ignored.ignores(path)) {
            return [];
        }
        if (!statSync(file).isDirectory()) {
            return [{ path, file }];
        }
        return ignored.ignores(`${path}/`) ? [] : walk(root, path, ignored);
    });
}

/** The lines of an ignore file and of its includes, which are not nested, as with gcloud. */
function patterns(root: string, name: string): string[] {
    return lines(join(root, name)).flatMap((line) => {
        const included = /^#!include:(.+)$/.exec(line)?.[1];
        return included ? lines(join(root, included.trim())) : [line];
    });
}

function lines(file: string): string[] {
    return existsSync(file) ? readFileSync(file, "utf8").split(/\r?\n/) : [];
}
