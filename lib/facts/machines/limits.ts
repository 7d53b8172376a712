import { facts } from "../facts";
import type { Limit } from "../limits/limit";

/** Limits of machines that no page was compared with yet, and quotas of new projects, which Google Cloud sets for each project. */
export const machineLimits = facts<Limit>()({
    subject: "Limits of machines, and quotas of new projects",
    source: "https://cloud.google.com/compute/resource-usage",
    checked: "2026-11-22",
    rows: {
        /** vCPUs of a machine series in a region of a new project; of E2 and N1 together. */
        cpus: { max: 24, unit: "vCPUs", checked: "never" },
        /** GPUs of all types in all regions of a new project. */
        gpus: { max: 1, unit: "GPUs", checked: "never" },
        /** Of a value in the metadata. */
        metadataValue: {
            max: 262_144,
            unit: "bytes",
            source: "https://cloud.google.com/compute/docs/metadata/setting-custom-metadata",
            checked: "never",
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
