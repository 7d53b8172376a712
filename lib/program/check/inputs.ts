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
    for (const path of [...lookups]) {
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

/** The states of inputs, in JSON. Equal stamps spare comparing what they belong to. */
export interface Snapshot {
    /** Stamps and hashes of files. */
    files: Record<string, [stamp: string, hash: string]>;
    /** Stamps of existing folders, and the states of entries; the state of `*` is the list of all. */
    folders: Record<string, [stamp: string, entries: Record<string, string>]>;
}

/**
 * Records the current states of inputs.
 *
 * @param since milliseconds of the epoch: the time at which the check started
 * @param previous an earlier snapshot, of which the hashes of unchanged files are used
 * @returns undefined if something has changed since then, because the check could have read an earlier state
 */
export function snapshot(inputs: Inputs, since: number, previous?: Snapshot): Snapshot | undefined {
    const files: Snapshot["files"] = {};
    const watched = new Watched();
    for (const file of inputs.files) {
        const stats = statSync(file, { throwIfNoEntry: false });
        if (!stats || isRecent(stats.ctimeMs, since)) {
            return undefined;
        }
        const stamp = stampOf(stats);
        const known = previous?.files[file];
        files[file] = [stamp, known?.[0] === stamp ? known[1] : hashOf(file)];
        watched.add(file);
    }
    for (const path of inputs.lookups) {
        watched.add(path);
    }
    for (const folder of inputs.listed) {
        watched.add(join(folder, "*"));
    }
    const folders: Snapshot["folders"] = {};
    for (const [folder, names] of watched.folders) {
        const stats = statSync(folder, { throwIfNoEntry: false });
        const entries = entriesOf(folder, names, since);
        if (!stats || !entries) {
            return undefined;
        }
        folders[folder] = [stampOf(stats), entries];
    }
    return { files, folders };
}

/**
 * Compares a snapshot with the current states.
 *
 * @returns the same snapshot if nothing changed at all, one with other stamps if only the stamps did, otherwise undefined
 */
export function unchanged(recorded: Snapshot): Snapshot | undefined {
    const files = { ...recorded.files };
    const folders = { ...recorded.folders };
    let isSame = true;
    for (const [file, [before, hash]] of Object.entries(recorded.files)) {
        const stats = statSync(file, { throwIfNoEntry: false });
        const stamp = stats && stampOf(stats);
        if (stamp !== before) {
            if (!stamp || hashOf(file) !== hash) {
                return undefined;
            }
            isSame = false;
            files[file] = [stamp, hash];
        }
    }
    for (const [folder, [before, entries]] of Object.entries(recorded.folders)) {
        const stats = statSync(folder, { throwIfNoEntry: false });
        const stamp = stats && stampOf(stats);
        if (stamp !== before) {
            const now = stamp && entriesOf(folder, Object.keys(entries));
            if (!now || Object.entries(entries).some(([name, state]) => now[name] !== state)) {
                return undefined;
            }
            isSame = false;
            folders[folder] = [stamp, entries];
        }
    }
    return isSame ? recorded : { files, folders };
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
 * The states of a folder's entries: whether they exist, and what they link to.
 *
 * @param since if given, undefined is returned if an entry appeared since then
 */
function entriesOf(folder: string, names: Iterable<string>, since?: number): Record<string, string> | undefined {
    const entries: Record<string, string> = {};
    for (const name of names) {
        if (name === "*") {
            entries[name] = listOf(folder);
            continue;
        }
        const path = join(folder, name);
        const stats = lstatSync(path, { throwIfNoEntry: false });
        if (stats && since !== undefined && isRecent(stats.isDirectory() ? stats.birthtimeMs : stats.ctimeMs, since)) {
            return undefined;
        }
        entries[name] = !stats ? "absent" : stats.isSymbolicLink() ? `link to ${readlinkSync(path)}` : "exists";
    }
    return entries;
}

function listOf(folder: string): string {
    return readdirSync(folder)
        .filter((name) => !name.startsWith("."))
        .sort()
        .join("/");
}

/**
 * Whether a change can have been later than another time. Clocks of file systems are late by up to a tick of the kernel, and some
 * count seconds.
 */
function isRecent(changed: number, since: number): boolean {
    return changed > since - (changed % 1000 === 0 ? 2000 : 20);
}

/** Differs after every write: programs cannot set `ctime`, unlike `mtime`. */
const stampOf = ({ mtimeMs, ctimeMs, size, ino }: Stats) => `${mtimeMs} ${ctimeMs} ${size} ${ino}`;

const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("base64");
