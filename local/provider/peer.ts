import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/**
 * Whether the other end of a connection within this machine belongs to this user. All users can connect to a port. Only Linux says whose a
 * connection is.
 *
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function isOwnConnection({ localPort = 0, remotePort = 0 }: Socket): boolean {
    const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap(rowsOf);
    const ends = (from: number, to: number) => rows.filter(({ local, remote }) => local === from && remote === to);
    if (ends(localPort, remotePort).length === 0) {
        // Not Linux, or one that does not show connections.
        return true;
    }
    const user = String(process.getuid?.());
    const others = ends(remotePort, localPort);
    // A connection that was closed by its process has no inode, and shows the user 0.
    return others.length > 0 && others.every(({ uid, inode }) => uid === user && inode !== "0");
}

function rowsOf(file: string): { local: number; remote: number; uid?: string; inode?: string }[] {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch {
        return [];
    }
    const port = (address = "") => Number.parseInt(address.slice(address.lastIndexOf(":") + 1), 16);
    return text
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .map(([, local, remote, , , , , uid, , inode]) => ({ local: port(local), remote: port(remote), uid, inode }));
}
