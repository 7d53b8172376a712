import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Router } from "@pulumi/gcp/compute/router";
import type { RouterNat } from "@pulumi/gcp/compute/routerNat";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import { gkeLimits } from "../facts/limits/gke";
import { networkLimits } from "../facts/limits/network";
import { nameFormats } from "../facts/names";
import { overlap } from "../formats/cidr";
import type { VpcNetwork } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { isObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { noted } from "../internal/engine/creationNote";
import { cidr } from "../internal/network/cidr";
import {
    type NetworkAndSubnet,
    type NetworkOfProgram,
    type NetworkOr,
    networkAndSubnet,
    networkComponent,
    networkOf,
    networkProblem,
    networkSettings,
    type ResolvedNetwork,
    resolveNetwork,
} from "../internal/network/networkOf";
import { natOf } from "../internal/network/subnetNat";
import {
    flowLogDefaults,
    gateway,
    type LoadBalancerProxies,
    loadBalancerProxies,
    subnet,
    vpc,
} from "../internal/network/vpc";
import type { Network } from "../network";

/** The IPv4 ranges of the cluster's own network. Changing them replaces the cluster, except for `proxies`. */
export interface ClusterRanges {
    /**
     * The nodes' range: /8 to /29. The {@link https://cloud.google.com/vpc/docs/subnets first two and the last two addresses}
     * are reserved.
     * @default "10.0.0.0/20": 4,092 nodes
     */
    nodes?: string;
    /**
     * The pods' range: /9 to /24. Each node gets a part of it: a /24 with 110 pods per node, a /26 in an Autopilot cluster
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips VPC-native clusters}).
     * @default "10.4.0.0/14": 262,144 addresses, for 1,024 nodes with 110 pods each
     */
    pods?: string;
    /**
     * The Services' range: /16 to /28.
     * @default "34.118.224.0/20", which Google reserves for Services, the same in every cluster
     */
    services?: string;
    /**
     * The range of the {@link https://cloud.google.com/load-balancing/docs/proxy-only-subnets proxy-only subnet}, which
     * internal Gateways and Ingresses need, such as `10.129.0.0/23`: at least /26. Their proxies may reach all nodes and pods
     * by TCP.
     * @default none
     */
    proxies?: string;
}

/** A network that the cluster creates. */
export interface OwnNetwork {
    /** IPv4 ranges that do not overlap with connected networks. */
    ranges: ClusterRanges;
}

/**
 * A network and its subnet, in which private nodes reach the internet only if the region has a Cloud NAT; a {@link Network} of this
 * program creates it. In another project, GKE must be
 * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc allowed to use it}.
 */
export interface ExistingNetwork extends NetworkAndSubnet {
    /**
     * The name of the subnet's secondary range for pods.
     * @default a range that GKE adds to the subnet
     */
    pods?: pulumi.Input<string>;
    /**
     * The name of the subnet's secondary range for Services.
     * @default `34.118.224.0/20`, which Google reserves for Services
     */
    services?: pulumi.Input<string>;
}

/**
 * The network of a cluster. In a {@link Network} the cluster uses the first subnet of its region, and that subnet's secondary
 * ranges `pods` and `services`.
 */
export type ClusterNetwork = NetworkOfProgram | check.OneOf<OwnNetwork | ExistingNetwork>;

const name = nameFormats.rows.computeResource.pattern.source.slice(1, -1);
const range = check.input(
    check.matching(
        new RegExp(`^${name}$`),
        "must be the name of a secondary range of the subnet: up to 63 lower-case letters, digits and hyphens",
    ),
);

const { nodesPrefix, podsPrefix, servicesPrefix } = gkeLimits.rows;
const { proxyOnlyPrefix } = networkLimits.rows;

const own = check.options<OwnNetwork>(
    {
        ranges: check.options<ClusterRanges>({
            nodes: cidr(nodesPrefix.min, nodesPrefix.max),
            pods: cidr(podsPrefix.min, podsPrefix.max),
            services: cidr(servicesPrefix.min, servicesPrefix.max),
            proxies: cidr(proxyOnlyPrefix.min, proxyOnlyPrefix.max),
        }),
    },
    "ranges",
);

const existing = check.options<ExistingNetwork>({ ...networkAndSubnet, pods: range, services: range });

const isOwn = (network: unknown): network is OwnNetwork => isObject(network) && network.ranges !== undefined;

/** Checks the network. */
export const clusterNetwork = check.componentOr(
    networkComponent,
    check.either(isOwn, own, existing) as check.Check<check.OneOf<OwnNetwork | ExistingNetwork>>,
);

const defaultRanges = { nodes: "10.0.0.0/20", pods: "10.4.0.0/14" };

/** Checks combinations of options. */
export function networkProblems(network: ClusterNetwork | undefined, region: string): check.Problem[] {
    if (!isOwn(network)) {
        const argument = network as NetworkOr<ExistingNetwork> | undefined;
        const { pods, subnet } = networkSettings(argument);
        const problem = networkProblem(argument, region, "the cluster");
        const component = networkOf(network) as Network | undefined;
        const isChosen = pods !== undefined || subnet !== undefined;
        return problem ? [problem] : component && !isChosen ? rangeProblems(component, region) : [];
    }
    const ranges = Object.entries(check.withDefaults(network.ranges, defaultRanges));
    return ranges.flatMap(([key, each], index) => {
        const [other, taken] = ranges.slice(0, index).find(([, earlier]) => overlap(each, earlier)) ?? [];
        const reason = `must have no address of ${other}, ${taken} (got "${each}").`;
        return other ? [check.problem(`network.ranges.${key}`, "gke/ranges-overlap", reason)] : [];
    });
}

/** Checks a {@link Network}. GKE adds ranges of its own only to a subnet without secondary ranges that Pulumi manages. */
function rangeProblems(network: Network, region: string): check.Problem[] {
    const ranges = network.secondaryRangesIn(region);
    const reason = `must have a secondary range pods in its subnet in ${region} (got ${ranges.join(", ")}).`;
    return ranges.length > 0 && !ranges.includes("pods")
        ? [check.problem("network", "gke/pods-range-missing", reason)]
        : [];
}

/** The resources of a cluster's own network. */
export interface NetworkParts {
    readonly network: Vpc;
    readonly subnetwork: Subnetwork;
    /** For private nodes to reach the internet; undefined if nodes have external IP addresses. */
    readonly router?: Router;
    readonly nat?: RouterNat;
    /** The proxy-only subnet of internal load balancers; undefined without `ranges.proxies`. */
    readonly proxies?: LoadBalancerProxies;
}

/** What the cluster needs to know of its network. */
export interface ClusterConnection {
    parts?: NetworkParts;
    network: VpcNetwork;
    subnetwork: pulumi.Input<string>;
    ipAllocationPolicy: {
        clusterSecondaryRangeName?: pulumi.Input<string>;
        servicesSecondaryRangeName?: pulumi.Input<string>;
    };
    /** The address of the network's endpoint for Google APIs, if it has one. */
    googleApis?: pulumi.Output<string>;
    /** What internal load balancers need in the cluster's region; undefined if that is not known. */
    proxies?: pulumi.Resource[];
    /** The resources that nodes depend on. */
    ready: pulumi.Resource[];
}

/** Uses the cluster's network, or creates one. */
export function connectNetwork(
    component: string,
    args: { name: string; network?: ClusterNetwork; region: string; privateNodes: boolean },
    child: Child,
): ClusterConnection {
    const { network: networkArg, privateNodes } = args;
    const natFor = (subnet: unknown) => (privateNodes ? natOf(subnet, `GkeCluster "${component}"`) : []);
    if (networkArg !== undefined && !isOwn(networkArg)) {
        return useNetwork(networkArg as NetworkOr<ExistingNetwork>, args.region, natFor);
    }
    const ranges = check.withDefaults(networkArg?.ranges ?? {}, defaultRanges);
    const parts = createNetwork(component, args, ranges, child);
    return {
        parts,
        network: parts.network,
        subnetwork: parts.subnetwork.id,
        ipAllocationPolicy: {
            clusterSecondaryRangeName: "pods",
            servicesSecondaryRangeName: ranges.services === undefined ? undefined : "services",
        },
        proxies: Object.values(parts.proxies ?? {}),
        ready: parts.nat ? [parts.nat] : [],
    };
}

/** What a {@link Network} has for the clusters of a region. */
export function connectedParts(network: Network, region: string) {
    return {
        network: network.network,
        googleApis: network.googleApis?.address.address,
        proxies: Object.values(network.proxies[region] ?? {}),
    } satisfies Partial<ClusterConnection>;
}

/** Uses a network that the cluster does not create. */
function useNetwork(
    argument: NetworkOr<ExistingNetwork>,
    region: string,
    natFor: (subnetwork: unknown) => pulumi.Resource[],
): ClusterConnection {
    const component = networkOf(argument) as Network | undefined;
    const { pods, services, subnet: chosen } = networkSettings(argument);
    const { network, subnet } = resolveNetwork(argument, region) as Required<ResolvedNetwork>;
    const ranges = component && chosen === undefined ? component.secondaryRangesIn(region) : [];
    return {
        ...(component ? connectedParts(component, region) : { network }),
        subnetwork: subnet,
        ipAllocationPolicy: {
            clusterSecondaryRangeName: pods ?? ranges.find((name) => name === "pods"),
            servicesSecondaryRangeName: services ?? ranges.find((name) => name === "services"),
        },
        ready: natFor(subnet),
    };
}

function createNetwork(
    component: string,
    { name, region, privateNodes }: { name: string; region: string; privateNodes: boolean },
    { nodes, pods, services, proxies: range }: ClusterRanges & typeof defaultRanges,
    child: Child,
): NetworkParts {
    const network = vpc(component, name, child);
    const secondaryRanges = { pods, ...(services === undefined ? {} : { services }) };
    const place = { name, region, network };
    const subnetwork = subnet(component, { ...place, range: nodes, secondaryRanges, flowLogs: flowLogDefaults }, child);
    const proxyPlace = { ...place, name: `${name}-proxies` };
    const note = `GkeCluster "${component}": creates Cloud NAT in ${region}, for the internet access of nodes. privateNodes: false omits it.`;
    return {
        network,
        subnetwork,
        ...(privateNodes ? gateway(component, place, noted(child, note)) : {}),
        ...(range === undefined
            ? {}
            : { proxies: loadBalancerProxies(`${component}-proxies`, { ...proxyPlace, range }, child) }),
    };
}
