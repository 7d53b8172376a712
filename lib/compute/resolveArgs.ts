import { createHash } from "node:crypto";
import type { Environment } from "../environment/environment";
import { type GpuType, gpuOf } from "../facts/gpus";
import { zonesWithGpu } from "../facts/machines/gpuZones";
import { nameFormats } from "../facts/names";
import { regions } from "../facts/regions";
import type { Member } from "../iam/member";
import * as check from "../internal/check";
import { gpuOptions } from "../internal/gpu";
import { shortenName } from "../internal/names";
import { regionOf } from "../internal/places";
import { type VirtualMachineArgs, virtualMachineArgs } from "./arguments";
import { scheduleProblems } from "./schedule";
import { snapshotProblems } from "./snapshots";
import { personalProblems } from "./ssh";
import type { MachineGpu } from "./template/arguments";
import {
    completeTemplate,
    type Machine,
    type ResolvedTemplate,
    signalProblems,
    templateDefaults,
    templateProblems,
    withNetwork,
} from "./template/resolveArgs";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends ResolvedTemplate,
        Pick<VirtualMachineArgs, "snapshots" | "ssh" | "sshAdmins" | "schedule" | "transform" | "crossProject"> {
    name: string;
    zone: string;
    /** The region of the zone. */
    region: string;
    /** Whether the zone is in the arguments; otherwise the machine stays in the one that it has. */
    hasZone: boolean;
}

/** A machine in errors. */
export const machineOf = (component: string): Machine => ({
    title: `VirtualMachine "${component}"`,
    kind: "machine",
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: VirtualMachineArgs, environment: Environment): ResolvedArgs {
    const machine = machineOf(component);
    const withDefaults = check.withDefaults(args, {
        ...templateDefaults,
        name: shortenName(component, nameFormats.rows.computeResource.max),
    });
    const complete = (checked: typeof withDefaults) => {
        const zone = checked.zone ?? zoneOf(checked, environment.region);
        return {
            ...completeTemplate(checked),
            zone: zone ?? "",
            hasZone: checked.zone !== undefined,
            region: checked.zone === undefined ? environment.region : regionOf(checked.zone),
        };
    };
    const resolved = check.resolved(machine.title, withDefaults, virtualMachineArgs, complete, (all, checked) => [
        ...templateProblems(machine, checked, all, {
            region: all.region,
            zones: [all.zone].filter(Boolean),
            environment,
        }),
        zoneProblem(checked, all.zone, environment.region),
        ...signalProblems(checked.alerts, checked.agent),
        ...snapshotProblems(checked.snapshots),
        ...scheduleProblems(checked.schedule),
        ...duplicates("sshAdmins", checked.sshAdmins, checked.ssh),
        ...personalProblems("ssh", checked.ssh, checked.personalAccounts),
        ...personalProblems("sshAdmins", checked.sshAdmins, checked.personalAccounts),
    ]);
    return withNetwork(resolved);
}

/** The zones of a region, if it is listed. */
function zonesOf(region: string): string[] {
    const rows: Readonly<Record<string, { zones: string }>> = regions.rows;
    return [...(rows[region]?.zones ?? "")].map((letter) => `${region}-${letter}`);
}

/** The type of the GPUs of a machine, if it has any. */
const gpuTypeOf = (gpu: VirtualMachineArgs["gpu"] = {}, machineType = "") =>
    gpuOptions<GpuType, MachineGpu>(gpu).type ?? gpuOf(machineType)?.type;

/** A zone of the region with the GPUs. By the name, so that machines are distributed, and each stays where it is. */
function zoneOf(
    { name, machineType, gpu: arg }: VirtualMachineArgs & { name: string; machineType: string },
    region: string,
): string | undefined {
    const gpu = gpuTypeOf(arg, machineType);
    const zones = (gpu === undefined ? undefined : zonesWithGpu(gpu, region)) ?? zonesOf(region);
    const number = createHash("sha256").update(name).digest().readUInt32BE();
    return zones[number % zones.length];
}

function zoneProblem({ zone, gpu: arg, machineType }: VirtualMachineArgs, resolved: string, region: string) {
    if (zone !== undefined || resolved !== "") {
        return undefined;
    }
    const gpu = gpuTypeOf(arg, machineType);
    const reason = gpu
        ? `is missing, because ${region} has no zone with ${gpu} that this release lists. Name one, or deploy to another region.`
        : `is missing, because this release does not list the zones of ${region}. Name one, such as ${region}-b.`;
    return check.problem("zone", "compute/zone-missing", reason);
}

function duplicates(path: string, members: readonly Member[] = [], others: readonly Member[] = []): check.Problem[] {
    return members.flatMap((one, index) =>
        others.includes(one)
            ? [
                  check.problem(
                      `${path}.${index}`,
                      "compute/ssh-administrator-twice",
                      "is also in ssh. Remove it there: administrators can sign in.",
                  ),
              ]
            : [],
    );
}
