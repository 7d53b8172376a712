import { machineLimits } from "../../facts/machines/limits";
import { vcpusOf } from "../../facts/machines/machineTypes";
import * as check from "../../internal/check";
import {
    type NetworkAndSubnet,
    type NetworkOr,
    networkAndSubnet,
    networkOf,
    networkOr,
    networkProblem,
    networkSettings,
    vpcOf,
} from "../../internal/networkOf";
import { addressProblem, type IpAddressOfProgram } from "../../internal/reservedAddress";
import type { IpAddress } from "../../network";

/** A further network interface, in another VPC network than the others. */
export interface MachineInterface extends NetworkAndSubnet {
    /**
     * Gives the interface an external IP address, which changes with each start.
     * @default false
     */
    publicAddress?: boolean;
}

/** A further network interface of a {@link VirtualMachine}, in another VPC network than the others. */
export interface VirtualMachineInterface extends NetworkAndSubnet {
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
    network: NetworkOr<NetworkAndSubnet>;
    publicAddress: boolean | IpAddressOfProgram;
    privateAddress?: IpAddressOfProgram;
}

/** Checks the interfaces of a group. */
export const machineInterfaces = check.list(
    networkOr<MachineInterface>(check.options<MachineInterface>({ ...networkAndSubnet, publicAddress: check.flag() })),
);

/** Checks the interfaces of a machine. */
export const virtualMachineInterfaces = check.list(
    networkOr<VirtualMachineInterface>(
        check.options<VirtualMachineInterface>({
            ...networkAndSubnet,
            publicAddress: check.componentOr(check.component<IpAddress>("IpAddress"), check.flag("an IpAddress")),
            privateAddress: check.component("IpAddress"),
        }),
    ),
);

/** Completes an interface: a network without settings has no address from outside. */
export function resolveInterface(argument: NetworkOr<VirtualMachineInterface>): ResolvedInterface {
    const { publicAddress = false, privateAddress, network, subnet } = networkSettings(argument);
    return { network: { network, subnet }, publicAddress, privateAddress };
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
