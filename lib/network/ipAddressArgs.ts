import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { type ExistingArgs, ExistingOf, existingHint, existingNameProblem } from "../environment/existing";
import { nameFormats } from "../facts/names";
import { isInRange, parseRange } from "../formats/cidr";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { region, sharedNetworkProblem } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import {
    type NetworkAndSubnet,
    type NetworkOr,
    networkOf,
    networkProblem,
    networkSettings,
    plainNetwork,
} from "../internal/network/networkOf";
import { type IpAddressType, ipAddressTypes } from "../internal/network/reservedAddress";
import { projectId } from "../stack/settings/projectId";
import { ipAddress } from "./endpoint";
import { Network } from "./network";

/** What addresses of all types have. */
export interface SharedIpAddressArgs extends ComponentArgs {
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the address: up to 63 lower-case letters, digits and
     * hyphens, starting with a letter. Changing this replaces the address.
     * @default the component's name
     */
    name?: string;
    /**
     * The description of the address. Changing this replaces the address.
     * @default none
     */
    description?: string;
    /**
     * Labels of the address: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { address?: Transform<AddressArgs & GlobalAddressArgs> };
}

/** An external address of a region: for machines, Cloud NAT and regional load balancers. */
export interface RegionalExternalAddress {
    /**
     * The clients of the address, and where it is announced: the internet, in one region or in all of Google's locations
     * ({@link https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts anycast}, for global load balancers), or the VPC network.
     * Changing this replaces the address.
     * @default "regional-external"
     */
    type?: "regional-external";
    /**
     * The region of the address. Changing this replaces the address.
     * @default the environment's region
     */
    region?: string;
    /**
     * The {@link https://cloud.google.com/network-tiers/docs/overview network tier}: `"STANDARD"` routes traffic over the internet to the
     * region, and costs less. What has the address has its tier. Changing this replaces the address.
     * @default "PREMIUM"
     */
    networkTier?: "PREMIUM" | "STANDARD";
    /**
     * A range of IPv6 addresses for a `NetworkLoadBalancer`, in place of an IPv4 address. Changing this replaces the address.
     * @default false
     */
    ipv6?: boolean;
    /**
     * The network of an IPv6 range, with a subnet in the region that has external IPv6 addresses. Changing this replaces the address.
     * @default none; required with ipv6
     */
    network?: NetworkOr<NetworkAndSubnet>;
}

/** An external address of a global load balancer. */
export interface GlobalExternalAddress {
    /** The type: for global load balancers. Changing this replaces the address. */
    type: "global-external";
    /**
     * An IPv6 address instead of an IPv4 address. Changing this replaces the address.
     * @default false
     */
    ipv6?: boolean;
}

/** An internal address, in a subnet. */
export interface RegionalInternalAddress {
    /** The type: in a subnet of the VPC network. Changing this replaces the address. */
    type: "regional-internal";
    /**
     * The region of the address. Changing this replaces the address.
     * @default the environment's region
     */
    region?: string;
    /**
     * The network, with a subnet in the region. Changing this replaces the address.
     * @default the environment's own network, `Network.shared()`
     */
    network?: NetworkOr<NetworkAndSubnet>;
    /**
     * The {@link https://cloud.google.com/vpc/docs/reserve-static-internal-ip-addresses IPv4 address} in the subnet, such as `"10.0.0.5"`.
     * Also one that a machine has already. Changing this replaces the address.
     * @default a free address
     */
    address?: string;
    /**
     * What the address is for: `"SHARED_LOADBALANCER_VIP"` for a load balancer with
     * {@link https://cloud.google.com/load-balancing/docs/internal/multiple-forwarding-rules-same-ip several forwarding rules}, such as those
     * for HTTPS and for the redirect from HTTP; `"GCE_ENDPOINT"` for machines, and for one rule. Changing this replaces the address.
     * @default "GCE_ENDPOINT"
     */
    purpose?: "GCE_ENDPOINT" | "SHARED_LOADBALANCER_VIP";
    /**
     * A range of IPv6 addresses for a `NetworkLoadBalancer`, in place of an IPv4 address: the subnet must have internal IPv6 addresses.
     * Changing this replaces the address.
     * @default false
     */
    ipv6?: boolean;
}

/** The arguments of an {@link IpAddress}. */
export type IpAddressArgs = SharedIpAddressArgs &
    (
        | (RegionalExternalAddress & { address?: never; purpose?: never })
        | (GlobalExternalAddress & {
              region?: never;
              networkTier?: never;
              network?: never;
              address?: never;
              purpose?: never;
          })
        | (RegionalInternalAddress & { networkTier?: never })
    );

/** The arguments of all types together, so that validation can report which of them conflict. */
interface UncheckedArgs
    extends SharedIpAddressArgs,
        Omit<RegionalExternalAddress, "type">,
        Omit<RegionalInternalAddress, "type"> {
    type?: IpAddressType;
}

/** Where an address exists, and of which type it is. */
export interface ExistingIpAddressArgs extends ExistingArgs, ComponentArgs {
    /**
     * Whether the address is internal or external, and where it is used.
     * @default "regional-external"
     */
    type?: IpAddressType;
    /**
     * The region of a regional address, such as `"europe-west1"`.
     * @default the region of the stack's environment
     */
    region?: string;
    /**
     * Whether it is an IPv6 address.
     * @default false
     */
    ipv6?: boolean;
}

const { computeResource } = nameFormats.rows;

const kindChecks = { type: check.oneOf(...ipAddressTypes), region, ipv6: check.flag() };

const ipAddressArgs = check.explainedOptions<UncheckedArgs>(
    { existing: existingHint("IpAddress") },
    {
        ...kindChecks,
        name: check.nameOf(computeResource),
        description: check.text(),
        networkTier: check.oneOf("PREMIUM", "STANDARD"),
        network: plainNetwork,
        address: ipAddress,
        purpose: check.oneOf("GCE_ENDPOINT", "SHARED_LOADBALANCER_VIP"),
        labels,
        transform: transforms("address"),
        ...componentArgs,
    },
);

const existingArgs = check.options<ExistingIpAddressArgs>({ ...kindChecks, project: projectId, ...componentArgs });

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: IpAddressArgs, environment: Environment) {
    return (args as object) instanceof ExistingOf
        ? resolveExisting(component, (args as unknown as ExistingOf<ExistingIpAddressArgs>).args, environment)
        : resolveNew(component, args as UncheckedArgs, environment);
}

/** The region of an address; a global one has none. */
const regionOf = ({ type, region }: { type: IpAddressType; region?: string }, environment: Environment) =>
    type === "global-external" ? undefined : (region ?? environment.region);

function resolveNew(component: string, args: UncheckedArgs, environment: Environment) {
    const completed = check.withDefaults(args, {
        type: "regional-external" as const,
        name: shortenName(component, computeResource.max),
        ipv6: false,
    });
    const resolved = check.checked(`IpAddress "${component}"`, completed, ipAddressArgs, (all) => [
        ...typeProblems(all, args),
        ...(all.type === "regional-internal" ? internalProblems(all, environment) : []),
        ...(all.type === "regional-external" ? externalProblems(all, environment) : []),
        ...ipv6Problems(all, environment),
    ]);
    const isInternal = resolved.type === "regional-internal";
    const network = resolved.network ?? (isInternal ? Network.shared() : undefined);
    const place = { project: environment.project, region: regionOf(resolved, environment) };
    return { ...resolved, ...place, network, isExisting: false as const };
}

function resolveExisting(name: string, args: ExistingIpAddressArgs, environment: Environment) {
    const completed = check.withDefaults(args, {
        type: "regional-external" as const,
        project: environment.project,
        ipv6: false,
    });
    const resolved = check.checked(`IpAddress "${name}"`, completed, existingArgs, (all) => [
        existingNameProblem(name, computeResource),
        ...typeProblems(all, args),
    ]);
    return { ...resolved, name, region: regionOf(resolved, environment), isExisting: true as const };
}

/** The types whose addresses have an option. */
const typesOf: Record<string, readonly IpAddressType[]> = {
    region: ["regional-external", "regional-internal"],
    networkTier: ["regional-external"],
    network: ["regional-external", "regional-internal"],
    address: ["regional-internal"],
    purpose: ["regional-internal"],
};

/** Options of other types. */
function typeProblems({ type }: { type: IpAddressType }, args: object): (check.Problem | undefined)[] {
    return Object.entries(typesOf).map(([option, types]) =>
        check.when(
            Reflect.get(Object(args), option) !== undefined && !types.includes(type),
            option,
            "network/address-option-of-type",
            `is only for type ${types.map((each) => `"${each}"`).join(" and ")} (got "${type}").`,
        ),
    );
}

/** The subnet of an internal address, and the address in it. */
function internalProblems(
    { network, region = "", address }: UncheckedArgs,
    environment: Environment,
): (check.Problem | undefined)[] {
    const place = region || environment.region;
    const known = networkOf(network) as Network | undefined;
    const { subnet } = networkSettings(network);
    const range = known && subnet === undefined ? known.rangeIn(place) : undefined;
    return [
        network === undefined
            ? sharedNetworkProblem("network", place, environment)
            : networkProblem(network, place, "the address", false),
        network && subnetProblemOf(network),
        check.when(
            address !== undefined && range !== undefined && !isAssignable(address, range),
            "address",
            "network/address-outside-subnet",
            `must be in ${range}, the range of the subnet, without the first two and last two addresses, which Google Cloud reserves (got "${address}").`,
        ),
    ];
}

/** A network that is only named has no first subnet. */
function subnetProblemOf(network: NetworkOr<NetworkAndSubnet>): check.Problem | undefined {
    return check.when(
        networkOf(network) === undefined && networkSettings(network).subnet === undefined,
        "network.subnet",
        "network/address-subnet-missing",
        "is missing, because the address is in a subnet.",
    );
}

/** The network of an external IPv6 range: https://cloud.google.com/vpc/docs/reserve-static-external-ip-address */
function externalProblems(
    { ipv6, network, region = "", networkTier }: UncheckedArgs,
    environment: Environment,
): (check.Problem | undefined)[] {
    return [
        check.when(
            ipv6 && network === undefined,
            "network",
            "network/address-network-missing",
            "is missing, because an external IPv6 range is in a subnet. Set it.",
        ),
        check.when(
            !ipv6 && network !== undefined,
            "network",
            "network/address-network-of-ipv4",
            "is only for ipv6, because an external IPv4 address is in no network. Remove it.",
        ),
        check.when(
            ipv6 && networkTier === "STANDARD",
            "networkTier",
            "network/address-tier-of-ipv6",
            'must be "PREMIUM" with ipv6 (got "STANDARD").',
        ),
        ...(ipv6 && network !== undefined
            ? [networkProblem(network, region || environment.region, "the address", false), subnetProblemOf(network)]
            : []),
    ];
}

/** The subnet of an IPv6 range of a region, which has such addresses. */
function ipv6Problems(
    { type, ipv6, network, region = "", address }: UncheckedArgs,
    environment: Environment,
): (check.Problem | undefined)[] {
    if (!ipv6 || type === "global-external") {
        return [];
    }
    const kind = type === "regional-internal" ? "internal" : "external";
    const place = region || environment.region;
    const known =
        networkSettings(network).subnet === undefined ? (networkOf(network) as Network | undefined) : undefined;
    return [
        check.when(
            known && !known.isFound && known.subnetworkIn(place) && known.ipv6In(place) !== kind,
            "network",
            "network/address-subnet-without-ipv6",
            `must have a subnet with ipv6: "${kind}" in ${place}.`,
        ),
        check.when(
            address !== undefined,
            "address",
            "network/address-of-ipv6",
            "cannot be combined with ipv6, whose range Google Cloud chooses. Remove one of them.",
        ),
    ];
}

/** https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet */
function isAssignable(address: string, range: string): boolean {
    const { first = 0, last = 0 } = parseRange(range) ?? {};
    const number = parseRange(`${address}/32`)?.first ?? 0;
    return isInRange(address, range) && number > first + 1 && number < last - 1;
}
