import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import * as check from "../internal/arguments/check";
import { isObject } from "../internal/arguments/value";
import { cidr } from "../internal/network/cidr";

/**
 * A control plane with a DNS endpoint and no IP address. Members with the permission `container.clusters.connect`, which the
 * role Kubernetes Engine Developer has, reach it from everywhere
 * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation network isolation}).
 */
export interface NamedControlPlane {
    /** No IP endpoint. */
    ipEndpoint?: "none";
}

/** A control plane with an internal IP address in the nodes' network. */
export interface PrivateControlPlane {
    /** An internal IP address. Requires private nodes. */
    ipEndpoint: "private";
    /**
     * Enables the DNS endpoint as well.
     * @default true
     */
    dnsEndpoint?: boolean;
    /**
     * IPv4 ranges that, in addition to the nodes, may reach the endpoint, by description: `{ office: "10.8.0.0/16" }`.
     * @default none
     */
    authorizedNetworks?: Record<string, string>;
}

/** A control plane with an external IP address. */
export interface PublicControlPlane {
    /** An external IP address, limited to `authorizedNetworks`. */
    ipEndpoint: "public";
    /**
     * Enables the DNS endpoint as well.
     * @default true
     */
    dnsEndpoint?: boolean;
    /**
     * IPv4 ranges that, in addition to the nodes, may reach the endpoint, by description: `{ office: "203.0.113.0/24" }`. `0.0.0.0/0` is
     * refused.
     */
    authorizedNetworks: Record<string, string>;
    /**
     * Also allows all external addresses of Google Cloud, including other customers' addresses
     * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks authorized networks}). The DNS endpoint
     * needs no such access.
     * @default false
     */
    googleCloudAccess?: boolean;
}

/** How clients reach the control plane. */
export type ControlPlane = NamedControlPlane | PrivateControlPlane | PublicControlPlane;

/** Without one of the other shapes, `ipEndpoint` is `"none"` or invalid. */
const ipEndpoint = check.custom<"none">((value) => value === "none", "must be one of none, private, public");

const authorizedNetworks = check.record(
    check.matching(/^.{1,100}$/, "the name of a network must have 1 to 100 characters"),
    check.either(
        (range) => /\/0+$/.test(String(range)),
        check.refused("must not be all addresses\nSpecify the networks from which the cluster is managed."),
        cidr(1),
    ),
);

const needsEndpoint =
    'It limits an IP endpoint, and there is none by default. Set ipEndpoint to "private" or "public", or remove it.';

const shared = { dnsEndpoint: check.flag(), authorizedNetworks };

type Shape = check.Check<NamedControlPlane> | check.Check<PrivateControlPlane> | check.Check<PublicControlPlane>;

const shapes: Record<string, Shape> = {
    private: check.options<PrivateControlPlane>({ ...shared, ipEndpoint: check.oneOf("private") }, "ipEndpoint"),
    public: check.options<PublicControlPlane>(
        { ...shared, ipEndpoint: check.oneOf("public"), googleCloudAccess: check.flag() },
        "ipEndpoint",
        "authorizedNetworks",
    ),
};

/** Checks the control plane's access. */
export const controlPlane = check.lazily(
    (value): Shape => {
        const shape = isObject(value) ? shapes[String(value.ipEndpoint)] : undefined;
        return (
            shape ?? check.explainedOptions<NamedControlPlane>({ authorizedNetworks: needsEndpoint }, { ipEndpoint })
        );
    },
    () => Object.values(shapes),
);

/** Checks combinations of options. */
export function controlPlaneProblem(
    access: ControlPlane | undefined,
    privateNodes: boolean,
): check.Problem | undefined {
    if (access?.ipEndpoint === "private" && !privateNodes) {
        const reason = `cannot be private if the nodes are not (got "private"). Remove privateNodes: false.`;
        return check.problem("controlPlane.ipEndpoint", "gke/private-endpoint-with-public-nodes", reason);
    }
    return undefined;
}

/** Whether the cluster is managed through its DNS endpoint. */
export function hasDnsEndpoint(access: ControlPlane): boolean {
    return !hasIpEndpoint(access) || access.dnsEndpoint !== false;
}

/** The cluster's arguments for the access to the control plane. */
export function controlPlaneConfig(access: ControlPlane, privateNodes: boolean) {
    const isInternal = access.ipEndpoint !== "public";
    // Without an IP endpoint the API sets it for all clusters, and the provider would show that as a change.
    const enablePrivateEndpoint = privateNodes || !hasIpEndpoint(access) ? isInternal : undefined;
    return {
        controlPlaneEndpointsConfig: {
            dnsEndpointConfig: { allowExternalTraffic: hasDnsEndpoint(access) },
            ipEndpointsConfig: { enabled: hasIpEndpoint(access) },
        },
        privateClusterConfig: { enablePrivateNodes: privateNodes, enablePrivateEndpoint },
        masterAuthorizedNetworksConfig: hasIpEndpoint(access) ? authorizedNetworksConfig(access) : undefined,
    } satisfies Partial<ClusterArgs>;
}

function hasIpEndpoint(access: ControlPlane): access is PrivateControlPlane | PublicControlPlane {
    return access.ipEndpoint !== undefined && access.ipEndpoint !== "none";
}

/** An empty list denies all addresses; without the block all would be allowed. */
function authorizedNetworksConfig(access: PrivateControlPlane | PublicControlPlane) {
    const { ipEndpoint, authorizedNetworks = {} } = access;
    return {
        cidrBlocks: Object.entries(authorizedNetworks).map(([displayName, cidrBlock]) => ({ cidrBlock, displayName })),
        // Otherwise every virtual machine of Google Cloud, also of other projects, would be allowed.
        gcpPublicCidrsAccessEnabled: ipEndpoint === "public" ? (access.googleCloudAccess ?? false) : undefined,
        privateEndpointEnforcementEnabled: ipEndpoint === "private" ? true : undefined,
    };
}
