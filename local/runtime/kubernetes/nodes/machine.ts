import { gpuOf } from "slipway/facts";
import { machineOf } from "../../../simulator/services/gke/machines";

/** A machine type as a node. */
export interface Machine {
    type: string;
    family: string;
    cpus: number;
    /** Usable CPUs, if fewer than the machine has. */
    usableCpus?: number;
    memoryGiB: number;
    gpus: number;
    architecture: "amd64" | "arm64";
}

/** Shared-core machines: "Plan GKE Standard node sizes". */
const shared = ["e2-micro", "e2-small", "e2-medium", "f1-micro", "g1-small"];

/** The machine of a type such as `e2-standard-4`. */
export function machine(type: string): Machine {
    const { processors, mebibytes } = machineOf(type) ?? { processors: 2, mebibytes: 4096 };
    const [family = ""] = type.split("-");
    return {
        type,
        family,
        cpus: processors,
        ...(shared.includes(type) && { usableCpus: 1.06 }),
        memoryGiB: mebibytes / 1024,
        gpus: gpuOf(type)?.count ?? 0,
        architecture: ["t2a", "c4a", "a4x"].includes(family) ? "arm64" : "amd64",
    };
}

/** Allocatable resources: "Plan GKE Standard node sizes". */
export function allocatable({ cpus, usableCpus, memoryGiB, gpus }: Machine): Record<string, string> {
    const capacity = memoryGiB * 1024;
    const reserved =
        capacity < 1024
            ? 255
            : steps(capacity, [4096, 0.25], [4096, 0.2], [8192, 0.1], [114_688, 0.06], [Infinity, 0.02]);
    const processor =
        usableCpus === undefined
            ? cpus * 1000 - steps(cpus, [1, 60], [1, 10], [2, 5], [Infinity, 2.5])
            : usableCpus * 1000 - 120;
    return {
        cpu: `${Math.floor(processor)}m`,
        // 100 MiB are reserved for eviction.
        memory: `${Math.floor((capacity - reserved - 100) * 1024)}Ki`,
        ...(gpus > 0 && { "nvidia.com/gpu": String(gpus) }),
    };
}

/** Sums up the reserved share of each step of an amount. */
function steps(amount: number, ...parts: [size: number, share: number][]): number {
    let rest = amount;
    let sum = 0;
    for (const [size, share] of parts) {
        const within = Math.min(rest, size);
        sum += within * share;
        rest -= within;
    }
    return sum;
}
