import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import * as check from "../internal/check";
import { cidr } from "../internal/cidr";
import { isObject } from "../internal/value";

/**
 * The control plane has a name and no address: whoever has the permission `container.clusters.connect`, as the role
 * Kubernetes Engine Developer has, reaches it from everywhere ("About network isolation in GKE").
 */
export interface NamedControlPlane {
    /** There are no addresses. */
    ipEndpoint?: "none";
}

/** The control plane has an address in the network of the nodes. */
export interface PrivateControlPlane {
    /** An address that only the network reaches, which private nodes must be in. */
    ipEndpoint: "private";
    /**
     * Whether it has its name as well.
     * @default true
     */
    dnsEndpoint?: boolean;
    /**
     * Who reaches the address beside the nodes: ranges of IPv4 addresses by what they are, `{ office: "10.8.0.0/16" }`.
     * @default nobody
     */
    authorizedNetworks?: Record<string, string>;
}

/** The control plane has an address on the internet. */
export interface PublicControlPlane {
    /** An address that the internet reaches, as far as `authorizedNetworks` lets it. */
    ipEndpoint: "public";
    /**
     * Whether it has its name as well.
     * @default true
     */
    dnsEndpoint?: boolean;
    /**
     * Who reaches the address beside the nodes: ranges of IPv4 addresses by what they are, `{ office: "203.0.113.0/24" }`;
     * all addresses, `0.0.0.0/0`, are refused.
     */
    authorizedNetworks: Record<string, string>;
}

/** How a control plane is reached. */
export type ControlPlane = NamedControlPlane | PrivateControlPlane | PublicControlPlane;

const ipEndpoint = check.oneOf("none", "private", "public");

const authorizedNetworks = check.record(
    check.matching(/^.{1,100}$/, "what a network is must be told in 1 to 100 characters"),
    check.either(
        (range) => /\/0+$/.test(String(range)),
        check.custom(() => false, "must not be all addresses\nName the networks from which the cluster is managed."),
        cidr(1, 32),
    ),
);

const withAddress = { ipEndpoint, dnsEndpoint: check.flag(), authorizedNetworks };

const shapes: Record<string, check.Check> = {
    private: check.options<PrivateControlPlane>(withAddress, "ipEndpoint"),
    public: check.options<PublicControlPlane>(withAddress, "ipEndpoint", "authorizedNetworks"),
};

/** Checks how a control plane is reached. */
export const controlPlane: check.Check = check.lazily((given) => {
    const shape = isObject(given) ? shapes[String(given.ipEndpoint)] : undefined;
    return shape ?? check.options<NamedControlPlane>({ ipEndpoint });
});

/** Why a control plane cannot be reached as it was told. */
export function controlPlaneProblem(
    access: ControlPlane | undefined,
    privateNodes: boolean,
): check.Problem | undefined {
    if (access?.ipEndpoint === "private" && !privateNodes) {
        const reason = `cannot be private where the nodes are not (got "private"). Leave out privateNodes: false.`;
        return { path: "controlPlane.ipEndpoint", reason };
    }
    return undefined;
}

/** Whether what manages the cluster reaches it by its name. */
export function hasName(access: ControlPlane): boolean {
    return !isAddressed(access) || access.dnsEndpoint !== false;
}

/** What of a cluster's definition tells how it is reached. */
export function controlPlaneConfig(access: ControlPlane, privateNodes: boolean) {
    const isInside = access.ipEndpoint !== "public";
    return {
        controlPlaneEndpointsConfig: {
            dnsEndpointConfig: { allowExternalTraffic: hasName(access) },
            ipEndpointsConfig: { enabled: isAddressed(access) },
        },
        privateClusterConfig: privateNodes
            ? { enablePrivateNodes: true, enablePrivateEndpoint: isInside }
            : { enablePrivateNodes: false },
        masterAuthorizedNetworksConfig: isAddressed(access) ? authorized(access) : undefined,
    } satisfies Partial<ClusterArgs>;
}

function isAddressed(access: ControlPlane): access is PrivateControlPlane | PublicControlPlane {
    return access.ipEndpoint !== undefined && access.ipEndpoint !== "none";
}

/** A list that is empty lets nobody in, while none would let everybody in. */
function authorized({ ipEndpoint, authorizedNetworks = {} }: PrivateControlPlane | PublicControlPlane) {
    return {
        cidrBlocks: Object.entries(authorizedNetworks).map(([displayName, cidrBlock]) => ({ cidrBlock, displayName })),
        // Without it every machine of Google Cloud, of whomever it is, would be let in.
        gcpPublicCidrsAccessEnabled: ipEndpoint === "public" ? false : undefined,
        privateEndpointEnforcementEnabled: ipEndpoint === "private" ? true : undefined,
    };
}
