import { isIP } from "node:net";
import { parseCidr, privateRanges } from "../formats/cidr";
import * as check from "../internal/arguments/check";
import { cidr } from "../internal/network/cidr";

const address = check.custom(
    (value) => isIP(String(value)) > 0 || parseCidr(String(value)) !== undefined,
    "must be an address or a range, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32",
);

const range = check.pipe(
    check.text(),
    check.refine(
        (value) => !/\/0$/.test(String(value)),
        'allows every address of the internet\nName the ranges of the users, or set "everywhere".',
    ),
    check.either((value) => /^[\d.]+\/\d+$/.test(String(value)), cidr(1), address),
);

/** Checks the addresses that may access the Airflow web server. */
export const webServerAccess = check.literalOr(
    "everywhere",
    check.pipe(
        check.list(range, 'must be a list of ranges, or "everywhere"'),
        check.refine((all) => (all as unknown[]).length > 0, "must have a range"),
        check.refine(
            (all) => new Set(all as string[]).size === (all as string[]).length,
            "must not have duplicate ranges",
        ),
    ),
);

/** The `webServerNetworkAccessControl` of the environment resource, where no range means all addresses. */
export function accessControl(access: string[] | "everywhere" | undefined) {
    const ranges = access === "everywhere" ? ["0.0.0.0/0", "::0/0"] : (access ?? privateRanges);
    return { allowedIpRanges: ranges.map((value) => ({ value })) };
}
