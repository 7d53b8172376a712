import { facts } from "../facts";
import { type Gpu, gpus } from "../gpus";
import type { DurationLimit, Limit } from "../limits/limit";
import { attachableTo, type GpuAvailability, servingGpus } from "./servingMachines";

/** Where a GPU trains models, compared with {@link servingGpus}. */
interface TrainingAvailability {
    /** Whether {@link https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws Dynamic Workload Scheduler} provides it. */
    flexStart?: boolean;
    /** Regions in which it trains models, but does not serve them. */
    onlyTraining?: readonly string[];
    /** Regions in which it serves models, but does not train them. */
    onlyServing?: readonly string[];
}

/** GPUs of training jobs, without the P100, which was shut down, and where they are, compared with those for predictions. */
export const trainingGpus = facts<TrainingAvailability>()({
    subject: "GPUs of Vertex AI training by region",
    source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/general/locations#accelerators",
    checked: "2026-08-22",
    rows: {
        "nvidia-tesla-p4": {},
        "nvidia-tesla-t4": { onlyServing: ["me-west1", "southamerica-west1"] },
        "nvidia-tesla-v100": {},
        "nvidia-tesla-a100": {
            flexStart: true,
            onlyTraining: ["us-east1", "us-west4"],
            onlyServing: ["asia-northeast1"],
        },
        "nvidia-a100-80gb": { flexStart: true, onlyServing: ["me-west1"] },
        "nvidia-l4": {
            flexStart: true,
            onlyServing: ["asia-east1", "asia-northeast1", "europe-west1", "europe-west3", "europe-west6", "us-west4"],
        },
        "nvidia-rtx-pro-6000": {},
        "nvidia-h100-80gb": {
            flexStart: true,
            onlyServing: ["europe-west1", "europe-west2"],
        },
        "nvidia-h100-mega-80gb": {
            flexStart: true,
            onlyTraining: [
                "asia-east1",
                "asia-northeast1",
                "asia-southeast1",
                "australia-southeast1",
                "europe-north1",
                "europe-west1",
                "europe-west3",
                "europe-west4",
                "us-central1",
                "us-east4",
                "us-east5",
                "us-west1",
                "us-west4",
            ],
        },
        "nvidia-h200-141gb": { flexStart: true, onlyTraining: ["us-east5"] },
        "nvidia-b200": {
            flexStart: true,
            onlyTraining: ["asia-northeast1", "europe-west4", "us-east1", "us-east4", "us-south1", "us-west3"],
        },
        "nvidia-gb200": { onlyTraining: ["us-east4"] },
    },
});

/** The type of a GPU of training jobs: `nvidia-l4`. */
export type TrainingGpu = keyof typeof trainingGpus.rows;

const rows: Readonly<Record<string, TrainingAvailability>> = trainingGpus.rows;

const serving: Readonly<Record<string, GpuAvailability>> = servingGpus.rows;

/** The regions in which a GPU trains models. */
export function trainingRegionsOf(type: TrainingGpu): string[] {
    const { onlyTraining = [], onlyServing = [] } = rows[type] as TrainingAvailability;
    const shared = (serving[type]?.regions ?? []).filter((region) => !onlyServing.includes(region));
    return [...shared, ...onlyTraining].sort();
}

/** Whether Dynamic Workload Scheduler provides a GPU. */
export const isFlexStart = (type: TrainingGpu): boolean => rows[type]?.flexStart === true;

const sizes = (series: string, shapes: Record<string, number[]>) =>
    Object.entries(shapes).flatMap(([shape, cpus]) => cpus.map((count) => `${series}-${shape}-${count}`));

const powers = (series: string, ...counts: number[]) => counts.map((count) => `${series}-${count}g`);

/** Machine types, by series. */
export const trainingMachines = facts<{ types: readonly string[] }>()({
    subject: "Machine types of Vertex AI training",
    source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute#machine-types",
    checked: "2026-08-22",
    rows: {
        e2: { types: sizes("e2", { standard: [4, 8, 16, 32], highmem: [2, 4, 8, 16], highcpu: [16, 32] }) },
        n1: {
            types: sizes("n1", {
                standard: [4, 8, 16, 32, 64, 96],
                highmem: [2, 4, 8, 16, 32, 64, 96],
                highcpu: [16, 32, 64, 96],
            }),
        },
        n2: {
            types: sizes("n2", {
                standard: [4, 8, 16, 32, 48, 64, 80],
                highmem: [2, 4, 8, 16, 32, 48, 64, 80],
                highcpu: [16, 32, 48, 64, 80],
            }),
        },
        n4: {
            types: sizes("n4", {
                standard: [2, 4, 8, 16, 32, 48, 64, 80],
                highmem: [2, 4, 8, 16, 32, 48, 64, 80],
                highcpu: [2, 4, 8, 16, 32, 48, 64, 80],
            }),
        },
        c2: { types: sizes("c2", { standard: [4, 8, 16, 30, 60] }) },
        m1: { types: sizes("m1", { ultramem: [40, 80, 160], megamem: [96] }) },
        a2: {
            types: [
                ...powers("a2-highgpu", 1, 2, 4, 8),
                ...powers("a2-megagpu", 16),
                ...powers("a2-ultragpu", 1, 2, 4, 8),
            ],
        },
        a3: {
            types: [...powers("a3-highgpu", 1, 2, 4, 8), ...powers("a3-megagpu", 8), ...powers("a3-ultragpu", 8)],
        },
        a4: { types: [...powers("a4-highgpu", 8), ...powers("a4x-highgpu", 4)] },
        g2: { types: sizes("g2", { standard: [4, 8, 12, 16, 24, 32, 48, 96] }) },
        g4: { types: sizes("g4", { standard: [48, 96, 192, 384] }) },
    },
});

/** Machine types with TPUs, which are not offered by components. */
export const trainingTpuMachines = facts<object>()({
    subject: "Machine types with TPUs of Vertex AI training",
    source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute#tpu",
    checked: "2026-08-22",
    rows: {
        "cloud-tpu": {},
        "ct5lp-hightpu-1t": {},
        "ct5lp-hightpu-4t": {},
        "ct5lp-hightpu-8t": {},
        "ct6e-standard-1t": {},
        "ct6e-standard-4t": {},
        "ct6e-standard-8t": {},
        "tpu7x-standard-4t": {},
    },
});

/** All machine types for training without TPUs. */
export const allTrainingMachines: readonly string[] = Object.values(trainingMachines.rows).flatMap(
    ({ types }) => types,
);

/** The machine types that include a GPU, with its number. */
export function machinesWith(type: TrainingGpu): Readonly<Record<string, number>> {
    const { machines }: Gpu = gpus.rows[type];
    return Object.fromEntries(Object.entries(machines).filter(([name]) => allTrainingMachines.includes(name)));
}

/** The GPU that a machine type for training includes, with its number; undefined for a machine type without. */
export function includedGpu(machineType: string): { type: TrainingGpu; count: number } | undefined {
    for (const type of Object.keys(rows) as TrainingGpu[]) {
        const count = machinesWith(type)[machineType];
        if (count !== undefined) {
            return { type, count };
        }
    }
    return undefined;
}

/**
 * The numbers of a GPU that a machine type can have; none if it cannot have any:
 * {@link https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute#gpu-compatibility-table}.
 */
export function trainingCounts(machineType: string, type: TrainingGpu): readonly number[] {
    const included = machinesWith(type)[machineType];
    const [, vcpus] = /^n1-.*-(\d+)$/.exec(machineType) ?? [];
    const attachable = serving[type]?.attachable;
    return included !== undefined
        ? [included]
        : attachable && vcpus !== undefined
          ? attachableTo(Number(vcpus), attachable)
          : [];
}

/** The numbers of a GPU that N1 machine types can have, of which large ones need more than small ones. */
export const attachableCounts = (type: TrainingGpu): readonly number[] => serving[type]?.attachable?.upTo8 ?? [];

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
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/schedule-jobs-dws",
            checked: "2026-08-22",
        },
        bootDisk: {
            min: 100,
            max: 64_000,
            unit: "GB",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute",
            checked: "2026-08-22",
        },
        /** Of a machine: `a2-megagpu-16g`. */
        gpus: {
            min: 1,
            max: 16,
            unit: "GPUs",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute",
            checked: "2026-08-22",
        },
        /** A list of discrete values of a hyperparameter. */
        discreteValues: {
            max: 1000,
            unit: "values",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/StudySpec",
        },
    },
});
