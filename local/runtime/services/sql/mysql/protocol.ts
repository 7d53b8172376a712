import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { readBytes } from "../bytes";

/**
 * Packets of MySQL that precede a session: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
 */

/** "Capabilities Flags". */
const flag = {
    withDatabase: 1 << 3,
    compress: 1 << 5,
    encrypt: 1 << 11,
    shortSecret: 1 << 15,
    plugin: 1 << 19,
    longSecret: 1 << 21,
    compressZstd: 1 << 26,
};

/** One side of a connection, which counts packets. */
export class Channel {
    private sequence = 0;

    constructor(readonly stream: Duplex) {}

    /** The same count on another stream, as after the begin of encryption. */
    on(stream: Duplex): Channel {
        const other = new Channel(stream);
        other.sequence = this.sequence;
        return other;
    }

    async read(): Promise<Buffer> {
        const head = await readBytes(this.stream, 4);
        this.sequence = head.readUInt8(3) + 1;
        return readBytes(this.stream, head.readUIntLE(0, 3));
    }

    write(payload: Buffer): void {
        const head = Buffer.alloc(4);
        head.writeUIntLE(payload.length, 0, 3);
        head.writeUInt8(this.sequence & 255, 3);
        this.sequence++;
        this.stream.write(Buffer.concat([head, payload]));
    }

    /** Sends a statement, whose answer is the next packet. */
    async query(statement: string): Promise<Buffer> {
        this.sequence = 0;
        this.write(Buffer.concat([Buffer.from([3]), Buffer.from(statement)]));
        return this.read();
    }

    /** Sends an error and ends: "ERR_Packet". */
    refuse(code: number, state: string, message: string): void {
        const head = Buffer.from([0xff, 0, 0]);
        head.writeUInt16LE(code, 1);
        this.write(Buffer.concat([head, Buffer.from(`#${state}${message}`)]));
        this.stream.end();
    }
}

export const isOk = (payload: Buffer): boolean => payload[0] === 0;
export const isError = (payload: Buffer): boolean => payload[0] === 0xff;

/** "AuthMoreData" that needs no answer: the server knows the password of a user. */
export const isFastSuccess = (payload: Buffer): boolean => payload[0] === 1 && payload[1] === 3;

/** "Protocol::HandshakeV10" of a server. */
export class Greeting {
    readonly scramble: Buffer;
    readonly plugin: string;
    private readonly flagsAt: number;

    constructor(private readonly payload: Buffer) {
        // The version ends with a zero; the number of the connection, 8 bytes of the scramble and a zero follow.
        const after = payload.indexOf(0, 1) + 1;
        this.flagsAt = after + 4 + 8 + 1;
        const rest = this.flagsAt + 18;
        const length = Math.max(13, payload.readUInt8(this.flagsAt + 7) - 8);
        const end = payload.subarray(rest, rest + length - 1);
        this.scramble = Buffer.concat([payload.subarray(after + 4, after + 12), end]);
        this.plugin = textAt(payload, rest + length);
    }

    /** The same without compression, and with or without encryption. */
    offering(isEncryption: boolean): Buffer {
        const payload = Buffer.from(this.payload);
        const [low, high] = [this.flagsAt, this.flagsAt + 5];
        const plain = payload.readUInt16LE(low) & ~flag.compress & ~flag.encrypt;
        payload.writeUInt16LE(plain | (isEncryption ? flag.encrypt : 0), low);
        payload.writeUInt16LE(payload.readUInt16LE(high) & ~(flag.compressZstd >>> 16), high);
        return payload;
    }
}

/** Whether a client asks for encryption: "Protocol::SSLRequest". */
export const asksForEncryption = (payload: Buffer): boolean =>
    payload.length === 32 && (payload.readUInt32LE(0) & flag.encrypt) !== 0;

/** "Protocol::HandshakeResponse41" of a client. */
export class Login {
    readonly user: string;
    readonly secret: Buffer;
    readonly database: string;
    readonly plugin: string;
    private readonly flags: number;
    /** Where the secret begins, and what follows it. */
    private readonly secretAt: number;
    private readonly after: Buffer;

    constructor(private readonly payload: Buffer) {
        this.flags = payload.readUInt32LE(0);
        this.user = textAt(payload, 32);
        this.secretAt = payload.indexOf(0, 32) + 1;
        const [start, length] = this.secretRange();
        this.secret = payload.subarray(start, start + length);
        const isEnded = (this.flags & (flag.longSecret | flag.shortSecret)) === 0;
        let at = start + length + (isEnded ? 1 : 0);
        this.database = this.flags & flag.withDatabase ? textAt(payload, at) : "";
        if (this.flags & flag.withDatabase) {
            at = payload.indexOf(0, at) + 1;
        }
        const isNamed = (this.flags & flag.plugin) !== 0;
        this.plugin = isNamed ? textAt(payload, at) : "";
        const end = payload.indexOf(0, at);
        this.after = isNamed && end >= 0 ? payload.subarray(end + 1) : Buffer.alloc(0);
    }

    /** The same for a server on a socket. */
    get plain(): Buffer {
        const payload = Buffer.from(this.payload);
        payload.writeUInt32LE((this.flags & ~flag.encrypt) >>> 0, 0);
        return payload;
    }

    /** The same with another secret. */
    withSecret(plugin: string, secret: Buffer): Buffer {
        const isNamed = (this.flags & flag.plugin) !== 0;
        const head = Buffer.from(this.payload.subarray(0, this.secretAt));
        head.writeUInt32LE(((this.flags & ~flag.encrypt & ~flag.longSecret) | flag.shortSecret) >>> 0, 0);
        const text = (value: string) => Buffer.from(`${value}\0`);
        return Buffer.concat([
            ...[head, Buffer.from([secret.length]), secret],
            ...(this.flags & flag.withDatabase ? [text(this.database)] : []),
            ...(isNamed ? [text(plugin), this.after] : []),
        ]);
    }

    /** The position and length of the secret. */
    private secretRange(): [number, number] {
        const { payload, secretAt: at } = this;
        if (this.flags & flag.longSecret) {
            // "Length-Encoded Integer".
            const first = payload.readUInt8(at);
            const bytes = { 252: 2, 253: 3 }[first];
            return bytes === undefined ? [at + 1, first] : [at + 1 + bytes, payload.readUIntLE(at + 1, bytes)];
        }
        return this.flags & flag.shortSecret ? [at + 1, payload.readUInt8(at)] : [at, payload.indexOf(0, at) - at];
    }
}

const clearPlugin = "mysql_clear_password";

/** Asks a client for a password in clear, unless it has sent it: "Protocol::AuthSwitchRequest". */
export async function askForPassword(client: Channel, { plugin, secret }: Login): Promise<string> {
    const isSent = plugin === clearPlugin && secret.length > 0;
    if (!isSent) {
        client.write(Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${clearPlugin}\0`)]));
    }
    return textAt(isSent ? secret : await client.read(), 0);
}

/** Signs in to a server with a password; returns its last answer. */
export async function signIn(server: Channel, greeting: Greeting, login: Login, password: string): Promise<Buffer> {
    server.write(login.withSecret(greeting.plugin, answerOf(greeting.plugin, password, greeting.scramble)));
    for (;;) {
        const answer = await server.read();
        if (isOk(answer) || isError(answer)) {
            return answer;
        }
        if (answer[0] === 0xfe) {
            const plugin = textAt(answer, 1);
            const scramble = answer.subarray(plugin.length + 2, plugin.length + 22);
            server.write(answerOf(plugin, password, scramble));
        } else if (!isFastSuccess(answer)) {
            // "Perform full authentication": in clear, as a socket is secure.
            server.write(Buffer.from(`${password}\0`));
        }
    }
}

/** What proves a password, by "Native Authentication" and "Caching SHA-256 Authentication". */
function answerOf(plugin: string, password: string, scramble: Buffer): Buffer {
    const isNative = plugin === "mysql_native_password";
    const hash = (...parts: Buffer[]) =>
        createHash(isNative ? "sha1" : "sha256")
            .update(Buffer.concat(parts))
            .digest();
    const once = hash(Buffer.from(password));
    const twice = hash(once);
    const mask = isNative ? hash(scramble, twice) : hash(twice, scramble);
    return Buffer.from(once.map((byte, index) => byte ^ (mask[index] as number)));
}

/** The text up to the next zero, or the end. */
function textAt(bytes: Buffer, start: number): string {
    const end = bytes.indexOf(0, start);
    return bytes.toString("utf8", start, end < 0 ? bytes.length : end);
}
