import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of instances of Compute Engine. */
export const computeLimits = facts<Limit>()({
    subject: "Limits of Compute Engine instances",
    source: "https://cloud.google.com/compute/docs/instances",
    checked: "2026-11-22",
    rows: {
        /** Of a value in the metadata. */
        metadataValue: {
            max: 262_144,
            unit: "bytes",
            source: "https://cloud.google.com/compute/docs/metadata/setting-custom-metadata",
            checked: "never",
        },
        /** vCPUs of a machine series in a region of a new project; of E2 and N1 together. */
        cpus: {
            max: 24,
            unit: "vCPUs",
            source: "https://cloud.google.com/compute/resource-usage",
            checked: "never",
        },
        /** GPUs of all types in all regions of a new project. */
        gpus: {
            max: 1,
            unit: "GPUs",
            source: "https://cloud.google.com/compute/resource-usage",
            checked: "never",
        },
        /** Disks beside the boot disk. */
        dataDisks: {
            max: 127,
            unit: "disks",
            source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
        },
        networkTags: {
            max: 64,
            unit: "tags",
            source: "https://cloud.google.com/vpc/docs/add-remove-network-tags",
            checked: "never",
        },
        /** Days for which a schedule keeps snapshots. */
        snapshotRetention: {
            min: 1,
            max: 65_535,
            unit: "days",
            source: "https://cloud.google.com/compute/docs/disks/scheduled-snapshots",
            checked: "never",
        },
    },
});
