import * as check from "./check";

/** The private ranges of RFC 1918. */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Checks a range of IPv4 addresses in CIDR notation, such as `10.0.0.0/20`, whose prefix has a length from one to another. */
export function cidr(shortest: number, longest: number): check.Check {
    return check.pipe(
        check.text(),
        check.refine(
            (range) => problemOf(String(range), shortest, longest) === undefined,
            ({ input }) => problemOf(String(input), shortest, longest) ?? "",
        ),
    );
}

function problemOf(range: string, shortest: number, longest: number): string | undefined {
    const bounds = boundsOf(range);
    if (!bounds) {
        return "must be a range of IPv4 addresses, as 10.0.0.0/20 is";
    }
    const length = lengthOf(range);
    if (length < shortest || length > longest) {
        return `must have a prefix from /${shortest} to /${longest}`;
    }
    const [first] = bounds;
    return addressOf(range) === first ? undefined : `must start where its block does, at ${dotted(first)}/${length}`;
}

/** Whether two ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
    const [first, last] = boundsOf(one) ?? [];
    const [otherFirst, otherLast] = boundsOf(other) ?? [];
    return Number(first) <= Number(otherLast) && Number(otherFirst) <= Number(last);
}

/** The first and the last address of a range as numbers. */
function boundsOf(range: string): [number, number] | undefined {
    const [, ...parts] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(range) ?? [];
    const length = Number(parts.pop() ?? Number.NaN);
    if (!(length <= 32) || parts.some((part) => Number(part) > 255)) {
        return undefined;
    }
    const size = 2 ** (32 - length);
    const first = Math.floor(addressOf(range) / size) * size;
    return [first, first + size - 1];
}

const lengthOf = (range: string) => Number(range.split("/")[1]);

function addressOf(range: string): number {
    const [address = ""] = range.split("/");
    return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function dotted(address: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
