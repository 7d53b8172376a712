import { composerEnvironmentLimits } from "../facts/composerLimits";
import * as check from "../internal/arguments/check";
import { type Duration, duration, inMilliseconds, secondsIn } from "../internal/arguments/duration";
import { hourIn, hourOfDay } from "../internal/arguments/timeOfDay";
import { type Weekday, weekday, weekdays } from "../internal/arguments/weekday";

/**
 * {@link https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows Maintenance windows}: the same hours on
 * some days of each week.
 */
export interface ComposerMaintenanceWindow {
    /** The full hour at which it starts on each day, in UTC: `"02:00"`. */
    start: string;
    /**
     * The length, in whole hours: `"4 hours"` to `"24 hours"`.
     * @default "4 hours"
     */
    duration?: Duration;
    /**
     * The days of the week; their windows must add up to at least 12 hours a week.
     * @default every day
     */
    days?: Weekday[];
}

/** When Google may maintain the environment. */
export interface ComposerMaintenance {
    /** When maintenance may run. */
    window: ComposerMaintenanceWindow;
}

/**
 * The {@link https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows shortest} window, and the minimum time
 * a week.
 */
const minLength = composerEnvironmentLimits.rows.maintenanceWindow.min;
const minWeekly = composerEnvironmentLimits.rows.weeklyMaintenance.min;

const hoursIn = (length: Duration) => secondsIn(length) / 3600;

/** Checks the maintenance windows. */
export const maintenance = check.options<ComposerMaintenance>(
    {
        window: check.options<ComposerMaintenanceWindow>(
            {
                start: hourOfDay,
                duration: check.pipe(
                    duration(minLength, "24 hours"),
                    // An invalid duration was reported by the check above.
                    check.refine((value) => !(hoursIn(value) % 1 > 0), "must be whole hours"),
                ),
                days: check.pipe(
                    check.list(weekday),
                    check.refine(
                        (names) => new Set(names as string[]).size === (names as string[]).length,
                        "must not have duplicate days",
                    ),
                ),
            },
            "start",
        ),
    },
    "window",
);

/** Windows that are too short in total. */
export function maintenanceProblem({ window }: Partial<ComposerMaintenance> = {}): check.Problem | undefined {
    const { duration: length = minLength, days = weekdays } = window ?? {};
    return check.when(
        hoursIn(length) * days.length < hoursIn(minWeekly),
        "maintenance.window",
        "composer/maintenance-too-short",
        `must have ${minWeekly} a week at least (got ${days.length} times ${length}). Add days, or set a longer duration.`,
    );
}

/** The `maintenanceWindow` of the environment resource. Composer ignores the date of its times. */
export function maintenanceWindow({ window }: ComposerMaintenance) {
    const { start, duration: length = minLength, days: open = weekdays } = window;
    const startTime = Date.UTC(2024, 0, 7, hourIn(start));
    // From Sunday, as in the start time.
    const days = [...weekdays.slice(-1), ...weekdays.slice(0, -1)].filter((day) => open.includes(day));
    const byDay = days.map((day) => day.slice(0, 2).toUpperCase());
    const time = (milliseconds: number) => new Date(milliseconds).toISOString().replace(".000", "");
    return {
        startTime: time(startTime),
        endTime: time(startTime + inMilliseconds(length)),
        recurrence: `FREQ=WEEKLY;BYDAY=${byDay.join(",")}`,
    };
}
