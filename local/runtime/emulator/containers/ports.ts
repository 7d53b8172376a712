import { randomInt } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { privateFolder } from "../../../../lib/privateFiles";
import { isRunning, type Process, thisProcess } from "../../../machine/daemon/processes";
import { cache } from "../../../toolchain/paths";

/**
 * The files of the ports that processes of this user have taken. Their containers may not listen yet: without them, two processes would
 * take the same port, and requests to one would reach the other.
 */
const folder = () => join(dirname(cache()), "ports");

/**
 * Returns a free port of this machine, until it is released: the preferred one, if possible. Others are below those that systems assign to
 * connections, one of which could take the port before the container listens.
 */
export async function takePort(preferred?: number): Promise<number> {
    for (let port = preferred ?? anyPort(); ; port = anyPort()) {
        if (reserve(port)) {
            if (await isFree(port)) {
                return port;
            }
            releasePort(port);
        }
    }
}

const anyPort = () => randomInt(10_000, 20_000);

export function releasePort(port: number): void {
    rmSync(fileOf(port), { force: true });
}

const fileOf = (port: number) => join(folder(), String(port));

/** Whether this process takes a port, which no other process that is running has. */
function reserve(port: number): boolean {
    privateFolder(folder(), "SLIPWAY_CACHE");
    for (;;) {
        try {
            writeFileSync(fileOf(port), JSON.stringify(thisProcess()), { flag: "wx", mode: 0o600 });
            return true;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
                throw error;
            }
            const owner = ownerOf(port);
            if (owner === undefined || isRunning(owner)) {
                return false;
            }
            releasePort(port);
        }
    }
}

/** The process that took a port; undefined while it writes the file. */
function ownerOf(port: number): Process | undefined {
    try {
        return JSON.parse(readFileSync(fileOf(port), "utf8")) as Process;
    } catch {
        return undefined;
    }
}

/** Listens on all addresses, as containers do. */
function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => resolve(false)).listen(port, () => server.close(() => resolve(true)));
    });
}
