import type { Duplex } from "node:stream";
import { readBytes } from "../bytes";

/**
 * Messages of PostgreSQL that precede a session: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

/** The first message of a client. */
export interface Startup {
    kind: "startup" | "cancel" | "tls" | "gss";
    /** All bytes of the message. */
    bytes: Buffer;
    user: string;
    database: string;
}

const kinds = new Map<number, Startup["kind"]>([
    [80_877_102, "cancel"],
    [80_877_103, "tls"],
    [80_877_104, "gss"],
]);

/** The longest startup message that the server accepts: `MAX_STARTUP_PACKET_LENGTH`. */
const longest = 10_000;

/** Reads the first message of a client. */
export async function readStartup(client: Duplex): Promise<Startup> {
    const head = await readBytes(client, 4);
    const length = head.readUInt32BE(0);
    if (length < 8 || length > longest) {
        throw new Error("the client does not speak PostgreSQL's protocol");
    }
    const body = await readBytes(client, length - 4);
    const kind = kinds.get(body.readUInt32BE(0)) ?? "startup";
    const words = kind === "startup" ? body.toString("utf8", 4).split("\0") : [];
    const wordAfter = (name: string) => {
        const at = words.findIndex((word, index) => index % 2 === 0 && word === name);
        return at < 0 ? "" : (words[at + 1] as string);
    };
    const user = wordAfter("user");
    // "The database to connect to. Defaults to the user name."
    return { kind, bytes: Buffer.concat([head, body]), user, database: wordAfter("database") || user };
}

/** Asks a client for a password in clear, and reads its answer: "AuthenticationCleartextPassword". */
export async function askForPassword(client: Duplex): Promise<string> {
    client.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    const head = await readBytes(client, 5);
    const length = head.readUInt32BE(1);
    if (head[0] !== 0x70 || length > longest) {
        throw new Error("the client sent no password");
    }
    const body = await readBytes(client, length - 4);
    return body.toString("utf8", 0, body.length - 1);
}

/** "ErrorResponse" that ends a connection. */
export function fatal(code: string, message: string): Buffer {
    const content = Buffer.from(["SFATAL", "VFATAL", `C${code}`, `M${message}`, "", ""].join("\0"));
    const head = Buffer.from([0x45, 0, 0, 0, 0]);
    head.writeUInt32BE(content.length + 4, 1);
    return Buffer.concat([head, content]);
}

/** Whether an answer of the server to the startup message asks for a password. */
export const asksForPassword = (answer: Buffer): boolean =>
    answer.length >= 9 && answer[0] === 0x52 && answer.readUInt32BE(5) !== 0;
