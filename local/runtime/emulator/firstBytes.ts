import type { Socket } from "node:net";

/** Passes a connection on by its first bytes, as soon as it has sent them; they remain to be read. */
export function onFirstBytes(socket: Socket, accept: (start: Buffer) => void): void {
    const look = () => {
        const start: Buffer | null = socket.read();
        if (start) {
            socket.off("readable", look).unshift(start);
            accept(start);
        }
    };
    socket.on("readable", look);
}

/** Whether a connection uses HTTP/2, as gRPC does: RFC 9113, section 3.4. */
export const isHttp2 = (start: Buffer): boolean => start.toString("latin1", 0, 3) === "PRI";
