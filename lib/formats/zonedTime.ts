/** The date and the time of day in a time zone. Months count from 1. */
export interface WallTime {
    year: number;
    month: number;
    day: number;
    hour: number;
    minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
    const format =
        formats.get(timeZone) ??
        new Intl.DateTimeFormat("en-US", {
            ...{ timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
            ...{ hour: "numeric", minute: "numeric", second: "numeric" },
        });
    formats.set(timeZone, format);
    return format;
}

/** What clocks in a time zone of the tz database show at a moment, in milliseconds. */
export function wallTime(timeZone: string, moment: number): WallTime {
    const parts = formatOf(timeZone).formatToParts(moment);
    const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    return {
        year: value("year"),
        month: value("month"),
        day: value("day"),
        hour: value("hour"),
        minute: value("minute"),
    };
}

const asUtc = ({ year, month, day, hour, minute }: WallTime) => Date.UTC(year, month - 1, day, hour, minute);

const dayLength = 86_400_000;

/**
 * The moment, in milliseconds, at which clocks in a time zone show a time. A time that clocks skip counts as if they had not been put
 * forward yet: 2:30 is 3:30. Of a time that comes twice, it is the first.
 */
export function momentOf(timeZone: string, time: WallTime): number {
    const wall = asUtc(time);
    const offset = (moment: number) => asUtc(wallTime(timeZone, moment)) - Math.floor(moment / 60_000) * 60_000;
    const [before, after] = [offset(wall - dayLength), offset(wall + dayLength)];
    const shown = [wall - before, wall - after].filter((moment) => moment + offset(moment) === wall);
    return shown.length > 0 ? Math.min(...shown) : wall - before;
}
