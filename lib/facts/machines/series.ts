import { facts } from "../facts";
import { computeLimits } from "../limits/compute";
import { type BlockDiskType, type DiskTypeFacts, diskTypes } from "./diskTypes";
import { seriesNameOf, sharesCore, vcpusOf } from "./machineTypes";

/** The technology of a Confidential VM: AMD SEV, AMD SEV-SNP or Intel TDX. */
export type ConfidentialType = "SEV" | "SEV_SNP" | "TDX";

/** Numbers of disks of machines with up to so many vCPUs. */
type DiskCounts = readonly (readonly [size: number, disks: number])[];

/** A machine series of Compute Engine. */
export interface MachineSeries {
    /** The disk types that its machines can have, the default one of slipway first. */
    disks: readonly BlockDiskType[];
    /** The architecture of its images. */
    architecture: "X86_64" | "ARM64";
    /** The technologies of its Confidential VMs. */
    confidential?: readonly ConfidentialType[];
    /** Machine types that are stopped during host maintenance, because they cannot be migrated; true for all. Bare metal never can. */
    terminates?: true | readonly string[];
    /** Whether GPUs can be attached to its machines. */
    attachesGpus?: true;
    /** Whether its machines cannot run virtual machines: those with AMD and Arm processors, E2 and memory-optimized ones. */
    hasNoNesting?: true;
    /** Whether each vCPU is a core, because its processors have no simultaneous multithreading. */
    vcpusAreCores?: true;
    /** Whether its machines can use regional Persistent Disk. */
    hasRegionalDisks?: true;
    /** The fewest vCPUs of machines that can have Hyperdisk Extreme, if not all can. Custom machines never can. */
    extremeFrom?: number;
    /** The disk types of bare metal, if it has fewer. */
    metalDisks?: readonly BlockDiskType[];
    /** The most disks in addition to the boot disk, of machines with up to so many vCPUs; `dataDisks` of the limits by default. */
    dataDisks?: DiskCounts;
    /** The same of machines with Local SSDs, if they have fewer. */
    localSsdDataDisks?: DiskCounts;
    /** The most disks in addition to the boot disk of bare metal. */
    metalDataDisks?: number;
}

const persistent = ["pd-balanced", "pd-ssd", "pd-standard"] as const;
const allPersistent = [...persistent, "pd-extreme"] as const;
const hyperdisk = ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme", "hyperdisk-ml"] as const;
const replicated = "hyperdisk-balanced-high-availability";
const metalHyperdisk = ["hyperdisk-balanced", "hyperdisk-extreme"] as const;
const x86 = { architecture: "X86_64" } as const;
/** Every vCPU of an Arm processor is a core. */
const arm = { architecture: "ARM64", hasNoNesting: true, vcpusAreCores: true } as const;
const withoutNesting = { ...x86, hasNoNesting: true } as const;

/**
 * Machine series with the disk types of Google's storage driver for Kubernetes, without those that Compute Engine refuses, or that Google's
 * pages of machine families do not have: Persistent Disk with N4 and C4A (https://github.com/nextflow-io/nextflow/pull/6841), Hyperdisk
 * Balanced with N2 ("hyperdisk-balanced disk type cannot be used by n2-standard-4 machine type"), Extreme Persistent Disk with series other
 * than N2 and the memory-optimized ones, and standard Persistent Disk with M3. Hyperdisk ML of C3 bare metal, C4, C4D, N4 and N4D, and
 * Hyperdisk Throughput of C4A bare metal, which are new in 2026: https://docs.cloud.google.com/compute/docs/release-notes. The default type
 * is the one of Google's tests of images: https://github.com/GoogleCloudPlatform/cloud-image-tests/blob/main/fixtures.go
 *
 * Numbers of disks, of Google's pages without the boot disk: https://docs.cloud.google.com/compute/docs/general-purpose-machines,
 * https://docs.cloud.google.com/compute/docs/memory-optimized-machines,
 * https://docs.cloud.google.com/compute/docs/storage-optimized-machines,
 * https://docs.cloud.google.com/compute/docs/network-optimized-machines. Numbers of N4A, N4D and A4X are in `getVolumeLimits` of the driver:
 * https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver/blob/master/pkg/constants/constants.go
 *
 * Confidential VMs: https://github.com/kubernetes-sigs/cluster-api-provider-gcp/blob/main/api/v1beta1/gcpmachine_types.go and
 * https://github.com/kubernetes-sigs/cluster-api-provider-gcp/pull/1426
 *
 * Live migration: https://docs.cloud.google.com/compute/docs/instances/setting-vm-host-options
 *
 * Regional disks: https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk
 *
 * Nested virtualization: https://cloud.google.com/compute/docs/instances/nested-virtualization/overview, threads of cores:
 * https://cloud.google.com/compute/docs/cpu-platforms
 */
export const machineSeries = facts<MachineSeries>()({
    subject: "Machine series of Compute Engine",
    source: "https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver/blob/master/deploy/kubernetes/overlays/node-labeler/configmap.yaml",
    checked: "2026-08-18",
    rows: {
        e2: { ...withoutNesting, disks: persistent, hasRegionalDisks: true },
        n1: { ...x86, disks: persistent, attachesGpus: true, hasRegionalDisks: true },
        n2: {
            ...x86,
            disks: [...allPersistent, "hyperdisk-throughput", "hyperdisk-extreme"],
            extremeFrom: 80,
            hasRegionalDisks: true,
        },
        n2d: {
            ...withoutNesting,
            disks: [...persistent, "hyperdisk-throughput"],
            confidential: ["SEV", "SEV_SNP"],
            hasRegionalDisks: true,
        },
        n4: {
            ...x86,
            disks: ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-ml", replicated],
            dataDisks: [
                [8, 15],
                [80, 31],
            ],
        },
        n4a: {
            ...arm,
            disks: ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-ml", replicated],
            dataDisks: [
                [8, 15],
                [64, 31],
            ],
        },
        n4d: {
            ...withoutNesting,
            disks: ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-ml", replicated],
            dataDisks: [
                [8, 15],
                [96, 31],
            ],
        },
        c2: { ...x86, disks: persistent },
        c2d: { ...withoutNesting, disks: persistent, confidential: ["SEV"] },
        c3: {
            ...x86,
            disks: ["pd-balanced", "pd-ssd", ...hyperdisk, replicated],
            extremeFrom: 88,
            confidential: ["TDX"],
            metalDisks: [...metalHyperdisk, "hyperdisk-ml"],
            metalDataDisks: 15,
        },
        c3d: {
            ...withoutNesting,
            disks: ["pd-balanced", "pd-ssd", ...hyperdisk, replicated],
            extremeFrom: 60,
            confidential: ["SEV"],
        },
        c4: {
            ...x86,
            disks: [...hyperdisk, replicated],
            extremeFrom: 96,
            metalDisks: [...metalHyperdisk, "hyperdisk-ml"],
            dataDisks: [
                [2, 7],
                [4, 15],
                [24, 31],
                [48, 63],
            ],
            localSsdDataDisks: [
                [4, 15],
                [48, 31],
                [144, 63],
            ],
            metalDataDisks: 31,
        },
        c4a: {
            ...arm,
            disks: [...hyperdisk, replicated],
            extremeFrom: 64,
            metalDisks: hyperdisk,
            dataDisks: [
                [8, 15],
                [48, 31],
                [72, 63],
            ],
            metalDataDisks: 31,
        },
        c4d: {
            ...withoutNesting,
            disks: [...hyperdisk, replicated],
            extremeFrom: 64,
            confidential: ["SEV"],
            dataDisks: [
                [2, 3],
                [4, 7],
                [8, 15],
                [96, 31],
                [192, 63],
            ],
            metalDataDisks: 31,
        },
        c4n: {
            ...x86,
            disks: [...hyperdisk, replicated],
            dataDisks: [
                [2, 7],
                [4, 15],
                [24, 31],
                [48, 63],
            ],
        },
        t2a: { ...arm, disks: persistent },
        t2d: { ...withoutNesting, vcpusAreCores: true, disks: [...persistent, "hyperdisk-throughput"] },
        h3: { ...x86, vcpusAreCores: true, disks: ["pd-balanced", "hyperdisk-balanced", "hyperdisk-throughput"] },
        h4d: { ...withoutNesting, vcpusAreCores: true, disks: ["hyperdisk-balanced", replicated], terminates: true },
        m1: {
            ...withoutNesting,
            disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-extreme"],
            extremeFrom: 80,
        },
        m2: { ...withoutNesting, disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-extreme"] },
        m3: {
            ...withoutNesting,
            disks: [
                "pd-balanced",
                "pd-ssd",
                "pd-extreme",
                "hyperdisk-balanced",
                "hyperdisk-throughput",
                "hyperdisk-extreme",
                replicated,
            ],
            extremeFrom: 64,
        },
        m4: {
            ...withoutNesting,
            disks: ["hyperdisk-balanced", "hyperdisk-extreme"],
            extremeFrom: 64,
            dataDisks: [
                [16, 15],
                [64, 31],
                [112, 63],
            ],
        },
        m4n: {
            ...withoutNesting,
            disks: ["hyperdisk-balanced", "hyperdisk-extreme"],
            dataDisks: [
                [16, 15],
                [64, 31],
                [112, 63],
            ],
        },
        // "The total number of Google Cloud Hyperdisk volumes can't exceed 32 per instance."
        x4: { ...withoutNesting, disks: ["hyperdisk-balanced", "hyperdisk-extreme"], metalDataDisks: 31 },
        z3: {
            ...x86,
            disks: [
                "pd-balanced",
                "pd-ssd",
                "hyperdisk-balanced",
                "hyperdisk-throughput",
                "hyperdisk-extreme",
                replicated,
            ],
            extremeFrom: 88,
            metalDisks: metalHyperdisk,
            metalDataDisks: 31,
            // More than 18,000 GiB of Titanium SSD; the others are always migrated.
            terminates: ["z3-highmem-88", "z3-highmem-176", "z3-highmem-88-highlssd", "z3-highmem-176-standardlssd"],
        },
        g2: { ...x86, disks: [...persistent, "hyperdisk-throughput", "hyperdisk-ml"], terminates: true },
        g4: { ...withoutNesting, disks: [...hyperdisk, replicated], terminates: true },
        a2: { ...x86, disks: [...persistent, "hyperdisk-balanced", "hyperdisk-ml"], terminates: true },
        a3: {
            ...x86,
            disks: ["pd-balanced", "pd-ssd", ...hyperdisk, replicated],
            // https://cloud.google.com/confidential-computing/confidential-vm/docs/supported-configurations, with one GPU
            confidential: ["TDX"],
            terminates: true,
        },
        a4: { ...x86, disks: ["hyperdisk-balanced", "hyperdisk-extreme", "hyperdisk-ml"], terminates: true },
        a4x: { ...arm, disks: [...hyperdisk, replicated], terminates: true, metalDataDisks: 31 },
    },
});

const rows: Readonly<Record<string, MachineSeries>> = machineSeries.rows;

/** The series of a machine type; undefined if it is not listed. */
export const seriesOf = (machineType: string): MachineSeries | undefined => rows[seriesNameOf(machineType) ?? ""];

/** Whether machines of a type can run virtual machines; an unlisted series may. */
export const hasNestedVirtualization = (machineType: string): boolean => !seriesOf(machineType)?.hasNoNesting;

/** Whether a core can have two threads; a core of an unlisted series may. */
export const hasThreads = (machineType: string): boolean => !seriesOf(machineType)?.vcpusAreCores;

const isMetal = (machineType: string) => machineType.endsWith("-metal");

/** Whether a machine is stopped during host maintenance, because it cannot be migrated; bare metal never is. */
export function isTerminated(machineType: string): boolean {
    const { terminates = [] } = seriesOf(machineType) ?? {};
    return isMetal(machineType) || terminates === true || terminates.includes(machineType);
}

/** The disk types that machines of a type can have; undefined if its series is not listed. */
export function diskTypesOf(machineType: string): readonly BlockDiskType[] | undefined {
    const { disks, extremeFrom = 0, metalDisks = disks } = seriesOf(machineType) ?? {};
    const isSmall = (vcpusOf(machineType) ?? extremeFrom) < extremeFrom;
    const hasExtreme = !isSmall && !/(^|-)custom-/.test(machineType);
    return (isMetal(machineType) ? metalDisks : disks)?.filter((type) => hasExtreme || type !== "hyperdisk-extreme");
}

/** Whether a machine can boot from a zonal disk of a type. */
export const bootsInZone = (type: BlockDiskType): boolean => {
    const { boots, onlyRegional }: DiskTypeFacts = diskTypes.rows[type];
    return boots && !onlyRegional;
};

/** The most disks in addition to the boot disk, and the most GiB of all its disks. */
export function diskLimitsOf(machineType: string): { disks: number; persistent: number; hyperdisk: number } {
    const { dataDisks, sharedCoreDataDisks, persistent, sharedCorePersistent, hyperdisk, smallHyperdisk } =
        computeLimits.rows;
    const { dataDisks: all = [], localSsdDataDisks = all, metalDataDisks } = seriesOf(machineType) ?? {};
    const bySize = machineType.endsWith("-lssd") ? localSsdDataDisks : all;
    const size = vcpusOf(machineType) ?? Number.POSITIVE_INFINITY;
    const isShared = sharesCore(machineType);
    const bound = bySize.find(([most]) => size <= most)?.[1] ?? dataDisks.max;
    return {
        disks: isShared ? sharedCoreDataDisks.max : ((isMetal(machineType) ? metalDataDisks : undefined) ?? bound),
        persistent: (isShared ? sharedCorePersistent : persistent).max,
        hyperdisk: (size < 32 ? smallHyperdisk : hyperdisk).max,
    };
}

/** A disk type that machines of all these types can have, from which they boot: the default one of the first, if all have it. */
export function commonDiskType(machineTypes: readonly string[]): BlockDiskType {
    const [first = "", ...others] = machineTypes;
    const preferred = [defaultDiskType(first), ...(diskTypesOf(first) ?? []).filter(bootsInZone)];
    const isCommon = (type: BlockDiskType) => others.every((each) => diskTypesOf(each)?.includes(type) ?? true);
    return preferred.find(isCommon) ?? defaultDiskType(first);
}

/**
 * The disk type of a machine without an argument: Persistent Disk, if the series has it, and Hyperdisk for bare metal, A3 Ultra and series
 * that are not listed: https://github.com/GoogleCloudPlatform/cloud-image-tests/blob/main/fixtures.go
 */
export function defaultDiskType(machineType: string): BlockDiskType {
    const [first = "hyperdisk-balanced"] = seriesOf(machineType)?.disks ?? [];
    return isMetal(machineType) || machineType.startsWith("a3-ultra") ? "hyperdisk-balanced" : first;
}
