import { DiskResourcePolicyAttachment } from "@pulumi/gcp/compute/diskResourcePolicyAttachment";
import { RegionDiskResourcePolicyAttachment } from "@pulumi/gcp/compute/regionDiskResourcePolicyAttachment";
import { ResourcePolicy, type ResourcePolicyArgs } from "@pulumi/gcp/compute/resourcePolicy";
import type * as pulumi from "@pulumi/pulumi";
import { machineLimits } from "../facts/machines/limits";
import * as check from "../internal/arguments/check";
import { type Duration, duration, secondsIn } from "../internal/arguments/duration";
import { partName } from "../internal/arguments/names";
import { type Weekday, weekday } from "../internal/arguments/weekday";
import type { Child } from "../internal/engine/children";
import {
    type ExistingSchedule,
    existingProblem,
    existingSchedule,
    isExistingSchedule,
    replacedByName,
} from "./schedule";

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

/** Snapshots on a schedule of their own, or on one that exists already. */
export type SnapshotsOr = Snapshots | ExistingSchedule;

/** Checks each option of the snapshots. */
export const snapshots = check.either<ExistingSchedule, Snapshots>(
    isExistingSchedule,
    existingSchedule,
    check.options<Snapshots>({
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
    }),
);

/** Checks the snapshots of a single disk, which has none with `false`. */
export const diskSnapshots = check.literalOr(false, snapshots);

/** Checks combinations of options. */
export function snapshotProblems(
    path: string,
    args: SnapshotsOr | false | undefined,
    region: string,
): (check.Problem | undefined)[] {
    if (isExistingSchedule(args)) {
        return [existingProblem(path, args, region)];
    }
    const { every, on } = args || ({} as Snapshots);
    const reason = `cannot be combined with on (got "${every}"). Remove one of them.`;
    return every !== undefined && on ? [check.problem(`${path}.every`, "compute/snapshots-every-and-on", reason)] : [];
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

/** A disk that gets snapshots. */
export interface SnapshotDisk {
    name: pulumi.Input<string>;
    /** Undefined for a disk in two zones of the region. */
    zone?: pulumi.Input<string>;
    /** The schedule of the disk, in place of the one of the machine; `false` for none. */
    snapshots?: SnapshotsOr | false;
}

/** The schedules of snapshots that are created. */
export interface SnapshotSchedules {
    /** For all disks without their own; undefined if there is none. */
    shared?: ResourcePolicy;
    /** By the keys of disks with their own. */
    own: Record<string, ResourcePolicy>;
}

/**
 * Creates the schedules, and attaches them to disks by their keys.
 *
 * @param snapshots of the disks without their own
 */
export function createSnapshots(
    component: string,
    { name, region, snapshots: shared }: { name: string; region: string; snapshots?: SnapshotsOr },
    disks: Record<string, SnapshotDisk>,
    child: Child,
): SnapshotSchedules {
    const create = (part: string, args: Snapshots) => {
        const schedule = { name: partName(name, part), region, ...scheduleArgs(args) };
        return new ResourcePolicy(...child("snapshotSchedule", `${component}-${part}`, schedule, replacedByName));
    };
    const all: SnapshotSchedules = {
        shared: shared === undefined || isExistingSchedule(shared) ? undefined : create("snapshots", shared),
        own: {},
    };
    for (const [key, { name: disk, zone, snapshots: own = shared }] of Object.entries(disks)) {
        if (own === undefined || own === false) {
            continue;
        }
        if (own !== shared && !isExistingSchedule(own)) {
            all.own[key] = create(`${key}-snapshots`, own);
        }
        // An attachment has the name of a schedule in the region of the disk.
        const policy = isExistingSchedule(own) ? own.existing.split("/").at(-1) : (all.own[key] ?? all.shared)?.name;
        const attached = { name: policy as pulumi.Input<string>, disk };
        zone === undefined
            ? new RegionDiskResourcePolicyAttachment(
                  ...child("snapshotAttachment", `${component}-${key}`, { ...attached, region }),
              )
            : new DiskResourcePolicyAttachment(
                  ...child("snapshotAttachment", `${component}-${key}`, { ...attached, zone }),
              );
    }
    return all;
}
