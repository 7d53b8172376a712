import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Workflows. */
export const workflowsLimits = facts<Limit>()({
    subject: "Limits of Workflows",
    source: "https://cloud.google.com/workflows/quotas",
    checked: "2026-11-21",
    rows: {
        source: { max: 128 * 1024, unit: "bytes" },
        expression: { max: 400, unit: "characters" },
        argument: { max: 32 * 1024, unit: "bytes" },
        memory: { max: 512 * 1024, unit: "bytes" },
        response: { max: 2 * 1024 * 1024, unit: "bytes" },
        assignments: { max: 50, unit: "assignments" },
        conditions: { max: 50, unit: "conditions" },
        branches: { max: 10, unit: "branches" },
        parallelDepth: { max: 2, unit: "parallel steps" },
        executedSteps: { max: 100_000, unit: "steps" },
        callDepth: { max: 20, unit: "calls" },
        variables: { max: 20, unit: "variables" },
        variable: { max: 4 * 1024, unit: "bytes" },
        description: {
            max: 1000,
            unit: "characters",
            source: "https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows",
        },
    },
});
