import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Router } from "@pulumi/gcp/compute/router";
import type { RouterNat } from "@pulumi/gcp/compute/routerNat";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import * as pulumi from "@pulumi/pulumi";
import { overlap } from "../formats/cidr";
import type { VpcNetwork } from "../identity/capability";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { cidr } from "../internal/cidr";
import { regionProblem, subnetProblem } from "../internal/places";
import { flowLogDefaults, gateway, subnet, vpc } from "../internal/vpc";
import type { Network } from "../network";

/** The ranges of IPv4 addresses in a network of the cluster's own. Others need another cluster. */
export interface ClusterRanges {
    /**
     * Of the nodes: /8 to /29. Its first two and its last two addresses are not theirs ("Subnets").
     * @default "10.0.0.0/20": 4,092 nodes
     */
    nodes?: string;
    /**
     * Of the pods: /9 to /24. Each node takes a part of it, with 110 pods a /24, in an Autopilot cluster a /26 ("Plan IP
     * addresses for GKE").
     * @default "10.4.0.0/14": 262,144 addresses, for 1,024 nodes with 110 pods each
     */
    pods?: string;
    /**
     * Of the Services: /16 to /28.
     * @default "34.118.224.0/20", which Google keeps for that, the same in every cluster
     */
    services?: string;
}

/** A network that the cluster makes for itself. */
export interface OwnNetwork {
    /** Ranges of addresses that suit other networks with which this one will be connected. */
    ranges: ClusterRanges;
}

/** A network that is there. Its project must let GKE use it when that is another one ("Setting up clusters with Shared VPC"). */
export interface ExistingNetwork {
    /** The network's id, `projects/acme-dev/global/networks/apps`, or its name. */
    network: pulumi.Input<string>;
    /**
     * The subnet's id, `projects/acme-dev/regions/europe-west1/subnetworks/apps`, or its name. It is in the cluster's region.
     * Private nodes reach the internet only by a Cloud NAT there.
     */
    subnetwork: pulumi.Input<string>;
    /**
     * The name of the subnet's secondary range for the pods.
     * @default one that GKE adds to the subnet
     */
    pods?: pulumi.Input<string>;
    /**
     * The name of the subnet's secondary range for the Services.
     * @default `34.118.224.0/20`, which Google keeps for that
     */
    services?: pulumi.Input<string>;
}

/**
 * In which network a cluster is. In a {@link Network} it is in the first subnet of its region, and its pods and Services are
 * in the secondary ranges of that with the names `pods` and `services`.
 */
export type ClusterNetwork = check.OneOf<OwnNetwork | ExistingNetwork> | Network;

const name = "[a-z]([a-z0-9-]{0,61}[a-z0-9])?";
const named = (path: string, wording: string) => {
    return check.input(
        check.matching(new RegExp(`^(https://www.googleapis.com/compute/v1/)?(${path}/)?${name}$`), wording),
    );
};
const range = check.input(
    check.matching(
        new RegExp(`^${name}$`),
        "must be the name of a secondary range of the subnet: up to 63 lower-case letters, digits and hyphens",
    ),
);

/** Checks in which network a cluster is. */
export const clusterNetwork: check.Check = check.componentOr(
    check.component("Network"),
    check.variant({
        ranges: check.options<OwnNetwork>(
            { ranges: check.options<ClusterRanges>({ nodes: cidr(8, 29), pods: cidr(9, 24), services: cidr(16, 28) }) },
            "ranges",
        ),
        subnetwork: check.options<ExistingNetwork>(
            {
                network: named(
                    "projects/[^/]+/global/networks",
                    "must be a network's name or id, as projects/acme-dev/global/networks/apps is",
                ),
                subnetwork: named(
                    "projects/[^/]+/regions/[^/]+/subnetworks",
                    "must be a subnet's name or id, as projects/acme-dev/regions/europe-west1/subnetworks/apps is",
                ),
                pods: range,
                services: range,
            },
            "network",
            "subnetwork",
        ),
    }),
);

const isNetwork = (network: ClusterNetwork | undefined): network is Network => pulumi.Resource.isInstance(network);

const defaultRanges = { nodes: "10.0.0.0/20", pods: "10.4.0.0/14" };

/** What is wrong with a network whose parts are right each by itself. */
export function networkProblems(network: ClusterNetwork | undefined, region: string): check.Problem[] {
    if (isNetwork(network)) {
        return joinedProblems(network, region);
    }
    if (network?.subnetwork !== undefined) {
        const problem = regionProblem("network.subnetwork", network.subnetwork, region, "the cluster");
        return problem ? [problem] : [];
    }
    const ranges = Object.entries(check.completed(network?.ranges ?? {}, defaultRanges));
    return ranges.flatMap(([key, each], index) => {
        const [other, taken] = ranges.slice(0, index).find(([, earlier]) => overlap(each, earlier)) ?? [];
        const reason = `must have no address of ${other}, ${taken} (got "${each}").`;
        return other ? [{ path: `network.ranges.${key}`, reason }] : [];
    });
}

/** Why a cluster cannot be in a network: GKE adds a range of its own only to a subnet of which Pulumi manages none. */
function joinedProblems(network: Network, region: string): check.Problem[] {
    const ranges = network.secondaryRangesIn(region);
    const problem = subnetProblem("network", network, region, "the cluster");
    if (problem) {
        return [problem];
    }
    const reason = `must have a secondary range pods in its subnet in ${region} (got ${ranges.join(", ")}).`;
    return ranges.length > 0 && !ranges.includes("pods") ? [{ path: "network", reason }] : [];
}

/** The resources of a network that a cluster has for itself. */
export interface NetworkParts {
    readonly network: Vpc;
    readonly subnetwork: Subnetwork;
    /** By these private nodes reach the internet; nothing where nodes have addresses of their own. */
    readonly router?: Router;
    readonly nat?: RouterNat;
}

/** What a cluster is given of its network. */
export interface Connected {
    parts?: NetworkParts;
    network: VpcNetwork;
    subnetwork: pulumi.Input<string>;
    ipAllocationPolicy: {
        clusterSecondaryRangeName?: pulumi.Input<string>;
        servicesSecondaryRangeName?: pulumi.Input<string>;
    };
    /** What the nodes cannot do without. */
    ready: pulumi.Resource[];
}

/** The network of a cluster: the one it was given, or one of its own. */
export function connected(
    component: string,
    args: { name: string; network?: ClusterNetwork; region: string; privateNodes: boolean },
    child: Child,
): Connected {
    const { network: given } = args;
    if (isNetwork(given)) {
        return joined(given, args.region);
    }
    if (given?.subnetwork !== undefined) {
        const { network, subnetwork, pods, services } = given;
        const ipAllocationPolicy = { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services };
        return { network, subnetwork, ipAllocationPolicy, ready: [] };
    }
    const ranges = check.completed(given?.ranges ?? {}, defaultRanges);
    const parts = made(component, args, ranges, child);
    return {
        parts,
        network: parts.network,
        subnetwork: parts.subnetwork.id,
        ipAllocationPolicy: {
            clusterSecondaryRangeName: "pods",
            servicesSecondaryRangeName: ranges.services === undefined ? undefined : "services",
        },
        ready: parts.nat ? [parts.nat] : [],
    };
}

/** What a cluster is given of a network that is a component. */
function joined(network: Network, region: string): Connected {
    const ranges = network.secondaryRangesIn(region);
    const { nat } = network.gateways[region] ?? {};
    return {
        network: network.network,
        subnetwork: (network.subnetworkIn(region) as Subnetwork).id,
        ipAllocationPolicy: {
            clusterSecondaryRangeName: ranges.find((name) => name === "pods"),
            servicesSecondaryRangeName: ranges.find((name) => name === "services"),
        },
        ready: nat ? [nat] : [],
    };
}

function made(
    component: string,
    { name, region, privateNodes }: { name: string; region: string; privateNodes: boolean },
    { nodes, pods, services }: ClusterRanges & typeof defaultRanges,
    child: Child,
): NetworkParts {
    const network = vpc(component, name, child);
    const secondaryRanges = { pods, ...(services === undefined ? {} : { services }) };
    const place = { name, region, network };
    const subnetwork = subnet(component, { ...place, range: nodes, secondaryRanges, flowLogs: flowLogDefaults }, child);
    return { network, subnetwork, ...(privateNodes ? gateway(component, place, child) : {}) };
}
