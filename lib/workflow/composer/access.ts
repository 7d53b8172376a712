import { isIP } from "node:net";
import { parseCidr, privateRanges } from "../../formats/cidr";
import * as check from "../../internal/check";
import { cidr } from "../../internal/cidr";

const address = check.custom(
    (given) => isIP(String(given)) > 0 || parseCidr(String(given)) !== undefined,
    "must be an address or a range, as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32 is",
);

const range = check.pipe(
    check.text(),
    check.refine(
        (given) => !/\/0$/.test(String(given)),
        'is every address of the internet\nName the ranges of those who may, or say "everywhere".',
    ),
    check.either((given) => /^[\d.]+\/\d+$/.test(String(given)), cidr(1, 32), address),
);

/** Checks from where Airflow's pages are reached. */
export const webServerAccess: check.Check = check.literalOr(
    "everywhere",
    check.pipe(
        check.list(range, 'must be a list of ranges, or "everywhere"'),
        check.refine((all) => (all as unknown[]).length > 0, "must have a range"),
        check.refine(
            (all) => new Set(all as string[]).size === (all as string[]).length,
            "must not name a range twice",
        ),
    ),
);

/** The same in the form of the provider, for which no range at all means everywhere. */
export function accessControl(given: string[] | "everywhere" | undefined) {
    const each = given === "everywhere" ? ["0.0.0.0/0", "::0/0"] : (given ?? privateRanges);
    return { allowedIpRanges: each.map((value) => ({ value })) };
}
