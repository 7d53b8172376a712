import { facts } from "../facts";
import type { DurationLimit } from "./limit";

/** Limits of Cloud KMS. */
export const kmsLimits = facts<DurationLimit>()({
    subject: "Limits of Cloud KMS",
    source: "https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys",
    checked: "2026-11-27",
    rows: {
        /** Between two rotations. */
        rotation: { min: "1 day", max: "36500 days" },
        /** Between the request to destroy a version and its destruction. */
        destroyDelay: { min: "1 day", max: "120 days", source: "https://cloud.google.com/kms/docs/destroy-restore" },
    },
});
