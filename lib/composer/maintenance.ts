import { composerEnvironmentLimits } from "../facts/composerLimits";
import * as check from "../internal/check";
import { type Weekday, weekday, weekdays } from "../internal/weekday";

/**
 * {@link https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows Maintenance windows}: the same hours on
 * some days of each week.
 */
export interface ComposerMaintenance {
    /** The days; their windows must add up to at least 12 hours a week. */
    days: Weekday[];
    /** The hour at which each window starts, in UTC: 0 to 23. */
    hour: number;
    /**
     * The length of each window in hours: 4 to 24.
     * @default 4
     */
    hours?: number;
}

/**
 * The {@link https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows shortest} window, and the minimum time
 * a week.
 */
const minHours = composerEnvironmentLimits.rows.maintenanceWindow.min;
const minWeeklyHours = composerEnvironmentLimits.rows.weeklyMaintenance.min;

/** Checks the maintenance windows. */
export const maintenance = check.options<ComposerMaintenance>(
    {
        days: check.pipe(
            check.list(weekday),
            check.refine(
                (names) => new Set(names as string[]).size === (names as string[]).length,
                "must not have duplicate days",
            ),
        ),
        hour: check.whole(0, 23),
        hours: check.whole(minHours, 24),
    },
    "days",
    "hour",
);

/** Windows that are too short in total. */
export function maintenanceProblem(windows: ComposerMaintenance | undefined): check.Problem | undefined {
    const { hours = minHours, days: selected = [] } = windows ?? {};
    const sum = hours * selected.length;
    return windows && sum < minWeeklyHours
        ? {
              path: "maintenance",
              reason: `must have ${minWeeklyHours} hours a week at least (got ${selected.length} times ${hours}). Add days, or hours.`,
          }
        : undefined;
}

/** The `maintenanceWindow` of the environment resource. Composer ignores the date of its times. */
export function maintenanceWindow({ days: selected, hour, hours = minHours }: ComposerMaintenance) {
    const start = Date.UTC(2024, 0, 7, hour);
    // From Sunday, as in the start time.
    const days = [...weekdays.slice(-1), ...weekdays.slice(0, -1)].filter((day) => selected.includes(day));
    const byDay = days.map((day) => day.slice(0, 2).toUpperCase());
    const time = (milliseconds: number) => new Date(milliseconds).toISOString().replace(".000", "");
    return {
        startTime: time(start),
        endTime: time(start + hours * 3_600_000),
        recurrence: `FREQ=WEEKLY;BYDAY=${byDay.join(",")}`,
    };
}
