import { facts } from "../facts";

/** A type of durable block storage. */
export interface DiskTypeFacts {
    /** In GiB. */
    minSize: number;
    maxSize: number;
    /** Whether instances can boot from it. */
    boots: boolean;
    /** Whether the IOPS can be chosen. */
    iops?: true;
    /** Whether the throughput can be chosen. */
    throughput?: true;
    /** The minimum size of a regional disk; undefined for types without regional disks. */
    regionalMinSize?: number;
    /** Whether all disks are regional. */
    onlyRegional?: true;
    /** The access modes, the default one first; undefined for Persistent Disk, which has none and can always be shared for reading. */
    accessModes?: readonly AccessMode[];
}

/** Which machines can use a Hyperdisk. */
export type AccessMode = "READ_WRITE_SINGLE" | "READ_WRITE_MANY" | "READ_ONLY_MANY";

const single = ["READ_WRITE_SINGLE"] as const;
const writers = ["READ_WRITE_SINGLE", "READ_WRITE_MANY"] as const;
const readers = ["READ_WRITE_SINGLE", "READ_ONLY_MANY"] as const;

/**
 * Types of Persistent Disk and Hyperdisk. Their sizes in GiB come from a daily copy of the API's list. Boot disks:
 * https://docs.cloud.google.com/compute/docs/disks/add-hyperdisk. Types whose IOPS and throughput can be chosen:
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_disk. Regional disks:
 * https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk. Access modes:
 * https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
 */
export const diskTypes = facts<DiskTypeFacts>()({
    subject: "Types of disks of Compute Engine",
    source: "https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator/blob/master/tools/disktypes.csv",
    checked: "2026-08-17",
    rows: {
        "pd-standard": {
            minSize: 10,
            maxSize: 65_536,
            boots: true,
            regionalMinSize: 200,
        },
        "pd-balanced": {
            minSize: 10,
            maxSize: 65_536,
            boots: true,
            regionalMinSize: 10,
        },
        "pd-ssd": {
            minSize: 10,
            maxSize: 65_536,
            boots: true,
            regionalMinSize: 10,
        },
        "pd-extreme": {
            minSize: 500,
            maxSize: 65_536,
            boots: true,
            iops: true,
        },
        "hyperdisk-balanced": {
            minSize: 4,
            maxSize: 65_536,
            boots: true,
            iops: true,
            throughput: true,
            accessModes: writers,
        },
        // https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced-ha
        "hyperdisk-balanced-high-availability": {
            minSize: 4,
            maxSize: 65_536,
            boots: true,
            iops: true,
            throughput: true,
            regionalMinSize: 4,
            onlyRegional: true,
            accessModes: writers,
        },
        "hyperdisk-extreme": {
            minSize: 64,
            maxSize: 65_536,
            boots: false,
            iops: true,
            accessModes: single,
        },
        "hyperdisk-throughput": {
            minSize: 2_048,
            maxSize: 32_768,
            boots: false,
            throughput: true,
            accessModes: single,
        },
        "hyperdisk-ml": {
            minSize: 4,
            maxSize: 65_536,
            boots: false,
            throughput: true,
            accessModes: readers,
        },
    },
});

/** A type of Persistent Disk or Hyperdisk. */
export type BlockDiskType = keyof typeof diskTypes.rows;
