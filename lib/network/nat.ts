import { isIPv4 } from "node:net";
import { Address } from "@pulumi/gcp/compute/address";
import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import type { Limit } from "../facts/limits/limit";
import { natLimits } from "../facts/limits/network";
import { overlap, parseRange } from "../formats/cidr";
import * as check from "../internal/arguments/check";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { addressProblem, type IpAddressOfProgram, reservedAddress } from "../internal/network/reservedAddress";
import { type Gateway, gateway } from "../internal/network/vpc";

/** {@link https://cloud.google.com/nat/docs/overview Cloud NAT} in each region with a subnet. */
export interface Nat {
    /**
     * The number of static IP addresses in each region, for example for allowlists:
     * {@link https://cloud.google.com/nat/quota 1 to 300}. In production they are protected from deletion, as a released
     * address cannot be recovered. A list has each `IpAddress` of type `"regional-external"`, at least one for each region with a subnet.
     * @default Google allocates addresses automatically, and they can change
     */
    addresses?: number | IpAddressOfProgram[];
    /**
     * The {@link https://cloud.google.com/nat/docs/ports-and-addresses minimum number of ports} per VM: 2 to 57,344; with
     * `maxPortsPerVm` a power of two, at least 32.
     * @default 64; with `maxPortsPerVm` 32
     */
    minPortsPerVm?: number;
    /**
     * Enables {@link https://cloud.google.com/nat/docs/ports-and-addresses dynamic port allocation} with this maximum
     * number of ports per VM: a power of two from 64 to 65,536, above `minPortsPerVm`.
     * @default static port allocation of `minPortsPerVm` ports
     */
    maxPortsPerVm?: number;
    /**
     * The connections to log, or `false` to disable logging.
     * @default "ERRORS_ONLY": connections that failed because no port was free
     */
    logging?: "ERRORS_ONLY" | "TRANSLATIONS_ONLY" | "ALL" | false;
    /**
     * The {@link https://cloud.google.com/nat/docs/nat-product-interactions endpoints} that use it: VMs, which also means nodes and
     * serverless services, regional proxies of load balancers, or Secure Web Proxy. Changing this replaces the Cloud NAT.
     * @default "vms"
     */
    endpoints?: keyof typeof endpointTypes;
    /**
     * The {@link https://cloud.google.com/nat/docs/overview subnets} that use it, by the keys of the network's subnets: `{ apps: true }`, or parts
     * of them. There is no Cloud NAT in regions without one of these subnets.
     * @default all subnets, with all their ranges
     */
    subnets?: Record<string, true | NatSubnet>;
    /**
     * Other addresses for certain destinations, by name: {@link https://cloud.google.com/nat/docs/nat-rules-overview NAT rules}, whose destinations do
     * not overlap. Requires `addresses`.
     * @default none
     */
    rules?: Record<string, NatRule>;
}

/** The ranges of a subnet that use Cloud NAT. */
export interface NatSubnet {
    /**
     * The primary range.
     * @default true
     */
    primary?: boolean;
    /**
     * The names of secondary ranges.
     * @default all; [] excludes all
     */
    secondaryRangeNames?: string[];
}

/** The addresses that connections to certain destinations have. */
export interface NatRule {
    /** The destinations: IPv4 addresses and ranges such as `["203.0.113.7", "198.51.100.0/24"]`. */
    destinations: string[];
    /** The addresses, each an `IpAddress` of type `"regional-external"`: the rule exists in their regions. */
    addresses: IpAddressOfProgram[];
}

const endpointTypes = {
    vms: "ENDPOINT_TYPE_VM",
    "load-balancer-proxies": "ENDPOINT_TYPE_MANAGED_PROXY_LB",
    "secure-web-proxy": "ENDPOINT_TYPE_SWG",
};

const { addresses, minPorts, minDynamicPorts, maxDynamicPorts } = natLimits.rows;

const addressList = check.pipe(
    check.list(reservedAddress),
    check.refine((all) => all.length > 0, "must have an address"),
    check.refine((all) => new Set(all).size === all.length, "must have each address once"),
);

const natRule = check.options<NatRule>(
    {
        destinations: check.pipe(
            check.list(
                check.custom<string>(
                    (value) => isIPv4(String(value)) || parseRange(String(value)) !== undefined,
                    "must be an IPv4 address or range such as 203.0.113.0/24",
                ),
            ),
            check.refine((all) => all.length > 0, "must have a destination"),
        ),
        addresses: addressList,
    },
    "destinations",
    "addresses",
);

const powerOfTwo = (ports: Limit & { max: number }) =>
    check.pipe(
        check.limit(ports),
        check.refine((ports) => Number.isInteger(Math.log2(Number(ports))), "must be a power of two such as 1024"),
    );

/** Whether a subnet uses Cloud NAT, if there is one. */
export const isWithNat = (key: string, nat: Nat | boolean | undefined): boolean =>
    typeof nat !== "object" || nat.subnets === undefined || Object.hasOwn(nat.subnets, key);

/** Checks each option of Cloud NAT. */
export const nat = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<Nat>({
        addresses: check.either(Array.isArray, addressList, check.whole(addresses.min, addresses.max)),
        minPortsPerVm: check.limit(minPorts),
        maxPortsPerVm: powerOfTwo(maxDynamicPorts),
        endpoints: check.oneOf(...(Object.keys(endpointTypes) as (keyof typeof endpointTypes)[])),
        logging: check.literalOr(false, check.oneOf("ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL")),
        subnets: check.pipe(
            check.record(
                check.text(),
                check.literalOr(
                    true,
                    check.options<NatSubnet>({ primary: check.flag(), secondaryRangeNames: check.list(check.text()) }),
                ),
            ),
            check.refine((all) => Object.keys(all).length > 0, "must have a subnet"),
        ),
        rules: check.record(check.text(), natRule),
    }),
);

/** Checks the numbers of ports against each other. */
export function natProblems(nat: Nat | boolean | undefined): (check.Problem | undefined)[] {
    const { minPortsPerVm: minimum = minDynamicPorts.min, maxPortsPerVm: maximum } = typeof nat === "object" ? nat : {};
    if (maximum === undefined) {
        return [];
    }
    return [
        check.when(
            minimum < minDynamicPorts.min || !Number.isInteger(Math.log2(minimum)),
            "nat.minPortsPerVm",
            "network/nat-min-ports-of-dynamic",
            `must be a power of two from ${minDynamicPorts.min} on with maxPortsPerVm (got ${minimum}).`,
        ) ??
            check.when(
                minimum >= maximum,
                "nat.minPortsPerVm",
                "network/nat-min-ports-above-max",
                `must be below maxPortsPerVm, ${maximum} (got ${minimum}).`,
            ),
    ];
}

/** Checks the addresses of the arguments: each is in a region with a subnet, and each of these has one. */
export function natAddressProblems(
    nat: Nat | boolean | undefined,
    regions: readonly string[],
): (check.Problem | undefined)[] {
    const addresses = typeof nat === "object" ? nat.addresses : undefined;
    if (!Array.isArray(addresses)) {
        return [];
    }
    const missing = regions.find((region) => addresses.every(({ kind }) => kind.region !== region));
    return [
        ...addresses.map((address, index) => {
            const path = `nat.addresses.${index}`;
            const { region } = address.kind;
            return (
                addressProblem(path, address, { type: "regional-external", region }, "Cloud NAT") ??
                check.when(
                    !regions.includes(region as string),
                    path,
                    "network/nat-address-region",
                    `must be in a region with a subnet: ${regions.join(", ")} (got "${region}").`,
                )
            );
        }),
        check.when(
            missing,
            "nat.addresses",
            "network/nat-address-missing",
            `must have an address in ${missing}, where the network has a subnet.`,
        ),
    ];
}

/** A subnet of the network. */
interface KnownSubnet {
    /** The name of a subnet that exists already, whose ranges are not known. */
    existing?: unknown;
    secondaryRanges?: Readonly<Record<string, string>>;
}

/** Checks the chosen subnets: each is one of the network, with its ranges. */
export function natSubnetProblems(
    nat: Nat | boolean | undefined,
    subnets: Readonly<Record<string, KnownSubnet>>,
): (check.Problem | undefined)[] {
    const chosen = (typeof nat === "object" && nat.subnets) || {};
    const names = Object.keys(subnets);
    return Object.entries(chosen).flatMap(([key, part]) => {
        const path = `nat.subnets.${key}`;
        const { primary = true, secondaryRangeNames: ranges } = part === true ? {} : part;
        const subnet = Object.hasOwn(subnets, key) ? subnets[key] : undefined;
        const known = subnet?.existing ? undefined : Object.keys(subnet?.secondaryRanges ?? {});
        const unknown = ranges?.find((name) => known && !known.includes(name));
        return [
            check.when(
                subnet === undefined,
                path,
                "network/nat-subnet-unknown",
                `must be a subnet of the network: ${names.join(", ")}.`,
            ),
            check.when(
                subnet && unknown,
                `${path}.secondaryRangeNames`,
                "network/nat-range-unknown",
                `must be secondary ranges of the subnet: ${known?.join(", ") || "it has none"} (got "${unknown}").`,
            ),
            check.when(
                !primary && !ranges?.length,
                path,
                "network/nat-subnet-without-range",
                "must have the names of secondary ranges without the primary range. Set secondaryRangeNames, or remove the subnet.",
            ),
        ];
    });
}

/** An address as a range. */
const rangeOf = (destination: string) => (isIPv4(destination) ? `${destination}/32` : destination);

/** Checks the rules: Google Cloud requires static addresses, and other ones for each rule. */
export function natRuleProblems(nat: Nat | boolean | undefined): (check.Problem | undefined)[] {
    const { addresses, rules = {} } = typeof nat === "object" ? nat : {};
    const general = Array.isArray(addresses) ? addresses : [];
    const all = Object.entries(rules);
    const destinations = all.flatMap(([name, rule]) => rule.destinations.map((range) => ({ name, range })));
    return [
        ...destinations.map(({ name, range }, index) => {
            const first = destinations.slice(0, index).find((other) => overlap(rangeOf(other.range), rangeOf(range)));
            return check.when(
                first,
                `nat.rules.${name}.destinations`,
                "network/nat-rules-overlap",
                `must not overlap with other destinations (${range} does with ${first?.range} of the rule "${first?.name}").`,
            );
        }),
        check.when(
            all.length > 0 && addresses === undefined,
            "nat.addresses",
            "network/nat-rules-without-addresses",
            "is missing, because rules require static addresses for all other destinations. Set a number, or a list.",
        ),
        ...all.flatMap(([name, rule]) =>
            rule.addresses.flatMap((address, index) => {
                const path = `nat.rules.${name}.addresses.${index}`;
                const { region } = address.kind;
                return [
                    addressProblem(path, address, { type: "regional-external", region }, "Cloud NAT"),
                    check.when(
                        general.includes(address),
                        path,
                        "network/nat-rule-address-twice",
                        "must not be in nat.addresses too.",
                    ),
                ];
            }),
        ),
    ];
}

/** The condition of a rule, in the language of Google's rules. */
const matchOf = ({ destinations }: NatRule): string =>
    destinations
        .map((text) => (isIPv4(text) ? `destination.ip == '${text}'` : `inIpRange(destination.ip, '${text}')`))
        .join(" || ");

/** The rules of a region. Rules and endpoint-independent mapping exclude each other. */
function rulesIn(region: string, rules: Record<string, NatRule>) {
    const all = Object.entries(rules).map(([description, rule]) => ({
        description,
        match: matchOf(rule),
        own: rule.addresses.filter(({ kind }) => kind.region === region).map(({ reserved }) => reserved.id),
    }));
    const made = all
        .filter(({ own }) => own.length > 0)
        .map(({ own, ...rule }, ruleNumber) => ({ ruleNumber, ...rule, action: { sourceNatActiveIps: own } }));
    return made.length > 0 ? { rules: made, enableEndpointIndependentMapping: false } : {};
}

/** The ranges of a subnet in the words of the API. */
function sourceOf(id: pulumi.Input<string>, part: true | NatSubnet) {
    const { primary = true, secondaryRangeNames: names } = part === true ? {} : part;
    if (names === undefined) {
        return { name: id, sourceIpRangesToNats: ["ALL_IP_RANGES"] };
    }
    const hasOthers = names.length > 0;
    const kinds = [...(primary ? ["PRIMARY_IP_RANGE"] : []), ...(hasOthers ? ["LIST_OF_SECONDARY_IP_RANGES"] : [])];
    return { name: id, sourceIpRangesToNats: kinds, ...(hasOthers && { secondaryIpRangeNames: names }) };
}

/** A Cloud NAT gateway. */
export interface NatGateway extends Gateway {
    /** The static IP addresses; empty with automatic allocation. */
    readonly addresses: readonly Address[];
}

/** Creates the Cloud NAT of a region. */
export function createNat(
    component: string,
    parts: {
        name: string;
        region: string;
        network: Network;
        labels?: Record<string, pulumi.Input<string>>;
        /** The IDs of the region's subnets, by their keys. */
        subnets: Readonly<Record<string, pulumi.Input<string>>>;
    },
    { addresses = 0, minPortsPerVm, maxPortsPerVm, logging = "ERRORS_ONLY", endpoints, subnets, rules = {} }: Nat,
    { child, protect }: { child: Child; protect: boolean },
): NatGateway {
    const { name, region, network } = parts;
    const natAddresses = Array.isArray(addresses)
        ? addresses.filter(({ kind }) => kind.region === region).map(({ reserved }) => reserved as Address)
        : createAddresses(component, addresses, parts, child, protect);
    const options = {
        ...(natAddresses.length > 0
            ? { natIpAllocateOption: "MANUAL_ONLY", natIps: natAddresses.map(({ id }) => id) }
            : {}),
        endpointTypes: endpoints && [endpointTypes[endpoints]],
        minPortsPerVm,
        ...(maxPortsPerVm === undefined ? {} : { enableDynamicPortAllocation: true, maxPortsPerVm }),
        ...(subnets && {
            sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
            subnetworks: Object.entries(subnets).flatMap(([key, part]) => {
                const { [key]: id } = parts.subnets;
                return id === undefined ? [] : [sourceOf(id, part)];
            }),
        }),
        ...rulesIn(region, rules),
        logConfig: logging ? { enable: true, filter: logging } : { enable: false, filter: "ERRORS_ONLY" },
    };
    return { ...gateway(`${component}-${region}`, { name, region, network }, child, options), addresses: natAddresses };
}

function createAddresses(
    component: string,
    count: number,
    { name, region, labels }: { name: string; region: string; labels?: Record<string, pulumi.Input<string>> },
    child: Child,
    protect: boolean,
): Address[] {
    return Array.from({ length: count }, (_, index) => {
        const part = `nat-${index + 1}`;
        const args = { name: partName(name, part), region, addressType: "EXTERNAL", labels };
        return new Address(...child("natAddress", `${component}-${region}-${part}`, args, { protect }));
    });
}
