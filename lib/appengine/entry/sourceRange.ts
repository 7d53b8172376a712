import { isIP } from "node:net";
import * as check from "../../internal/check";

/** A block of addresses: how long the addresses are, in bits, and the bits that all of them begin with. */
interface Block {
    bits: 32 | 128;
    first: bigint;
    length: number;
}

/** Checks whose requests a rule is for: an address, a block of addresses in CIDR notation, or `*` for all. */
export const sourceRange: check.Check = check.pipe(
    check.text(),
    check.refine(
        (given) => problemOf(String(given)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

function problemOf(given: string): string | undefined {
    const block = given === "*" ? undefined : blockOf(given);
    if (given !== "*" && !block) {
        return "must be an address or a range of addresses, as 203.0.113.0/24 or 2001:db8::/32 is, or *";
    }
    // App Engine stores the block's own start, and every preview would show another one than the program has.
    const rest = block && BigInt(block.bits - block.length);
    return rest && block.first & ((1n << rest) - 1n) ? "must start where its block does" : undefined;
}

function blockOf(given: string): Block | undefined {
    const [address = "", prefix, ...others] = given.split("/");
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : 129;
    const isWrong = version === 0 || address.includes("%") || length > bits || others.length > 0;
    return isWrong ? undefined : { bits, length, first: version === 4 ? fourth(address) : sixth(address) };
}

function fourth(address: string): bigint {
    return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function sixth(address: string): bigint {
    // An IPv4 address at the end stands for two groups.
    const whole = address.replace(/[\d.]+\.\d+$/, (end) => {
        const number = fourth(end);
        return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
    });
    const [before = "", after] = whole.split("::");
    const groups = (text: string) => (text === "" ? [] : text.split(":"));
    const [start, end] = [groups(before), groups(after ?? "")];
    const missing = after === undefined ? 0 : 8 - start.length - end.length;
    const all = [...start, ...Array.from({ length: missing }, () => "0"), ...end];
    return all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** Whether all addresses of one range are of another; a thousand rules are compared with each other. */
export function holding(one: string): (other: Range) => boolean {
    const outer = blockOf(one);
    if (one === "*" || !outer) {
        return () => one === "*";
    }
    const rest = BigInt(outer.bits - outer.length);
    const start = outer.first >> rest;
    return ({ block: inner }) =>
        inner !== undefined &&
        outer.bits === inner.bits &&
        outer.length <= inner.length &&
        start === inner.first >> rest;
}

/** A range that is read once. */
export interface Range {
    /** Nothing where it is everywhere. */
    block?: Block;
}

export const rangeOf = (given: string): Range => ({ block: blockOf(given) });
