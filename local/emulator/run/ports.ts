import { type AddressInfo, createServer } from "node:net";

/** Ports of containers that may not listen yet. */
const taken = new Set<number>();

/**
 * Returns a free port of this machine, until it is released: the preferred one, if possible.
 */
export async function takePort(preferred = 0): Promise<number> {
    for (let wanted = taken.has(preferred) ? 0 : preferred; ; wanted = 0) {
        const port = await listen(wanted).catch(() => undefined);
        if (port !== undefined && !taken.has(port)) {
            taken.add(port);
            return port;
        }
    }
}

export function releasePort(port: number): void {
    taken.delete(port);
}

/** Listens on all addresses, as containers do, and returns the port. */
function listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", reject).listen(port, () => {
            const { port: found } = server.address() as AddressInfo;
            server.close(() => resolve(found));
        });
    });
}
