import { impossibleDays, isTimeZone, parseCron } from "../../formats/cron";
import { parseAppEngineSchedule } from "../../formats/schedule";
import * as check from "./check";

const form = 'Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.';

/** Checks an expression in the unix-cron format, the only one of services other than Cloud Scheduler. */
export const unixCron = check.validText(problemOf);

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

const scheduleHint =
    'Write it as "every 24 hours", "every monday 09:00" or "1st,third monday of month 15:30", in lower case.';

/** Whether a schedule is in App Engine's format rather than in unix-cron format. */
function isAppEngineSchedule(schedule: unknown): boolean {
    return /\bevery\b|\bof\b|\d:\d\d\s*$/i.test(String(schedule));
}

/** Checks a schedule in App Engine's format. */
export const appEngineSchedule = check.validText(scheduleProblem);

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function scheduleProblem(text: string): string | undefined {
    const schedule = /^\s|\s$|\s\s|[^\S ]/.test(text) ? undefined : parseAppEngineSchedule(text);
    if (!schedule) {
        return `is not a valid schedule of App Engine\n${scheduleHint}`;
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
    // 0 stands for any month, or any of a quarter's first, second or third months: some of them have a day 31.
    const months = schedule.months.map((month) => monthNames.indexOf(month.slice(0, 3)) + 1);
    const [day] = impossibleDays(schedule.daysOfMonth, months);
    const [, written] = / of (.+) /.exec(text) as RegExpExecArray;
    return day === undefined ? undefined : `never occurs on day ${day}, because ${written} has no such day`;
}

/**
 * Checks a schedule of Cloud Scheduler: unix-cron, or {@link
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#Job.FIELDS.schedule English-like}, which is App
 * Engine's format.
 */
export const cron = check.either(isAppEngineSchedule, appEngineSchedule, unixCron);

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
