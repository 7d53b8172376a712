import { Address } from "@pulumi/gcp/compute/address";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import { addressProblem, isReservedAddress } from "../internal/network/reservedAddress";
import type { Network } from "../network";
import type { LoadBalancerType } from "./types";

/** What is wrong with the reserved addresses of the arguments. */
export function addressProblems(
    { type, address, ipv6, region, network, insecure, httpRedirect = true }: Addressed,
    environment: { region: string },
): (check.Problem | undefined)[] {
    if (type === "cross-region-internal") {
        return [];
    }
    const isGlobal = type === "global-external";
    const wanted = {
        type,
        region: isGlobal ? undefined : (region ?? environment.region),
        network: type === "regional-internal" ? network : undefined,
    };
    return [
        addressProblem("address", address, wanted, "the load balancer"),
        addressProblem("ipv6", isGlobal ? ipv6 : undefined, { ...wanted, isIpv6: true }, "the load balancer"),
        check.when(
            type === "regional-internal" &&
                isReservedAddress(address) &&
                address.kind.type === type &&
                address.kind.isShared === false &&
                !insecure &&
                httpRedirect,
            "address",
            "loadbalancer/address-not-shared",
            'must have the purpose "SHARED_LOADBALANCER_VIP", because there is a forwarding rule for HTTPS and one for the redirect from HTTP. Set it, or httpRedirect: false.',
        ),
    ];
}

/** The arguments that addresses depend on. */
interface Addressed {
    type: LoadBalancerType;
    address?: unknown;
    ipv6?: unknown;
    region?: string;
    network?: pulumi.Resource;
    insecure?: boolean;
    httpRedirect?: boolean;
}

/** The options of addresses: a rule of the previous address has the ports, and the subnet. */
export const addressOptions = (protect: boolean) => ({ protect, deleteBeforeReplace: true });

/** Where the address of a regional load balancer is. */
interface Place {
    name: string;
    region: string;
    labels?: Record<string, pulumi.Input<string>>;
    isInternal: boolean;
    network?: Network;
}

/**
 * Reserves the address of a regional load balancer, which outlives it in production.
 *
 * @param purpose of an internal address
 */
export function regionalAddress(
    component: string,
    { name, region, labels, isInternal, network }: Place,
    purpose: "SHARED_LOADBALANCER_VIP" | "GCE_ENDPOINT",
    child: Child,
    protect: boolean,
): Address {
    const kind = isInternal
        ? { addressType: "INTERNAL", purpose, subnetwork: network?.subnetworkIn(region)?.id }
        : { addressType: "EXTERNAL" };
    return new Address(...child("address", component, { name, labels, region, ...kind }, addressOptions(protect)));
}
