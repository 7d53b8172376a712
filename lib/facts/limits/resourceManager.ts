import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Resource Manager. */
export const resourceManagerLimits = facts<Limit>()({
    subject: "Limits of Resource Manager",
    source: "https://cloud.google.com/resource-manager/reference/rest/Shared.Types/Lien",
    checked: "2026-11-23",
    rows: {
        /** Of a lien. */
        lienReason: { max: 200, unit: "characters" },
    },
});
