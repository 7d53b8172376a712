import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Scheduler. */
export const cloudSchedulerLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Scheduler",
    source: "https://cloud.google.com/scheduler/quotas",
    checked: "2026-11-21",
    rows: {
        /** In a project and region. */
        jobs: { max: 5000, unit: "jobs" },
        retries: {
            min: 0,
            max: 5,
            unit: "retries",
            source: "https://cloud.google.com/scheduler/docs/configuring/retry-jobs",
        },
        /** Of a request to an HTTP target. */
        attemptDeadline: {
            min: "15 seconds",
            max: "30 minutes",
            source: "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs",
        },
        /** Of a request to App Engine. */
        appEngineDeadline: {
            min: "15 seconds",
            max: "24 hours",
            source: "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs",
        },
        description: {
            max: 500,
            unit: "characters",
            source: "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs",
            checked: "2026-11-20",
        },
        url: {
            max: 2083,
            unit: "characters",
            source: "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs",
            checked: "2026-11-20",
        },
    },
});
