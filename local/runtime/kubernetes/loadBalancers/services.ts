import type { KubeObject } from "../api/api";
import type { Addresses } from "./addresses";

/** The address of a load balancer, or why it has none. */
export type AddressResult = { address: string } | { problem: string };

const isInternal = ({ annotations = {} }: KubeObject["metadata"]) =>
    ["networking.gke.io/load-balancer-type", "cloud.google.com/load-balancer-type"].some(
        (name) => annotations[name]?.toLowerCase() === "internal",
    );

/** Whether GKE creates a load balancer for a Service. */
export const isLoadBalanced = ({ metadata, spec }: KubeObject) =>
    spec.type === "LoadBalancer" && metadata.deletionTimestamp === undefined;

/** The load balancer address of a Service: "LoadBalancer Service parameters". */
export function serviceAddress(
    { metadata, spec, status }: KubeObject,
    addresses: Addresses,
    used: Set<string>,
): AddressResult {
    const internal = isInternal(metadata);
    const desired = spec.loadBalancerIP;
    if (desired) {
        return internal || addresses.isReserved(desired)
            ? { address: desired }
            : { problem: `requested ip "${desired}" is neither static nor assigned to the LB` };
    }
    const name = metadata.annotations?.["networking.gke.io/load-balancer-ip-addresses"];
    if (name) {
        const address = addresses.named(name, "regional");
        return address ? { address } : { problem: `address "${name}" was not found` };
    }
    const now = status?.loadBalancer?.ingress?.[0]?.ip;
    // A load balancer that changes its type gets another address.
    const isOfKind = now !== undefined && internal === !now.startsWith("198.51.100.");
    const address = isOfKind ? now : addresses.free(internal, used);
    return address ? { address } : { problem: "no address is free" };
}
