import { impossibleDays, isTimeZone, parseCron } from "../formats/cron";
import * as check from "./check";

const form = 'Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.';

/** Checks an expression in the unix-cron format; App Engine's own format, which Google advises against, is refused. */
export const cron = check.pipe(
    check.text(),
    check.refine(
        (value) => problemOf(String(value)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

function problemOf(expression: string): string | undefined {
    const parsed = parseCron(expression);
    if ("problem" in parsed) {
        return `${parsed.problem}\n${form}`;
    }
    const { daysOfMonth, months } = parsed;
    const [, , day, month, dayOfWeek] = expression.split(" ");
    const isImpossible = impossibleDays(daysOfMonth, months).length === daysOfMonth.length;
    // A day of the week would do as well as a day of the month.
    return isImpossible && dayOfWeek === "*" ? `never occurs, because month ${month} has no day ${day}` : undefined;
}

/** Checks a name of the time zone database, such as `Europe/Berlin`, in the spelling of the database. */
export const timeZone = check.pipe(
    check.text(),
    check.refine(
        (value) => isTimeZone(String(value)) && !isMisspelled(String(value)),
        "must be a time zone of the tz database, such as Europe/Berlin or Etc/UTC",
    ),
);

function isMisspelled(name: string): boolean {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
}
