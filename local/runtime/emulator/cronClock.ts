import { type Cron, parseCron } from "../../../lib/formats";

const minute = 60_000;

/**
 * Whether a unix-cron schedule contains a minute in a time zone; undefined for other formats. If both a day of the month and a day of the
 * week are set, either matches: https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function isDue(schedule: string, timeZone: string, time: Date): boolean | undefined {
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
