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
}

/**
 * Types of Persistent Disk and Hyperdisk. Their sizes in GiB come from a daily copy of the API's list. Boot disks:
 * https://docs.cloud.google.com/compute/docs/disks/add-hyperdisk. Types whose IOPS and throughput can be chosen:
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_disk. Regional disks:
 * https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk
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
        },
        "hyperdisk-extreme": {
            minSize: 64,
            maxSize: 65_536,
            boots: false,
            iops: true,
        },
        "hyperdisk-throughput": {
            minSize: 2_048,
            maxSize: 32_768,
            boots: false,
            throughput: true,
        },
        "hyperdisk-ml": {
            minSize: 4,
            maxSize: 65_536,
            boots: false,
            throughput: true,
        },
    },
});

/** A type of Persistent Disk or Hyperdisk. */
export type BlockDiskType = keyof typeof diskTypes.rows;
