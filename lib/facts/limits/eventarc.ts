import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Eventarc. */
export const eventarcLimits = facts<Limit>()({
    subject: "Limits of Eventarc",
    source: "https://cloud.google.com/eventarc/docs/quotas",
    checked: "2026-11-29",
    rows: {
        /** In a project and location. */
        triggers: { max: 500, unit: "triggers" },
    },
});
