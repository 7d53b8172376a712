/** Reads what Avro's binary encoding has, from the beginning. */
export class Reader {
    private at = 0;

    constructor(private readonly content: Buffer) {}

    bytes(length: number): Buffer {
        const end = this.at + length;
        if (length < 0 || end > this.content.length) {
            throw new Error("the content ends too early");
        }
        const read = this.content.subarray(this.at, end);
        this.at = end;
        return read;
    }

    /** A number of variable length, with the sign in the last bit. */
    long(): bigint {
        let value = 0n;
        for (let shift = 0n; ; shift += 7n) {
            const byte = this.bytes(1)[0] as number;
            value |= BigInt(byte & 0x7f) << shift;
            if (byte < 0x80) {
                return (value >> 1n) ^ -(value & 1n);
            }
            if (shift > 63n) {
                throw new Error("a number has too many bytes");
            }
        }
    }

    length(): number {
        return Number(this.long());
    }

    end(): void {
        if (this.at < this.content.length) {
            throw new Error(`${this.content.length - this.at} bytes follow the value`);
        }
    }
}

/** A text, or the key of a map. */
export const text = (reader: Reader): string => reader.bytes(reader.length()).toString();

/** A value of a type that has no parts. */
export function primitive(kind: string, reader: Reader): unknown {
    switch (kind) {
        case "null":
            return null;
        case "boolean":
            return reader.bytes(1)[0] === 1;
        case "int":
            return reader.length();
        case "long": {
            const value = reader.long();
            return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
        }
        case "float":
            return reader.bytes(4).readFloatLE();
        case "double":
            return reader.bytes(8).readDoubleLE();
        case "bytes":
            return Buffer.from(reader.bytes(reader.length()));
        case "string":
            return text(reader);
        default:
            throw new Error(`${kind} is no type`);
    }
}

/** The elements of an array or a map: they come in blocks, and one of none is the last. */
export function* blocks<Element>(reader: Reader, element: () => Element): Generator<Element> {
    for (let count = reader.length(); count !== 0; count = reader.length()) {
        if (count < 0) {
            // A negative count says that the size of the block in bytes follows.
            reader.length();
        }
        for (let left = Math.abs(count); left > 0; left--) {
            yield element();
        }
    }
}
