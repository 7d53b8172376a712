import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Workflows. */
export const workflowsLimits = facts<Limit>()({
    subject: "Limits of Workflows",
    source: "https://cloud.google.com/workflows/quotas",
    checked: "2026-11-21",
    rows: {
        source: { max: 128 * 1024, unit: "bytes" },
        variables: { max: 20, unit: "variables" },
        variable: { max: 4 * 1024, unit: "bytes" },
        description: {
            max: 1000,
            unit: "characters",
            source: "https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows",
        },
    },
});
