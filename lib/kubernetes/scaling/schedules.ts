import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { cron, timeZone } from "../../internal/cron";
import { type Duration, duration } from "../../internal/duration";
import { isObject } from "../../internal/value";

/** More replicas again and again, as Compute Engine's scaling schedules have it. */
export interface RecurringSchedule {
    /** When it begins, in the unix-cron format: `"0 8 * * MON-FRI"`. */
    schedule: string;
    /** How long it lasts from there: `"1 minute"` to `"31 days"`. */
    duration: Duration;
    /** How many replicas there are then at least. */
    minReplicas: number;
    /**
     * The time zone of `schedule`, by its name in the tz database: `"Europe/Berlin"`.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** More replicas once, between two dates. */
export interface DatedSchedule {
    /** When it begins: a day, `"2026-12-20"`, from its first minute on, or a time, `"2026-12-20T18:00"`. */
    from: string;
    /** When it ends: a day, which still belongs to it, or a time. */
    to: string;
    /** How many replicas there are then at least. */
    minReplicas: number;
    /**
     * The time zone of days and times that do not name their own, as `"2026-12-20T18:00Z"` and `"…+01:00"` do.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** When there are more replicas than otherwise, whatever the load. */
export type ScalingSchedule = check.OneOf<RecurringSchedule | DatedSchedule>;

const form = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/;

const date = check.pipe(
    check.matching(form, "must be a day or a time, such as 2026-12-20 or 2026-12-20T18:00"),
    check.refine(
        (value) => !form.test(String(value)) || !Number.isNaN(sorted(String(value))),
        "must be a day that there is, and a time of a day",
    ),
);

const shared = { minReplicas: check.whole(1, 10_000), timeZone };

const recurring = check.options<RecurringSchedule>(
    { schedule: cron, duration: duration("1 minute", "31 days"), ...shared },
    "schedule",
    "duration",
    "minReplicas",
);

const dated = check.options<DatedSchedule>({ from: date, to: date, ...shared }, "from", "to", "minReplicas");

/** A schedule's name becomes a key of what its keeper reads. */
const name = check.matching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "must have up to 63 letters, digits, -, _ and .");

/** Checks the `schedules` of a horizontal scaling. */
export const schedules: check.Check = check.record(
    name,
    check.lazily((value) =>
        isObject(value) && value.schedule === undefined && value.to !== undefined
            ? dated
            : check.variant({ schedule: recurring, from: dated }),
    ),
);

/**
 * Milliseconds by which two dates of one time zone can be compared, or one that names its own with another such; not a
 * number for a day that there is not.
 */
function sorted(text: string, isEnd = false): number {
    const [, day = "", time, zone = "Z"] = form.exec(text) ?? [];
    const start = Date.parse(`${day}T00:00Z`);
    const isDay = !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
    const end = isEnd && time === undefined ? 86_400_000 : 0;
    return isDay ? Date.parse(`${day}T${time ?? "00:00"}${zone}`) + end : Number.NaN;
}

/** What is wrong with schedules that are right each by itself. */
export function scheduleProblems(
    schedules: Record<string, ScalingSchedule>,
    least: number,
    most: number,
): (check.Problem | undefined)[] {
    return Object.entries(schedules).flatMap(([name, schedule]) => {
        const { minReplicas, from, to } = schedule;
        const path = `scaling.schedules.${name}`;
        return [
            minAboveMax([`${path}.minReplicas`, minReplicas], ["maxReplicas", most]),
            minReplicas <= least
                ? {
                      path: `${path}.minReplicas`,
                      reason: `must be above minReplicas, ${least}, as a schedule only ever adds to it (got ${minReplicas}).`,
                  }
                : undefined,
            from !== undefined && to !== undefined && comparable(from, to) && sorted(to, true) <= sorted(from)
                ? { path: `${path}.to`, reason: `must be after from, ${from} (got "${to}").` }
                : undefined,
        ];
    });
}

const isZoned = (text: string) => form.exec(text)?.[3] !== undefined;

/** Whether both are in the same zone or both name theirs; otherwise a day apart is told at the time it would begin. */
function comparable(from: string, to: string): boolean {
    return isZoned(from) === isZoned(to);
}
