import { gkeLimits } from "../../facts/limits/gke";
import * as check from "../../internal/arguments/check";
import { timeZone, unixCron } from "../../internal/arguments/cron";
import { date } from "../../internal/arguments/dates";
import { type Duration, duration } from "../../internal/arguments/duration";
import { type DatedScaling, type RecurringScaling, scalingSchedules } from "../../internal/arguments/scalingSchedule";

/**
 * More replicas at recurring times, as with {@link https://cloud.google.com/compute/docs/autoscaler/scaling-schedules scaling
 * schedules} of Compute Engine.
 */
export interface RecurringSchedule extends RecurringScaling {
    /** The start in unix-cron format: `"0 8 * * MON-FRI"`. */
    cron: string;
    /** The duration from the start: `"1 minute"` to `"31 days"`. */
    duration: Duration;
}

/** More replicas once, between two dates. */
export type DatedSchedule = DatedScaling;

/** A time with more replicas, whatever the load. */
export type ScalingSchedule = check.OneOf<RecurringSchedule | DatedSchedule>;

const shared = { min: check.whole(1, gkeLimits.rows.podsOfService.max), timeZone };

const recurring = check.options<RecurringSchedule>(
    { cron: unixCron, duration: duration("1 minute", "31 days"), ...shared },
    "cron",
    "duration",
    "min",
);

const dated = check.options<DatedSchedule>({ from: date, to: date, ...shared }, "from", "to", "min");

/** The name of a schedule is a key of the controller's configuration. */
const name = check.matching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "must have up to 63 letters, digits, -, _ and .");

/** Checks the `schedules` of a horizontal scaling. */
export const schedules = scalingSchedules(name, recurring, dated) as check.Check<Record<string, ScalingSchedule>>;
