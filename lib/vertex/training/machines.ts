import {
    allTrainingMachines,
    attachableCounts,
    includedGpu,
    machinesWith,
    type TrainingGpu,
    trainingCounts,
    trainingGpus,
    trainingLimits,
    trainingRegionsOf,
} from "../../facts/vertex/training";
import * as check from "../../internal/arguments/check";
import { type GpuOptions, gpuOptions, gpuOr } from "../../internal/arguments/gpu";
import { diskSize, gigabytesIn, type Size } from "../../internal/arguments/size";

/** The boot disk of each machine. */
export interface TrainingDisk {
    /**
     * The {@link https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute type}.
     * @default "pd-ssd"; on the machine types a3-ultragpu-8g and a4-highgpu-8g "hyperdisk-balanced"
     */
    type?: "pd-ssd" | "pd-standard" | "hyperdisk-balanced";
    /**
     * The size: `"100 GB"` to `"64000 GB"`.
     * @default "100 GB"
     */
    size?: Size;
}

/** Machines of one kind. */
export interface TrainingMachines {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/training/configure-compute#machine-types machine type}.
     * @default "n1-standard-4"; with a GPU the smallest one for it
     */
    machineType?: string;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/training/configure-compute#specifying_gpus GPUs} of each machine: their type, or
     * options. Refused are those that are not
     * {@link https://cloud.google.com/vertex-ai/docs/general/locations#accelerators available for training} in the region.
     * @default those that the machine type includes
     */
    gpu?: TrainingGpu | GpuOptions<TrainingGpu>;
    /**
     * The boot disk of each machine.
     * @default "100 GB"
     */
    disk?: check.Short<TrainingDisk, Size>;
}

const gpuTypes = Object.keys(trainingGpus.rows) as TrainingGpu[];

/** Checks each of {@link TrainingMachines}. */
export const machineChecks = {
    machineType: check.known(
        "machine type for training",
        [...allTrainingMachines],
        /^[a-z0-9]+(-[a-z0-9]+)+$/,
        "must be a machine type such as n1-standard-4",
    ),
    gpu: gpuOr(
        check.oneOf(...gpuTypes),
        check.options<GpuOptions<TrainingGpu>>(
            { type: check.oneOf(...gpuTypes), count: check.limit(trainingLimits.rows.gpus) },
            "type",
        ),
    ),
    disk: check.short(
        check.options<TrainingDisk>({
            type: check.oneOf("pd-ssd", "pd-standard", "hyperdisk-balanced"),
            size: diskSize(trainingLimits.rows.bootDisk),
        }),
        (size: Size) => ({ size }),
    ),
};

/** Machines with their defaults. */
export interface ResolvedMachines {
    disk?: TrainingDisk;
    machineType: string;
    gpu?: Required<GpuOptions<TrainingGpu>>;
}

/** The GPUs of machines, also those that the machine type includes. */
export const gpuOf = ({ machineType, gpu }: TrainingMachines): ResolvedMachines["gpu"] => {
    const included = machineType === undefined ? undefined : includedGpu(machineType);
    if (gpu === undefined) {
        return included;
    }
    const { type, count } = gpuOptions<TrainingGpu, GpuOptions<TrainingGpu>>(gpu);
    return { type, count: count ?? (included?.type === type ? included.count : 1) };
};

/** The smallest machine type for GPUs. */
function machineFor({ type, count }: Required<GpuOptions<TrainingGpu>>): string | undefined {
    return attachableCounts(type).includes(count)
        ? "n1-standard-4"
        : Object.entries(machinesWith(type)).find(([, included]) => included === count)?.[0];
}

/** Machines after their check. */
export type CheckedMachines = check.Long<TrainingMachines>;

/** Completes machines with their defaults. */
export function machinesOf(machines: CheckedMachines): ResolvedMachines {
    const gpu = gpuOf(machines);
    const { machineType = (gpu && machineFor(gpu)) ?? "n1-standard-4", disk } = machines;
    return { machineType, gpu, disk };
}

/**
 * Reports GPUs that are not in the region, or that the machine type cannot have. Vertex AI refuses the job:
 * `Accelerator "NVIDIA_TESLA_T4" is not supported for machine type "e2-standard-8"`.
 */
export function machineProblems(at: string, machines: TrainingMachines, region: string): check.Problem[] {
    const gpu = gpuOf(machines);
    if (gpu === undefined) {
        return [];
    }
    const { type, count } = gpu;
    const path = machines.gpu === undefined ? `${at}machineType` : `${at}gpu`;
    const regions = trainingRegionsOf(type);
    return [
        ...(regions.includes(region)
            ? []
            : [
                  check.problem(
                      path,
                      "vertex/gpu-in-region",
                      `${type} is not available for training in ${region}. It is in ${regions.join(", ")}.`,
                  ),
              ]),
        ...countProblems(at, machines.machineType, { type, count }),
    ];
}

function countProblems(
    at: string,
    machineType: string | undefined,
    { type, count }: NonNullable<ResolvedMachines["gpu"]>,
) {
    const including = machinesWith(type);
    const attachable = attachableCounts(type);
    const path = `${at}gpu`;
    const counts = [...new Set([...attachable, ...Object.values(including)])].sort((one, other) => one - other);
    if (!counts.includes(count)) {
        return [
            check.problem(path, "vertex/gpu-count-of-type", `must be ${counts.join(", ")} of ${type} (got ${count}).`),
        ];
    }
    // What unlisted machine types can have is unknown.
    if (machineType === undefined || !allTrainingMachines.includes(machineType)) {
        return [];
    }
    const possible = trainingCounts(machineType, type);
    if (possible.includes(count)) {
        return [];
    }
    if (machineType.startsWith("n1-") && possible.length > 0) {
        return [
            check.problem(
                path,
                "vertex/gpu-count-of-machine",
                `must be ${possible.join(", ")} of ${type} on ${machineType} (got ${count}).`,
            ),
        ];
    }
    const fitting = Object.entries(including)
        .filter(([, included]) => included === count)
        .map(([name]) => name);
    const how = [...fitting, ...(attachable.includes(count) ? ["an n1 machine type"] : [])].join(", ");
    return [
        check.problem(
            `${at}machineType`,
            "vertex/gpu-of-machine",
            `cannot have ${count} of ${type} (got "${machineType}"). Use ${how}.`,
        ),
    ];
}

/** The boot disk in the form of the API. */
export const diskSpec = ({ type, size }: TrainingDisk) => ({
    bootDiskType: type,
    bootDiskSizeGb: size && gigabytesIn(size),
});
