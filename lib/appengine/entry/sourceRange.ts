import { isIP } from "node:net";
import { type Cidr, contains, parseCidr } from "../../formats/cidr";
import * as check from "../../internal/check";

/** Checks whose requests a rule is for: an address, a block of addresses in CIDR notation, or `*` for all. */
export const sourceRange: check.Check = check.pipe(
    check.text(),
    check.refine(
        (given) => problemOf(String(given)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

function problemOf(text: string): string | undefined {
    if (text === "*") {
        return undefined;
    }
    const block = blockOf(text);
    if (!block) {
        return "must be an address or a range of addresses, as 203.0.113.0/24 or 2001:db8::/32 is, or *";
    }
    // App Engine stores the block's own start, and every preview would show another one than the program has.
    return block.isExact ? undefined : "must start where its block does";
}

/** The block that a rule is for; nothing for `*`. */
export function blockOf(text: string): Cidr | undefined {
    const [address = ""] = text.split("/");
    switch (isIP(address)) {
        case 0:
            return undefined;
        case 4:
            return parseCidr(text === address ? `${text}/32` : text);
        default:
            return parseCidr(text === address ? `${text}/128` : text);
    }
}

/** Whether all addresses of one range are of another; a thousand rules are compared with each other. */
export function holding(outer: string): (inner: Cidr | undefined) => boolean {
    const all = blockOf(outer);
    return all ? (inner) => inner !== undefined && contains(all, inner) : () => outer === "*";
}
