import { Network } from "@pulumi/gcp/compute/network";
import { Router } from "@pulumi/gcp/compute/router";
import { RouterNat, type RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type { Child } from "./children";

/** A network of custom mode: it has the subnets that it is given and no others. */
export function vpc(component: string, name: string, child: Child): Network {
    return new Network(...child("network", component, { name, autoCreateSubnetworks: false }));
}

/** What is logged of the traffic of a subnet's addresses ("VPC Flow Logs"). */
export interface FlowLogs {
    /**
     * Over what time packets of a connection are told as one.
     * @default "INTERVAL_10_MIN"
     */
    aggregationInterval?:
        | "INTERVAL_5_SEC"
        | "INTERVAL_30_SEC"
        | "INTERVAL_1_MIN"
        | "INTERVAL_5_MIN"
        | "INTERVAL_10_MIN"
        | "INTERVAL_15_MIN";
    /**
     * Which share of the records is kept: above 0, up to 1.
     * @default 0.5
     */
    flowSampling?: number;
    /**
     * Whether a record names the machines, regions and clusters at both ends.
     * @default "INCLUDE_ALL_METADATA"
     */
    metadata?: "INCLUDE_ALL_METADATA" | "EXCLUDE_ALL_METADATA";
}

/** How flow logs are kept unless somebody says otherwise: one flow in two, told every ten minutes. */
export const flowLogDefaults: Required<FlowLogs> = {
    aggregationInterval: "INTERVAL_10_MIN",
    flowSampling: 0.5,
    metadata: "INCLUDE_ALL_METADATA",
};

/** What a subnet is made of. */
export interface SubnetworkParts {
    name: string;
    region: string;
    network: Network;
    range: string;
    /** By their names. */
    secondaryRanges?: Record<string, string>;
    /** Nothing where no flow is logged. */
    flowLogs?: FlowLogs;
}

/** A subnet from which Google's APIs are reached without an address on the internet. */
export function subnet(component: string, parts: SubnetworkParts, child: Child): Subnetwork {
    const { name, region, network, range, secondaryRanges, flowLogs } = parts;
    const secondary = Object.entries(secondaryRanges ?? {});
    return new Subnetwork(
        ...child("subnetwork", component, {
            name,
            region,
            network: network.id,
            ipCidrRange: range,
            secondaryIpRanges:
                secondary.length > 0
                    ? secondary.map(([rangeName, ipCidrRange]) => ({ rangeName, ipCidrRange }))
                    : undefined,
            privateIpGoogleAccess: true,
            logConfig: flowLogs,
        }),
    );
}

/** By these what is in a region reaches the internet without an address there. */
export interface Gateway {
    readonly router: Router;
    readonly nat: RouterNat;
}

/** A Cloud NAT for all subnets of a region, with the router that it needs. */
export function gateway(
    component: string,
    { name, region, network }: { name: string; region: string; network: Network },
    child: Child,
    own: Partial<RouterNatArgs> = {},
): Gateway {
    const router = new Router(...child("router", component, { name, region, network: network.id }));
    const nat = new RouterNat(
        ...child("nat", component, {
            name,
            region,
            router: router.name,
            natIpAllocateOption: "AUTO_ONLY",
            sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
            logConfig: { enable: true, filter: "ERRORS_ONLY" },
            ...own,
        }),
    );
    return { router, nat };
}
