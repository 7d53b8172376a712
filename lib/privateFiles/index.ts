/**
 * Folders and files of this user, on a machine that others can use as well. Only loads Node's own modules, because programs start with it.
 *
 * On Windows, files have no owner with an ID: the folders of a profile, which include the temporary one, are private there.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import {
    chmodSync,
    closeSync,
    constants,
    existsSync,
    fstatSync,
    lstatSync,
    mkdirSync,
    openSync,
    readFileSync,
    renameSync,
    rmSync,
    type Stats,
    statSync,
    writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** Modes of a private folder and a private file. */
const modes = { folder: 0o700, file: 0o600 };

/** Whether this user, or the user who called `sudo`, is the owner. */
function isOwn({ uid }: Stats): boolean {
    const user = process.getuid?.();
    return user === undefined || uid === user || (user === 0 && String(uid) === process.env.SUDO_UID);
}

/** Whether only this user and root, who can change everything anyway, can write it. */
function isTrusted(stats: Stats): boolean {
    return (isOwn(stats) || stats.uid === 0) && (process.platform === "win32" || (stats.mode & 0o002) === 0);
}

/**
 * Creates a folder that only this user can access, or makes an existing one private: an older one can have another mode.
 *
 * @param variable the environment variable that selects another folder, for the error
 * @throws Error if it is a link, belongs to another user, or is shared by users, such as `/tmp`
 */
export function privateFolder(folder: string, variable: string): string {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
        mkdirSync(folder, { recursive: true, mode: modes.folder });
    }
    const stats = lstatSync(folder);
    const problem = problemOf(stats);
    if (problem) {
        throw new Error(
            `${folder} ${problem}, so that others could read or replace what slipway writes to it. ` +
                `Delete it, or set ${variable} to a folder of your own.`,
        );
    }
    if (process.platform !== "win32" && (stats.mode & 0o777) !== modes.folder) {
        chmodSync(folder, modes.folder);
    }
    return folder;
}

function problemOf(stats: Stats): string | undefined {
    if (!stats.isDirectory()) {
        return stats.isSymbolicLink() ? "is a symbolic link" : "is not a folder";
    }
    if (!isOwn(stats)) {
        return `belongs to the user with ID ${stats.uid}, not to this one (${process.getuid?.()})`;
    }
    const isShared = process.platform !== "win32" && (stats.mode & 0o1000) !== 0;
    return isShared ? "is shared by users" : undefined;
}

/** Whether a folder exists that no other user can change, except for root. */
export function isTrustedFolder(folder: string): boolean {
    const stats = existsSync(folder) ? statSync(folder) : undefined;
    return stats?.isDirectory() === true && isTrusted(stats);
}

/**
 * Checks a folder whose programs are run: another user could have planted them.
 *
 * @param variable the environment variable that selects another folder, for the error
 */
export function checkTrusted(folder: string, variable: string): void {
    if (!isTrustedFolder(folder)) {
        const { uid, mode } = statSync(folder);
        throw new Error(
            `${folder} is not trusted: it belongs to the user with ID ${uid}, and has the mode ${(mode & 0o777).toString(8)}. ` +
                `slipway only runs programs that no user but you and root can change. Delete it, or set ${variable} to a folder of your own.`,
        );
    }
}

/** Reads a file that no other user can have written, except for root; undefined if there is none. */
export function readTrusted(file: string): Buffer | undefined {
    let descriptor: number | undefined;
    try {
        // Neither follows a link, nor waits for the writer of a pipe.
        const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
        descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
        const stats = fstatSync(descriptor);
        return stats.isFile() && isTrusted(stats) ? readFileSync(descriptor) : undefined;
    } catch {
        return undefined;
    } finally {
        if (descriptor !== undefined) {
            closeSync(descriptor);
        }
    }
}

/**
 * Writes a file that only this user can read. Other processes see its old content or the new one. The name of its draft is random and new,
 * so that nobody can put a link there before.
 *
 * @param mode another mode, such as the mode of a program
 */
export function writePrivate(file: string, content: string | Uint8Array, mode = modes.file): void {
    mkdirSync(dirname(file), { recursive: true, mode: modes.folder });
    const draft = `${file}.${randomUUID()}.draft`;
    try {
        writeFileSync(draft, content, { mode, flag: "wx" });
        renameSync(draft, file);
    } catch (error) {
        rmSync(draft, { force: true });
        throw error;
    }
}
