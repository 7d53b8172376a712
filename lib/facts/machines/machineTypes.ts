import { facts } from "../facts";
import { gpus } from "../gpus";

/** The machine types of a series. */
export interface MachineTypes {
    /** The numbers in the names by shape: 8 and `highmem-lssd` of `c3d-highmem-8-lssd`. */
    shapes: Readonly<Record<string, readonly number[]>>;
    /** Machine types without a number. */
    shared?: readonly string[];
    /** Whether vCPUs and memory can be chosen: `n2-custom-4-8192`. */
    custom?: true;
}

const c3d = [4, 8, 16, 30, 60, 90, 180, 360];
const c4 = [2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288];
const c4a = [1, 2, 4, 8, 16, 32, 48, 64, 72];
const c4d = [2, 4, 8, 16, 32, 48, 64, 96, 192, 384];
const n2d = [2, 4, 8, 16, 32, 48, 64, 80, 96];

const generalPurpose = (standard: readonly number[]) => ({ standard, highmem: standard, highcpu: standard });

/**
 * Machine types by series, of a daily copy of the API's list of all regions. Those with GPUs are in {@link gpus}. Series with custom machine
 * types: https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type
 */
export const machineTypes = facts<MachineTypes>()({
    subject: "Machine types of Compute Engine",
    source: "https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator/blob/master/tools/machinetyperegion.csv",
    checked: "2026-08-17",
    rows: {
        c2: { shapes: { standard: [4, 8, 16, 30, 60] } },
        c2d: { shapes: generalPurpose([2, 4, 8, 16, 32, 56, 112]) },
        c3: {
            shapes: {
                ...generalPurpose([4, 8, 22, 44, 88, 176]),
                "standard-lssd": [4, 8, 22, 44, 88, 176],
                "standard-metal": [192],
                "highmem-metal": [192],
                "highcpu-metal": [192],
            },
        },
        c3d: { shapes: { ...generalPurpose(c3d), "standard-lssd": c3d.slice(1), "highmem-lssd": c3d.slice(1) } },
        c4: {
            shapes: {
                ...generalPurpose(c4),
                "standard-lssd": c4.slice(1),
                "highmem-lssd": c4.slice(1),
                "standard-metal": [288],
                "highmem-metal": [288],
                "standard-lssd-metal": [288],
                "highmem-lssd-metal": [288],
            },
        },
        c4a: {
            shapes: {
                ...generalPurpose(c4a),
                "standard-lssd": c4a.slice(2),
                "highmem-lssd": c4a.slice(2),
                // https://docs.cloud.google.com/compute/docs/release-notes#May_27_2026
                "standard-metal": [96],
                "highmem-metal": [96],
            },
        },
        c4d: {
            shapes: {
                ...generalPurpose(c4d),
                "standard-lssd": c4d.slice(2),
                "highmem-lssd": c4d.slice(2),
                "standard-metal": [384],
                "highmem-metal": [384],
                "highcpu-metal": [384],
            },
        },
        c4n: { shapes: generalPurpose([2, 4, 8, 16, 24, 48, 96, 192]) },
        e2: {
            shapes: { standard: [2, 4, 8, 16, 32], highmem: [2, 4, 8, 16], highcpu: [2, 4, 8, 16, 32] },
            shared: ["e2-micro", "e2-small", "e2-medium"],
            custom: true,
        },
        g2: { shapes: {}, custom: true },
        h3: { shapes: { standard: [88] } },
        h4d: { shapes: { standard: [192], highmem: [192], "highmem-lssd": [192] } },
        m1: { shapes: { ultramem: [40, 80, 160], megamem: [96] } },
        m2: {
            shapes: { ultramem: [208, 416], megamem: [416], hypermem: [416], ultramem2x: [96], ultramemx: [96] },
        },
        m3: { shapes: { ultramem: [32, 64, 128], megamem: [64, 128] } },
        m4: { shapes: { ultramem: [56, 112, 224], megamem: [28, 56, 112, 224], hypermem: [16, 32, 64] } },
        m4n: { shapes: { ultramem: [56, 112], megamem: [28, 56, 112], hypermem: [16, 32, 64] } },
        n1: {
            shapes: {
                standard: [1, 2, 4, 8, 16, 32, 64, 96],
                highmem: [2, 4, 8, 16, 32, 64, 96],
                highcpu: [2, 4, 8, 16, 32, 64, 96],
                ultramem: [40, 80, 160],
                megamem: [96],
            },
            shared: ["f1-micro", "g1-small"],
            custom: true,
        },
        n2: {
            shapes: { standard: [...n2d, 128], highmem: [...n2d, 128], highcpu: n2d },
            custom: true,
        },
        n2d: {
            shapes: { standard: [...n2d, 128, 224], highmem: n2d, highcpu: [...n2d, 128, 224] },
            custom: true,
        },
        n4: { shapes: generalPurpose([2, 4, 8, 16, 32, 48, 64, 80]), custom: true },
        n4a: { shapes: generalPurpose([1, 2, 4, 8, 16, 32, 48, 64]), custom: true },
        n4d: { shapes: generalPurpose(n2d), custom: true },
        t2a: { shapes: { standard: [1, 2, 4, 8, 16, 32, 48] } },
        t2d: { shapes: { standard: [1, 2, 4, 8, 16, 32, 48, 60] } },
        x4: {
            shapes: {
                "megamem-metal": [960, 1440, 1920],
                "480-metal": [6, 8],
                "960-metal": [12, 16],
                "1440-metal": [24],
                "1920-metal": [32],
            },
        },
        z3: {
            shapes: {
                highmem: [88, 176],
                "highmem-standardlssd": [14, 22, 44, 88, 176],
                "highmem-highlssd": [8, 16, 22, 32, 44, 88],
                "highmem-highlssd-metal": [192],
            },
        },
    },
});

const rows: Readonly<Record<string, MachineTypes>> = machineTypes.rows;
const withGpus = Object.values(gpus.rows).flatMap(({ machines }) => Object.keys(machines));
const seriesPart = (machineType: string) => machineType.split("-")[0] ?? "";
const seriesWithGpus = new Set(withGpus.map(seriesPart));

/** The names of all machine types that are listed, without custom ones. */
export const machineTypeNames: readonly string[] = [
    ...Object.entries(rows).flatMap(([series, { shapes, shared = [] }]) => [
        ...shared,
        ...Object.entries(shapes).flatMap(([shape, numbers]) => {
            const [name = "", ...suffixes] = shape.split("-");
            const unit = /^\d/.test(name) ? "t" : "";
            return numbers.map((number) => [series, name, `${number}${unit}`, ...suffixes].join("-"));
        }),
    ]),
    ...withGpus,
];

const names = new Set(machineTypeNames);

/** The name of the series of a machine type: `n2` of `n2-standard-4`; undefined if it is not listed. */
export function seriesNameOf(machineType: string): string | undefined {
    const shared = Object.keys(rows).find((name) => rows[name]?.shared?.includes(machineType));
    const part = seriesPart(machineType);
    const name = shared ?? (part === "custom" ? "n1" : part);
    return Object.hasOwn(rows, name) || seriesWithGpus.has(name) ? name : undefined;
}

/** Whether a machine type is listed, or a custom one of a series that has them. */
export function isMachineType(machineType: string): boolean {
    const isCustom = /^([a-z0-9]+-)?custom-(micro|small|medium|\d+)-\d+(-ext)?$/.test(machineType);
    return isCustom ? rows[seriesNameOf(machineType) ?? ""]?.custom === true : names.has(machineType);
}

/** Whether the machines of a type share cores. */
export const sharesCore = (machineType: string): boolean =>
    /-custom-(micro|small|medium)-/.test(machineType) ||
    Object.values(rows).some(({ shared = [] }) => shared.includes(machineType));

/** The vCPUs of a machine type, N1 for `custom-1-2048`; those that a system sees of a shared core. Undefined for types that are named by GPUs. */
export function vcpusOf(machineType: string): number | undefined {
    const custom = /(?:^|-)custom-(\d+)-/.exec(machineType)?.[1];
    const count = custom ?? /^[a-z0-9]+-(?:[a-z][a-z0-9]*-)?(\d+)(?:-|$)/.exec(machineType)?.[1];
    const shared = /^(f1-micro|g1-small)$/.test(machineType) ? 1 : 2;
    return count === undefined ? (/-\d+g(-|$)/.test(machineType) ? undefined : shared) : Number(count);
}
