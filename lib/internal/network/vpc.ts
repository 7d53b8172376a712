import { Firewall } from "@pulumi/gcp/compute/firewall";
import { Network, type NetworkArgs } from "@pulumi/gcp/compute/network";
import { Router } from "@pulumi/gcp/compute/router";
import { RouterNat, type RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { partName } from "../arguments/names";
import { fractionOf } from "../arguments/percent";
import type { Child } from "../engine/children";
import { deletedLast } from "../engine/deletionOrder";

/** The source range of {@link https://cloud.google.com/iap/docs/using-tcp-forwarding IAP TCP forwarding}. */
export const iapSourceRange = "35.235.240.0/20";

/** A custom mode network, without automatic subnets. */
export function vpc(component: string, name: string, child: Child, own: Partial<NetworkArgs> = {}): Network {
    const args = { name, autoCreateSubnetworks: false, ...own };
    return new Network(...deletedLast(child("network", component, args), "autoCreateSubnetworks"));
}

/** The intervals of flow logs, as the API names them. */
export const aggregationIntervals = {
    "5 seconds": "INTERVAL_5_SEC",
    "30 seconds": "INTERVAL_30_SEC",
    "1 minute": "INTERVAL_1_MIN",
    "5 minutes": "INTERVAL_5_MIN",
    "10 minutes": "INTERVAL_10_MIN",
    "15 minutes": "INTERVAL_15_MIN",
} as const;

/** {@link https://cloud.google.com/vpc/docs/flow-logs VPC Flow Logs} of a subnet. */
export interface FlowLogs {
    /**
     * The interval over which packets of a connection are aggregated.
     * @default "10 minutes"
     */
    interval?: "5 seconds" | "30 seconds" | "1 minute" | "5 minutes" | "10 minutes" | "15 minutes";
    /**
     * The share of records that is kept, in percent: above 0, up to 100.
     * @default 50
     */
    sampling?: number;
    /**
     * Adds the VMs, regions and clusters of both ends to records.
     * @default "INCLUDE_ALL_METADATA"
     */
    metadata?: "INCLUDE_ALL_METADATA" | "EXCLUDE_ALL_METADATA";
}

/** The defaults of flow logs. */
export const flowLogDefaults: Required<FlowLogs> = {
    interval: "10 minutes",
    sampling: 50,
    metadata: "INCLUDE_ALL_METADATA",
};

/** The inputs of a subnet. */
export interface SubnetworkParts {
    name: string;
    region: string;
    network: Network;
    range: string;
    /** By name. */
    secondaryRanges?: Record<string, string>;
    /** Undefined disables flow logs. */
    flowLogs?: Required<FlowLogs>;
    privateGoogleAccess?: boolean;
    ipv6?: "internal" | "external";
    hybrid?: boolean;
    purpose?: string;
    description?: string;
}

/** A subnet, by default with Private Google Access. */
export function subnet(component: string, parts: SubnetworkParts, child: Child): Subnetwork {
    const { name, region, network, range, secondaryRanges, flowLogs, ipv6, hybrid, purpose, description } = parts;
    const secondary = Object.entries(secondaryRanges ?? {});
    return new Subnetwork(
        // The network waits for the APIs.
        ...deletedLast(
            child("subnetwork", component, {
                name,
                region,
                network: network.id,
                ipCidrRange: range,
                secondaryIpRanges:
                    secondary.length > 0
                        ? secondary.map(([rangeName, ipCidrRange]) => ({ rangeName, ipCidrRange }))
                        : undefined,
                privateIpGoogleAccess: purpose === undefined ? (parts.privateGoogleAccess ?? true) : undefined,
                stackType: ipv6 && "IPV4_IPV6",
                ipv6AccessType: ipv6?.toUpperCase(),
                allowSubnetCidrRoutesOverlap: hybrid,
                purpose,
                description,
                logConfig: flowLogs && {
                    aggregationInterval: aggregationIntervals[flowLogs.interval],
                    flowSampling: fractionOf(flowLogs.sampling),
                    metadata: flowLogs.metadata,
                },
            }),
        ),
    );
}

/**
 * What the Envoy proxies of regional Application Load Balancers need in a region: their
 * {@link https://cloud.google.com/load-balancing/docs/proxy-only-subnets subnet}, and the
 * {@link https://cloud.google.com/load-balancing/docs/firewall-rules firewall rule} that lets them reach the backends.
 */
export interface LoadBalancerProxies {
    readonly subnetwork: Subnetwork;
    readonly firewall: Firewall;
}

/** The default range of a proxy-only subnet: the range of Google's own examples. */
export const defaultProxyRange = "10.129.0.0/23";

/** Creates a proxy-only subnet, of which a region of a network can have one of each purpose that is active. */
export function loadBalancerProxies(
    component: string,
    parts: { name: string; region: string; network: Network; range: string; purpose?: string },
    child: Child,
): LoadBalancerProxies {
    const { name, region, network, range, purpose = "REGIONAL_MANAGED_PROXY" } = parts;
    const subnetwork = new Subnetwork(
        ...child("proxySubnetwork", component, {
            name,
            region,
            network: network.id,
            ipCidrRange: range,
            purpose,
            role: "ACTIVE",
        }),
    );
    const firewall = new Firewall(
        ...child("proxyFirewall", component, {
            name,
            network: network.id,
            direction: "INGRESS",
            sourceRanges: [range],
            allows: [{ protocol: "tcp" }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        }),
    );
    return { subnetwork, firewall };
}

/** Cloud NAT of a region with its router. */
export interface Gateway {
    readonly router: Router;
    readonly nat: RouterNat;
}

/** Creates Cloud NAT for all subnets of a region. */
export function gateway(
    component: string,
    { name, region, network }: { name: string; region: string; network: Network },
    child: Child,
    own: Partial<RouterNatArgs> = {},
): Gateway {
    const router = new Router(...child("router", component, { name, region, network: network.id }));
    const nat = new RouterNat(
        ...child("nat", component, {
            // Two characters at least: https://cloud.google.com/compute/docs/reference/rest/v1/routers (`nats[].name`).
            name: name.length > 1 ? name : partName(name, "nat"),
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
