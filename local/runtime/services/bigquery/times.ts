/** A date, which can have a time and a time zone. */
const form =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d{1,12}))?)?)?(?: ?(?:Z|UTC|([+-])(\d\d?)(?::?(\d\d))?))?$/i;

/**
 * A UTC time such as `2026-06-01T08:00:00.123456Z`, with so many digits of a second, of which more are cut off; undefined if
 * the text is no time.
 */
export function utcTime(text: string, digits = 6): string | undefined {
    const [, year = "", month = "", day = "", ...time] = form.exec(text) ?? [];
    const [hour = "0", minute = "0", second = "0", fraction = "", sign, hours = "0", minutes = "0"] = time;
    const local = `${year}-${padded(month)}-${padded(day)}T${padded(hour)}:${padded(minute)}:${padded(second)}`;
    const date = new Date(`${local}Z`);
    if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== local) {
        return undefined;
    }
    const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
    date.setUTCMinutes(date.getUTCMinutes() - offset);
    return `${date.toISOString().slice(0, 19)}.${fraction.slice(0, digits).padEnd(digits, "0")}Z`;
}

const padded = (number: string) => number.padStart(2, "0");

/** A date and time without a time zone, such as `2026-06-01T08:00:00`, whose second has six digits or none. */
export const localTime = (text: string): string | undefined =>
    /[Z+]|UTC|-\d\d?(:?\d\d)?$/i.test(text.slice(10)) ? undefined : utcTime(text)?.replace(/(\.0+)?Z$/, "");

/** A time of the day such as `08:00:00`, whose second has six digits or none. */
export const timeOfDay = (text: string): string | undefined =>
    /^\d\d?:\d\d?:/.test(text) ? localTime(`2000-01-01T${text}`)?.slice(11) : undefined;

/** A date such as `2026-06-01`. */
export const dateOf = (text: string): string | undefined =>
    text.includes(":") ? undefined : localTime(text)?.slice(0, 10);

/** The microseconds since 1970 of a UTC time. */
const microsOf = (time: string): bigint =>
    BigInt(Date.parse(time.replace(/\.\d+/, ""))) * 1000n + BigInt(time.slice(20, 26));

/** The formats of times in answers: https://cloud.google.com/bigquery/docs/reference/rest/v2/DataFormatOptions */
export const timestampFormats = ["FLOAT64", "INT64", "ISO8601_STRING"] as const;

export type TimestampFormat = (typeof timestampFormats)[number];

export function shownTime(time: string, format: TimestampFormat): string {
    switch (format) {
        case "FLOAT64":
            return String(Number(microsOf(time)) / 1e6);
        case "INT64":
            return String(microsOf(time));
        case "ISO8601_STRING":
            // "YYYY-MM-DDTHH:MM:SS.FFFFFFFFFFFFZ"
            return `${time.slice(0, -1).padEnd(32, "0")}Z`;
    }
}
