import * as check from "./check";

/** One of the five fields of an expression. */
interface Field {
    name: string;
    least: number;
    most: number;
    names?: string[];
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const fields: Field[] = [
    { name: "a minute", least: 0, most: 59 },
    { name: "an hour", least: 0, most: 23 },
    { name: "a day of the month", least: 1, most: 31 },
    { name: "a month", least: 1, most: 12, names: months },
    { name: "a day of the week", least: 0, most: 7, names: days },
];

const form = 'Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.';

/**
 * Checks an expression in the unix-cron format ("Cron job format and time zone"). What only some readers of that format
 * take (seconds, `@daily`, `L`, `#`, `?`) is refused, and so is App Engine's format, which Google advises against.
 */
export const cron: check.Check = check.pipe(
    check.text(),
    check.refine(
        (value) => problemOf(String(value)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

function problemOf(expression: string): string | undefined {
    const parts = expression.split(" ");
    if (parts.length !== fields.length || parts.includes("")) {
        return `must have five fields with a blank between\n${form}`;
    }
    const found = fields.map((field, index) => valuesOf(field, parts[index] as string));
    const problem = found.find((values) => typeof values === "string");
    return problem === undefined ? neverComes(parts, found as number[][]) : `${problem}\n${form}`;
}

/** The values at which a field matches, or what is wrong with it. */
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

/** The values of one item of a list: `*`, `7`, `MON-FRI`, `0-23/2`. */
function valuesOfItem(field: Field, item: string): number[] | string {
    const { name, least, most } = field;
    const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
    if (from === "" || (from === "*" && to !== undefined)) {
        return `has ${name} that cannot be read: "${item}"`;
    }
    const first = from === "*" ? least : numberOf(field, from);
    const last = from === "*" ? most : to === undefined ? first : numberOf(field, to);
    const strange = [first, last].indexOf(undefined);
    if (first === undefined || last === undefined) {
        return `has ${name} that is not from ${least} to ${most}${orNames(field)}: "${strange === 0 ? from : to}"`;
    }
    if (last < first) {
        return `has ${name} whose range goes backwards: "${item}"`;
    }
    if (step !== undefined && from !== "*" && to === undefined) {
        return `has ${name} whose step has no range: "${item}"`;
    }
    if (step !== undefined && (Number(step) < 1 || Number(step) > most)) {
        return `has ${name} whose step is not from 1 to ${most}: "${item}"`;
    }
    return range(first, last, Number(step ?? 1));
}

function range(first: number, last: number, step: number): number[] {
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

function numberOf({ least, most, names = [] }: Field, text: string): number | undefined {
    const named = names.indexOf(text.toUpperCase());
    const value = named >= 0 ? named + least : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
}

function orNames({ names }: Field): string {
    return names ? ` or ${names[0]} to ${names.at(-1)}` : "";
}

const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether no month that is named has the day. A day of the week would do as well as a day of the month. */
function neverComes(parts: string[], [, , inMonth = [], inYear = []]: number[][]): string | undefined {
    const comes = inYear.some((month) => inMonth.some((day) => day <= (longest[month - 1] as number)));
    return comes || parts[4] !== "*" ? undefined : `never comes, as month ${parts[3]} has no day ${parts[2]}`;
}

/** Checks a name of the time zone database, such as `Europe/Berlin`, which is written as the database writes it. */
export const timeZone: check.Check = check.pipe(
    check.text(),
    check.refine(
        (value) => isTimeZone(String(value)),
        "must be a time zone of the tz database, such as Europe/Berlin or Etc/UTC",
    ),
);

function isTimeZone(name: string): boolean {
    try {
        const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
        const isOtherCase = timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
        return /^[A-Z]/.test(name) && !isOtherCase;
    } catch {
        return false;
    }
}
