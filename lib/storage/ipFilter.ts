import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type * as pulumi from "@pulumi/pulumi";
import { storageLimits } from "../facts/limits/storage";
import * as check from "../internal/arguments/check";
import { ipRange } from "../internal/network/cidr";
import { type NetworkOfProgram, networkAndSubnet, networkIds } from "../internal/network/networkOf";

/**
 * Which addresses reach a bucket ({@link https://cloud.google.com/storage/docs/ip-filtering-overview IP filtering}). All other requests are
 * refused, whatever rights they have.
 */
export interface IpFilter {
    /**
     * Ranges of addresses on the internet, IPv4 or IPv6, such as `"203.0.113.0/24"`.
     * @default none
     */
    ranges?: string[];
    /**
     * VPC networks, whose requests come from these ranges of addresses: at most 25.
     * @default none
     */
    networks?: IpFilterNetwork[];
    /**
     * Accepts networks of other organizations in `networks`.
     * @default false
     */
    otherOrganizations?: boolean;
    /**
     * Lets in the service agents of Google Cloud, which have no address of yours, such as the agents of BigQuery, Pub/Sub and log sinks.
     * @default false
     */
    serviceAgents?: boolean;
}

/** A network that reaches a bucket. */
export interface IpFilterNetwork {
    /** A `Network`, or the ID or name of a network, such as `projects/acme-dev/global/networks/apps`. */
    network: NetworkOfProgram | pulumi.Input<string>;
    /** Ranges of addresses, IPv4 or IPv6; `"0.0.0.0/0"` for all of the network. */
    ranges: string[];
}

const limits = storageLimits.rows;
const ranges = check.pipe(
    check.list(ipRange),
    check.refine((all) => all.length > 0, "must have a range"),
);

/** Checks each option. */
export const ipFilter = check.literalOr(
    false,
    check.options<IpFilter>({
        ranges,
        networks: check.pipe(
            check.list(
                check.options<IpFilterNetwork>({ network: networkAndSubnet.network, ranges }, "network", "ranges"),
            ),
            check.refine(
                (all) => all.length > 0 && all.length <= limits.ipFilterNetworks.max,
                `must have 1 to ${limits.ipFilterNetworks.max} networks`,
            ),
        ),
        otherOrganizations: check.flag(),
        serviceAgents: check.flag(),
    }),
);

/** Checks combinations of options. */
export function ipFilterProblems(filter: IpFilter | false | undefined): (check.Problem | undefined)[] {
    const { ranges, networks, otherOrganizations } = filter || {};
    const count = [ranges ?? [], ...(networks ?? []).map((one) => one.ranges)].flat().length;
    return [
        check.when(
            filter && ranges === undefined && networks === undefined,
            "ipFilter",
            "storage/ip-filter-empty",
            "must have ranges or networks: without them, nobody reaches the bucket, and nobody can change it. Use false to switch the filter off.",
        ),
        check.when(
            count > limits.ipFilterRanges.max,
            "ipFilter",
            "storage/ip-filter-ranges",
            `can have ${limits.ipFilterRanges.max} ranges at most in all (got ${count}).`,
        ),
        check.when(
            otherOrganizations !== undefined && networks === undefined,
            "ipFilter.otherOrganizations",
            "storage/ip-filter-organizations-without-networks",
            "is only for networks. Remove it.",
        ),
    ];
}

/** The filter in the form of the provider, which cannot remove a filter, but switch it off. */
export function ipFilterArgs(filter: IpFilter | false | undefined, project: string): BucketArgs["ipFilter"] {
    if (!filter) {
        return filter === undefined ? undefined : { mode: "Disabled" };
    }
    const { ranges, networks, otherOrganizations, serviceAgents = false } = filter;
    return {
        mode: "Enabled",
        publicNetworkSource: ranges && { allowedIpCidrRanges: ranges },
        vpcNetworkSources: networks?.map(({ network, ranges: allowedIpCidrRanges }) => ({
            network: networkIds({ network }, "", project).network as pulumi.Input<string>,
            allowedIpCidrRanges,
        })),
        allowCrossOrgVpcs: otherOrganizations,
        allowAllServiceAgentAccess: serviceAgents,
    };
}
