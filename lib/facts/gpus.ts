import { facts } from "./facts";

/** A GPU model of Compute Engine, by its accelerator type. */
export interface Gpu {
    /** Machine types that include the GPU, with its number. */
    machines: Readonly<Record<string, number>>;
    /** The numbers of GPUs that can be attached to N1 machines; none if the GPU is only included in machine types. */
    attachable?: readonly number[];
}

const powers = (family: string, ...counts: number[]) =>
    Object.fromEntries(counts.map((count) => [`${family}-${count}g`, count]));

/** GPUs of Compute Engine, which nodes of GKE can have. */
export const gpus = facts<Gpu>()({
    subject: "GPUs",
    source: "https://cloud.google.com/compute/docs/gpus",
    checked: "2026-08-26",
    rows: {
        "nvidia-gb300": { machines: { "a4x-maxgpu-4g-metal": 4 } },
        "nvidia-gb200": { machines: { "a4x-highgpu-4g": 4 } },
        "nvidia-b200": { machines: powers("a4-highgpu", 8) },
        "nvidia-h200-141gb": { machines: { ...powers("a3-ultragpu", 8), "a3-ultragpu-8g-nolssd": 8 } },
        "nvidia-h100-mega-80gb": { machines: powers("a3-megagpu", 8) },
        "nvidia-h100-80gb": {
            machines: { ...powers("a3-highgpu", 1, 2, 4, 8), ...powers("a3-edgegpu", 8), "a3-edgegpu-8g-nolssd": 8 },
        },
        "nvidia-a100-80gb": { machines: powers("a2-ultragpu", 1, 2, 4, 8) },
        "nvidia-tesla-a100": { machines: { ...powers("a2-highgpu", 1, 2, 4, 8), ...powers("a2-megagpu", 16) } },
        "nvidia-l4": {
            machines: {
                "g2-standard-4": 1,
                "g2-standard-8": 1,
                "g2-standard-12": 1,
                "g2-standard-16": 1,
                "g2-standard-24": 2,
                "g2-standard-32": 1,
                "g2-standard-48": 4,
                "g2-standard-96": 8,
            },
        },
        "nvidia-rtx-pro-6000": {
            machines: {
                // A part of a GPU each, which counts as one.
                "g4-standard-6": 1,
                "g4-standard-12": 1,
                "g4-standard-24": 1,
                "g4-standard-48": 1,
                "g4-standard-96": 2,
                "g4-standard-192": 4,
                "g4-standard-384": 8,
            },
        },
        // Not the P100, which was shut down on 15 September 2026: https://cloud.google.com/compute/docs/eol/p100-eos
        "nvidia-tesla-t4": { machines: {}, attachable: [1, 2, 4] },
        "nvidia-tesla-p4": { machines: {}, attachable: [1, 2, 4] },
        "nvidia-tesla-v100": { machines: {}, attachable: [1, 2, 4, 8] },
    },
});

/** The type of a GPU: `nvidia-l4`. */
export type GpuType = keyof typeof gpus.rows;

const rows: Readonly<Record<string, Gpu>> = gpus.rows;

/** The numbers of GPUs of a type that a node can have; undefined if the type is not listed. */
export function gpuCounts(type: string): number[] | undefined {
    const gpu = rows[type];
    const counts = gpu && [...Object.values(gpu.machines), ...(gpu.attachable ?? [])];
    return counts && [...new Set(counts)].sort((one, other) => one - other);
}

/** The first listed machine type with so many GPUs of a type; undefined if none includes them. */
export function machineWithGpus(type: string, count: number): string | undefined {
    return Object.entries(rows[type]?.machines ?? {}).find(([, included]) => included === count)?.[0];
}

/** The GPU that a machine type includes, with its number. */
export function gpuOf(machineType: string): { type: string; count: number } | undefined {
    const found = Object.entries(rows).find(([, { machines }]) => Object.hasOwn(machines, machineType));
    return found && { type: found[0], count: found[1].machines[machineType] as number };
}
