import { DiskResourcePolicyAttachment } from "@pulumi/gcp/compute/diskResourcePolicyAttachment";
import { RegionDiskResourcePolicyAttachment } from "@pulumi/gcp/compute/regionDiskResourcePolicyAttachment";
import { ResourcePolicy, type ResourcePolicyArgs } from "@pulumi/gcp/compute/resourcePolicy";
import type * as pulumi from "@pulumi/pulumi";
import { machineLimits } from "../facts/machines/limits";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { type Duration, duration, secondsIn } from "../internal/duration";
import { type Weekday, weekday } from "../internal/weekday";
import { replacedByName } from "./schedule";

/**
 * {@link https://cloud.google.com/compute/docs/disks/about-snapshot-schedules Snapshots} of all disks of a machine on a schedule, except for
 * those that exist without it.
 */
export interface Snapshots {
    /**
     * The hour, in UTC: `"04:00"`. The snapshots start within it.
     * @default "04:00"
     */
    at?: string;
    /**
     * The time between snapshots, from `at` on, in whole hours: `"1 hour"` to `"23 hours"`, or `"1 day"`.
     * @default "1 day"
     */
    every?: Duration;
    /**
     * The days of the week, instead of every day.
     * @default every day
     */
    on?: Weekday[];
    /**
     * How long a snapshot is kept, in whole days: `"1 day"` to `"65535 days"`. Snapshots of a deleted disk are kept.
     * @default "14 days"
     */
    retention?: Duration;
    /**
     * Where snapshots are stored: a region or a multi-region such as `"eu"`.
     * @default the multi-region that is nearest to the disks
     */
    location?: string;
}

const { min, max } = machineLimits.rows.snapshotRetention;
const [hour, day] = [3600, 86_400];

/** Checks each option of the snapshots. */
export const snapshots = check.options<Snapshots>({
    at: check.matching(/^([01]\d|2[0-3]):00$/, 'must be an hour such as "04:00"'),
    every: check.pipe(
        duration("1 hour", "1 day"),
        // What is no duration is reported as such.
        check.refine((value) => !(secondsIn(String(value)) % hour > 0), "must be a whole number of hours"),
    ),
    on: check.list(weekday),
    retention: check.pipe(
        duration(`${min} days`, `${max} days`),
        check.refine((value) => !(secondsIn(String(value)) % day > 0), "must be a whole number of days"),
    ),
    location: check.matching(/^[a-z]+(-[a-z]+\d+)?$/, "must be a region or a multi-region, such as eu"),
});

/** Checks combinations of options. */
export function snapshotProblems({ every, on }: Snapshots = {}): check.Problem[] {
    const reason = `cannot be combined with on (got "${every}"). Remove one of them.`;
    return every !== undefined && on
        ? [check.problem("snapshots.every", "compute/snapshots-every-and-on", reason)]
        : [];
}

/** The arguments of the snapshot schedule. */
function scheduleArgs({ at = "04:00", every = "1 day", on, retention = "14 days", location }: Snapshots) {
    const daily = { dailySchedule: { daysInCycle: 1, startTime: at } };
    const schedule =
        secondsIn(every) < day
            ? { hourlySchedule: { hoursInCycle: secondsIn(every) / hour, startTime: at } }
            : on
              ? { weeklySchedule: { dayOfWeeks: on.map((day) => ({ day: day.toUpperCase(), startTime: at })) } }
              : daily;
    return {
        snapshotSchedulePolicy: {
            schedule,
            retentionPolicy: {
                maxRetentionDays: secondsIn(retention) / day,
                onSourceDiskDelete: "KEEP_AUTO_SNAPSHOTS",
            },
            snapshotProperties: location === undefined ? undefined : { storageLocations: location },
        },
    } satisfies Partial<ResourcePolicyArgs>;
}

/** Creates the schedule, and attaches it to disks by their keys. */
export function createSnapshots(
    component: string,
    { name, region, snapshots: args }: { name: string; region: string; snapshots: Snapshots },
    disks: Record<string, { name: pulumi.Input<string>; zone: pulumi.Input<string> }>,
    regionDisks: Record<string, { name: pulumi.Input<string> }>,
    child: Child,
): ResourcePolicy {
    const policy = new ResourcePolicy(
        ...child("snapshotSchedule", `${component}-snapshots`, { name, region, ...scheduleArgs(args) }, replacedByName),
    );
    for (const [key, { name: disk, zone }] of Object.entries(disks)) {
        new DiskResourcePolicyAttachment(
            ...child("snapshotAttachment", `${component}-${key}`, { name: policy.name, disk, zone }),
        );
    }
    for (const [key, { name: disk }] of Object.entries(regionDisks)) {
        new RegionDiskResourcePolicyAttachment(
            ...child("snapshotAttachment", `${component}-${key}`, { name: policy.name, disk, region }),
        );
    }
    return policy;
}
