import { impossibleDays } from "../../formats/cron";
import { parseAppEngineSchedule } from "../../formats/schedule";
import * as check from "../../internal/check";

const form = 'Write it as "every 24 hours", "every monday 09:00" or "1st,third monday of month 15:30", in lower case.';

/** Whether it is meant to be in words, not in the unix-cron format. */
export function isInWords(schedule: unknown): boolean {
    return /\bevery\b|\bof\b|\d:\d\d\s*$/i.test(String(schedule));
}

/** Checks a schedule in words. */
export const words: check.Check = check.pipe(
    check.text(),
    check.refine(
        (value) => problemOf(String(value)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function problemOf(text: string): string | undefined {
    const schedule = /^\s|\s$|\s\s|[^\S ]/.test(text) ? undefined : parseAppEngineSchedule(text);
    if (!schedule) {
        return `cannot be read as a schedule of App Engine\n${form}`;
    }
    if ("every" in schedule) {
        const minutes = schedule.every * (schedule.unit === "hours" ? 60 : 1);
        return schedule.synchronized && 1440 % minutes !== 0
            ? "must be an interval that divides a day into equal parts where it is synchronized"
            : undefined;
    }
    if (!("daysOfMonth" in schedule)) {
        return undefined;
    }
    const named = schedule.months.map((month) => months.indexOf(month.slice(0, 3)) + 1).filter((month) => month > 0);
    const [day] = named.length > 0 ? impossibleDays(schedule.daysOfMonth, named) : [];
    const [, written] = / of (.+) /.exec(text) ?? [];
    return day === undefined ? undefined : `never comes on day ${day}, as ${written} has no such day`;
}
