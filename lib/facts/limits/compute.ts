import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of instances of Compute Engine. */
export const computeLimits = facts<Limit>()({
    subject: "Limits of Compute Engine instances",
    source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
    checked: "2026-11-22",
    rows: {
        /** Disks in addition to the boot disk. */
        dataDisks: { max: 127, unit: "disks" },
    },
});
