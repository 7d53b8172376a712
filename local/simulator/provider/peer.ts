import { closeSync, openSync, readSync } from "node:fs";
import type { Socket } from "node:net";
import { endianness } from "node:os";

/** What Linux says of the two ends of a connection, as far as it was found: the user and the inode. */
interface Ends {
    own?: [uid: string, inode: string];
    other?: [uid: string, inode: string];
}

/**
 * Whether the other end of a connection within this machine belongs to this user. All users can connect to a port. Only Linux says whose a
 * connection is.
 *
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function isOwnConnection({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
    const [local, remote] = [addressOf(localAddress, localPort), addressOf(remoteAddress, remotePort)];
    const ends: Ends = {};
    // A program that connects by IPv6 to an IPv4 address is in the second table. Each takes milliseconds.
    for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
        findEnds(ends, table, local, remote);
    }
    if (!ends.own) {
        // Not Linux, or one that does not show connections.
        return true;
    }
    // A connection that was closed by its process has no inode, and shows the user 0.
    return ends.other !== undefined && ends.other[0] === String(process.getuid?.()) && ends.other[1] !== "0";
}

/** An address as the tables have it: its bytes in the machine's order, and the port. An IPv6 address ends in its IPv4 address. */
function addressOf(address = "", port = 0): string {
    const bytes = address.slice(address.lastIndexOf(":") + 1).split(".");
    const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
    return `${(endianness() === "LE" ? bytes.reverse() : bytes).map((byte) => hex(Number(byte), 2)).join("")}:${hex(port, 4)}`;
}

/** Reads a table until both ends are found. Linux creates it while it is read. */
function findEnds(ends: Ends, table: string, local: string, remote: string): void {
    const row = new RegExp(
        `: [0-9A-F]*(?:(${local} [0-9A-F]*${remote})|${remote} [0-9A-F]*${local})(?: +\\S+){4} +(\\d+) +\\d+ +(\\d+) `,
        "g",
    );
    let file: number;
    try {
        file = openSync(table, "r");
    } catch {
        return;
    }
    try {
        const buffer = Buffer.alloc(16_384);
        let text = "";
        for (let size = 1; size > 0 && !(ends.own && ends.other); ) {
            size = readSync(file, buffer);
            text += buffer.toString("latin1", 0, size);
            for (const [, isOwn, uid = "", inode = ""] of text.matchAll(row)) {
                ends[isOwn ? "own" : "other"] = [uid, inode];
            }
            text = text.slice(text.lastIndexOf("\n") + 1);
        }
    } finally {
        closeSync(file);
    }
}
