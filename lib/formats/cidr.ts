import { isIP } from "node:net";

/** A CIDR block such as `10.0.0.0/20` or `2001:db8::/32`, with its addresses as numbers. */
export interface Cidr {
    version: 4 | 6;
    first: bigint;
    last: bigint;
    /** The prefix length. */
    prefix: number;
    /** Whether the written address is the first of the block. */
    isExact: boolean;
}

/** An IPv4 block, whose addresses fit into `number`. */
export type Range = Pick<Cidr, "prefix" | "isExact"> & { first: number; last: number };

/** The private ranges of RFC 1918. */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Parses an IPv4 or IPv6 block in CIDR notation; undefined if invalid. */
export function parseCidr(text: string): Cidr | undefined {
    const [, address = "", length] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
    const value = parseAddress(address);
    const bits = value?.version === 4 ? 32 : 128;
    const prefix = Number(length);
    if (!value || prefix > bits || (value.version === 4 && length?.length === 3)) {
        return undefined;
    }
    const rest = BigInt(bits - prefix);
    const first = (value.number >> rest) << rest;
    return {
        version: value.version,
        first,
        last: first + (1n << rest) - 1n,
        prefix,
        isExact: first === value.number,
    };
}

/** Parses an IPv4 block such as `10.0.0.0/20`; undefined if invalid. */
export function parseRange(text: string): Range | undefined {
    const parsed = parseCidr(text);
    return parsed?.version === 4
        ? { first: Number(parsed.first), last: Number(parsed.last), prefix: parsed.prefix, isExact: parsed.isExact }
        : undefined;
}

/** Whether an IPv4 or IPv6 address is in a block, or is the address given instead of a block. */
export function isInRange(address: string, range: string): boolean {
    const bits = isIP(address) === 6 ? 128 : 32;
    const [one, block] = [parseCidr(`${address}/${bits}`), parseCidr(range.includes("/") ? range : `${range}/${bits}`)];
    return (
        one !== undefined &&
        block !== undefined &&
        one.version === block.version &&
        block.first <= one.first &&
        one.last <= block.last
    );
}

/** Parses an IP address; parts of IPv4 may have leading zeros. */
function parseAddress(text: string): { version: 4 | 6; number: bigint } | undefined {
    const parts = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) ? text.split(".").map(Number) : undefined;
    if (parts) {
        return parts.every((part) => part <= 255) ? { version: 4, number: number4(parts) } : undefined;
    }
    return isIP(text) === 6 ? { version: 6, number: number6(text) } : undefined;
}

const number4 = (parts: number[]) => parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);

function number6(address: string): bigint {
    // A trailing IPv4 address stands for two groups.
    const hexadecimal = address.replace(/[\d.]+\.\d+$/, (end) => {
        const number = number4(end.split(".").map(Number));
        return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
    });
    const [head = "", tail] = hexadecimal.split("::");
    const groups = (text: string) => (text === "" ? [] : text.split(":"));
    const [start, end] = [groups(head), groups(tail ?? "")];
    const zeros = Array.from({ length: tail === undefined ? 0 : 8 - start.length - end.length }, () => "0");
    return [...start, ...zeros, ...end].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

const blockOf = (block: string | Cidr) => (typeof block === "string" ? parseCidr(block) : block);

/** Whether two blocks overlap; an invalid block overlaps with none. */
export function overlap(one: string | Cidr, other: string | Cidr): boolean {
    const [here, there] = [blockOf(one), blockOf(other)];
    const isSameVersion = here !== undefined && here.version === there?.version;
    return isSameVersion && here.first <= there.last && there.first <= here.last;
}

/** Whether the outer block contains the inner one. */
export function contains(outer: string | Cidr, inner: string | Cidr): boolean {
    const [all, part] = [blockOf(outer), blockOf(inner)];
    return all !== undefined && all.version === part?.version && all.first <= part.first && part.last <= all.last;
}

/** Formats an IPv4 address. */
export function dotted(address: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Returns the address at an offset in a range. */
export function addressIn(range: string, offset: number): string {
    return dotted((parseRange(range)?.first ?? 0) + offset);
}
