import * as check from "../internal/check";
import { cidr, overlap } from "../internal/cidr";

/** A subnet: a range of addresses in one region. */
export interface Subnet {
    /** The range of its addresses, as `10.0.0.0/20`: /4 to /29 ("Subnets"). It can grow; another one makes another subnet. */
    range: string;
    /**
     * The region in which it is. Another one makes another subnet.
     * @default the environment's region
     */
    region?: string;
    /**
     * Further ranges by their names, as `pods` and `services` of clusters: /4 to /29 each.
     * @default none
     */
    secondaryRanges?: Record<string, string>;
}

const part = (what: string) =>
    check.matching(
        /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        `${what} must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
    );

/** Checks the subnets of a network. */
export const subnets: check.Check = check.record(
    part("the name of a subnet"),
    check.options<Subnet>(
        {
            range: cidr(4, 29),
            region: check.matching(/^[a-z]+-[a-z]+\d+$/, "must be a region such as europe-west1"),
            secondaryRanges: check.record(part("the name of a range"), cidr(4, 29)),
        },
        "range",
    ),
);

/** Every range of a network with the argument that tells it. */
export function rangesOf(all: Record<string, Subnet>): { path: string; range: string }[] {
    return Object.entries(all).flatMap(([key, { range, secondaryRanges = {} }]) => [
        { path: `subnets.${key}.range`, range },
        ...Object.entries(secondaryRanges).map(([name, each]) => ({
            path: `subnets.${key}.secondaryRanges.${name}`,
            range: each,
        })),
    ]);
}

/** What is wrong with subnets that are right each by itself. */
export function subnetProblems(all: Record<string, Subnet>): check.Problem[] {
    const ranges = rangesOf(all);
    return ranges.flatMap(({ path, range }, index) => {
        const other = ranges.slice(0, index).find((earlier) => overlap(range, earlier.range));
        const reason = `must have no address of ${other?.path}, ${other?.range} (got "${range}").`;
        return other ? [{ path, reason }] : [];
    });
}
