/** The resources of a machine type. */
export interface Machine {
    processors: number;
    mebibytes: number;
}

const gibibyte = 1024;

/** "Machine families resource": CPUs of each series, and GiB per CPU of its shapes. */
const series: Record<string, { processors: number[]; shapes: Record<string, number> }> = {
    c2: { processors: [4, 8, 16, 30, 60], shapes: { standard: 4 } },
    c2d: { processors: [2, 4, 8, 16, 32, 56, 112], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    c3: { processors: [4, 8, 22, 44, 88, 176], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    c3d: { processors: [4, 8, 16, 30, 60, 90, 180, 360], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    c4: {
        processors: [2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288],
        shapes: { standard: 3.75, highcpu: 2, highmem: 7.75 },
    },
    c4a: { processors: [1, 2, 4, 8, 16, 32, 48, 64, 72], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    c4d: {
        processors: [2, 4, 8, 16, 32, 48, 64, 96, 192, 384],
        shapes: { standard: 3.875, highcpu: 1.875, highmem: 7.875 },
    },
    e2: { processors: [2, 4, 8, 16, 32], shapes: { standard: 4, highcpu: 1, highmem: 8 } },
    n1: { processors: [1, 2, 4, 8, 16, 32, 64, 96], shapes: { standard: 3.75, highcpu: 0.9, highmem: 6.5 } },
    n2: { processors: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128], shapes: { standard: 4, highcpu: 1, highmem: 8 } },
    n2d: { processors: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224], shapes: { standard: 4, highcpu: 1, highmem: 8 } },
    n4: { processors: [2, 4, 8, 16, 32, 48, 64, 80], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    n4a: { processors: [1, 2, 4, 8, 16, 32, 48, 64], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    n4d: { processors: [2, 4, 8, 16, 32, 48, 64, 80, 96], shapes: { standard: 4, highcpu: 2, highmem: 8 } },
    t2a: { processors: [1, 2, 4, 8, 16, 32, 48], shapes: { standard: 4 } },
    t2d: { processors: [1, 2, 4, 8, 16, 32, 48, 60], shapes: { standard: 4 } },
};

/** The same page: shared-core machines, and machines with accelerators: https://cloud.google.com/compute/docs/gpus */
const single: Record<string, Machine> = {
    "e2-micro": { processors: 2, mebibytes: gibibyte },
    "e2-small": { processors: 2, mebibytes: 2 * gibibyte },
    "e2-medium": { processors: 2, mebibytes: 4 * gibibyte },
    "f1-micro": { processors: 1, mebibytes: 614 },
    "g1-small": { processors: 1, mebibytes: 1741 },
    "g2-standard-4": { processors: 4, mebibytes: 16 * gibibyte },
    "g2-standard-8": { processors: 8, mebibytes: 32 * gibibyte },
    "g2-standard-12": { processors: 12, mebibytes: 48 * gibibyte },
    "g2-standard-16": { processors: 16, mebibytes: 64 * gibibyte },
    "g2-standard-24": { processors: 24, mebibytes: 96 * gibibyte },
    "g2-standard-32": { processors: 32, mebibytes: 128 * gibibyte },
    "g2-standard-48": { processors: 48, mebibytes: 192 * gibibyte },
    "g2-standard-96": { processors: 96, mebibytes: 384 * gibibyte },
    "a2-highgpu-1g": { processors: 12, mebibytes: 85 * gibibyte },
    "a2-highgpu-2g": { processors: 24, mebibytes: 170 * gibibyte },
    "a2-highgpu-4g": { processors: 48, mebibytes: 340 * gibibyte },
    "a2-highgpu-8g": { processors: 96, mebibytes: 680 * gibibyte },
    "a2-megagpu-16g": { processors: 96, mebibytes: 1360 * gibibyte },
    "a2-ultragpu-1g": { processors: 12, mebibytes: 170 * gibibyte },
    "a2-ultragpu-2g": { processors: 24, mebibytes: 340 * gibibyte },
    "a2-ultragpu-4g": { processors: 48, mebibytes: 680 * gibibyte },
    "a2-ultragpu-8g": { processors: 96, mebibytes: 1360 * gibibyte },
    "a3-edgegpu-8g": { processors: 208, mebibytes: 1872 * gibibyte },
    "a3-highgpu-1g": { processors: 26, mebibytes: 234 * gibibyte },
    "a3-highgpu-2g": { processors: 52, mebibytes: 468 * gibibyte },
    "a3-highgpu-4g": { processors: 104, mebibytes: 936 * gibibyte },
    "a3-highgpu-8g": { processors: 208, mebibytes: 1872 * gibibyte },
    "a3-megagpu-8g": { processors: 208, mebibytes: 1872 * gibibyte },
    "a3-ultragpu-8g": { processors: 224, mebibytes: 2952 * gibibyte },
    "a4-highgpu-8g": { processors: 224, mebibytes: 3968 * gibibyte },
    "a4x-highgpu-4g": { processors: 140, mebibytes: 884 * gibibyte },
    "a4x-maxgpu-4g-metal": { processors: 144, mebibytes: 960 * gibibyte },
    "g4-standard-6": { processors: 6, mebibytes: 22 * gibibyte },
    "g4-standard-12": { processors: 12, mebibytes: 45 * gibibyte },
    "g4-standard-24": { processors: 24, mebibytes: 90 * gibibyte },
    "g4-standard-48": { processors: 48, mebibytes: 180 * gibibyte },
    "g4-standard-96": { processors: 96, mebibytes: 360 * gibibyte },
    "g4-standard-192": { processors: 192, mebibytes: 720 * gibibyte },
    "g4-standard-384": { processors: 384, mebibytes: 1440 * gibibyte },
};

/** "Create a VM with a custom machine type": a series that supports it, CPUs, and memory in MiB. */
const custom = /^(?:(e2|n2|n2d|n4|n4a|n4d)-)?custom-(\d+)-(\d+)(?:-ext)?$/;

/** Parses a machine type; undefined if it is unknown. */
export function machineOf(type: string): Machine | undefined {
    const known = single[type];
    if (known) {
        return known;
    }
    const [, , cores, mebibytes] = custom.exec(type) ?? [];
    if (cores && mebibytes) {
        const processors = Number(cores);
        const isValid = (processors === 1 || processors % 2 === 0) && Number(mebibytes) % 256 === 0;
        return isValid ? { processors, mebibytes: Number(mebibytes) } : undefined;
    }
    const [, family = "", shape = "", count] = /^(\w+)-(standard|highcpu|highmem)-(\d+)$/.exec(type) ?? [];
    const processors = Number(count);
    const item = series[family]?.shapes[shape];
    return item && series[family]?.processors.includes(processors)
        ? { processors, mebibytes: processors * item * gibibyte }
        : undefined;
}
