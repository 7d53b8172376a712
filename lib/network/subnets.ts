import { overlap } from "../formats/cidr";
import * as check from "../internal/check";
import { cidr } from "../internal/cidr";
import { region } from "../internal/places";
import type { FlowLogs } from "../internal/vpc";
import { partName } from "./names";

/** A subnet: a range of addresses in one region. */
export interface Subnet {
    /**
     * The range of its addresses, as `10.0.0.0/20`: /4 to /29, of which four addresses are Google's own ("Subnets"). It can
     * grow; one that does not hold the present one makes another subnet.
     */
    range: string;
    /**
     * The region in which it is. Another one makes another subnet.
     * @default the environment's region
     */
    region?: string;
    /**
     * Further ranges by their names, such as `pods` and `services` of clusters: /4 to /29 each, 170 at most ("Quotas and
     * limits" of VPC).
     * @default none
     */
    secondaryRanges?: Record<string, string>;
    /**
     * What is logged of its traffic, at the price of logs, or `false`.
     * @default every second record, over ten minutes, with metadata
     */
    flowLogs?: FlowLogs | false;
}

/** "Subnets", prohibited IPv4 subnet ranges. */
const prohibited = {
    "0.0.0.0/8": "this network",
    "127.0.0.0/8": "a machine itself",
    "169.254.0.0/16": "link-local addresses",
    "199.36.153.4/30": "restricted.googleapis.com",
    "199.36.153.8/30": "private.googleapis.com",
    "224.0.0.0/4": "multicast",
    "255.255.255.255/32": "broadcast",
};

/** A range that may be in a network: not one that is kept for something else. */
export function usableRange(shortest: number, longest: number): check.Check {
    const keptFor = (range: unknown) => {
        return Object.entries(prohibited).find(([kept]) => overlap(String(range), kept));
    };
    return check.pipe(
        cidr(shortest, longest),
        check.refine(
            (range) => keptFor(range) === undefined,
            ({ input }) => {
                const [kept, what] = keptFor(input) ?? [];
                return `must have no address of ${kept}, which is for ${what}`;
            },
        ),
    );
}

const name = (what: string) =>
    check.matching(
        /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        `${what} must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
    );

const share = check.custom(
    (value) => typeof value === "number" && value > 0 && value <= 1,
    "must be a number above 0, up to 1",
);

const flowLogs = check.literalOr(
    false,
    check.options<FlowLogs>({
        aggregationInterval: check.oneOf(
            "INTERVAL_5_SEC",
            "INTERVAL_30_SEC",
            "INTERVAL_1_MIN",
            "INTERVAL_5_MIN",
            "INTERVAL_10_MIN",
            "INTERVAL_15_MIN",
        ),
        flowSampling: share,
        metadata: check.oneOf("INCLUDE_ALL_METADATA", "EXCLUDE_ALL_METADATA"),
    }),
);

const most = 170;

/** Checks the subnets of a network. */
export const subnets: check.Check = check.pipe(
    check.record(
        partName("the name of a subnet"),
        check.options<Subnet>(
            {
                range: usableRange(4, 29),
                region,
                secondaryRanges: check.pipe(
                    check.record(name("the name of a range"), usableRange(4, 29)),
                    check.refine(
                        (all) => Object.keys(all as object).length <= most,
                        `there can be ${most} secondary ranges at most`,
                    ),
                ),
                flowLogs,
            },
            "range",
        ),
    ),
    check.refine((all) => Object.keys(all as object).length > 0, "must have a subnet"),
);

/** A range of a network with the argument that tells it. */
export interface Told {
    path: string;
    range: string;
}

/** Every range of subnets. */
export function rangesOf(all: Record<string, Subnet>): Told[] {
    return Object.entries(all).flatMap(([key, { range, secondaryRanges = {} }]) => [
        { path: `subnets.${key}.range`, range },
        ...Object.entries(secondaryRanges).map(([name, each]) => ({
            path: `subnets.${key}.secondaryRanges.${name}`,
            range: each,
        })),
    ]);
}

/** What is wrong with ranges that are right each by itself: no address is in two of them, in whichever region. */
export function overlapProblems(ranges: Told[]): check.Problem[] {
    return ranges.flatMap(({ path, range }, index) => {
        const other = ranges.slice(0, index).find((earlier) => overlap(range, earlier.range));
        const reason = `must have no address of ${other?.path}, ${other?.range} (got "${range.replace(/\/32$/, "")}").`;
        return other ? [{ path, reason }] : [];
    });
}
