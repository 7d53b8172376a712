import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Ports of containers that may not listen yet. */
const taken = new Set<number>();

/**
 * Returns a free port of this machine, until it is released: the preferred one, if possible. Others are below those that systems assign to
 * connections, one of which could take the port before the container listens.
 */
export async function takePort(preferred?: number): Promise<number> {
    for (let port = preferred ?? anyPort(); ; port = anyPort()) {
        if (!taken.has(port)) {
            taken.add(port);
            if (await isFree(port)) {
                return port;
            }
            taken.delete(port);
        }
    }
}

const anyPort = () => randomInt(10_000, 20_000);

export function releasePort(port: number): void {
    taken.delete(port);
}

/** Listens on all addresses, as containers do. */
function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => resolve(false)).listen(port, () => server.close(() => resolve(true)));
    });
}
