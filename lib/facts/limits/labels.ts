import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of labels in all services. */
export const labelLimits = facts<Limit>()({
    subject: "Limits of labels",
    source: "https://cloud.google.com/resource-manager/docs/labels-overview",
    checked: "2026-11-20",
    rows: {
        labels: { max: 64, unit: "labels" },
        key: { max: 63, unit: "characters" },
        value: { max: 63, unit: "characters" },
    },
});
