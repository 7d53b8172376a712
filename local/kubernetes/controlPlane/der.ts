/** The Distinguished Encoding Rules of ITU-T X.690, as far as a certificate needs them. */

export function tagged(tag: number, ...content: Buffer[]): Buffer {
    const value = Buffer.concat(content);
    return Buffer.concat([Buffer.from([tag]), length(value.length), value]);
}

function length(count: number): Buffer {
    if (count < 0x80) {
        return Buffer.from([count]);
    }
    const bytes = Buffer.from(count.toString(16).padStart(count > 0xff ? 4 : 2, "0"), "hex");
    return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const sequence = (...content: Buffer[]) => tagged(0x30, ...content);
export const integer = (bytes: Buffer) => tagged(0x02, bytes);
export const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]));

/** @param unused how many bits at the end are none */
export const bits = (bytes: Buffer, unused = 0) => tagged(0x03, Buffer.from([unused]), bytes);

export function oid(dotted: string): Buffer {
    const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
    return tagged(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

function base128(value: number): number[] {
    const groups = [value & 0x7f];
    for (let rest = value >> 7; rest > 0; rest >>= 7) {
        groups.unshift((rest & 0x7f) | 0x80);
    }
    return groups;
}

/** Until 2049 a year has two digits. */
export const time = (at: Date) => tagged(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/\D/g, "")}Z`));
