import type { Duplex } from "node:stream";

/** Reads a number of bytes; what follows stays in the stream. */
export async function readBytes(stream: Duplex, length: number): Promise<Buffer> {
    for (;;) {
        const bytes: Buffer | null = stream.read(length);
        if (bytes !== null && bytes.length === length) {
            return bytes;
        }
        if (bytes !== null || stream.readableEnded || stream.destroyed) {
            throw new Error("the client has closed the connection");
        }
        await new Promise<void>((resolve) => {
            const events = ["readable", "end", "close", "error"];
            const done = () => {
                for (const event of events) {
                    stream.off(event, done);
                }
                resolve();
            };
            for (const event of events) {
                stream.on(event, done);
            }
        });
    }
}
