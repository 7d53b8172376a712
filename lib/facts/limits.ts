import { facts } from "./facts";

/** The minimum and maximum of a number. */
interface Limit {
    min?: number;
    max: number;
    unit: string;
}

/** Limits of Cloud SQL instances. */
export const cloudSqlLimits = facts<Limit>()({
    subject: "Limits of Cloud SQL",
    source: "https://cloud.google.com/sql/docs/postgres/instance-settings",
    checked: "2026-11-20",
    rows: {
        /** Includes the project ID and a colon. */
        instanceName: { max: 98, unit: "characters" },
        disk: { min: 10, max: 65_536, unit: "GB" },
        hyperdisk: { min: 20, max: 65_536, unit: "GB" },
        sharedCoreDisk: { min: 10, max: 3054, unit: "GB" },
        retainedBackups: { min: 1, max: 365, unit: "backups" },
        logDays: { min: 1, max: 7, unit: "days" },
        logDaysOfPlus: { min: 1, max: 35, unit: "days" },
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
        denyMaintenance: {
            min: 1,
            max: 90,
            unit: "days",
            source: "https://cloud.google.com/sql/docs/postgres/maintenance",
        },
    },
});

/** Limits of labels in all services. */
export const labelLimits = facts<Limit>()({
    subject: "Limits of labels",
    source: "https://cloud.google.com/resource-manager/docs/labels-overview",
    checked: "2026-11-20",
    rows: { labels: { max: 64, unit: "labels" } },
});

/** Limits of Pub/Sub. */
export const pubSubLimits = facts<Limit>()({
    subject: "Limits of Pub/Sub",
    source: "https://cloud.google.com/pubsub/quotas",
    checked: "2026-11-20",
    rows: {
        ackDeadline: {
            min: 10,
            max: 600,
            unit: "seconds",
            source: "https://cloud.google.com/pubsub/docs/subscription-properties",
        },
        deliveryAttempts: {
            min: 5,
            max: 100,
            unit: "attempts",
            source: "https://cloud.google.com/pubsub/docs/dead-letter-topics",
        },
        filter: {
            max: 256,
            unit: "bytes",
            source: "https://cloud.google.com/pubsub/docs/subscription-message-filter",
        },
        schema: { max: 300 * 1024, unit: "bytes", source: "https://cloud.google.com/pubsub/docs/schemas" },
    },
});

/** Limits of Secret Manager. */
export const secretManagerLimits = facts<Limit>()({
    subject: "Limits of Secret Manager",
    source: "https://cloud.google.com/secret-manager/quotas",
    checked: "2026-11-20",
    rows: {
        payload: { max: 65_536, unit: "bytes" },
        topics: {
            min: 1,
            max: 10,
            unit: "topics",
            source: "https://cloud.google.com/secret-manager/docs/event-notifications",
        },
    },
});
