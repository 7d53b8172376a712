import * as check from "../../internal/check";

// The form of schedules that App Engine has of old ("Cron job schedule format"): `every 5 minutes from 10:00 to 14:00`,
// `every 12 hours synchronized`, `every monday 09:00`, `2nd,third mon,wed of march 17:00`, `1,15 of jan,jul 00:00`.
const ordinals = { 1: "1st|first", 2: "2nd|second", 3: "3rd|third", 4: "4th|fourth", 5: "5th|fifth" };
const weekdays = "mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?";
const months = [
    "jan(uary)?",
    "feb(ruary)?",
    "mar(ch)?",
    "apr(il)?",
    "may",
    "june?",
    "july?",
    "aug(ust)?",
    "sep(tember)?",
    "oct(ober)?",
    "nov(ember)?",
    "dec(ember)?",
];
const time = "([01]?\\d|2[0-3]):[0-5]\\d";
const list = (item: string) => `(${item})( ?, ?(${item}))*`;
const nth = Object.values(ordinals).join("|");
const inYear = `month|${list(months.join("|"))}|quarter|${list(`${ordinals[1]}|${ordinals[2]}|${ordinals[3]}`)} month of quarter`;

const interval = new RegExp(
    `^every (?<count>[1-9]\\d{0,4}) (?<unit>hours|mins|minutes)( from ${time} to ${time}| (?<even>synchronized))?$`,
);
const byWeekday = new RegExp(`^(every|${list(nth)}) (day|${list(weekdays)})( of (${inYear}))? ${time}$`);
const byDay = new RegExp(`^(?<days>${list("[1-9]|[12]\\d|3[01]")}) of (?<months>${inYear}) ${time}$`);

const form = 'Write it as "every 24 hours", "every monday 09:00" or "1st,third monday of month 15:30", in lower case.';

/** Whether it is meant to be in words, not in the unix-cron format. */
export function isInWords(schedule: unknown): boolean {
    return /\bevery\b|\bof\b|\d:\d\d\s*$/i.test(String(schedule));
}

/** Checks a schedule in words. */
export const words: check.Check = check.pipe(
    check.text(),
    check.refine(
        (given) => problemOf(String(given)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

function problemOf(given: string): string | undefined {
    const { count, unit, even } = interval.exec(given)?.groups ?? {};
    if (count !== undefined) {
        const minutes = Number(count) * (unit === "hours" ? 60 : 1);
        return even !== undefined && 1440 % minutes !== 0
            ? "must be an interval that divides a day into equal parts where it is synchronized"
            : undefined;
    }
    const { days, months: named } = byDay.exec(given)?.groups ?? {};
    if (days !== undefined) {
        return neverComes(days, named ?? "");
    }
    return byWeekday.test(given) ? undefined : `cannot be read as a schedule of App Engine\n${form}`;
}

const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether one of the days is in none of the months that are named. */
function neverComes(days: string, named: string): string | undefined {
    const inThese = longest.filter((_, month) => new RegExp(`\\b(${months[month]})\\b`).test(named));
    const most = Math.max(...inThese);
    const strange = days.split(",").find((day) => inThese.length > 0 && Number(day) > most);
    return strange === undefined ? undefined : `never comes on day ${strange.trim()}, as ${named} has no such day`;
}
