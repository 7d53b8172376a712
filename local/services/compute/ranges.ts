/** A range of IPv4 addresses, as numbers. */
export interface Range {
    first: number;
    last: number;
    /** The length of the prefix: 24 for `10.0.0.0/24`. */
    prefix: number;
    /** Whether the address is the first of the range, as it must be. */
    exact: boolean;
}

/** The range that a text such as `10.0.0.0/24` stands for; nothing when it is none. */
export function parseRange(text: string): Range | undefined {
    const [, address = "", length] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
    const bytes = address.split(".").map(Number);
    const prefix = Number(length);
    if (bytes.length !== 4 || bytes.some((byte) => !(byte <= 255)) || !(prefix <= 32)) {
        return undefined;
    }
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    const size = 2 ** (32 - prefix);
    const first = Math.floor(value / size) * size;
    return { first, last: first + size - 1, prefix, exact: first === value };
}

export function overlap(one: string, other: string): boolean {
    const [here, there] = [parseRange(one), parseRange(other)];
    return here !== undefined && there !== undefined && here.first <= there.last && there.first <= here.last;
}

/** Whether every address of the inner range is in the outer one. */
export function contains(outer: string, inner: string): boolean {
    const [all, part] = [parseRange(outer), parseRange(inner)];
    return all !== undefined && part !== undefined && all.first <= part.first && part.last <= all.last;
}

/** The address that stands so far behind the first of a range. */
export function addressIn(range: string, offset: number): string {
    const value = (parseRange(range)?.first ?? 0) + offset;
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** "Subnets": all that the subnetworks which a network of auto mode makes may ever have. */
export const autoRange = "10.128.0.0/9";
