import { when } from "./argumentsError";
import { minAboveMax } from "./bounds";
import * as check from "./check";
import { endProblem } from "./dates";
import type { Duration } from "./duration";
import { isObject } from "./value";

/** A higher minimum at recurring times. */
export interface RecurringScaling {
    /** The start, a cron expression: `"0 8 * * MON-FRI"`. */
    cron: string;
    /** The duration from the start. */
    duration: Duration;
    /** The minimum in this time. */
    min: number;
    /**
     * The time zone of `cron`, a name of the tz database: `"Europe/Berlin"`.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** A higher minimum once, between two dates. */
export interface DatedScaling {
    /** The start: a day, `"2026-12-20"`, from its first minute, or a time, `"2026-12-20T18:00"`. */
    from: string;
    /** The end: a day, inclusive, or a time. */
    to: string;
    /** The minimum in this time. */
    min: number;
    /**
     * The time zone of dates without an explicit one, unlike `"2026-12-20T18:00Z"` and `"…+01:00"`.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** A time with a higher minimum, whatever the load. */
export type ScheduledScaling = check.OneOf<RecurringScaling | DatedScaling>;

/** Checks schedules by name. */
export const scalingSchedules = (
    name: check.Check<string>,
    recurring: check.Check<RecurringScaling>,
    dated: check.Check<DatedScaling>,
): check.Check<Record<string, ScheduledScaling>> =>
    check.record(
        name,
        check.either(
            (value) => isObject(value) && value.cron === undefined && value.to !== undefined,
            dated,
            check.variant({ cron: recurring, from: dated }),
        ),
    ) as check.Check<Record<string, ScheduledScaling>>;

/**
 * Checks the minimum of schedules, which is above the one at other times, and their dates.
 *
 * @param dateProblem what else can be wrong with dates
 */
export function scheduleProblems(
    schedules: Record<string, ScheduledScaling>,
    min: number,
    max: number,
    dateProblem: (path: string, schedule: DatedScaling) => check.Problem | undefined = () => undefined,
): (check.Problem | undefined)[] {
    return Object.entries(schedules).flatMap(([name, schedule]) => {
        const path = `scaling.schedules.${name}`;
        return [
            minAboveMax([`${path}.min`, schedule.min], ["max", max]),
            when(
                schedule.min <= min,
                `${path}.min`,
                "scaling/schedule-not-above-min",
                `must be above min, ${min}, because a schedule only increases it (got ${schedule.min}).`,
            ),
            schedule.from === undefined
                ? undefined
                : (endProblem(`${path}.to`, schedule.from, schedule.to) ?? dateProblem(`${path}.to`, schedule)),
        ];
    });
}
