import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Logging. */
export const loggingLimits = facts<Limit>()({
    subject: "Limits of Cloud Logging",
    // The definitions that this page is generated from, as published on this day: github.com/googleapis/googleapis, google/logging/v2.
    source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics",
    checked: "2026-08-22",
    rows: {
        /** Of a filter, such as the filter of a sink, an exclusion or a metric. */
        filter: { max: 20_000, unit: "characters" },
        /** Of a sink. */
        exclusions: {
            max: 50,
            unit: "exclusions",
            source: "https://cloud.google.com/logging/quotas",
        },
        /** In a project, by default. */
        sinks: {
            max: 200,
            unit: "sinks",
            source: "https://cloud.google.com/logging/quotas",
            checked: "2026-11-29",
        },
        /** Of a sink, an exclusion or a metric. */
        description: { max: 8000, unit: "characters" },
    },
});

/** Limits of log buckets. */
export const logBucketLimits = facts<Limit>()({
    subject: "Limits of log buckets",
    source: "https://cloud.google.com/logging/quotas",
    checked: "2026-11-27",
    rows: {
        /** In a project, with those that are pending deletion. */
        buckets: { max: 100, unit: "log buckets", checked: "2026-11-29" },
        /** Of a log bucket. */
        views: { max: 30, unit: "views" },
        /** Of a log bucket. */
        indexes: { max: 20, unit: "indexes" },
    },
});

/** Time limits of log buckets. */
export const logBucketTimes = facts<DurationLimit>()({
    subject: "Time limits of log buckets",
    source: "https://cloud.google.com/logging/docs/buckets#custom-retention",
    checked: "2026-11-27",
    rows: {
        /** How long log entries are stored, in whole days. */
        retention: { min: "1 day", max: "3650 days" },
    },
});
