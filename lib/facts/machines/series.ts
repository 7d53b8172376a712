import { facts } from "../facts";
import { gpus } from "../gpus";
import type { BlockDiskType } from "./diskTypes";

/** The technology of a Confidential VM: AMD SEV, AMD SEV-SNP or Intel TDX. */
export type ConfidentialType = "SEV" | "SEV_SNP" | "TDX";

/** A machine series of Compute Engine. */
export interface MachineSeries {
    /** The disk types that its machines can have, the default one of slipway first. */
    disks: readonly BlockDiskType[];
    /** The architecture of its images. */
    architecture: "X86_64" | "ARM64";
    /** The technologies of its Confidential VMs. */
    confidential?: readonly ConfidentialType[];
    /** Whether its machines are stopped during host maintenance, because they cannot be migrated. */
    terminates?: true;
    /** Whether GPUs can be attached to its machines. */
    attachesGpus?: true;
    /** Machine types whose names do not end with a number of vCPUs. */
    shared?: readonly string[];
    /** Whether vCPUs and memory can be chosen: `n2-custom-4-8192`. */
    custom?: true;
    /** The numbers of vCPUs by shape: `standard`, `highmem`; those of other series are not listed. */
    shapes?: Readonly<Record<string, readonly number[]>>;
}

const persistent = ["pd-balanced", "pd-ssd", "pd-standard"] as const;
const hyperdisk = ["hyperdisk-balanced"] as const;

const families = {
    general: "https://cloud.google.com/compute/docs/general-purpose-machines",
    compute: "https://cloud.google.com/compute/docs/compute-optimized-machines",
    memory: "https://cloud.google.com/compute/docs/memory-optimized-machines",
    storage: "https://cloud.google.com/compute/docs/storage-optimized-machines",
    accelerator: "https://cloud.google.com/compute/docs/accelerator-optimized-machines",
} as const;

/** Machine series by the beginning of their machine types, with the disk types of their families' pages. */
export const machineSeries = facts<MachineSeries>()({
    subject: "Machine series of Compute Engine",
    source: "https://cloud.google.com/compute/docs/machine-resource",
    checked: "2026-11-22",
    rows: {
        e2: {
            disks: [...persistent, "pd-extreme"],
            architecture: "X86_64",
            shared: ["e2-micro", "e2-small", "e2-medium"],
            custom: true,
            shapes: { standard: [2, 4, 8, 16, 32], highmem: [2, 4, 8, 16], highcpu: [2, 4, 8, 16, 32] },
            source: families.general,
            checked: "never",
        },
        n1: {
            disks: persistent,
            architecture: "X86_64",
            attachesGpus: true,
            shared: ["f1-micro", "g1-small"],
            custom: true,
            shapes: {
                standard: [1, 2, 4, 8, 16, 32, 64, 96],
                highmem: [2, 4, 8, 16, 32, 64, 96],
                highcpu: [2, 4, 8, 16, 32, 64, 96],
            },
            source: families.general,
            checked: "never",
        },
        n2: {
            disks: [...persistent, "pd-extreme", "hyperdisk-throughput", "hyperdisk-extreme"],
            architecture: "X86_64",
            custom: true,
            shapes: {
                standard: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
                highmem: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
                highcpu: [2, 4, 8, 16, 32, 48, 64, 80, 96],
            },
            source: families.general,
            checked: "never",
        },
        n2d: {
            disks: [...persistent, "hyperdisk-throughput"],
            architecture: "X86_64",
            confidential: ["SEV", "SEV_SNP"],
            custom: true,
            shapes: {
                standard: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
                highmem: [2, 4, 8, 16, 32, 48, 64, 80, 96],
                highcpu: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
            },
            source: families.general,
            checked: "never",
        },
        n4: {
            disks: [...hyperdisk, "hyperdisk-throughput"],
            architecture: "X86_64",
            custom: true,
            shapes: {
                standard: [2, 4, 8, 16, 32, 48, 64, 80],
                highmem: [2, 4, 8, 16, 32, 48, 64, 80],
                highcpu: [2, 4, 8, 16, 32, 48, 64, 80],
            },
            source: families.general,
            checked: "never",
        },
        c3: {
            disks: [
                "pd-balanced",
                "pd-ssd",
                "hyperdisk-balanced",
                "hyperdisk-throughput",
                "hyperdisk-extreme",
                "hyperdisk-ml",
            ],
            architecture: "X86_64",
            confidential: ["TDX"],
            source: families.general,
            checked: "never",
        },
        c3d: {
            disks: ["pd-balanced", "pd-ssd", "hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-ml"],
            architecture: "X86_64",
            confidential: ["SEV"],
            source: families.general,
            checked: "never",
        },
        c4: {
            disks: [...hyperdisk, "hyperdisk-extreme"],
            architecture: "X86_64",
            source: families.general,
            checked: "never",
        },
        c4d: {
            disks: [...hyperdisk, "hyperdisk-extreme"],
            architecture: "X86_64",
            confidential: ["SEV"],
            source: families.general,
            checked: "never",
        },
        c4a: {
            disks: [...hyperdisk, "hyperdisk-extreme"],
            architecture: "ARM64",
            source: families.general,
            checked: "never",
        },
        t2d: {
            disks: persistent,
            architecture: "X86_64",
            shapes: { standard: [1, 2, 4, 8, 16, 32, 48, 60] },
            source: families.general,
            checked: "never",
        },
        t2a: {
            disks: persistent,
            architecture: "ARM64",
            shapes: { standard: [1, 2, 4, 8, 16, 32, 48] },
            source: families.general,
            checked: "never",
        },
        c2: {
            disks: persistent,
            architecture: "X86_64",
            shapes: { standard: [4, 8, 16, 30, 60] },
            source: families.compute,
            checked: "never",
        },
        c2d: {
            disks: persistent,
            architecture: "X86_64",
            confidential: ["SEV"],
            shapes: {
                standard: [2, 4, 8, 16, 32, 56, 112],
                highmem: [2, 4, 8, 16, 32, 56, 112],
                highcpu: [2, 4, 8, 16, 32, 56, 112],
            },
            source: families.compute,
            checked: "never",
        },
        h3: {
            disks: ["pd-balanced", "hyperdisk-balanced", "hyperdisk-throughput"],
            architecture: "X86_64",
            terminates: true,
            source: families.compute,
            checked: "never",
        },
        m1: {
            disks: [...persistent, "pd-extreme", "hyperdisk-balanced", "hyperdisk-extreme"],
            architecture: "X86_64",
            source: families.memory,
            checked: "never",
        },
        m2: {
            disks: [...persistent, "pd-extreme", "hyperdisk-balanced", "hyperdisk-extreme"],
            architecture: "X86_64",
            source: families.memory,
            checked: "never",
        },
        m3: {
            disks: ["pd-balanced", "pd-ssd", "pd-extreme", "hyperdisk-balanced", "hyperdisk-extreme"],
            architecture: "X86_64",
            source: families.memory,
            checked: "never",
        },
        z3: {
            disks: ["pd-balanced", "pd-ssd", "hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme"],
            architecture: "X86_64",
            source: families.storage,
            checked: "never",
        },
        g2: {
            disks: ["pd-balanced", "pd-ssd", "hyperdisk-throughput", "hyperdisk-ml"],
            architecture: "X86_64",
            terminates: true,
            source: families.accelerator,
            checked: "never",
        },
        g4: {
            disks: [...hyperdisk, "hyperdisk-extreme", "hyperdisk-ml"],
            architecture: "X86_64",
            terminates: true,
            source: families.accelerator,
            checked: "never",
        },
        a2: {
            disks: [...persistent, "hyperdisk-throughput", "hyperdisk-ml"],
            architecture: "X86_64",
            terminates: true,
            source: families.accelerator,
            checked: "never",
        },
        a3: {
            disks: [
                "pd-balanced",
                "pd-ssd",
                "hyperdisk-balanced",
                "hyperdisk-throughput",
                "hyperdisk-extreme",
                "hyperdisk-ml",
            ],
            architecture: "X86_64",
            confidential: ["TDX"],
            terminates: true,
            source: families.accelerator,
            checked: "never",
        },
        a4: {
            disks: [...hyperdisk, "hyperdisk-extreme", "hyperdisk-ml"],
            architecture: "X86_64",
            terminates: true,
            source: families.accelerator,
            checked: "never",
        },
    },
});

const rows: Readonly<Record<string, MachineSeries>> = machineSeries.rows;

/** The name of the series of a machine type: `n2` of `n2-standard-4`; undefined if it is not listed. */
export function seriesNameOf(machineType: string): string | undefined {
    const shared = Object.keys(rows).find((name) => rows[name]?.shared?.includes(machineType));
    const name = shared ?? machineType.split("-")[0] ?? "";
    return Object.hasOwn(rows, name) ? name : undefined;
}

/** The series of a machine type; undefined if it is not listed. */
export function seriesOf(machineType: string): MachineSeries | undefined {
    const name = seriesNameOf(machineType);
    return name === undefined ? undefined : rows[name];
}

/** Whether a machine type exists, as far as its series is listed. */
export function isMachineType(machineType: string): boolean {
    const series = seriesOf(machineType);
    if (!series) {
        return false;
    }
    if (series.shared?.includes(machineType)) {
        return true;
    }
    if (/-custom-\d+-\d+(-ext)?$/.test(machineType)) {
        return series.custom === true;
    }
    const name = seriesNameOf(machineType) as string;
    const withGpus = Object.values(gpus.rows).flatMap(({ machines }) => Object.keys(machines));
    if (withGpus.some((type) => seriesNameOf(type) === name)) {
        return withGpus.includes(machineType);
    }
    const [, shape = "", vcpus] = /^\w+-([a-z]+)-(\d+)(-[a-z]+)?$/.exec(machineType) ?? [];
    return series.shapes ? series.shapes[shape]?.includes(Number(vcpus)) === true : vcpus !== undefined;
}
