import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { timeZone, unixCron } from "../../internal/cron";
import { date, endProblem } from "../../internal/dates";
import { type Duration, duration } from "../../internal/duration";
import { isObject } from "../../internal/value";

/**
 * More replicas at recurring times, as with {@link https://cloud.google.com/compute/docs/autoscaler/scaling-schedules scaling
 * schedules} of Compute Engine.
 */
export interface RecurringSchedule {
    /** The start in unix-cron format: `"0 8 * * MON-FRI"`. */
    schedule: string;
    /** The duration from the start: `"1 minute"` to `"31 days"`. */
    duration: Duration;
    /** The minimum number of replicas in this time. */
    minReplicas: number;
    /**
     * The time zone of `schedule`, by its name in the tz database: `"Europe/Berlin"`.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** More replicas once, between two dates. */
export interface DatedSchedule {
    /** The start: a day, `"2026-12-20"`, from its first minute, or a time, `"2026-12-20T18:00"`. */
    from: string;
    /** The end: a day, inclusive, or a time. */
    to: string;
    /** The minimum number of replicas in this time. */
    minReplicas: number;
    /**
     * The time zone of dates without an explicit one, unlike `"2026-12-20T18:00Z"` and `"…+01:00"`.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** A time with more replicas, whatever the load. */
export type ScalingSchedule = check.OneOf<RecurringSchedule | DatedSchedule>;

const shared = { minReplicas: check.whole(1, 10_000), timeZone };

const recurring = check.options<RecurringSchedule>(
    { schedule: unixCron, duration: duration("1 minute", "31 days"), ...shared },
    "schedule",
    "duration",
    "minReplicas",
);

const dated = check.options<DatedSchedule>({ from: date, to: date, ...shared }, "from", "to", "minReplicas");

/** The name of a schedule is a key of the controller's configuration. */
const name = check.matching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "must have up to 63 letters, digits, -, _ and .");

/** Checks the `schedules` of a horizontal scaling. */
export const schedules = check.record(
    name,
    check.either(
        (value) => isObject(value) && value.schedule === undefined && value.to !== undefined,
        dated,
        check.variant({ schedule: recurring, from: dated }),
    ),
);

/** Checks combinations of options. */
export function scheduleProblems(
    schedules: Record<string, ScalingSchedule>,
    min: number,
    max: number,
): (check.Problem | undefined)[] {
    return Object.entries(schedules).flatMap(([name, schedule]) => {
        const { minReplicas, from, to } = schedule;
        const path = `scaling.schedules.${name}`;
        return [
            minAboveMax([`${path}.minReplicas`, minReplicas], ["maxReplicas", max]),
            minReplicas <= min
                ? {
                      path: `${path}.minReplicas`,
                      reason: `must be above minReplicas, ${min}, because a schedule only increases it (got ${minReplicas}).`,
                  }
                : undefined,
            from !== undefined && to !== undefined ? endProblem(`${path}.to`, from, to) : undefined,
        ];
    });
}
