import { when } from "./argumentsError";
import * as check from "./check";

/** A day, `2026-12-20`, or a time, `2026-12-20T18:00`, possibly with an explicit time zone: `2026-12-20T18:00Z`, `…+01:00`. */
const dateFormat = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** The parts of a date, without those that it does not have. */
export interface DateParts {
    day: string;
    time?: string;
    zone?: string;
}

export function datePartsOf(text: string): DateParts {
    const [, day, time, zone] = dateFormat.exec(text) as unknown as [string, string, string?, string?];
    return { day, time, zone };
}

/** Whether a day in the form `2026-12-20` is one of the calendar. `Date.parse` takes February 30 for March 2. */
export function isDay(day: string): boolean {
    const start = Date.parse(`${day}T00:00Z`);
    return !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
}

/** Whether a day or a time in the form of ISO 8601 exists. */
export const isTime = (text: string): boolean => isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));

/** Checks a day or a time. */
export const date = check.pipe(
    check.matching(dateFormat, "must be a day or a time, such as 2026-12-20 or 2026-12-20T18:00"),
    check.refine(
        (value) => !dateFormat.test(String(value)) || !Number.isNaN(comparableTime(String(value))),
        "must be a valid date, and a valid time of day",
    ),
);

/**
 * Milliseconds for comparing two dates that are in the same time zone, or that both have an explicit one; NaN for an invalid
 * date.
 */
function comparableTime(text: string, isEnd = false): number {
    const { day, time, zone = "Z" } = datePartsOf(text);
    return isDay(day) ? Date.parse(`${day}T${time ?? (isEnd ? "24:00" : "00:00")}${zone}`) : Number.NaN;
}

const isZoned = (text: string) => datePartsOf(text).zone !== undefined;

/**
 * What is wrong with the end of a period that is not after its start. A day that ends one is inclusive. The order of two dates is not
 * known if only one of them has an explicit time zone.
 */
export function endProblem(path: string, from: string, to: string): check.Problem | undefined {
    return when(
        isZoned(from) === isZoned(to) && comparableTime(to, true) <= comparableTime(from),
        path,
        "range/end-before-start",
        `must be after from, ${from} (got "${to}").`,
    );
}
