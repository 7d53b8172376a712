import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Cloud SQL instances. */
export const cloudSqlLimits = facts<Limit>()({
    subject: "Limits of Cloud SQL",
    source: "https://cloud.google.com/sql/docs/postgres/instance-settings",
    checked: "2026-11-20",
    rows: {
        /** In a project, by default; with an instance of the old network architecture 100. */
        instances: {
            max: 1000,
            unit: "instances",
            source: "https://cloud.google.com/sql/docs/quotas",
            checked: "2026-11-29",
        },
        disk: { min: 10, max: 65_536, unit: "GB" },
        hyperdisk: { min: 20, max: 65_536, unit: "GB" },
        sharedCoreDisk: { min: 10, max: 3054, unit: "GB" },
        retainedBackups: { min: 1, max: 365, unit: "backups" },
        logDays: { min: 1, max: 7, unit: "days" },
        logDaysOfPlus: { min: 1, max: 35, unit: "days" },
        queryPlans: {
            min: 0,
            max: 20,
            unit: "plans",
            source: "https://cloud.google.com/sql/docs/postgres/using-query-insights",
        },
        queryPlansOfPlus: {
            min: 0,
            max: 200,
            unit: "plans",
            source: "https://cloud.google.com/sql/docs/postgres/using-query-insights",
        },
        queryLength: {
            min: 256,
            max: 4500,
            unit: "bytes",
            source: "https://cloud.google.com/sql/docs/postgres/using-query-insights",
        },
        queryLengthOfPlus: {
            min: 256,
            max: 1_048_576,
            unit: "bytes",
            source: "https://cloud.google.com/sql/docs/postgres/using-query-insights",
        },
        /** Provisioned I/O operations per second of a Hyperdisk. */
        iops: {
            min: 3000,
            max: 160_000,
            unit: "operations a second",
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced",
        },
        iopsPerGb: {
            max: 500,
            unit: "operations a second",
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced",
        },
        /** Provisioned throughput of a Hyperdisk. */
        throughput: {
            min: 140,
            max: 2400,
            unit: "MiB a second",
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced",
        },
        /** Previous passwords that a password policy refuses. */
        reuseInterval: {
            min: 0,
            max: 100,
            unit: "passwords",
            source: "https://cloud.google.com/sql/docs/postgres/built-in-authentication",
        },
        authorizedNetworks: {
            max: 100,
            unit: "ranges",
            source: "https://cloud.google.com/sql/docs/postgres/quotas",
        },
        replicas: { max: 10, unit: "replicas", source: "https://cloud.google.com/sql/docs/postgres/replication" },
        /** Levels of cascading replicas below a primary instance. */
        replicaLevels: { max: 4, unit: "levels", source: "https://cloud.google.com/sql/docs/postgres/replication" },
        denyMaintenance: {
            min: 1,
            max: 90,
            unit: "days",
            source: "https://cloud.google.com/sql/docs/postgres/maintenance",
        },
    },
});
