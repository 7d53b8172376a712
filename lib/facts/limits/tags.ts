import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Resource Manager tags. */
export const tagLimits = facts<Limit>()({
    subject: "Limits of Resource Manager tags",
    source: "https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys",
    checked: "2026-11-07",
    rows: {
        description: { max: 256, unit: "characters" },
        /** Attached to one resource. */
        tags: { max: 50, unit: "tags", source: "https://cloud.google.com/bigquery/docs/tags", checked: "2026-11-27" },
    },
});
