import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { unixCron } from "../internal/arguments/cron";
import { isPlainObject } from "../internal/arguments/value";
import type { AnyBucket } from "../storage";

/** When snapshots are made. */
export interface SnapshotSchedule {
    /** A cron expression in unix-cron format. */
    cron: string;
    /**
     * The time zone of `cron`, as an offset without daylight saving time: `UTC-12` to `UTC+12`.
     * @default "UTC"
     */
    timeZone?: string;
}

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
     * When snapshots are made: a cron expression, `"0 4 * * *"` for 4:00 every day in UTC, or one with a time zone.
     * @default "0 4 * * *"
     */
    schedule?: string | SnapshotSchedule;
}

/** Checks the snapshots. */
export const snapshots = check.short(
    check.options<ComposerSnapshots>(
        {
            bucket: check.component("StorageBucket"),
            folder: check.matching(
                /^[\w-][\w./-]{0,199}(?<!\/)$/,
                "must be a folder of a bucket such as snapshots/scoring: up to 200 letters, digits, -, _, . and /",
            ),
            schedule: check.either(
                isPlainObject,
                check.options<SnapshotSchedule>(
                    {
                        cron: unixCron,
                        timeZone: check.matching(
                            /^UTC([+-](0?\d|1[0-2]))?$/,
                            "must be an offset from UTC-12 to UTC+12 such as UTC+1",
                        ),
                    },
                    "cron",
                ),
                unixCron,
            ),
        },
        "bucket",
    ),
    (bucket: AnyBucket) => ({ bucket }),
    check.isResource,
);

/** The `recoveryConfig` of the environment resource. */
export function recoveryConfig(
    environment: string,
    { bucket, folder = environment, schedule = "0 4 * * *" }: ComposerSnapshots,
) {
    const { cron, timeZone = "UTC" } = typeof schedule === "string" ? { cron: schedule } : schedule;
    return {
        scheduledSnapshotsConfig: {
            enabled: true,
            snapshotLocation: pulumi.interpolate`gs://${bucket.bucket.name}/${folder}`,
            snapshotCreationSchedule: cron,
            timeZone: timeZone.replace(/([+-])(\d)$/, "$10$2"),
        },
    };
}
