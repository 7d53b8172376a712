import { facts } from "../facts";
import type { Limit } from "../limits/limit";

const metadata = "https://cloud.google.com/compute/docs/reference/rest/v1/Metadata";

/** Limits of machines, and quotas of new projects, which Google Cloud sets for each project and raises on request. */
export const machineLimits = facts<Limit>()({
    subject: "Limits of machines, and quotas of new projects",
    source: "https://cloud.google.com/compute/resource-usage",
    checked: "2026-11-22",
    rows: {
        /** vCPUs of a machine series in a region, by recorded errors; of E2 and N1 together. Trials have 8 to 12. */
        cpus: { max: 24, unit: "vCPUs", source: "https://cloud.google.com/compute/quotas-limits", checked: "never" },
        /** GPUs of all types in all regions. Many new projects have none: https://github.com/fastai/course-v3/pull/165 */
        gpus: { max: 1, unit: "GPUs", source: "https://github.com/gcloudrig/gcloudrig/pull/25" },
        /** Of a value in the metadata. */
        metadataValue: { max: 262_144, unit: "bytes", source: metadata },
        /** Of all keys and values of the metadata. */
        metadata: { max: 524_288, unit: "bytes", source: metadata },
        networkTags: {
            max: 64,
            unit: "tags",
            source: "https://cloud.google.com/vpc/docs/add-remove-network-tags",
        },
        /** Network interfaces of a machine: one for each vCPU. Newer series can have more. */
        interfaces: {
            min: 2,
            max: 8,
            unit: "interfaces",
            source: "https://cloud.google.com/vpc/docs/multiple-interfaces-concepts",
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
