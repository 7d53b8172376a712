import { cloudSqlLimits } from "../facts/limits";
import * as check from "../internal/check";

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** When Google maintains an instance ("About maintenance on Cloud SQL instances"). */
export interface Maintenance {
    /**
     * The window in which maintenance starts: an hour in UTC, 0 to 23, of a day of the week.
     * @default at any time
     */
    window?: { day: (typeof days)[number]; hour: number };
    /**
     * How long after it was told of: `canary` one week, `stable` two weeks, `week5` five weeks.
     * @default "stable"
     */
    track?: "canary" | "stable" | "week5";
    /**
     * A period without maintenance of at most 90 days, such as the days before Christmas. Dates without a year, `"12-01"`, mean every year.
     * @default none
     */
    deny?: {
        /** The first day: `"2026-12-01"` or `"12-01"`. */
        start: string;
        /** The last day, in the same form. */
        end: string;
        /**
         * The time in UTC at which it starts and ends.
         * @default "00:00:00"
         */
        time?: string;
    };
}

const form = /^(\d{4}-)?(\d\d)-(\d\d)$/;
const date = check.pipe(
    check.matching(form, "must be a date such as 2026-12-01, or 12-01 for every year"),
    // What has not the form was told by the check of it.
    check.refine(
        (given) => !form.test(String(given)) || !Number.isNaN(dayOf(String(given))),
        "is no day of the calendar",
    ),
);

/** Checks when an instance is maintained. */
export const maintenance: check.Check = check.options<Maintenance>({
    window: check.options<Required<Maintenance>["window"]>(
        { day: check.oneOf(...days), hour: check.whole(0, 23) },
        "day",
        "hour",
    ),
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

/** A date as days since 1970; one of every year is one of a leap year, so that the 29th of February is one. */
function dayOf(given: string): number {
    const [, year = "2028-", month, day] = form.exec(given) ?? [];
    const time = new Date(`${year}${month}-${day}T00:00:00Z`);
    const isDay = !Number.isNaN(time.getTime()) && time.getUTCDate() === Number(day);
    return isDay ? time.getTime() / 86_400_000 : Number.NaN;
}

/** How long a deny maintenance period may be: {@link https://cloud.google.com/sql/docs/postgres/maintenance}. */
const mostDays = cloudSqlLimits.rows.denyMaintenance.max;

/** What is wrong with a period whose days are right each by itself. */
export function maintenanceProblems({ deny }: Maintenance): (check.Problem | undefined)[] {
    if (!deny) {
        return [];
    }
    const isYearly = ({ length }: string) => length === 5;
    if (isYearly(deny.start) !== isYearly(deny.end)) {
        return [{ path: "maintenance.deny", reason: "must have a year in both dates, or in none." }];
    }
    // A period of every year may go over its end.
    const span = dayOf(deny.end) - dayOf(deny.start);
    const length = (span < 0 && isYearly(deny.start) ? span + 366 : span) + 1;
    return [
        length < 1
            ? { path: "maintenance.deny.end", reason: `must not be before start, ${deny.start} (got "${deny.end}").` }
            : undefined,
        length > mostDays
            ? { path: "maintenance.deny", reason: `must have ${mostDays} days at most (got ${length}).` }
            : undefined,
    ];
}

/** Maintenance in the form of the provider, where a date of every year has none. */
export function maintenanceSettings({ window, track, deny }: Maintenance = {}) {
    const given = window ?? track;
    return {
        maintenanceWindow:
            given === undefined
                ? undefined
                : {
                      ...(window && { day: days.indexOf(window.day) + 1, hour: window.hour }),
                      updateTrack: track ?? "stable",
                  },
        denyMaintenancePeriod: deny && {
            startDate: deny.start,
            endDate: deny.end,
            time: deny.time ?? "00:00:00",
        },
    };
}
