import { facts } from "../facts";
import { type Gpu, gpus } from "../gpus";
import type { DurationLimit, Limit } from "../limits/limit";

/** An accelerator that training jobs can have. */
interface Accelerator {
    /** The GPU of Compute Engine, by its accelerator type. */
    gpu: keyof typeof gpus.rows;
    /** Whether {@link https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws Dynamic Workload Scheduler} provides it. */
    flexStart?: boolean;
}

/** {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/MachineSpec Accelerators} of training jobs; the K80 and the P100 were shut down. */
export const trainingAccelerators = facts<Accelerator>()({
    subject: "Accelerators of Vertex AI training",
    source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/MachineSpec",
    checked: "2026-11-22",
    rows: {
        NVIDIA_TESLA_P4: { gpu: "nvidia-tesla-p4" },
        NVIDIA_TESLA_T4: { gpu: "nvidia-tesla-t4" },
        NVIDIA_TESLA_V100: { gpu: "nvidia-tesla-v100" },
        NVIDIA_TESLA_A100: { gpu: "nvidia-tesla-a100", flexStart: true },
        NVIDIA_A100_80GB: { gpu: "nvidia-a100-80gb", flexStart: true },
        NVIDIA_L4: { gpu: "nvidia-l4", flexStart: true },
        NVIDIA_RTX_PRO_6000: { gpu: "nvidia-rtx-pro-6000" },
        NVIDIA_H100_80GB: { gpu: "nvidia-h100-80gb", flexStart: true },
        NVIDIA_H100_MEGA_80GB: { gpu: "nvidia-h100-mega-80gb", flexStart: true },
        NVIDIA_H200_141GB: { gpu: "nvidia-h200-141gb", flexStart: true },
        NVIDIA_B200: { gpu: "nvidia-b200", flexStart: true },
        NVIDIA_GB200: { gpu: "nvidia-gb200" },
    },
});

/** The name of an accelerator: `NVIDIA_L4`. */
export type TrainingAccelerator = keyof typeof trainingAccelerators.rows;

const rows: Readonly<Record<string, Accelerator>> = trainingAccelerators.rows;

/** The GPU of an accelerator. */
const gpuOfAccelerator = (type: string): Gpu | undefined => rows[type] && (gpus.rows[rows[type].gpu] as Gpu);

/** The accelerator that a machine type includes, with its number; undefined for a machine type without. */
export function includedAccelerator(machineType: string): { type: TrainingAccelerator; count: number } | undefined {
    const found = Object.keys(rows).find((type) => machineType in (gpuOfAccelerator(type)?.machines ?? {}));
    return found === undefined
        ? undefined
        : {
              type: found as TrainingAccelerator,
              count: gpuOfAccelerator(found)?.machines[machineType] as number,
          };
}

/** The machine types that include an accelerator, and the numbers of it that N1 machines can have. */
export function machinesOf(type: TrainingAccelerator): Gpu {
    return gpuOfAccelerator(type) as Gpu;
}

/** Whether Dynamic Workload Scheduler provides an accelerator. */
export const isFlexStart = (type: TrainingAccelerator): boolean => rows[type]?.flexStart === true;

const sizes = (series: string, shapes: Record<string, number[]>) =>
    Object.entries(shapes).flatMap(([shape, cpus]) => cpus.map((count) => `${series}-${shape}-${count}`));

/** Machine types without accelerators, by series. */
export const trainingMachines = facts<{ types: readonly string[] }>()({
    subject: "Machine types of Vertex AI training",
    source: "https://cloud.google.com/vertex-ai/docs/training/configure-compute",
    checked: "2026-11-22",
    rows: {
        e2: {
            types: sizes("e2", { standard: [4, 8, 16, 32], highmem: [2, 4, 8, 16], highcpu: [16, 32] }),
            checked: "never",
        },
        n1: {
            types: sizes("n1", {
                standard: [4, 8, 16, 32, 64, 96],
                highmem: [2, 4, 8, 16, 32, 64, 96],
                highcpu: [16, 32, 64, 96],
            }),
            checked: "never",
        },
        n2: {
            types: sizes("n2", {
                standard: [4, 8, 16, 32, 48, 64, 80],
                highmem: [2, 4, 8, 16, 32, 48, 64, 80],
                highcpu: [16, 32, 48, 64, 80],
            }),
            checked: "never",
        },
        c2: { types: sizes("c2", { standard: [4, 8, 16, 30, 60] }), checked: "never" },
        m1: { types: sizes("m1", { ultramem: [40, 80, 160], megamem: [96] }), checked: "never" },
    },
});

/** All machine types for training. */
export const allTrainingMachines: readonly string[] = [
    ...Object.values(trainingMachines.rows).flatMap(({ types }) => types),
    ...Object.keys(rows).flatMap((type) => Object.keys(gpuOfAccelerator(type)?.machines ?? {})),
];

/** Limits of training jobs. */
export const trainingLimits = facts<(Limit | DurationLimit) & object>()({
    subject: "Limits of Vertex AI training",
    source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec",
    checked: "2026-11-22",
    rows: {
        displayName: { max: 128, unit: "characters" },
        variables: { max: 100, unit: "environment variables" },
        packages: { max: 100, unit: "packages" },
        /** The default is 7 days, which is also the maximum with Dynamic Workload Scheduler. */
        flexStartTimeout: {
            max: "7 days",
            source: "https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws",
        },
        bootDisk: {
            min: 100,
            max: 64_000,
            unit: "GB",
            source: "https://cloud.google.com/vertex-ai/docs/training/configure-compute",
            checked: "never",
        },
        /** A list of discrete values of a hyperparameter. */
        discreteValues: {
            max: 1000,
            unit: "values",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/StudySpec",
        },
    },
});
