import { randomBytes } from "node:crypto";

/** A number as Avro writes it: seven bits a byte, with the sign in the last bit. */
export function long(value: number | bigint): Buffer {
    const signed = BigInt(value);
    const bytes: number[] = [];
    for (let rest = signed >= 0n ? signed << 1n : (-signed << 1n) - 1n; ; rest >>= 7n) {
        bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
        if (rest <= 0x7fn) {
            return Buffer.from(bytes);
        }
    }
}

/** Bytes or a text, after their length. */
export function bytes(value: Buffer | string): Buffer {
    const content = Buffer.from(value as string);
    return Buffer.concat([long(content.length), content]);
}

/** A map in one block. */
export function map(entries: [string, Buffer][]): Buffer {
    const all = entries.flatMap(([key, value]) => [bytes(key), value]);
    return Buffer.concat([...(entries.length > 0 ? [long(entries.length)] : []), ...all, long(0)]);
}

/** A file of records that are encoded already: "Object Container Files". */
export function avroFile(schema: object, records: Buffer[]): Buffer {
    const marker = randomBytes(16);
    const header = map([
        ["avro.schema", bytes(JSON.stringify(schema))],
        ["avro.codec", bytes("null")],
    ]);
    const block = Buffer.concat(records);
    return Buffer.concat([
        Buffer.from("Obj\u0001"),
        header,
        marker,
        long(records.length),
        long(block.length),
        block,
        marker,
    ]);
}
