import { dotted, parseCidr, parseRange } from "../../formats/cidr";
import * as check from "../arguments/check";

/** Checks a range of IPv4 addresses in CIDR notation, such as `10.0.0.0/20`, whose prefix has a length from one to another. */
export function cidr(minPrefix: number, maxPrefix = 32): check.Check<string> {
    return check.validText((text) => problemOf(text, minPrefix, maxPrefix));
}

function problemOf(text: string, minPrefix: number, maxPrefix: number): string | undefined {
    const range = parseRange(text);
    if (!range) {
        return "must be a range of IPv4 addresses such as 10.0.0.0/20";
    }
    const { prefix, isExact, first } = range;
    if (prefix < minPrefix || prefix > maxPrefix) {
        return `must have a prefix from /${minPrefix} to /${maxPrefix}`;
    }
    return isExact ? undefined : `must start at the first address of its block, ${dotted(first)}/${prefix}`;
}

const ipv6Range = check.pipe(
    check.custom<string>(
        (value) => parseCidr(String(value)) !== undefined,
        "must be a range of addresses such as 10.0.0.0/8",
    ),
    check.refine((range) => parseCidr(range)?.isExact === true, "must start at the first address of its block"),
);

/** Checks a range of IPv4 or IPv6 addresses. */
export const ipRange = check.either((value) => String(value).includes(":"), ipv6Range, cidr(0));
