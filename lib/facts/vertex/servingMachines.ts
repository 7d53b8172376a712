import { facts } from "../facts";
import { type GpuType, gpus } from "../gpus";

/** Machine types of one family that serve models, such as `n1-standard`. */
export interface ServingFamily {
    /** Their numbers of vCPUs, which end their names. */
    vcpus: readonly number[];
    /** Whether GPUs can be attached. */
    attachesGpus?: true;
}

/** Machine types without built-in GPUs, by family, that serve predictions of custom-trained models. */
export const servingFamilies = facts<ServingFamily>()({
    subject: "Machine types for predictions of Vertex AI",
    source: "https://cloud.google.com/vertex-ai/docs/predictions/configure-compute",
    checked: "2026-11-22",
    rows: {
        "e2-standard": { vcpus: [2, 4, 8, 16, 32] },
        "e2-highmem": { vcpus: [2, 4, 8, 16] },
        "e2-highcpu": { vcpus: [2, 4, 8, 16, 32] },
        "n1-standard": { vcpus: [2, 4, 8, 16, 32], attachesGpus: true },
        "n1-highmem": { vcpus: [2, 4, 8, 16, 32], attachesGpus: true },
        "n1-highcpu": { vcpus: [4, 8, 16, 32], attachesGpus: true },
        "n2-standard": { vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128] },
        "n2-highmem": { vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128] },
        "n2-highcpu": { vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96] },
        "n2d-standard": { vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224] },
        "n2d-highmem": { vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96] },
        "n2d-highcpu": { vcpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224] },
        "c2-standard": { vcpus: [4, 8, 16, 30, 60] },
        "c2d-standard": { vcpus: [2, 4, 8, 16, 32, 56, 112] },
        "c2d-highcpu": { vcpus: [2, 4, 8, 16, 32, 56, 112] },
        "c2d-highmem": { vcpus: [2, 4, 8, 16, 32, 56, 112] },
        "c3-highcpu": { vcpus: [4, 8, 22, 44, 88, 176] },
    },
});

/** A machine type with built-in GPUs. */
export interface GpuMachine {
    vcpus: number;
    gpu: ServingGpu;
    gpus: number;
    /** The minimum number of replicas, where the machines are only sold together. */
    minReplicas?: number;
}

/** Machine types with built-in GPUs that serve predictions of custom-trained models. */
export const servingGpuMachines = facts<GpuMachine>()({
    subject: "Machine types with GPUs for predictions of Vertex AI",
    source: "https://cloud.google.com/vertex-ai/docs/predictions/configure-compute",
    checked: "2026-11-22",
    rows: {
        "a2-highgpu-1g": { vcpus: 12, gpu: "nvidia-tesla-a100", gpus: 1 },
        "a2-highgpu-2g": { vcpus: 24, gpu: "nvidia-tesla-a100", gpus: 2 },
        "a2-highgpu-4g": { vcpus: 48, gpu: "nvidia-tesla-a100", gpus: 4 },
        "a2-highgpu-8g": { vcpus: 96, gpu: "nvidia-tesla-a100", gpus: 8 },
        "a2-megagpu-16g": { vcpus: 96, gpu: "nvidia-tesla-a100", gpus: 16 },
        "a2-ultragpu-1g": { vcpus: 12, gpu: "nvidia-a100-80gb", gpus: 1 },
        "a2-ultragpu-2g": { vcpus: 24, gpu: "nvidia-a100-80gb", gpus: 2 },
        "a2-ultragpu-4g": { vcpus: 48, gpu: "nvidia-a100-80gb", gpus: 4 },
        "a2-ultragpu-8g": { vcpus: 96, gpu: "nvidia-a100-80gb", gpus: 8 },
        "a3-highgpu-1g": { vcpus: 26, gpu: "nvidia-h100-80gb", gpus: 1 },
        "a3-highgpu-2g": { vcpus: 52, gpu: "nvidia-h100-80gb", gpus: 2 },
        "a3-highgpu-4g": { vcpus: 104, gpu: "nvidia-h100-80gb", gpus: 4 },
        "a3-highgpu-8g": { vcpus: 208, gpu: "nvidia-h100-80gb", gpus: 8 },
        "a3-edgegpu-8g": { vcpus: 208, gpu: "nvidia-h100-80gb", gpus: 8 },
        "a3-ultragpu-8g": { vcpus: 224, gpu: "nvidia-h200-141gb", gpus: 8 },
        "a4-highgpu-8g": { vcpus: 224, gpu: "nvidia-b200", gpus: 8 },
        "a4x-highgpu-4g": { vcpus: 140, gpu: "nvidia-gb200", gpus: 4, minReplicas: 18 },
        "g2-standard-4": { vcpus: 4, gpu: "nvidia-l4", gpus: 1 },
        "g2-standard-8": { vcpus: 8, gpu: "nvidia-l4", gpus: 1 },
        "g2-standard-12": { vcpus: 12, gpu: "nvidia-l4", gpus: 1 },
        "g2-standard-16": { vcpus: 16, gpu: "nvidia-l4", gpus: 1 },
        "g2-standard-24": { vcpus: 24, gpu: "nvidia-l4", gpus: 2 },
        "g2-standard-32": { vcpus: 32, gpu: "nvidia-l4", gpus: 1 },
        "g2-standard-48": { vcpus: 48, gpu: "nvidia-l4", gpus: 4 },
        "g2-standard-96": { vcpus: 96, gpu: "nvidia-l4", gpus: 8 },
        "g4-standard-48": { vcpus: 48, gpu: "nvidia-rtx-pro-6000", gpus: 1 },
        "g4-standard-96": { vcpus: 96, gpu: "nvidia-rtx-pro-6000", gpus: 2 },
        "g4-standard-192": { vcpus: 192, gpu: "nvidia-rtx-pro-6000", gpus: 4 },
        "g4-standard-384": { vcpus: 384, gpu: "nvidia-rtx-pro-6000", gpus: 8 },
    },
});

/** The machine types that serve predictions. */
export const servingMachineTypes: readonly string[] = [
    ...Object.entries(servingFamilies.rows).flatMap(([family, { vcpus }]) =>
        vcpus.map((count) => `${family}-${count}`),
    ),
    ...Object.keys(servingGpuMachines.rows),
];

/** The vCPUs of a machine type; undefined if it is not listed. */
export function servingVcpus(machineType: string): number | undefined {
    const gpuMachine = gpuMachineOf(machineType);
    return (
        gpuMachine?.vcpus ?? (servingMachineTypes.includes(machineType) ? Number(/\d+$/.exec(machineType)) : undefined)
    );
}

/** The built-in GPUs of a machine type; undefined if it has none, or is not listed. */
export const gpuMachineOf = (machineType: string): GpuMachine | undefined =>
    Object.hasOwn(servingGpuMachines.rows, machineType)
        ? servingGpuMachines.rows[machineType as keyof typeof servingGpuMachines.rows]
        : undefined;

/** The type of a GPU that serves predictions: `nvidia-l4`. */
export type ServingGpu = keyof typeof servingGpus.rows;

/** What the API calls a GPU: `NVIDIA_L4` for `nvidia-l4`. */
export const vertexGpu = (type: GpuType): string => type.toUpperCase().replaceAll("-", "_");

/** The GPU that the API calls so; undefined if it is not listed. */
export const gpuOfVertex = (name: unknown): GpuType | undefined =>
    (Object.keys(gpus.rows) as GpuType[]).find((type) => vertexGpu(type) === name);

/** Where a GPU type serves predictions, and how many can be attached. */
export interface GpuAvailability {
    /** The regions in which it serves online predictions. */
    regions: readonly string[];
    /** The numbers that can be attached to N1 machine types. None if it is only built in. */
    attachable?: AttachableCounts;
}

/** Numbers of GPUs by the vCPUs of a machine type. Those with 64 and 96 train models, but do not serve them. */
interface AttachableCounts {
    upTo8: readonly number[];
    with16: readonly number[];
    with32: readonly number[];
    with64: readonly number[];
}

const few = { upTo8: [1, 2, 4], with16: [1, 2, 4], with32: [2, 4], with64: [4] } as const;

/** The numbers of GPUs for this many vCPUs. */
export function attachableTo(vcpus: number, { upTo8, with16, with32, with64 }: AttachableCounts): readonly number[] {
    return vcpus <= 8 ? upTo8 : vcpus <= 16 ? with16 : vcpus <= 32 ? with32 : with64;
}

/** GPU types, and the regions in which they serve online predictions; those that need an allowlist are left out. */
export const servingGpus = facts<GpuAvailability>()({
    subject: "GPUs for predictions of Vertex AI by region",
    source: "https://cloud.google.com/vertex-ai/docs/general/locations#accelerators",
    checked: "2026-11-22",
    rows: {
        "nvidia-tesla-a100": {
            regions: [
                "asia-northeast1",
                "asia-northeast3",
                "asia-southeast1",
                "europe-west4",
                "me-west1",
                "us-central1",
                "us-west3",
            ],
        },
        "nvidia-a100-80gb": {
            regions: ["asia-southeast1", "europe-west4", "me-west1", "us-central1", "us-east4", "us-east5"],
        },
        "nvidia-h100-80gb": {
            regions: [
                "asia-northeast1",
                "asia-northeast3",
                "asia-south1",
                "asia-southeast1",
                "europe-west1",
                "europe-west2",
                "europe-west3",
                "europe-west4",
                "northamerica-northeast2",
                "us-central1",
                "us-east4",
                "us-east5",
                "us-west1",
                "us-west4",
            ],
        },
        "nvidia-h200-141gb": {
            regions: [
                "asia-south1",
                "asia-south2",
                "europe-west1",
                "europe-west4",
                "us-central1",
                "us-east4",
                "us-south1",
                "us-west1",
            ],
        },
        "nvidia-b200": { regions: ["asia-southeast1", "us-central1", "us-west2"] },
        "nvidia-gb200": { regions: ["us-central1"] },
        "nvidia-rtx-pro-6000": {
            regions: ["asia-south2", "asia-southeast1", "europe-west4", "us-central1", "us-east1", "us-east4"],
        },
        "nvidia-l4": {
            regions: [
                "asia-east1",
                "asia-northeast1",
                "asia-northeast3",
                "asia-south1",
                "asia-southeast1",
                "europe-west1",
                "europe-west2",
                "europe-west3",
                "europe-west4",
                "europe-west6",
                "me-central2",
                "northamerica-northeast2",
                "us-central1",
                "us-east1",
                "us-east4",
                "us-west1",
                "us-west4",
            ],
        },
        "nvidia-tesla-t4": {
            regions: [
                "asia-east1",
                "asia-east2",
                "asia-northeast1",
                "asia-northeast3",
                "asia-south1",
                "asia-southeast1",
                "asia-southeast2",
                "australia-southeast1",
                "europe-central2",
                "europe-west1",
                "europe-west2",
                "europe-west3",
                "europe-west4",
                "me-west1",
                "northamerica-northeast1",
                "southamerica-east1",
                "southamerica-west1",
                "us-central1",
                "us-east1",
                "us-east4",
                "us-west1",
                "us-west2",
                "us-west4",
            ],
            attachable: few,
        },
        "nvidia-tesla-p4": {
            regions: [
                "asia-southeast1",
                "australia-southeast1",
                "europe-west4",
                "northamerica-northeast1",
                "us-central1",
                "us-east4",
                "us-west2",
            ],
            attachable: few,
        },
        "nvidia-tesla-v100": {
            regions: ["asia-east1", "europe-west4", "us-central1", "us-east1", "us-west1"],
            attachable: { upTo8: [1, 2, 4, 8], with16: [2, 4, 8], with32: [4, 8], with64: [8] },
        },
        // Not the P100, which was shut down on 15 September 2026: https://cloud.google.com/compute/docs/eol/p100-eos
    },
});

/** The numbers of GPUs of a type that a machine type can have; empty if it cannot have any. */
export function gpuCountsOn(machineType: string, gpu: GpuType): readonly number[] {
    const builtIn = gpuMachineOf(machineType);
    if (builtIn) {
        // Replicas with fewer GPUs share a machine, but not of the G2 series.
        // https://cloud.google.com/vertex-ai/docs/predictions/configure-compute#coschedule
        const all = machineType.startsWith("g2-")
            ? [builtIn.gpus]
            : Array.from({ length: builtIn.gpus }, (_, at) => at + 1);
        return builtIn.gpu === gpu ? all : [];
    }
    const [, family = "", vcpus] = /^(.*)-(\d+)$/.exec(machineType) ?? [];
    const rows: Readonly<Record<string, ServingFamily>> = servingFamilies.rows;
    const gpus: Readonly<Record<string, GpuAvailability>> = servingGpus.rows;
    const attachable = gpus[gpu]?.attachable;
    if (!rows[family]?.attachesGpus || !attachable) {
        return [];
    }
    return attachableTo(Number(vcpus), attachable);
}
