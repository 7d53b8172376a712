/** A machine of Compute Engine. */
export interface Machine {
    type: string;
    family: string;
    cpus: number;
    /** What of a processor a pod may have, where it is less than the machine shows. */
    usableCpus?: number;
    memoryGiB: number;
    gpus: number;
    architecture: "amd64" | "arm64";
}

/** GiB a processor, by family and kind: "General-purpose machine family", "Compute-optimized machine family". */
const memory: Record<string, Record<string, number>> = {
    a2: { highgpu: 85 / 12, megagpu: 1360 / 96, ultragpu: 170 / 12 },
    c2: { standard: 4 },
    c2d: { standard: 4, highcpu: 2, highmem: 8 },
    c3: { standard: 4, highcpu: 2, highmem: 8 },
    c3d: { standard: 4, highcpu: 2, highmem: 8 },
    c4: { standard: 3.75, highcpu: 2, highmem: 7.75 },
    c4a: { standard: 4, highcpu: 2, highmem: 8 },
    e2: { standard: 4, highcpu: 1, highmem: 8 },
    ek: { standard: 4 },
    g2: { standard: 4 },
    m3: { megamem: 15.25, ultramem: 30.5 },
    n1: { standard: 3.75, highcpu: 0.9, highmem: 6.5 },
    n2: { standard: 4, highcpu: 1, highmem: 8 },
    n2d: { standard: 4, highcpu: 1, highmem: 8 },
    n4: { standard: 4, highcpu: 2, highmem: 8 },
    t2a: { standard: 4 },
    t2d: { standard: 4 },
};

/** Those that share a processor: "General-purpose machine family", with what GKE lets pods have of it. */
const shared: Record<string, [memoryGiB: number, usableCpus: number]> = {
    "e2-micro": [1, 1.06],
    "e2-small": [2, 1.06],
    "e2-medium": [4, 1.06],
};

const gpusOfG2: Record<number, number> = { 24: 2, 48: 4, 96: 8 };

/** The machine of a type, such as `e2-standard-4` or `n2-custom-4-8192`; a type that is not known counts as `e2-medium`. */
export function machine(type: string): Machine {
    const [family = "", kind = "", count = "", custom] = type.split("-");
    const architecture = ["t2a", "c4a"].includes(family) ? "arm64" : "amd64";
    const [memoryGiB, usableCpus] = shared[type] ?? [];
    if (memoryGiB !== undefined) {
        return { type, family, cpus: 2, usableCpus, memoryGiB, gpus: 0, architecture };
    }
    if (kind === "custom") {
        return { type, family, cpus: Number(count), memoryGiB: Number(custom) / 1024, gpus: 0, architecture };
    }
    const perCpu = memory[family]?.[kind];
    if (family === "a2" && perCpu !== undefined) {
        const gpus = Number.parseInt(count, 10);
        const cpus = kind === "megagpu" ? 96 : gpus * 12;
        return { type, family, cpus, memoryGiB: cpus * perCpu, gpus, architecture };
    }
    const cpus = Number(count);
    if (perCpu === undefined || !(cpus > 0)) {
        return { ...machine("e2-medium"), type, family };
    }
    const gpus = family === "g2" ? (gpusOfG2[cpus] ?? 1) : 0;
    return { type, family, cpus, memoryGiB: cpus * perCpu, gpus, architecture };
}

/** What Kubernetes and the system keep of a node for themselves: "Plan GKE Standard node sizes". */
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
        // 100 MiB more are where pods are evicted.
        memory: `${Math.floor((capacity - reserved - 100) * 1024)}Ki`,
        ...(gpus > 0 && { "nvidia.com/gpu": String(gpus) }),
    };
}

/** Adds up a share of each step of an amount. */
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
