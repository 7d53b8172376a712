import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { unixCron } from "../internal/cron";
import type { AnyBucket } from "../storage";

/** Scheduled {@link https://cloud.google.com/composer/docs/composer-3/save-load-snapshots snapshots} of an environment. */
export interface ComposerSnapshots {
    /** The bucket for snapshots. Only its own lifecycle rules delete them. */
    bucket: AnyBucket;
    /**
     * The folder in the bucket.
     * @default the environment's name
     */
    folder?: string;
    /**
     * The schedule in unix-cron format: `"0 4 * * *"` is 4:00 every day.
     * @default "0 4 * * *"
     */
    schedule?: string;
    /**
     * The time zone of the schedule, as an offset without daylight saving time: `UTC-12` to `UTC+12`.
     * @default "UTC"
     */
    timeZone?: string;
}

/** Checks the snapshots. */
export const snapshots = check.options<ComposerSnapshots>(
    {
        bucket: check.component("StorageBucket"),
        folder: check.matching(
            /^[\w-][\w./-]{0,199}(?<!\/)$/,
            "must be a folder of a bucket such as snapshots/scoring: up to 200 letters, digits, -, _, . and /",
        ),
        schedule: unixCron,
        timeZone: check.matching(/^UTC([+-](0?\d|1[0-2]))?$/, "must be an offset from UTC-12 to UTC+12 such as UTC+1"),
    },
    "bucket",
);

/** The `recoveryConfig` of the environment resource. */
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
