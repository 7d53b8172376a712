import { Address } from "@pulumi/gcp/compute/address";
import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import type { Limit } from "../facts/limits/limit";
import { natLimits } from "../facts/limits/network";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { partName } from "../internal/names";
import { addressProblem, type IpAddressOfProgram, reservedAddress } from "../internal/reservedAddress";
import { type Gateway, gateway } from "../internal/vpc";

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
}

const endpointTypes = {
    vms: "ENDPOINT_TYPE_VM",
    "load-balancer-proxies": "ENDPOINT_TYPE_MANAGED_PROXY_LB",
    "secure-web-proxy": "ENDPOINT_TYPE_SWG",
};

const { addresses, minPorts, minDynamicPorts, maxDynamicPorts } = natLimits.rows;

const powerOfTwo = (ports: Limit & { max: number }) =>
    check.pipe(
        check.limit(ports),
        check.refine((ports) => Number.isInteger(Math.log2(Number(ports))), "must be a power of two such as 1024"),
    );

/** Checks each option of Cloud NAT. */
export const nat = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<Nat>({
        addresses: check.either(
            Array.isArray,
            check.pipe(
                check.list(reservedAddress),
                check.refine((all) => all.length > 0, "must have an address"),
                check.refine((all) => new Set(all).size === all.length, "must have each address once"),
            ),
            check.whole(addresses.min, addresses.max),
        ),
        minPortsPerVm: check.limit(minPorts),
        maxPortsPerVm: powerOfTwo(maxDynamicPorts),
        endpoints: check.oneOf(...(Object.keys(endpointTypes) as (keyof typeof endpointTypes)[])),
        logging: check.literalOr(false, check.oneOf("ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL")),
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

/** A Cloud NAT gateway. */
export interface NatGateway extends Gateway {
    /** The static IP addresses; empty with automatic allocation. */
    readonly addresses: readonly Address[];
}

/** Creates the Cloud NAT of a region. */
export function createNat(
    component: string,
    parts: { name: string; region: string; network: Network; labels?: Record<string, pulumi.Input<string>> },
    { addresses = 0, minPortsPerVm, maxPortsPerVm, logging = "ERRORS_ONLY", endpoints }: Nat,
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
