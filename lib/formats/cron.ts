/** A unix-cron schedule: the matching values of each field. */
export interface Cron {
    minutes: number[];
    hours: number[];
    daysOfMonth: number[];
    months: number[];
    daysOfWeek: number[];
}

interface Field {
    name: string;
    min: number;
    max: number;
    names?: string[];
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** {@link https://docs.cloud.google.com/scheduler/docs/configuring/cron-job-schedules Fields}; Sunday is 0 and 7. */
const fields: Record<keyof Cron, Field> = {
    minutes: { name: "a minute", min: 0, max: 59 },
    hours: { name: "an hour", min: 0, max: 23 },
    daysOfMonth: { name: "a day of the month", min: 1, max: 31 },
    months: { name: "a month", min: 1, max: 12, names: months },
    daysOfWeek: { name: "a day of the week", min: 0, max: 7, names: days },
};

/**
 * Parses a unix-cron expression, or returns what is wrong with it. Extensions of other cron implementations (seconds, `@daily`,
 * `L`, `#`, `?`) are refused.
 */
export function parseCron(expression: string): Cron | { problem: string } {
    const parts = expression.split(" ");
    if (parts.length !== 5 || parts.includes("")) {
        return { problem: "must have five fields, separated by spaces" };
    }
    return valuesOfFields<Cron>(fields, parts);
}

/** A schedule of Compute Engine's autoscaler: unix-cron with years. */
export interface ScalingCron extends Cron {
    /** The years; undefined for every year. */
    years?: number[];
    /** Whether any day of the month, or any day of the week, matches. If neither, a day that matches one of them does. */
    anyDayOfMonth: boolean;
    anyDayOfWeek: boolean;
}

/** The {@link https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#cron_expressions years} of a scaling schedule. */
export const scalingYears = { min: 2000, max: 2036 };

/**
 * Parses the start of a scaling schedule of Compute Engine: unix-cron with an
 * {@link https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#cron_expressions optional year}, in which `MON-SUN` is a
 * range and `0-7` is none. Returns what is wrong with an invalid one.
 */
export function parseScalingCron(expression: string): ScalingCron | { problem: string } {
    const parts = expression.trim().split(/\s+/);
    if (parts.length !== 5 && parts.length !== 6) {
        return { problem: "must have five fields or, with a year, six" };
    }
    const [, , dayOfMonth = "", , dayOfWeek = "", year = "*"] = parts;
    const items = dayOfWeek.toUpperCase().split(",");
    if (items.some((item) => ["0-7", "SUN-SUN"].includes(item))) {
        return { problem: `has a day of the week that is not valid: "${dayOfWeek}"` };
    }
    // Sunday ends a range as 7.
    const week7 = items.map((item) => item.replace(/^((?!SUN|0)\w+)-SUN(?=$|\/)/, "$1-7")).join(",");
    const withYear = { ...fields, ...(year !== "*" && { years: { name: "a year", ...scalingYears } }) };
    const parsed = valuesOfFields<ScalingCron>(withYear, [...parts.slice(0, 4), week7, year]);
    return "problem" in parsed
        ? parsed
        : { ...parsed, anyDayOfMonth: dayOfMonth === "*", anyDayOfWeek: dayOfWeek === "*" };
}

function valuesOfFields<Parsed>(fields: Record<string, Field>, parts: string[]): Parsed | { problem: string } {
    const parsed: [string, number[]][] = [];
    for (const [index, [key, field]] of Object.entries(fields).entries()) {
        const values = valuesOf(field, parts[index] as string);
        if (typeof values === "string") {
            return { problem: values };
        }
        parsed.push([key, values]);
    }
    return Object.fromEntries(parsed) as Parsed;
}

/** Whether a string is a unix-cron expression, with any white space between its fields. */
export function isCron(text: string): boolean {
    return !("problem" in parseCron(text.trim().replaceAll(/\s+/g, " ")));
}

/** The matching values of a field, or what is wrong with it. */
function valuesOf(field: Field, text: string): number[] | string {
    const all: number[] = [];
    for (const item of text.split(",")) {
        const values = valuesOfItem(field, item);
        if (typeof values === "string") {
            return values;
        }
        all.push(...values);
    }
    return all;
}

/** The values of a list item: `*`, `7`, `MON-FRI`, `0-23/2`. */
function valuesOfItem(field: Field, item: string): number[] | string {
    const { name, min, max, names } = field;
    const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
    if (from === "" || (from === "*" && to !== undefined)) {
        return `has ${name} that is not valid: "${item}"`;
    }
    const first = from === "*" ? min : numberOf(field, from);
    const last = from === "*" ? max : to === undefined ? first : numberOf(field, to);
    if (first === undefined || last === undefined) {
        const orNames = names ? ` or ${names[0]} to ${names.at(-1)}` : "";
        return `has ${name} that is not from ${min} to ${max}${orNames}: "${first === undefined ? from : to}"`;
    }
    if (last < first) {
        return `has ${name} whose range ends before it starts: "${item}"`;
    }
    if (step !== undefined && from !== "*" && to === undefined) {
        return `has ${name} whose step has no range: "${item}"`;
    }
    const size = Number(step ?? 1);
    if (size < 1 || size > max) {
        return `has ${name} whose step is not from 1 to ${max}: "${item}"`;
    }
    return Array.from({ length: Math.floor((last - first) / size) + 1 }, (_, index) => first + index * size);
}

function numberOf({ min, max, names = [] }: Field, text: string): number | undefined {
    const named = names.indexOf(text.toUpperCase());
    const digits = max > 99 ? /^\d{4}$/ : /^\d{1,2}$/;
    const value = named >= 0 ? named + min : digits.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
}

/** The last day of each month that has no day 31, in a leap year. */
const lastDays: Record<number, number> = { 2: 29, 4: 30, 6: 30, 9: 30, 11: 30 };

/** Returns the days that none of the months (from 1) has in any year. */
export function impossibleDays(days: number[], months: number[]): number[] {
    return days.filter((day) => months.every((month) => day > (lastDays[month] ?? day)));
}

/**
 * The shortest and the longest time between two runs of a schedule, in minutes. If neither any day of the month nor any day of the week
 * matches, a day that matches one of them does.
 */
export function timeBetween(cron: Cron): { shortest: number; longest: number } {
    const { minutes, hours, daysOfMonth, months, daysOfWeek } = cron;
    const [anyDayOfMonth, anyDayOfWeek] = [new Set(daysOfMonth).size === 31, new Set(daysOfWeek).size >= 7];
    const isDay = (date: Date) => {
        const ofMonth = daysOfMonth.includes(date.getUTCDate());
        const ofWeek = daysOfWeek.some((day) => day % 7 === date.getUTCDay());
        const isOne = anyDayOfMonth ? ofWeek : anyDayOfWeek ? ofMonth : ofMonth || ofWeek;
        return isOne && months.includes(date.getUTCMonth() + 1);
    };
    const times = [...new Set(hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)))];
    times.sort((one, other) => one - other);
    const [first, last] = [times[0] as number, times.at(-1) as number];
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    // Nine years have two of the longest gaps, of 29 February.
    const all = Array.from({ length: 9 * 366 }, (_, day) => day).filter((day) =>
        isDay(new Date(Date.UTC(2024, 0, 1 + day))),
    );
    gaps.push(...all.slice(1).map((day, index) => (day - (all[index] as number)) * 24 * 60 + first - last));
    return {
        shortest: gaps.reduce((one, other) => Math.min(one, other)),
        longest: gaps.reduce((one, other) => Math.max(one, other)),
    };
}

/** Whether a name is in the tz database, such as `Europe/Berlin`. Offsets are not. */
export function isTimeZone(name: string): boolean {
    const known = zones.get(name);
    const isKnown = known ?? isNameOfZone(name);
    if (known === undefined) {
        zones.set(name, isKnown);
    }
    return isKnown;
}

/** Whether each name is a time zone. Finding out takes a tenth of a millisecond, and programs ask for the same few names. */
const zones = new Map<string, boolean>();

function isNameOfZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        return /^[A-Z]/.test(name);
    } catch {
        return false;
    }
}
