import { facts } from "../facts";
import { type BlockDiskType, diskTypes } from "./diskTypes";
import { seriesNameOf } from "./machineTypes";

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
}

const persistent = ["pd-balanced", "pd-ssd", "pd-standard"] as const;
const allPersistent = [...persistent, "pd-extreme"] as const;
const hyperdisk = ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme", "hyperdisk-ml"] as const;
const x86 = { architecture: "X86_64" } as const;
/** Every vCPU of an Arm processor is a core. */
const arm = { architecture: "ARM64", hasNoNesting: true, vcpusAreCores: true } as const;
const withoutNesting = { ...x86, hasNoNesting: true } as const;

/**
 * Machine series with the disk types of Google's storage driver for Kubernetes, except for Persistent Disk with N4 and C4A, which Compute
 * Engine refuses: https://github.com/nextflow-io/nextflow/pull/6841. The default type is the one of Google's tests of images:
 * https://github.com/GoogleCloudPlatform/cloud-image-tests/blob/main/fixtures.go
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
        e2: { ...withoutNesting, disks: allPersistent, hasRegionalDisks: true },
        n1: { ...x86, disks: allPersistent, attachesGpus: true, hasRegionalDisks: true },
        n2: {
            ...x86,
            disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme"],
            hasRegionalDisks: true,
        },
        n2d: {
            ...withoutNesting,
            disks: [...allPersistent, "hyperdisk-throughput"],
            confidential: ["SEV", "SEV_SNP"],
            hasRegionalDisks: true,
        },
        n4: { ...x86, disks: ["hyperdisk-balanced", "hyperdisk-throughput"] },
        n4a: { ...arm, disks: ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-ml"] },
        n4d: { ...withoutNesting, disks: ["hyperdisk-balanced", "hyperdisk-throughput"] },
        c2: { ...x86, disks: allPersistent },
        c2d: { ...withoutNesting, disks: allPersistent, confidential: ["SEV"] },
        c3: { ...x86, disks: ["pd-balanced", "pd-ssd", "pd-extreme", ...hyperdisk], confidential: ["TDX"] },
        c3d: { ...withoutNesting, disks: ["pd-balanced", "pd-ssd", ...hyperdisk], confidential: ["SEV"] },
        c4: { ...x86, disks: ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme"] },
        c4a: { ...arm, disks: hyperdisk },
        c4d: {
            ...withoutNesting,
            disks: ["hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme"],
            confidential: ["SEV"],
        },
        t2a: { ...arm, disks: allPersistent },
        t2d: { ...withoutNesting, vcpusAreCores: true, disks: [...persistent, "hyperdisk-throughput"] },
        h3: { ...x86, vcpusAreCores: true, disks: ["pd-balanced", "hyperdisk-balanced", "hyperdisk-throughput"] },
        h4d: { ...withoutNesting, vcpusAreCores: true, disks: ["hyperdisk-balanced"], terminates: true },
        m1: { ...withoutNesting, disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-extreme"] },
        m2: { ...withoutNesting, disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-extreme"] },
        m3: {
            ...withoutNesting,
            disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme"],
        },
        m4: { ...withoutNesting, disks: ["hyperdisk-balanced", "hyperdisk-extreme"] },
        x4: { ...withoutNesting, disks: ["hyperdisk-balanced", "hyperdisk-extreme"] },
        z3: {
            ...x86,
            disks: ["pd-balanced", "pd-ssd", "hyperdisk-balanced", "hyperdisk-throughput", "hyperdisk-extreme"],
            // More than 18,000 GiB of Titanium SSD; the others are always migrated.
            terminates: ["z3-highmem-88", "z3-highmem-176", "z3-highmem-88-highlssd", "z3-highmem-176-standardlssd"],
        },
        g2: { ...x86, disks: [...persistent, "hyperdisk-throughput", "hyperdisk-ml"], terminates: true },
        g4: { ...withoutNesting, disks: hyperdisk, terminates: true },
        a2: { ...x86, disks: [...allPersistent, "hyperdisk-balanced", "hyperdisk-ml"], terminates: true },
        a3: {
            ...x86,
            disks: ["pd-balanced", "pd-ssd", ...hyperdisk],
            // https://cloud.google.com/confidential-computing/confidential-vm/docs/supported-configurations, with one GPU
            confidential: ["TDX"],
            terminates: true,
        },
        a4: { ...x86, disks: ["hyperdisk-balanced", "hyperdisk-extreme", "hyperdisk-ml"], terminates: true },
        a4x: { ...arm, disks: hyperdisk, terminates: true },
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

/** A disk type that machines of all these types can have, from which they boot: the default one of the first, if all have it. */
export function commonDiskType(machineTypes: readonly string[]): BlockDiskType {
    const [first = "", ...others] = machineTypes;
    const preferred = [
        defaultDiskType(first),
        ...(seriesOf(first)?.disks ?? []).filter((type) => diskTypes.rows[type].boots),
    ];
    const isCommon = (type: BlockDiskType) => others.every((each) => seriesOf(each)?.disks.includes(type) ?? true);
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
