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
}

/** Types of Persistent Disk and Hyperdisk. Their sizes are in GiB. */
export const diskTypes = facts<DiskTypeFacts>()({
    subject: "Types of disks of Compute Engine",
    source: "https://cloud.google.com/compute/docs/disks",
    checked: "2026-11-22",
    rows: {
        "pd-standard": {
            minSize: 10,
            maxSize: 65_536,
            boots: true,
            source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
            checked: "never",
        },
        "pd-balanced": {
            minSize: 10,
            maxSize: 65_536,
            boots: true,
            source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
            checked: "never",
        },
        "pd-ssd": {
            minSize: 10,
            maxSize: 65_536,
            boots: true,
            source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
            checked: "never",
        },
        "pd-extreme": {
            minSize: 500,
            maxSize: 65_536,
            boots: true,
            iops: true,
            source: "https://cloud.google.com/compute/docs/disks/extreme-persistent-disk",
            checked: "never",
        },
        "hyperdisk-balanced": {
            minSize: 4,
            maxSize: 65_536,
            boots: true,
            iops: true,
            throughput: true,
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced",
            checked: "never",
        },
        "hyperdisk-extreme": {
            minSize: 64,
            maxSize: 65_536,
            boots: false,
            iops: true,
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-extreme",
            checked: "never",
        },
        "hyperdisk-throughput": {
            minSize: 2_048,
            maxSize: 32_768,
            boots: false,
            throughput: true,
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-throughput",
            checked: "never",
        },
        "hyperdisk-ml": {
            minSize: 4,
            maxSize: 65_536,
            boots: false,
            throughput: true,
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-ml",
            checked: "never",
        },
    },
});

/** A type of Persistent Disk or Hyperdisk. */
export type BlockDiskType = keyof typeof diskTypes.rows;
