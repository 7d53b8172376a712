import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { cron } from "../../internal/cron";
import type { StorageBucket } from "../../storage";

/** When the state of an environment is saved, and where ("Save and load environment snapshots"). */
export interface ComposerSnapshots {
    /** The bucket in which snapshots are kept; nothing of them is ever deleted but by its own rules. */
    bucket: StorageBucket;
    /**
     * The folder in it.
     * @default the environment's name
     */
    folder?: string;
    /**
     * In the unix-cron format: `"0 4 * * *"` is 4:00 every day.
     * @default "0 4 * * *"
     */
    schedule?: string;
    /**
     * By how many hours its times are before or after UTC: `UTC-12` to `UTC+12`, without daylight saving.
     * @default "UTC"
     */
    timeZone?: string;
}

/** Checks where and when snapshots are saved. */
export const snapshots: check.Check = check.options<ComposerSnapshots>(
    {
        bucket: check.component("StorageBucket"),
        folder: check.matching(
            /^[\w-][\w./-]{0,199}(?<!\/)$/,
            "must be a folder of a bucket, as snapshots/scoring is: up to 200 letters, digits, -, _, . and /",
        ),
        schedule: cron,
        timeZone: check.matching(/^UTC([+-](0?\d|1[0-2]))?$/, "must be an offset from UTC-12 to UTC+12, as UTC+1 is"),
    },
    "bucket",
);

/** ComposerSnapshots in the form of the provider. */
export function recoveryConfig(
    environment: string,
    { bucket, folder = environment, schedule, timeZone }: ComposerSnapshots,
) {
    return {
        scheduledSnapshotsConfig: {
            enabled: true,
            snapshotLocation: pulumi.interpolate`gs://${bucket.bucket.name}/${folder}`,
            snapshotCreationSchedule: schedule ?? "0 4 * * *",
            timeZone: (timeZone ?? "UTC").replace(/([+-])(\d)$/, "$10$2"),
        },
    };
}
