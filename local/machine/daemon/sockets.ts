import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { daemonFolder } from "./files";

/** In bytes. Linux stores 108 with a final zero, {@link https://man7.org/linux/man-pages/man7/unix.7.html | other systems} fewer: macOS 104. */
const longestPath = 103;

/**
 * Returns the path of a new socket of a daemon, in a folder that only this user can access: that of the daemons, or a temporary one with a
 * random name if the workspace has a long path. On Windows it is the name of a pipe, to which only this user can write.
 *
 * @param name unique in the workspace
 */
export function socketPath(home: string, name: string): string {
    const file = `${name}.sock`;
    const own = join(daemonFolder(home), file);
    if (process.platform === "win32") {
        return join(String.raw`\\.\pipe`, own);
    }
    if (Buffer.byteLength(own) <= longestPath) {
        // A killed daemon leaves it.
        rmSync(own, { force: true });
        return own;
    }
    const isShort = (folder: string) => Buffer.byteLength(join(folder, "slipway-XXXXXX", file)) <= longestPath;
    return join(mkdtempSync(join(isShort(tmpdir()) ? tmpdir() : "/tmp", "slipway-")), file);
}

/** Removes a socket, and its temporary folder. */
export function removeSocket(home: string, path: string): void {
    const isTemporary = process.platform !== "win32" && dirname(path) !== daemonFolder(home);
    rmSync(isTemporary ? dirname(path) : path, { recursive: true, force: true });
}
