import { type AppEngineSchedule, type Cron, parseAppEngineSchedule, parseCron } from "../../../lib/formats";

const minute = 60_000;

/**
 * Whether a schedule in the format of unix-cron or of App Engine's cron.yaml contains a minute in a time zone; undefined for other formats.
 */
export function isDue(schedule: string, timeZone: string, time: Date): boolean | undefined {
    const cron = isCronDue(schedule, timeZone, time);
    const appEngine = cron === undefined ? parseAppEngineSchedule(schedule.trim().toLowerCase()) : undefined;
    return appEngine ? isAppEngineDue(appEngine, timeZone, time) : cron;
}

/**
 * Whether a unix-cron schedule contains a minute in a time zone; undefined for other formats. If both a day of the month and a day of the
 * week are set, either matches: https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
function isCronDue(schedule: string, timeZone: string, time: Date): boolean | undefined {
    const cron = parseCron(schedule.trim().replaceAll(/\s+/g, " "));
    if ("problem" in cron) {
        return undefined;
    }
    const at = partsIn(timeZone, time);
    const isMonthSet = isSet(cron, "daysOfMonth", 31);
    const isWeekSet = isSet(cron, "daysOfWeek", 7);
    const inMonth = cron.daysOfMonth.includes(at.day);
    const inWeek = cron.daysOfWeek.some((day) => day % 7 === at.weekday);
    return (
        cron.minutes.includes(at.minute) &&
        cron.hours.includes(at.hour) &&
        cron.months.includes(at.month) &&
        (isMonthSet && isWeekSet ? inMonth || inWeek : inMonth && inWeek)
    );
}

const minutesOf = (clock: string) => {
    const [hours = 0, minutes = 0] = clock.split(":").map(Number);
    return hours * 60 + minutes;
};

const names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const ordinals = ["1st", "2nd", "3rd", "4th", "5th", "first", "second", "third", "fourth", "fifth"];

/** The number of an ordinal such as `2nd`. */
const numberOf = (ordinal: string) => (ordinals.indexOf(ordinal) % 5) + 1;

/**
 * Whether App Engine's schedule contains a minute. Intervals without a range are counted from 1970-01-01 00:00 UTC, as there is no first run.
 * https://docs.cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml#formatting_the_schedule
 */
function isAppEngineDue(schedule: AppEngineSchedule, timeZone: string, time: Date): boolean {
    const { month, day, hour, minute: past, weekday } = partsIn(timeZone, time);
    const now = hour * 60 + past;
    if ("every" in schedule) {
        const interval = schedule.every * (schedule.unit === "hours" ? 60 : 1);
        if (schedule.from === undefined) {
            return Math.floor(time.getTime() / minute) % interval === 0;
        }
        const since = (now - minutesOf(schedule.from) + 1440) % 1440;
        const whole = (minutesOf(String(schedule.to)) - minutesOf(schedule.from) + 1440) % 1440;
        return since <= whole && since % interval === 0;
    }
    const isMonth = schedule.months.some(
        (each) =>
            each === "month" ||
            (each === "quarter" && month % 3 === 1) ||
            (ordinals.includes(each)
                ? numberOf(each) === ((month - 1) % 3) + 1
                : names[month - 1] === each.slice(0, 3)),
    );
    if (!isMonth || now !== minutesOf(schedule.time)) {
        return false;
    }
    if ("daysOfMonth" in schedule) {
        return schedule.daysOfMonth.includes(day);
    }
    const isWeekday = schedule.weekdays.some((each) => each === "day" || weekdays[weekday] === each.slice(0, 3));
    return isWeekday && schedule.weeks.some((each) => each === "every" || numberOf(each) === Math.ceil(day / 7));
}

const hour = 60 * minute;

/** How far {@link nextDue} looks, in hours. */
const horizon = 366 * 24;

/** The first minute after a time that a unix-cron schedule contains; undefined if there is none within a year. */
export function nextDue(schedule: string, timeZone: string, after: Date): Date | undefined {
    const [, , ...days] = schedule.trim().split(/\s+/);
    const day = ["*", "*", ...days].join(" ");
    const first = (Math.floor(after.getTime() / minute) + 1) * minute;
    for (let at = first, hours = 0; hours <= horizon; hours++) {
        const end = (Math.floor(at / hour) + 1) * hour;
        // Days of all time zones change with a quarter of an hour.
        const isDay = isDue(day, timeZone, new Date(at)) || isDue(day, timeZone, new Date(end - minute));
        for (; isDay && at < end; at += minute) {
            if (isDue(schedule, timeZone, new Date(at))) {
                return new Date(at);
            }
        }
        at = end;
    }
    return undefined;
}

/** Whether a field leaves out some of its values. */
const isSet = (cron: Cron, field: "daysOfMonth" | "daysOfWeek", count: number) =>
    new Set(cron[field].map((value) => (field === "daysOfWeek" ? value % 7 : value))).size < count;

/** By time zone: making one takes longer than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
    const known = formats.get(timeZone);
    const format =
        known ??
        new Intl.DateTimeFormat("en-US", {
            ...{ timeZone, hourCycle: "h23", weekday: "short" },
            ...{ month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
        });
    formats.set(timeZone, format);
    return format;
}

/** A time in a time zone. */
function partsIn(timeZone: string, time: Date) {
    const parts = Object.fromEntries(
        formatIn(timeZone)
            .formatToParts(time)
            .map(({ type, value }) => [type, value]),
    );
    const weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(parts.weekday as string);
    const [month, day, hour, minute] = [parts.month, parts.day, parts.hour, parts.minute].map(Number) as [
        number,
        number,
        number,
        number,
    ];
    return { month, day, hour, minute, weekday };
}

/** Calls back at the start of each minute; returns a function that ends this. */
export function everyMinute(callback: (start: Date) => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = () => {
        const next = (Math.floor(Date.now() / minute) + 1) * minute;
        timer = setTimeout(() => {
            callback(new Date(next));
            wait();
        }, next - Date.now()).unref();
    };
    wait();
    return () => clearTimeout(timer);
}
