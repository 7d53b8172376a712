import { createHash } from "node:crypto";
import { type GpuType, gpuOf } from "../facts/gpus";
import { zonesWithGpu } from "../facts/machines/gpuZones";
import { regions } from "../facts/regions";
import * as check from "../internal/arguments/check";
import { gpuOptions } from "../internal/arguments/gpu";
import type { MachineGpu } from "./template/gpu";

/** The type of the GPUs of a machine, if it has any. */
const gpuTypeOf = (gpu: GpuType | MachineGpu = {}, machineType = "") =>
    gpuOptions<GpuType, MachineGpu>(gpu).type ?? gpuOf(machineType)?.type;

/** The zones of a region, if it is listed. */
function zonesOf(region: string): string[] {
    const rows: Readonly<Record<string, { zones: string }>> = regions.rows;
    return [...(rows[region]?.zones ?? "")].map((letter) => `${region}-${letter}`);
}

/**
 * A zone of the region with the GPUs, in which no disk has its replica. By the name, so that machines are distributed, and each stays where
 * it is.
 */
export function zoneOf(
    { name, machineType, gpu: arg }: { name: string; machineType: string; gpu?: GpuType | MachineGpu },
    region: string,
    disks: readonly { replicaZone?: string }[],
): string | undefined {
    const gpu = gpuTypeOf(arg, machineType);
    const isFree = (zone: string) => disks.every(({ replicaZone }) => replicaZone !== zone);
    const zones = (gpu === undefined ? undefined : zonesWithGpu(gpu, region)) ?? zonesOf(region);
    const number = createHash("sha256").update(name).digest().readUInt32BE();
    const first = number % zones.length;
    return [...zones.slice(first), ...zones.slice(0, first)].find(isFree) ?? zones[first];
}

/** @param resolved the zone that was found; empty without one */
export function zoneProblem(
    { zone, gpu: arg, machineType }: { zone?: string; machineType: string; gpu?: GpuType | MachineGpu },
    resolved: string,
    region: string,
) {
    if (zone !== undefined || resolved !== "") {
        return undefined;
    }
    const gpu = gpuTypeOf(arg, machineType);
    const reason = gpu
        ? `is missing, because ${region} has no zone with ${gpu} that this release lists. Name one, or deploy to another region.`
        : `is missing, because this release does not list the zones of ${region}. Name one, such as ${region}-b.`;
    return check.problem("zone", "compute/zone-missing", reason);
}

/** A zone that is not in the arguments stays as it is. */
export const pinnedZone = ({ hasZone }: { hasZone: boolean }) => (hasZone ? [] : ["zone"]);
