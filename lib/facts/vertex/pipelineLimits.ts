import { facts } from "../facts";
import type { Limit } from "../limits/limit";

/** Limits of pipelines. */
export const pipelineLimits = facts<Limit>()({
    subject: "Limits of Vertex AI Pipelines",
    source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs",
    checked: "2026-11-06",
    rows: {
        displayName: { max: 128, unit: "characters" },
        /** "This value should be less than 128 characters". */
        jobId: {
            max: 127,
            unit: "characters",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs/create",
        },
        scheduleName: {
            max: 128,
            unit: "characters",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.schedules",
        },
    },
});

/** The label that Vertex AI sets on pipeline jobs: Vertex AI overrides a value of the user. */
export const pipelineBillingLabel = "vertex-ai-pipelines-run-billing-id";
