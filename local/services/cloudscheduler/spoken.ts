const ordinal = /^(1st|first|2nd|second|3rd|third|4th|fourth|5th|fifth)$/;
const weekday = /^(mon|monday|tue|tuesday|wed|wednesday|thu|thursday|fri|friday|sat|saturday|sun|sunday)$/;
const month =
    /^(jan|january|feb|february|mar|march|apr|april|may|jun|june|jul|july|aug|august|sep|september|oct|october|nov|november|dec|december)$/;
const monthday = /^([1-9]|[12]\d|3[01])$/;
const time = /^([01]?\d|2[0-3]):[0-5]\d$/;

/** The words of a schedule, of which each takes the next ones as long as they are right. */
class Words {
    private readonly rest: string[];

    constructor(text: string) {
        this.rest = text.match(/,|[^\s,]+/g) ?? [];
    }

    get isEmpty(): boolean {
        return this.rest.length === 0;
    }

    take(word: RegExp | string): boolean {
        const [next = ""] = this.rest;
        const isRight = typeof word === "string" ? next === word : word.test(next);
        return isRight && this.rest.shift() !== undefined;
    }

    /** One or several with commas between. */
    list(word: RegExp): boolean {
        if (!this.take(word)) {
            return false;
        }
        while (this.take(",")) {
            if (!this.take(word)) {
                return false;
            }
        }
        return true;
    }
}

/**
 * Whether a text is a schedule in App Engine's words, "Cron job schedule format", which Cloud Scheduler takes beside unix-cron ("REST
 * Resource: projects.locations.jobs").
 */
export function isSpoken(text: string): boolean {
    return [interval, byWeekday, byDay].some((form) => {
        const words = new Words(text);
        return form(words) && words.isEmpty;
    });
}

/** `every 5 minutes from 10:00 to 14:00` */
function interval(words: Words): boolean {
    const isEvery = words.take("every") && words.take(/^[1-9]\d{0,4}$/) && words.take(/^(hours|mins|minutes)$/);
    const isWithin = () => words.take("from") && words.take(time) && words.take("to") && words.take(time);
    return isEvery && (words.isEmpty || words.take("synchronized") || isWithin());
}

/** `1st,third monday of month 15:30` */
function byWeekday(words: Words): boolean {
    const isNamed = (words.take("every") || words.list(ordinal)) && (words.take("day") || words.list(weekday));
    return isNamed && (!words.take("of") || inYear(words)) && words.take(time);
}

/** `1 of jan,april,july,oct 00:00` */
function byDay(words: Words): boolean {
    return words.list(monthday) && words.take("of") && inYear(words) && words.take(time);
}

function inYear(words: Words): boolean {
    const isOfQuarter = () => words.list(ordinal) && words.take("month") && words.take("of") && words.take("quarter");
    return words.take("month") || words.take("quarter") || words.list(month) || isOfQuarter();
}
