import { machineLimits } from "../../facts/machines/limits";
import { vcpusOf } from "../../facts/machines/machineTypes";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import { cidr } from "../../internal/network/cidr";
import {
    type NetworkAndSubnet,
    type NetworkOr,
    networkAndSubnet,
    networkOf,
    networkOr,
    networkProblem,
    networkSettings,
    vpcOf,
} from "../../internal/network/networkOf";
import { addressProblem, type IpAddressOfProgram } from "../../internal/network/reservedAddress";
import type { IpAddress } from "../../network";

/** The virtual network interface card: Google's own, or the older one of KVM. */
export type NicType = "GVNIC" | "VIRTIO_NET";

/** The network of an interface, and how the machine is in it. */
export interface MachineNetworkSettings extends NetworkAndSubnet {
    /**
     * The {@link https://cloud.google.com/compute/docs/networking/using-gvnic type} of the network interface, for which the image must have a
     * driver. Changing this replaces the machine.
     * @default the type of the machine series and the image
     */
    nicType?: NicType;
    /**
     * {@link https://cloud.google.com/vpc/docs/alias-ip Alias ranges} of the interface, by the names of secondary ranges of the subnet:
     * `{ services: "10.1.0.16/28" }`, or only the size, `{ services: "/28" }`.
     * @default none
     */
    aliasRanges?: Record<string, string>;
    /**
     * Gives the interface an IPv6 address as well, of the kind that its subnet has: `"internal"` or `"external"`.
     * @default none
     */
    ipv6?: "internal" | "external";
}

/** A further network interface, in another VPC network than the others. */
export interface MachineInterface extends MachineNetworkSettings {
    /**
     * Gives the interface an external IP address, which changes with each start.
     * @default false
     */
    publicAddress?: boolean;
}

/** A further network interface of a {@link VirtualMachine}, in another VPC network than the others. */
export interface VirtualMachineInterface extends MachineNetworkSettings {
    /**
     * Gives the interface an external IP address: `true` one that changes with each start, an `IpAddress` of type `"regional-external"` one
     * that stays.
     * @default false
     */
    publicAddress?: boolean | IpAddress;
    /**
     * The internal IP address, an `IpAddress` of type `"regional-internal"` in the subnet of the interface.
     * @default a free address, which the machine keeps
     */
    privateAddress?: IpAddress;
}

/** An interface with its addresses. */
export interface ResolvedInterface {
    network: NetworkOr<MachineNetworkSettings>;
    publicAddress: boolean | IpAddressOfProgram;
    privateAddress?: IpAddressOfProgram;
}

const aliasRange = check.either<string, string>(
    (value) => typeof value === "string" && value.startsWith("/"),
    check.matching(/^\/([89]|[12]\d|3[0-2])$/, "must be a size from /8 to /32"),
    cidr(8),
);

/** Checks the members of {@link MachineNetworkSettings}. */
const interfaceSettings = {
    ...networkAndSubnet,
    nicType: check.oneOf("GVNIC", "VIRTIO_NET"),
    ipv6: check.oneOf("internal", "external"),
    aliasRanges: check.record(check.nameOf(nameFormats.rows.computeResource), aliasRange),
};

/** Checks the network of the first interface. */
export const machineNetwork = networkOr<MachineNetworkSettings>(
    check.options<MachineNetworkSettings>(interfaceSettings),
);

/** Checks the interfaces of a group. */
export const machineInterfaces = check.list(
    networkOr<MachineInterface>(check.options<MachineInterface>({ ...interfaceSettings, publicAddress: check.flag() })),
);

/** Checks the interfaces of a machine. */
export const virtualMachineInterfaces = check.list(
    networkOr<VirtualMachineInterface>(
        check.options<VirtualMachineInterface>({
            ...interfaceSettings,
            publicAddress: check.componentOr(check.component<IpAddress>("IpAddress"), check.flag("an IpAddress")),
            privateAddress: check.component("IpAddress"),
        }),
    ),
);

/** Completes an interface: a network without settings has no address from outside. */
export function resolveInterface(argument: NetworkOr<VirtualMachineInterface>): ResolvedInterface {
    const { publicAddress = false, privateAddress, ...network } = networkSettings(argument);
    return { network, publicAddress, privateAddress };
}

/** The arguments of an interface that do not place it. */
export function interfaceArgs(argument: NetworkOr<MachineNetworkSettings> | undefined) {
    const { nicType, aliasRanges = {}, ipv6 } = networkSettings(argument);
    const ranges = Object.entries(aliasRanges);
    return {
        ...(nicType && { nicType }),
        ...(ipv6 && { stackType: "IPV4_IPV6" }),
        ...(ipv6 === "external" && { ipv6AccessConfigs: [{ networkTier: "PREMIUM" }] }),
        ...(ranges.length > 0 && {
            aliasIpRanges: ranges.map(([subnetworkRangeName, ipCidrRange]) => ({ subnetworkRangeName, ipCidrRange })),
        }),
    };
}

/** What identifies the network of an interface, if it is known. */
const identityOf = (network: unknown): unknown => networkOf(network) ?? vpcOf(network);

/**
 * Checks interfaces. "Each network interface must be assigned to a subnet in a unique VPC network":
 * https://cloud.google.com/vpc/docs/create-use-multiple-interfaces
 *
 * @param network the network of the first interface
 * @param owner what has the interfaces: `the machine`
 */
export function interfaceProblems(
    network: unknown,
    interfaces: readonly ResolvedInterface[],
    region: string,
    owner: string,
): (check.Problem | undefined)[] {
    const networks = [network, ...interfaces.map((each) => each.network)].map(identityOf);
    return interfaces.flatMap(({ network: own, publicAddress, privateAddress }, index) => {
        const path = `interfaces.${index}`;
        const problem = networkProblem(own, region, owner);
        const isTwice = networks[index + 1] !== undefined && networks.indexOf(networks[index + 1]) < index + 1;
        return [
            problem && { ...problem, path: problem.path.replace(/^network(\.|$)/, `${path}$1`) },
            check.when(
                isTwice,
                path,
                "compute/interfaces-in-one-network",
                "must be in another network than the other interfaces.",
            ),
            addressProblem(`${path}.publicAddress`, publicAddress, { type: "regional-external", region }, owner),
            addressProblem(
                `${path}.privateAddress`,
                privateAddress,
                { type: "regional-internal", region, network: networkOf(own) },
                owner,
            ),
        ];
    });
}

/** More interfaces than the machine type is known to have: https://cloud.google.com/vpc/docs/multiple-interfaces-concepts */
export function interfaceCountProblems(interfaces: readonly unknown[], machineType: string): check.Problem[] {
    const { min = 0, max = 0 } = machineLimits.rows.interfaces;
    const most = Math.min(max, Math.max(min, vcpusOf(machineType) ?? max)) - 1;
    const reason = `must be at most ${most} in addition to the first one for ${machineType}, whose interfaces follow from its vCPUs (got ${interfaces.length}).`;
    return interfaces.length > most ? [check.problem("interfaces", "compute/too-many-interfaces", reason)] : [];
}
