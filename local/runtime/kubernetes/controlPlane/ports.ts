import { createServer } from "node:net";

/** Below the ephemeral port range, so that ports are likely to be free again after a restart. */
const minPort = 20_000;
const maxPort = 29_999;

/** Finds a free port, for servers that require a port number. */
export async function freePort(): Promise<number> {
    for (let attempt = 0; attempt < 100; attempt++) {
        const port = minPort + Math.floor(Math.random() * (maxPort - minPort + 1));
        if (await isFree(port)) {
            return port;
        }
    }
    throw new Error(`no free port between ${minPort} and ${maxPort}`);
}

export function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.on("error", () => resolve(false));
        server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
}
