import { facts } from "./facts";
import type { DurationLimit, Limit } from "./limits/limit";

type Bounds = readonly [min: number, max: number];

/** The limits of a kind of workload. */
export interface ComposerWorkloadLimits {
    /** The number of instances; for workers the limits of `minCount` and `maxCount`. */
    count?: Bounds;
    cpu: Bounds;
    memoryGb: Bounds;
    storageGb?: Bounds;
}

/** The limits of a generation of Cloud Composer. */
export interface ComposerLimits {
    /** Memory per vCPU in GB. */
    memoryPerCpuGb: Bounds;
    workloads: Readonly<
        Record<"scheduler" | "triggerer" | "webServer" | "worker", ComposerWorkloadLimits> & {
            dagProcessor?: ComposerWorkloadLimits;
        }
    >;
    /** Regions without new environments. */
    closedRegions: readonly string[];
}

/** Limits of Cloud Composer, by generation. */
export const composerLimits = facts<ComposerLimits>()({
    subject: "Limits of Cloud Composer",
    source: "https://docs.cloud.google.com/composer/docs/composer-3/scale-environments",
    checked: "2026-11-21",
    rows: {
        composer2: {
            source: "https://docs.cloud.google.com/composer/docs/composer-2/scale-environments",
            memoryPerCpuGb: [1, 6.5],
            workloads: {
                scheduler: { count: [1, 10], cpu: [0.5, 28], memoryGb: [0.5, 80], storageGb: [0.05, 10] },
                triggerer: { count: [0, 10], cpu: [0.5, 1], memoryGb: [0.5, 80] },
                webServer: { cpu: [0.5, 28], memoryGb: [1, 80], storageGb: [0.05, 10] },
                worker: { count: [1, 100], cpu: [0.5, 28], memoryGb: [0.5, 80], storageGb: [0.05, 10] },
            },
            // Release notes of February 2025 and of March and May 2026.
            closedRegions: [
                "africa-south1",
                "australia-southeast2",
                "europe-west10",
                "europe-west12",
                "northamerica-south1",
                "us-south1",
            ],
        },
        composer3: {
            memoryPerCpuGb: [1, 8],
            workloads: {
                scheduler: { count: [1, 3], cpu: [0.5, 1], memoryGb: [1, 8], storageGb: [0, 100] },
                triggerer: { count: [0, 10], cpu: [0.5, 1], memoryGb: [1, 8] },
                webServer: { cpu: [1, 4], memoryGb: [2, 32], storageGb: [0, 100] },
                worker: { count: [1, 100], cpu: [0.5, 32], memoryGb: [1, 256], storageGb: [0, 100] },
                dagProcessor: { count: [1, 3], cpu: [0.5, 32], memoryGb: [1, 256], storageGb: [0, 100] },
            },
            closedRegions: [],
        },
    },
});

/** Limits of environments of all generations. */
export const composerEnvironmentLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Composer environments",
    source: "https://cloud.google.com/composer/docs/composer-3/create-environments",
    checked: "2026-11-20",
    rows: {
        /** Of the entries of the Airflow database. */
        databaseRetention: {
            min: "30 days",
            max: "730 days",
            source: "https://cloud.google.com/composer/docs/composer-3/configure-db-retention",
        },
        maintenanceWindow: {
            min: "4 hours",
            source: "https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows",
        },
        /** In all windows of a week. */
        weeklyMaintenance: {
            min: "12 hours",
            source: "https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows",
        },
        /** Memory of each workload with Airflow 3. */
        airflow3Memory: {
            min: 2,
            unit: "GB",
            source: "https://cloud.google.com/composer/docs/release-notes",
        },
        /** Of the internal range of Composer 3. */
        internalPrefix: {
            min: 20,
            max: 20,
            unit: "bits",
            source: "https://cloud.google.com/composer/docs/composer-3/connect-vpc-network",
        },
        /** Of the control plane range of Composer 2. */
        controlPlanePrefix: {
            min: 23,
            max: 28,
            unit: "bits",
            source: "https://cloud.google.com/composer/docs/composer-2/configure-private-ip",
        },
        /** The description of a range that can access the web server. */
        rangeDescription: { max: 300, unit: "characters" },
    },
});

/** The first quota that environments of Cloud Composer 2 reach. Clusters of Cloud Composer 3 are not in the project. */
export const composerQuotas = facts<Limit>()({
    subject: "Quotas of Cloud Composer 2 environments",
    source: "https://github.com/hashicorp/terraform-provider-google/issues/15082",
    checked: "2026-11-22",
    rows: {
        /** In a project and region, by default. */
        instanceGroupManagers: { max: 150, unit: "instance group managers" },
        /** Of the cluster of an environment. */
        ofEnvironment: { max: 22, unit: "instance group managers" },
    },
});
