import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Cloud Tasks. */
export const cloudTasksLimits = facts<Limit>()({
    subject: "Limits of Cloud Tasks",
    source: "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues",
    checked: "2026-11-21",
    rows: {
        /** In a project and region. */
        queues: { max: 1000, unit: "queues", source: "https://cloud.google.com/tasks/docs/quotas" },
        /** Above 0; fractions are allowed. */
        rate: { min: 0, max: 500, unit: "tasks a second" },
        concurrent: { min: 1, max: 5000, unit: "tasks" },
        /** During which the name of a deleted queue is taken. */
        deletedName: {
            max: 3,
            unit: "days",
            source: "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues/delete",
        },
    },
});
