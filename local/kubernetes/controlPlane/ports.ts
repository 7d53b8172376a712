import { createServer } from "node:net";

/** Below what systems give to connections, so that a port which was free once is free again after a restart. */
const lowest = 20_000;
const highest = 29_999;

/** A port of this machine that nobody listens on, for a server that must be told one. */
export async function freePort(): Promise<number> {
    for (let attempt = 0; attempt < 100; attempt++) {
        const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
        if (await isFree(port)) {
            return port;
        }
    }
    throw new Error(`no port from ${lowest} to ${highest} is free`);
}

export function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.on("error", () => resolve(false));
        server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
}
