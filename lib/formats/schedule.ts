/** A schedule in the format of App Engine's cron.yaml. */
export type AppEngineSchedule =
    | { every: number; unit: "minutes" | "hours"; synchronized: boolean; from?: string; to?: string }
    | { weeks: string[]; weekdays: string[]; months: string[]; time: string }
    | { daysOfMonth: number[]; months: string[]; time: string };

const ordinal = /^(1st|first|2nd|second|3rd|third|4th|fourth|5th|fifth)$/;
const monthOfQuarter = /^(1st|first|2nd|second|3rd|third)$/;
const weekday = /^(mon|monday|tue|tuesday|wed|wednesday|thu|thursday|fri|friday|sat|saturday|sun|sunday)$/;
const month =
    /^(jan|january|feb|february|mar|march|apr|april|may|jun|june|jul|july|aug|august|sep|september|oct|october|nov|november|dec|december)$/;
const dayOfMonth = /^([1-9]|[12]\d|3[01])$/;
const time = /^([01]?\d|2[0-3]):[0-5]\d$/;

/** Reads the words of a schedule from left to right. Words that do not match are not consumed. */
class Words {
    private readonly rest: string[];

    constructor(text: string) {
        this.rest = text.match(/,|[^\s,]+/g) ?? [];
    }

    get isEmpty(): boolean {
        return this.rest.length === 0;
    }

    take(...words: (RegExp | string)[]): string | undefined {
        const [next = ""] = this.rest;
        const isTaken = words.some((word) => (typeof word === "string" ? next === word : word.test(next)));
        return isTaken ? this.rest.shift() : undefined;
    }

    /** Takes one word, or several separated by commas. */
    list(word: RegExp): string[] | undefined {
        const all: (string | undefined)[] = [this.take(word)];
        while (all.at(-1) !== undefined && this.take(",")) {
            all.push(this.take(word));
        }
        return all.at(-1) === undefined ? undefined : (all as string[]);
    }
}

/**
 * Parses a {@link https://docs.cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml#formatting_the_schedule schedule}
 * such as `every 5 minutes from 10:00 to 14:00` or `1st,third monday of month 15:30`; undefined if invalid.
 */
export function parseAppEngineSchedule(text: string): AppEngineSchedule | undefined {
    for (const form of [interval, byWeekday, byDay]) {
        const words = new Words(text);
        const parsed = form(words);
        if (parsed && words.isEmpty) {
            return parsed;
        }
    }
    return undefined;
}

/** `every 5 minutes from 10:00 to 14:00`, `every 12 hours synchronized` */
function interval(words: Words): AppEngineSchedule | undefined {
    const every = words.take("every") && words.take(/^[1-9]\d{0,4}$/);
    const unit = every && words.take("hours", "mins", "minutes");
    if (!unit) {
        return undefined;
    }
    const synchronized = words.take("synchronized") !== undefined;
    const interval = { every: Number(every), unit: unit === "hours" ? ("hours" as const) : ("minutes" as const) };
    if (synchronized || !words.take("from")) {
        return { ...interval, synchronized };
    }
    const from = words.take(time);
    const to = from && words.take("to") ? words.take(time) : undefined;
    return to === undefined ? undefined : { ...interval, synchronized, from, to };
}

/** `every monday 09:00`, `1st,third monday of month 15:30` */
function byWeekday(words: Words): AppEngineSchedule | undefined {
    const weeks = words.take("every") ? ["every"] : words.list(ordinal);
    const weekdays = words.take("day") ? ["day"] : words.list(weekday);
    const months = words.take("of") ? monthsOf(words) : ["month"];
    const at = words.take(time);
    return weeks && weekdays && months && at ? { weeks, weekdays, months, time: at } : undefined;
}

/** `1,15 of jan,july 00:00` */
function byDay(words: Words): AppEngineSchedule | undefined {
    const days = words.list(dayOfMonth);
    const months = words.take("of") ? monthsOf(words) : undefined;
    const at = words.take(time);
    return days && months && at ? { daysOfMonth: days.map(Number), months, time: at } : undefined;
}

/** `month`, `quarter`, month names, or `1st,2nd month of quarter` */
function monthsOf(words: Words): string[] | undefined {
    const one = words.take("month", "quarter");
    if (one) {
        return [one];
    }
    const ordinals = words.list(monthOfQuarter);
    if (!ordinals) {
        return words.list(month);
    }
    return words.take("month") && words.take("of") && words.take("quarter") ? ordinals : undefined;
}
