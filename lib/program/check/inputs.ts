import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What a check depends on. */
export interface Inputs {
    /** Files whose content matters. */
    files: Iterable<string>;
    /** Paths that were looked up; whether they exist matters, and what they link to. */
    lookups: Iterable<string>;
    /** Folders whose list of entries matters. */
    listed: Iterable<string>;
}

/** The extensions that compilers add to the path of a module. */
const extension = /(\.d)?\.([cm]?[jt]s|[jt]sx|json)$/;

/**
 * What a check depends on.
 *
 * @param files the files that the compiler read
 * @param paths what the compiler, and the reader of options, looked up
 * @param typeRoots folders of declarations that are included without an import
 */
export function inputsOf(files: Set<string>, paths: Iterable<string>, typeRoots: string[]): Inputs {
    const lookups = new Set(paths);
    for (const path of paths) {
        lookups.add(path.replace(extension, ""));
    }
    // The nearest `package.json` determines the format of a file.
    const scopes = new Set<string>();
    for (const file of files) {
        for (let folder = dirname(file); !scopes.has(folder); folder = dirname(folder)) {
            scopes.add(folder);
            lookups.add(join(folder, "package.json"));
        }
    }
    const settings = [...lookups].filter((path) => path.endsWith(".json") && isKind(path, "isFile"));
    return {
        files: new Set([...files, ...settings]),
        lookups: new Set([...lookups, ...typeRoots]),
        listed: typeRoots.filter((folder) => isKind(folder, "isDirectory")),
    };
}

const isKind = (path: string, kind: "isFile" | "isDirectory") =>
    statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false;

/** The states of inputs, in JSON. */
export interface Snapshot {
    files: [path: string, stamp: Stamp, hash: string][];
    /** Existing folders, with the states of their entries as {@link entriesOf} returns them. */
    folders: [path: string, stamp: Stamp, entries: string][];
}

/** Differs after every write: programs cannot set `ctime`, unlike `mtime`. */
type Stamp = [ctime: number, size: number, inode: number];

/**
 * Records the current states of inputs.
 *
 * @param since milliseconds of the epoch: the time at which the check started
 * @param previous an earlier snapshot, of which the hashes of unchanged files are used
 * @returns undefined if something has changed since then, because the check could have read an earlier state
 */
export function snapshot(inputs: Inputs, since: number, previous?: Snapshot): Snapshot | undefined {
    const known = new Map(previous?.files.map((file) => [file[0], file]));
    const watched = new Watched();
    const files: Snapshot["files"] = [];
    for (const file of inputs.files) {
        const stats = statSync(file, { throwIfNoEntry: false });
        if (!stats || isRecent(stats.ctimeMs, since)) {
            return undefined;
        }
        const earlier = known.get(file);
        files.push([file, stampOf(stats), earlier && isStamp(earlier[1], stats) ? earlier[2] : hashOf(file)]);
        watched.add(file);
    }
    for (const path of inputs.lookups) {
        watched.add(path);
    }
    for (const folder of inputs.listed) {
        watched.add(join(folder, "*"));
    }
    const folders: Snapshot["folders"] = [];
    for (const [folder, names] of watched.folders) {
        const stats = statSync(folder, { throwIfNoEntry: false });
        if (!stats || (isRecent(stats.ctimeMs, since) && hasNew(folder, names, since))) {
            return undefined;
        }
        folders.push([folder, stampOf(stats), entriesOf(folder, names)]);
    }
    return { files, folders };
}

/**
 * Compares a snapshot with the current states. Reads only what has another stamp, and records the new stamps of files.
 *
 * @returns `new stamps` if files were written, but have the same content
 */
export function compare({ files, folders }: Snapshot): "unchanged" | "new stamps" | "changed" {
    let isWritten = false;
    for (const file of files) {
        const [path, stamp, hash] = file;
        const stats = statSync(path, { throwIfNoEntry: false });
        if (!stats || !isStamp(stamp, stats)) {
            if (!stats || hashOf(path) !== hash) {
                return "changed";
            }
            isWritten = true;
            file[1] = stampOf(stats);
        }
    }
    for (const [path, stamp, entries] of folders) {
        const stats = statSync(path, { throwIfNoEntry: false });
        if (!stats || (!isStamp(stamp, stats) && entriesOf(path, namesOf(entries)) !== entries)) {
            return "changed";
        }
    }
    return isWritten ? "new stamps" : "unchanged";
}

/** The entries of existing folders on which lookups depend. */
class Watched {
    readonly folders = new Map<string, Set<string>>();
    private readonly known = new Map<string, boolean>();

    /** Also adds the folders above, any of which can be a link. */
    add(path: string): void {
        const folder = dirname(path);
        if (folder === path) {
            return;
        }
        if (this.isFolder(folder)) {
            const names = this.folders.get(folder);
            if (names) {
                names.add(basename(path));
                return;
            }
            this.folders.set(folder, new Set([basename(path)]));
        }
        this.add(folder);
    }

    private isFolder(path: string): boolean {
        const known = this.known.get(path) ?? isKind(path, "isDirectory");
        this.known.set(path, known);
        return known;
    }
}

/**
 * The states of a folder's entries: a line for each, with its name, and with what it links to if it is a link. The entry `*` is the list
 * of all names.
 */
function entriesOf(folder: string, names: Iterable<string>): string {
    const entries = new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));
    // Some file systems ignore the case.
    const folded = new Map([...entries.keys()].map((name) => [name.toLowerCase(), name]));
    const state = (name: string) => {
        if (name === "*") {
            return [...entries.keys()].sort();
        }
        const found = folded.get(name.toLowerCase());
        const entry = entries.get(name) ?? (found === undefined ? undefined : entries.get(found));
        return !entry
            ? []
            : entry.isSymbolicLink()
              ? [entry.name, readlinkSync(join(folder, entry.name))]
              : [entry.name];
    };
    return [...names].map((name) => [name, ...state(name)].join("\t")).join("\n");
}

/** Whether an entry of a folder has appeared since a time. */
function hasNew(folder: string, names: Iterable<string>, since: number): boolean {
    return [...names].some((name) => {
        const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
        return stats !== undefined && isRecent(stats.isDirectory() ? stats.birthtimeMs : stats.ctimeMs, since);
    });
}

const namesOf = (entries: string) => entries.split("\n").map((line) => line.replace(/\t.*/s, ""));

/**
 * Whether a change can have been later than another time. Clocks of file systems are late by up to a tick of the kernel, and some
 * count seconds.
 */
function isRecent(changed: number, since: number): boolean {
    return changed > since - (changed % 1000 === 0 ? 2000 : 20);
}

const stampOf = ({ ctimeMs, size, ino }: Stats): Stamp => [ctimeMs, size, ino];

const isStamp = ([ctimeMs, size, ino]: Stamp, stats: Stats) =>
    stats.ctimeMs === ctimeMs && stats.size === size && stats.ino === ino;

const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("base64");
