import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Certificate Manager. */
export const certificateManagerLimits = facts<Limit>()({
    subject: "Limits of Certificate Manager",
    source: "https://cloud.google.com/certificate-manager/docs/quotas",
    checked: "2026-11-20",
    rows: {
        /** Of a Google-managed certificate. */
        domains: { min: 1, max: 100, unit: "domains" },
        /** Of an entry of a certificate map. */
        certificates: {
            min: 1,
            max: 4,
            unit: "certificates",
            source: "https://cloud.google.com/certificate-manager/docs/map-entries",
            checked: "2026-11-21",
        },
    },
});
