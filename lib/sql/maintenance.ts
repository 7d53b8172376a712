import { cloudSqlLimits } from "../facts/limits/cloudSql";
import * as check from "../internal/arguments/check";
import { hourIn, hourOfDay } from "../internal/arguments/timeOfDay";
import { type Weekday, weekday, weekdays } from "../internal/arguments/weekday";

/** When Google may {@link https://cloud.google.com/sql/docs/postgres/maintenance maintain} an instance. */
export interface Maintenance {
    /**
     * The window of an hour in which maintenance starts: a day of the week and a full hour in UTC, such as `"02:00"`.
     * @default at any time
     */
    window?: {
        /** The day of the week. */
        day: Weekday;
        /** The full hour in UTC at which the window starts: `"02:00"`. */
        start: string;
    };
    /**
     * How long after the notification maintenance starts: one week with `canary`, two weeks with `stable`, five weeks with `week5`.
     * @default "stable"
     */
    track?: "canary" | "stable" | "week5";
    /**
     * A deny period: at most 90 days without maintenance, such as the days before Christmas. Dates without a year, `"12-01"`, recur
     * every year.
     * @default none
     */
    deny?: {
        /** The first day: `"2026-12-01"` or `"12-01"`. */
        start: string;
        /** The last day, in the same format. */
        end: string;
        /**
         * The time in UTC at which the period starts and ends.
         * @default "00:00:00"
         */
        time?: string;
    };
}

const dateFormat = /^(\d{4}-)?(\d\d)-(\d\d)$/;
const date = check.pipe(
    check.matching(dateFormat, "must be a date such as 2026-12-01, or 12-01 for every year"),
    // A value of another format has failed the check before.
    check.refine(
        (value) => !dateFormat.test(String(value)) || !Number.isNaN(dayNumber(String(value))),
        "is not a valid date",
    ),
);

export const maintenance = check.options<Maintenance>({
    window: check.options<Required<Maintenance>["window"]>({ day: weekday, start: hourOfDay }, "day", "start"),
    track: check.oneOf("canary", "stable", "week5"),
    deny: check.options<Required<Maintenance>["deny"]>(
        {
            start: date,
            end: date,
            time: check.matching(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, "must be a time in UTC such as 23:30:00"),
        },
        "start",
        "end",
    ),
});

/** A date as days since 1970. A date without a year counts in a leap year, so that February 29 is valid. */
function dayNumber(date: string): number {
    const [, year = "2028-", month, day] = dateFormat.exec(date) as RegExpExecArray;
    const time = new Date(`${year}${month}-${day}T00:00:00Z`);
    return time.getUTCDate() === Number(day) ? time.getTime() / 86_400_000 : Number.NaN;
}

/** The maximum length of a {@link https://cloud.google.com/sql/docs/postgres/maintenance deny maintenance period}. */
const maxDenyDays = cloudSqlLimits.rows.denyMaintenance.max;

/** The problems of a deny period whose dates are valid one by one. */
export function maintenanceProblems({ deny }: Maintenance): (check.Problem | undefined)[] {
    if (!deny) {
        return [];
    }
    const isYearly = ({ length }: string) => length === 5;
    if (isYearly(deny.start) !== isYearly(deny.end)) {
        return [check.problem("maintenance.deny", "sql/deny-years", "must have a year in both dates, or in none.")];
    }
    // A recurring period may span the end of the year.
    const span = dayNumber(deny.end) - dayNumber(deny.start);
    const length = (span < 0 && isYearly(deny.start) ? span + 366 : span) + 1;
    return [
        check.when(
            length < 1,
            "maintenance.deny.end",
            "sql/deny-end-before-start",
            `must not be before start, ${deny.start} (got "${deny.end}").`,
        ),
        check.when(
            length > maxDenyDays,
            "maintenance.deny",
            "sql/deny-too-long",
            `must have ${maxDenyDays} days at most (got ${length}).`,
        ),
    ];
}

/** Maintenance for the provider. */
export function maintenanceSettings({ window, track, deny }: Maintenance = {}) {
    return {
        maintenanceWindow:
            window === undefined && track === undefined
                ? undefined
                : {
                      ...(window && {
                          day: (weekdays as readonly string[]).indexOf(window.day) + 1,
                          hour: hourIn(window.start),
                      }),
                      updateTrack: track ?? "stable",
                  },
        denyMaintenancePeriod: deny && {
            startDate: deny.start,
            endDate: deny.end,
            time: deny.time ?? "00:00:00",
        },
    };
}
