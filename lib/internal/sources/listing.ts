import { existsSync, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import ignore, { type Ignore } from "ignore";

/** A file of a folder, with its path relative to the folder; separators are `/` on every system. */
export interface SourceFile {
    path: string;
    file: string;
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

/** The files of a folder, and the state of the files and folders that decided which they are. */
interface Listing {
    files: readonly SourceFile[];
    states: Map<string, string>;
    /** The latest modification, in milliseconds since 1970. */
    modified: number;
}

const listings = new Map<string, Listing>();

/**
 * In milliseconds. A file can change again without another modification time, where that has steps:
 * {@link https://learn.microsoft.com/en-us/windows/win32/sysinfo/file-times "on FAT" of two seconds}.
 */
const modificationStep = 2000;

/** The longest path, in characters: {@link https://man7.org/linux/man-pages/man7/path_resolution.7.html PATH_MAX}. */
export const maxPath = 4096;

/**
 * Lists the files of a folder in the same order on every system, except those that its
 * {@link https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore .gcloudignore} lists (a line `#!include:.gitignore`
 * includes another file). Symbolic links are followed. The same list is returned until a file or folder changes, so that
 * {@link oncePerFiles} reads the files of several components once.
 *
 * @param usual the ignore file to read if there is no `.gcloudignore`
 */
export function filesOf(path: string, usual = ".gcloudignore"): readonly SourceFile[] {
    const root = resolve(path);
    const key = JSON.stringify([root, usual]);
    const known = listings.get(key);
    if (known && [...known.states].every(([file, state]) => stateOf(stats(file)) === state)) {
        return known.files;
    }
    const started = Date.now();
    const listing = list(root, usual);
    if (listing.modified + modificationStep < started) {
        listings.set(key, listing);
    } else {
        listings.delete(key);
    }
    return listing.files;
}

const stats = (file: string) => statSync(file, { throwIfNoEntry: false });
const stateOf = (found: Stats | undefined) =>
    found ? `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}` : "absent";

/** Calculates a value of a list of files on its first use. */
export function oncePerFiles<Value>(calculate: (files: readonly SourceFile[]) => Value) {
    const values = new WeakMap<readonly SourceFile[], { value: Value }>();
    return (files: readonly SourceFile[]): Value => {
        const made = values.get(files) ?? { value: calculate(files) };
        values.set(files, made);
        return made.value;
    };
}

function list(root: string, usual: string): Listing {
    const states = new Map<string, string>();
    let modified = 0;
    const note = (file: string, found: Stats | undefined) => {
        states.set(file, stateOf(found));
        modified = Math.max(modified, found?.mtimeMs ?? 0);
    };
    const lines = (file: string): string[] => {
        const found = stats(file);
        note(file, found);
        const all = found?.isFile() ? readFileSync(file, "utf8").split(/\r?\n/) : [];
        // A longer line matches no path.
        return all.filter((line) => line.length <= maxPath);
    };
    const file = existsSync(join(root, ".gcloudignore")) ? ".gcloudignore" : usual;
    // Case-sensitive on every system, as with git.
    const ignored = ignore({ ignorecase: false })
        .add(alwaysIgnored)
        .add(patterns(root, file, lines));
    note(root, stats(root));
    const files = walk(root, "", ignored, note).sort((one, other) => (one.path < other.path ? -1 : 1));
    return { files, states, modified };
}

function walk(root: string, below: string, ignored: Ignore, note: (file: string, found: Stats) => void): SourceFile[] {
    return readdirSync(join(root, below)).flatMap((name) => {
        const path = below ? `${below}/${name}` : name;
        const file = join(root, path);
        if (ignored.ignores(path)) {
            return [];
        }
        const found = statSync(file);
        if (!found.isDirectory()) {
            note(file, found);
            return [{ path, file }];
        }
        if (ignored.ignores(`${path}/`)) {
            return [];
        }
        note(file, found);
        return walk(root, path, ignored, note);
    });
}

/** The lines of an ignore file and of its includes, which are not nested, as with gcloud. */
function patterns(root: string, name: string, lines: (file: string) => string[]): string[] {
    return lines(join(root, name)).flatMap((line) => {
        const included = /^#!include:(.+)$/.exec(line)?.[1];
        return included ? lines(join(root, included.trim())) : [line];
    });
}
