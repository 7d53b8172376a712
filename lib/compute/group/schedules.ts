import type { RegionAutoscalerArgs } from "@pulumi/gcp/compute/regionAutoscaler";
import type * as pulumi from "@pulumi/pulumi";
import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import { parseScalingCron, scalingYears } from "../../formats/cron";
import { momentOf } from "../../formats/zonedTime";
import * as check from "../../internal/arguments/check";
import { timeZone } from "../../internal/arguments/cron";
import { date, datePartsOf } from "../../internal/arguments/dates";
import { type Duration, durationWithin, secondsIn } from "../../internal/arguments/duration";
import {
    type DatedScaling,
    type RecurringScaling,
    scalingSchedules,
    scheduleProblems,
} from "../../internal/arguments/scalingSchedule";

/** More instances at recurring times. */
export interface RecurringGroupSchedule extends RecurringScaling {
    /**
     * The start in the {@link https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#cron_expressions format} of scaling
     * schedules, unix-cron with an optional year: `"30 8 * * MON-FRI"`, `"0 0 30 1 * 2030"`.
     */
    cron: string;
    /** The duration from the start: `"5 minutes"` or more. */
    duration: Duration;
}

/** More instances once, between two dates; times are in whole minutes. */
export type DatedGroupSchedule = DatedScaling;

/**
 * A time with a higher minimum, whatever the load: a
 * {@link https://cloud.google.com/compute/docs/autoscaler/scaling-schedules scaling schedule}. Instances need time to start before they serve.
 */
export type GroupSchedule = check.OneOf<RecurringGroupSchedule | DatedGroupSchedule>;

const { rows: limits } = instanceGroupLimits;

const scalingCron = check.validText((text) => {
    const parsed = parseScalingCron(text);
    return "problem" in parsed
        ? `${parsed.problem}\nWrite five fields such as "30 8 * * MON-FRI", and possibly a year.`
        : undefined;
});

const groupDate = check.pipe(
    date,
    check.refine(
        (value) => !/T\d\d:\d\d:(?!00)/.test(String(value)),
        "must be a day, or a time in whole minutes, as schedules start with a minute",
    ),
    check.refine((value) => {
        const year = Number(String(value).slice(0, 4));
        return !(year < scalingYears.min || year > scalingYears.max);
    }, `must be in a year from ${scalingYears.min} to ${scalingYears.max}`),
);

const shared = { min: check.whole(1, limits.instances.max), timeZone };

const recurring = check.options<RecurringGroupSchedule>(
    { cron: scalingCron, duration: durationWithin(limits.scheduleDuration), ...shared },
    "cron",
    "duration",
    "min",
);

const dated = check.options<DatedGroupSchedule>({ from: groupDate, to: groupDate, ...shared }, "from", "to", "min");

const name = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a schedule's name must have up to 63 lower-case letters, digits and hyphens, and start with a letter",
);

/** Checks the `schedules` of a group. */
export const groupSchedules = check.pipe(
    scalingSchedules(name, recurring, dated),
    check.atMost(limits.schedules),
) as check.Check<Record<string, GroupSchedule>>;

/** Checks combinations of options. */
export const groupScheduleProblems = (schedules: Record<string, GroupSchedule>, min: number, max: number) =>
    scheduleProblems(schedules, min, max, shortProblem);

function shortProblem(path: string, schedule: DatedGroupSchedule): check.Problem | undefined {
    const { start, end } = periodOf(schedule);
    const { min } = limits.scheduleDuration;
    return check.when(
        end - start < secondsIn(min) * 1000,
        path,
        "compute/schedule-too-short",
        `must be at least ${min} after from, ${schedule.from} (got "${schedule.to}").`,
    );
}

const utc = "Etc/UTC";
const dayLength = 86_400_000;

/** The moment of a date in milliseconds. */
function moment(text: string, timeZone: string, isEnd = false): number {
    const { day, time, zone } = datePartsOf(text);
    if (zone !== undefined) {
        return Date.parse(text);
    }
    // A day that ends a period lasts until the next one begins, which can be 23 or 25 hours.
    const at = new Date(Date.parse(`${day}T${time ?? "00:00"}Z`) + (isEnd && time === undefined ? dayLength : 0));
    return momentOf(timeZone, {
        year: at.getUTCFullYear(),
        month: at.getUTCMonth() + 1,
        day: at.getUTCDate(),
        hour: at.getUTCHours(),
        minute: at.getUTCMinutes(),
    });
}

function periodOf({ from, to, timeZone = utc }: DatedGroupSchedule): { start: number; end: number } {
    return { start: moment(from, timeZone), end: moment(to, timeZone, true) };
}

type ProviderSchedule = pulumi.Unwrap<
    NonNullable<pulumi.Unwrap<RegionAutoscalerArgs["autoscalingPolicy"]>["scalingSchedules"]>
>[number];

/** A schedule in the form of the provider. Dates are a start with its year, and the time that really passes between them. */
export function scheduleArgs(name: string, schedule: GroupSchedule): ProviderSchedule {
    const { min: minRequiredReplicas, timeZone = utc } = schedule;
    if (schedule.from === undefined) {
        const { cron: start, duration } = schedule as RecurringGroupSchedule;
        return { name, schedule: start, durationSec: secondsIn(duration), minRequiredReplicas, timeZone };
    }
    const { start, end } = periodOf(schedule as DatedGroupSchedule);
    const { zone } = datePartsOf(schedule.from);
    const { day, time = "00:00" } =
        zone === undefined ? datePartsOf(schedule.from) : datePartsOf(`${new Date(start).toISOString().slice(0, 16)}`);
    const [year, month, dayOfMonth] = day.split("-").map(Number);
    const [hour, minute] = time.split(":").map(Number);
    return {
        name,
        schedule: `${minute} ${hour} ${dayOfMonth} ${month} * ${year}`,
        durationSec: Math.round((end - start) / 1000),
        minRequiredReplicas,
        timeZone: zone === undefined ? timeZone : utc,
    };
}
