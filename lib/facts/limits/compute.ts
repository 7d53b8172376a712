import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of instances of Compute Engine. */
export const computeLimits = facts<Limit>()({
    subject: "Limits of Compute Engine instances",
    source: "https://cloud.google.com/compute/docs/disks/persistent-disks",
    checked: "2026-11-22",
    rows: {
        /** Disks in addition to the boot disk; fewer in some series. */
        dataDisks: { max: 127, unit: "disks" },
        /** Of a machine that shares cores, as quoted in https://github.com/kubernetes/autoscaler/pull/6847. */
        sharedCoreDataDisks: {
            max: 15,
            unit: "disks",
            source: "https://cloud.google.com/compute/docs/disks",
            checked: "2026-11-30",
        },
        /** Persistent Disk of a machine. */
        persistent: {
            max: 263_168,
            unit: "GB",
            source: "https://cloud.google.com/compute/docs/disks/hyperdisks",
            checked: "2026-11-30",
        },
        /** Persistent Disk of a machine that shares cores. */
        sharedCorePersistent: {
            max: 3_072,
            unit: "GB",
            source: "https://cloud.google.com/compute/docs/disks",
            checked: "2026-11-30",
        },
        /** Hyperdisk of a machine, and of one with fewer than 32 vCPUs. */
        hyperdisk: {
            max: 524_288,
            unit: "GB",
            source: "https://cloud.google.com/compute/docs/disks/hyperdisks",
            checked: "2026-11-30",
        },
        smallHyperdisk: {
            max: 263_168,
            unit: "GB",
            source: "https://cloud.google.com/compute/docs/disks/hyperdisks",
            checked: "2026-11-30",
        },
    },
});
