import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Cloud Logging. */
export const loggingLimits = facts<Limit>()({
    subject: "Limits of Cloud Logging",
    source: "https://cloud.google.com/logging/quotas",
    checked: "2026-11-23",
    rows: {
        /** Of a filter, such as that of a sink, an exclusion or a metric. */
        filter: { max: 20_000, unit: "characters" },
        /** Of a sink. */
        exclusions: { max: 50, unit: "exclusions" },
        /** Of a sink, an exclusion or a metric. */
        description: {
            max: 8000,
            unit: "characters",
            source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics",
        },
    },
});
