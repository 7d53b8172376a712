import type { Firewall } from "@pulumi/gcp/compute/firewall";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import { detached, nameOf, typeOf } from "../internal/engine/pulumiSdk";
import { type GroupPorts, openPorts } from "./openPorts";
import type { AnyMachine, NetworkPlace, VirtualMachine } from "./virtualMachine";

const isOfProgram = (machine: AnyMachine): machine is VirtualMachine => !("existing" in machine);

/** The name of a machine in the program, or of one that exists already. */
const nameIn = (machine: AnyMachine): string => (isOfProgram(machine) ? nameOf(machine) : machine.machine);

/** Checks the machines of a group: at least one, and none twice. */
export const machines = check.pipe(
    check.list(
        check.custom<AnyMachine>(
            (value) =>
                Reflect.get(Object(value), "existing") === "VirtualMachine" ||
                (check.isResource(value) && typeOf(value) === "slipway:index:VirtualMachine"),
            "must be a VirtualMachine",
        ),
    ),
    check.refine((all) => all.length > 0, "must have a machine"),
    check.refine((all) => new Set(all.map(nameIn)).size === all.length, "must have each machine once"),
);

/** The machines of a group, and where they are. */
export interface GroupMachines extends NetworkPlace {
    zone: pulumi.Output<string>;
    members: { name: string; link: pulumi.Output<string>; address: pulumi.Output<string> }[];
    /** What the group is deleted before, although its properties do not depend on it. */
    dependsOn: pulumi.Resource[];
}

/**
 * The place of machines, of which all must be in one zone. A group outlives a machine that is replaced, as load balancers use it.
 *
 * @param title the group in errors
 */
export function groupMachines(title: string, all: readonly AnyMachine[]): GroupMachines {
    const at = programPlace();
    const zone = pulumi.all(all.map(({ instance }) => instance.zone)).apply(([first = "", ...others]) => {
        const other = others.findIndex((zone) => zone !== first) + 1;
        if (other > 0) {
            const reason = `must be in ${first}, as the first machine is (got "${others[other - 1]}"). Create a group for each zone.`;
            throw deferredError(title, [check.problem(`machines.${other}`, "compute/machines-in-zones", reason)], at);
        }
        return first;
    });
    const [first] = all as [AnyMachine];
    const { networkPlace } = all.find(isOfProgram) ?? first;
    return {
        zone: detached(zone),
        ...networkPlace,
        members: all.map((machine) => ({
            name: nameIn(machine),
            link: machine.instance.selfLink,
            address: machine.privateAddress,
        })),
        dependsOn: all.filter(isOfProgram).map(({ instance }) => instance),
    };
}

/** The accounts of machines of the program; machines that exist already have accounts that the program does not know. */
export const accountsOf = (all: readonly AnyMachine[]): pulumi.Output<string>[] =>
    all.filter(isOfProgram).map(({ account }) => account.email);

/**
 * Opens the ports of machines of the program. Machines that exist already have accounts that the program does not know.
 */
export function openMachines(
    component: string,
    group: Omit<GroupPorts, "accounts">,
    all: readonly AnyMachine[],
    child: Child,
): Firewall | undefined {
    const accounts = accountsOf(all);
    const isClosed = accounts.length === 0 || group.ports.length === 0;
    return isClosed ? undefined : openPorts(component, { ...group, accounts }, child);
}
