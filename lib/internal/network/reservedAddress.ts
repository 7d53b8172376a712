import type { Address } from "@pulumi/gcp/compute/address";
import type { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type * as pulumi from "@pulumi/pulumi";
import { when } from "../arguments/argumentsError";
import * as check from "../arguments/check";

/** The types of reserved addresses: of which load balancers, machines and gateways they can be the address. */
export const ipAddressTypes = ["regional-external", "global-external", "regional-internal"] as const;

/** The type of an {@link IpAddress}. */
export type IpAddressType = (typeof ipAddressTypes)[number];

/** What is known of a reserved address before it exists. */
export interface AddressKind {
    type: IpAddressType;
    /** The region; undefined for a global address. */
    region?: string;
    isIpv6: boolean;
    /** Whether several forwarding rules can have it; undefined for an address that exists already. */
    isShared?: boolean;
    /** The network tier of an external address of a region. */
    networkTier?: pulumi.Input<string>;
    /** The network of an internal address, if it is a component of the program. */
    network?: pulumi.Resource;
}

/** A reserved address of the program, or one that exists already: a component `IpAddress`. */
export interface IpAddressOfProgram extends pulumi.Resource {
    /** The IP address. */
    readonly address: pulumi.Output<string>;
    /** The reserved address itself. */
    readonly reserved: Address | GlobalAddress;
    /** @internal */
    readonly kind: AddressKind;
}

/** Checks a component `IpAddress`. */
export const reservedAddress: check.Check<IpAddressOfProgram> = check.component("IpAddress");

/** Whether a value is a component `IpAddress`. */
export const isReservedAddress = (value: unknown): value is IpAddressOfProgram =>
    typeof value === "object" && value !== null && "reserved" in value;

/** What an address must be for its use. */
export interface WantedAddress {
    type: IpAddressType;
    region?: string;
    isIpv6?: boolean;
    /** The component of the network; undefined if it does not matter, or is not known. */
    network?: pulumi.Resource;
}

/**
 * What is wrong with a reserved address for its use: its type, its region, its version, or its network.
 *
 * @param owner what has the address: `the load balancer`
 */
export function addressProblem(
    path: string,
    address: unknown,
    { isIpv6: wantsIpv6 = false, ...wanted }: WantedAddress,
    owner: string,
): check.Problem | undefined {
    if (!isReservedAddress(address)) {
        return undefined;
    }
    const { type, region, isIpv6, network } = address.kind;
    return (
        when(
            type !== wanted.type,
            path,
            "address/other-type",
            `must be an IpAddress of type "${wanted.type}" for ${owner} (got "${type}").`,
        ) ??
        when(
            region !== wanted.region,
            path,
            "address/other-region",
            `must be in ${wanted.region}, where ${owner} is (got "${region}").`,
        ) ??
        when(
            isIpv6 !== wantsIpv6,
            path,
            "address/other-version",
            wantsIpv6 ? "must be an IpAddress with ipv6: true." : "must be an IPv4 address, without ipv6.",
        ) ??
        when(
            network && wanted.network && network !== wanted.network,
            path,
            "address/other-network",
            `must be in the network of ${owner}.`,
        )
    );
}
