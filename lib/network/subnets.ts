import { nameOrId } from "../environment/existing";
import { networkLimits } from "../facts/limits/network";
import { nameFormats } from "../facts/names";
import { overlap } from "../formats/cidr";
import * as check from "../internal/arguments/check";
import { region } from "../internal/arguments/locations";
import { sampling } from "../internal/arguments/percent";
import { cidr } from "../internal/network/cidr";
import { aggregationIntervals, defaultProxyRange, type FlowLogs } from "../internal/network/vpc";
import { partKey } from "./names";

/** A {@link https://cloud.google.com/vpc/docs/subnets subnet}: an IP range in one region. */
export interface Subnet {
    /**
     * The {@link https://cloud.google.com/vpc/docs/subnets primary IPv4 range}, such as `10.0.0.0/20`: /4 to /29, with four
     * reserved addresses. It can be expanded; any other change replaces the subnet.
     */
    range: string;
    /**
     * The region of the subnet. Changing this replaces the subnet.
     * @default the environment's region
     */
    region?: string;
    /**
     * The secondary ranges by name, such as `pods` and `services` of clusters: /4 to /29 each,
     * {@link https://cloud.google.com/vpc/docs/quota at most 170}.
     * @default none
     */
    secondaryRanges?: Record<string, string>;
    /**
     * The {@link https://cloud.google.com/vpc/docs/flow-logs VPC Flow Logs} configuration, or `false`. Flow logs are billed.
     * @default half of the flows, in intervals of ten minutes, with metadata
     */
    flowLogs?: check.Short<FlowLogs | false, true>;
    /**
     * Enables {@link https://cloud.google.com/vpc/docs/private-google-access Private Google Access}: VMs without external addresses
     * reach Google APIs.
     * @default true; not for a subnet with a `purpose`
     */
    privateGoogleAccess?: boolean;
    /**
     * {@link https://cloud.google.com/vpc/docs/subnets IPv6 addresses} in addition to IPv4 addresses: unique local ones, or external
     * ones, for which firewall rules decide what comes in. The kind cannot be changed later, and a network that has
     * had `"internal"` keeps its IPv6 range.
     * @default none
     */
    ipv6?: "internal" | "external";
    /**
     * Makes the subnet a {@link https://cloud.google.com/vpc/docs/hybrid-subnets hybrid subnet}: custom routes may overlap with its ranges,
     * for machines that are migrated from another network with their addresses.
     * @default false
     */
    hybrid?: boolean;
    /**
     * What Google uses the subnet for, in which nothing else has addresses: `"PRIVATE_SERVICE_CONNECT"` for
     * {@link https://cloud.google.com/vpc/docs/about-vpc-hosted-services services that the network publishes}, `"PRIVATE_NAT"` for
     * {@link https://cloud.google.com/nat/docs/private-nat Private NAT}. Without flow logs unless `flowLogs` has options.
     * @default resources such as VMs have addresses in it
     */
    purpose?: "PRIVATE_SERVICE_CONNECT" | "PRIVATE_NAT";
    /**
     * The description of the subnet. Changing this replaces the subnet.
     * @default none
     */
    description?: string;
}

/** A subnet that exists already, which components can use. */
export interface ExistingSubnet {
    /** The name of the subnet, or its ID, `projects/acme-dev/regions/europe-west1/subnetworks/apps`. */
    existing: string;
    /**
     * The region of the subnet.
     * @default the environment's region
     */
    region?: string;
}

/** A subnet with its key in `subnets` and its region. */
export type ResolvedSubnet = { key: string; region: string } & check.OneOf<check.Long<Subnet> | ExistingSubnet>;

/** Whether a subnet exists already. */
export const isExisting = (subnet: Subnet | ExistingSubnet): subnet is ExistingSubnet =>
    Object(subnet).existing !== undefined;

/** Whether resources can have addresses in a subnet. */
export const isUsable = (subnet: Pick<Subnet, "purpose"> | ExistingSubnet): boolean =>
    !("purpose" in subnet) || subnet.purpose === undefined;

/** The {@link https://cloud.google.com/vpc/docs/subnets prohibited IPv4 ranges}. */
const prohibitedRanges = {
    "0.0.0.0/8": "this network",
    "127.0.0.0/8": "a machine itself",
    "169.254.0.0/16": "link-local addresses",
    "199.36.153.4/30": "restricted.googleapis.com",
    "199.36.153.8/30": "private.googleapis.com",
    "224.0.0.0/4": "multicast",
    "255.255.255.255/32": "broadcast",
};

/** Checks an IPv4 range: its prefix length, and that it is not prohibited. */
export function usableRange(minPrefix: number, maxPrefix: number): check.Check<string> {
    const prohibitedBy = (range: unknown) => {
        return Object.entries(prohibitedRanges).find(([prohibited]) => overlap(String(range), prohibited));
    };
    return check.pipe(
        cidr(minPrefix, maxPrefix),
        check.refine(
            (range) => prohibitedBy(range) === undefined,
            ({ input }) => {
                const [prohibited, use] = prohibitedBy(input) as [string, string];
                return `must have no address of ${prohibited}, which is for ${use}`;
            },
        ),
    );
}

const rangeName = (what: string) =>
    check.matching(nameFormats.rows.computeResource.pattern, `${what} ${nameFormats.rows.computeResource.rule}`);

const flowLogs = check.switched(
    check.options<FlowLogs>({
        interval: check.oneOf(...(Object.keys(aggregationIntervals) as Required<FlowLogs>["interval"][])),
        sampling,
        metadata: check.oneOf("INCLUDE_ALL_METADATA", "EXCLUDE_ALL_METADATA"),
    }),
);

const { subnetPrefix, proxyOnlyPrefix, secondaryRanges } = networkLimits.rows;

const subnetRange = usableRange(subnetPrefix.min, subnetPrefix.max);

const { computeResource } = nameFormats.rows;

const subnet = check.explainedOptions<Subnet>(
    { existing: "Only Network.existing(name, { subnets }) has subnets that exist already." },
    {
        range: subnetRange,
        region,
        secondaryRanges: check.pipe(
            check.record(rangeName("the name of a range"), subnetRange),
            check.atMost(secondaryRanges),
        ),
        flowLogs,
        privateGoogleAccess: check.flag(),
        ipv6: check.oneOf("internal", "external"),
        hybrid: check.flag(),
        purpose: check.oneOf("PRIVATE_SERVICE_CONNECT", "PRIVATE_NAT"),
        description: check.text(),
    },
    "range",
);

const existingSubnet = check.options<ExistingSubnet>(
    {
        existing: nameOrId(
            "regions/[^/]+/subnetworks",
            computeResource,
            "projects/acme-dev/regions/europe-west1/subnetworks/apps",
        ),
        region,
    },
    "existing",
);

const subnetKey = partKey("the name of a subnet");

/** Checks the subnets of a network. */
export const subnets = check.record(subnetKey, subnet);

/** Checks the subnets of an existing network. */
export const subnetsOfExisting = check.record(
    subnetKey,
    check.either((value) => Object(value).existing !== undefined, existingSubnet, subnet),
);

/** Checks the proxy-only subnets of cross-region load balancers. */
export const globalProxyOnlySubnets = check.record(region, usableRange(proxyOnlyPrefix.min, proxyOnlyPrefix.max));

/** Checks the proxy-only subnets of a network. */
export const proxyOnlySubnets = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    globalProxyOnlySubnets,
);

/** An IP range and the path of its argument. */
export interface ConfiguredRange {
    path: string;
    range: string;
}

/** The primary and secondary ranges of subnets. */
export function subnetRanges(subnets: Record<string, Subnet | ExistingSubnet>): ConfiguredRange[] {
    return Object.entries(subnets).flatMap(([key, subnet]) => {
        if (isExisting(subnet)) {
            return [];
        }
        const { range, secondaryRanges = {} } = subnet;
        return [
            { path: `subnets.${key}.range`, range },
            ...Object.entries(secondaryRanges).map(([name, each]) => ({
                path: `subnets.${key}.secondaryRanges.${name}`,
                range: each,
            })),
        ];
    });
}

/** Refuses what a subnet with a purpose cannot have. */
export function purposeProblems(subnets: Record<string, Subnet | ExistingSubnet>): (check.Problem | undefined)[] {
    return Object.entries(subnets).flatMap(([key, subnet]) => {
        const { purpose, secondaryRanges, privateGoogleAccess } = subnet as Partial<Subnet>;
        return Object.entries({ secondaryRanges, privateGoogleAccess }).map(([option, value]) =>
            check.when(
                purpose !== undefined && Boolean(value),
                `subnets.${key}.${option}`,
                "network/option-of-subnet-with-purpose",
                `must be left out for a subnet with purpose: "${purpose}", in which no resources have addresses.`,
            ),
        );
    });
}

/** Refuses ranges that overlap, in any region. */
export function overlapProblems(ranges: ConfiguredRange[]): check.Problem[] {
    return ranges.flatMap(({ path, range }, index) => {
        const other = ranges.slice(0, index).find((earlier) => overlap(range, earlier.range));
        const reason = `must have no address of ${other?.path}, ${other?.range} (got "${range.replace(/\/32$/, "")}").`;
        return other ? [check.problem(path, "network/ranges-overlap", reason)] : [];
    });
}

/** The ranges of the proxy-only subnets by region. */
export function proxyRanges(given: boolean | Record<string, string>, region: string): Record<string, string> {
    return typeof given === "object" ? given : given ? { [region]: defaultProxyRange } : {};
}
