import * as check from "../../internal/check";

const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** When Google may maintain an environment: at the same hours of some days of each week ("Specify maintenance windows"). */
export interface ComposerMaintenance {
    /** The days: with their hours 12 a week at least. */
    days: (typeof days)[number][];
    /** The hour in UTC at which a window starts: 0 to 23. */
    hour: number;
    /**
     * How many hours it lasts: 4 to 24.
     * @default 4
     */
    hours?: number;
}

/** "Specify maintenance windows": how long a window is, and all of a week together. */
const leastHours = 4;
const leastInWeek = 12;

/** Checks when an environment is maintained. */
export const maintenance: check.Check = check.options<ComposerMaintenance>(
    {
        days: check.pipe(
            check.list(check.oneOf(...days)),
            check.refine(
                (given) => new Set(given as string[]).size === (given as string[]).length,
                "must not name a day twice",
            ),
        ),
        hour: check.whole(0, 23),
        hours: check.whole(leastHours, 24),
    },
    "days",
    "hour",
);

/** A window that gives Google too little time. */
export function maintenanceProblem(given: ComposerMaintenance | undefined): check.Problem | undefined {
    const { hours = leastHours, days: chosen = [] } = given ?? {};
    const sum = hours * chosen.length;
    return given && sum < leastInWeek
        ? {
              path: "maintenance",
              reason: `must have ${leastInWeek} hours a week at least (got ${chosen.length} times ${hours}). Add days, or hours.`,
          }
        : undefined;
}

/** A window in the form of the provider. The first one is of some week: only its hours count. */
export function maintenanceWindow({ days: chosen, hour, hours = leastHours }: ComposerMaintenance) {
    const start = Date.UTC(2024, 0, 7, hour);
    const byDay = days.filter((day) => chosen.includes(day)).map((day) => day.slice(0, 2).toUpperCase());
    const time = (milliseconds: number) => new Date(milliseconds).toISOString().replace(".000", "");
    return {
        startTime: time(start),
        endTime: time(start + hours * 3_600_000),
        recurrence: `FREQ=WEEKLY;BYDAY=${byDay.join(",")}`,
    };
}
