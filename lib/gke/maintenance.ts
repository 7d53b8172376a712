import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import { gkeLimits } from "../facts/limits/gke";
import * as check from "../internal/arguments/check";
import { type Duration, duration, inMilliseconds, secondsIn } from "../internal/arguments/duration";
import { timeOfDay } from "../internal/arguments/timeOfDay";
import { type Weekday, weekday, weekdays } from "../internal/arguments/weekday";

/**
 * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions maintenance window}:
 * when Google may upgrade the cluster and its nodes.
 */
export interface MaintenanceWindow {
    /** The start on each day, in UTC: `"02:00"`. */
    start: string;
    /** The length: 4 to 24 hours. GKE requires 48 hours in any 92 days, which 4 hours on one day of the week provide. */
    duration: Duration;
    /**
     * The days of the week, in UTC.
     * @default every day
     */
    days?: Weekday[];
}

/**
 * A {@link https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions maintenance exclusion}:
 * a period without upgrades, whatever the window.
 */
export interface MaintenanceExclusion {
    /** The start, in UTC: `"2026-11-20T00:00:00Z"`. */
    start: string;
    /** The end, in UTC: `"2026-12-02T00:00:00Z"`. */
    end: string;
    /**
     * What is excluded: all upgrades, for at most 90 days; minor versions of Kubernetes; or minor versions and node upgrades.
     * @default "NO_UPGRADES"
     */
    scope?: "NO_UPGRADES" | "NO_MINOR_UPGRADES" | "NO_MINOR_OR_NODE_UPGRADES";
}

/** When Google may upgrade the cluster. */
export interface Maintenance {
    /**
     * When upgrades may start.
     * @default at any time
     */
    window?: MaintenanceWindow;
    /**
     * Periods without upgrades, by name: at most
     * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions 20}, of which 3 may
     * exclude all upgrades.
     * @default none
     */
    exclusions?: Record<string, MaintenanceExclusion>;
}

const limits = gkeLimits.rows;

const time = check.matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "must be a time in UTC such as 2026-11-20T00:00:00Z");

/** Checks each option. */
export const maintenance = check.options<Maintenance>({
    window: check.options<MaintenanceWindow>(
        {
            start: timeOfDay,
            duration: duration(limits.maintenanceWindow.min, "24 hours"),
            days: check.list(weekday),
        },
        "start",
        "duration",
    ),
    exclusions: check.pipe(
        check.record(
            check.matching(/^.{1,63}$/, "an exclusion's name must have 1 to 63 characters"),
            check.options<MaintenanceExclusion>(
                {
                    start: time,
                    end: time,
                    scope: check.oneOf("NO_UPGRADES", "NO_MINOR_UPGRADES", "NO_MINOR_OR_NODE_UPGRADES"),
                },
                "start",
                "end",
            ),
        ),
        check.atMost(limits.exclusions),
    ),
});

/** Checks combinations of options. */
export function maintenanceProblems({ window, exclusions = {} }: Maintenance = {}): (check.Problem | undefined)[] {
    const all = Object.entries(exclusions);
    const fullExclusions = all.filter(([, { scope = "NO_UPGRADES" }]) => scope === "NO_UPGRADES").length;
    return [
        check.when(
            window?.days?.length === 0,
            "maintenance.window.days",
            "gke/maintenance-without-day",
            "must have a day (got []). Remove it for every day.",
        ),
        check.when(
            fullExclusions > limits.fullExclusions.max,
            "maintenance.exclusions",
            "gke/too-many-exclusions",
            `there can be ${limits.fullExclusions.max} exclusions with the scope NO_UPGRADES at most (got ${fullExclusions}). Set the scope of others to NO_MINOR_OR_NODE_UPGRADES.`,
        ),
        ...all.map(([name, exclusion]) => exclusionProblem(`maintenance.exclusions.${name}.end`, exclusion)),
    ];
}

function exclusionProblem(
    path: string,
    { start, end, scope = "NO_UPGRADES" }: MaintenanceExclusion,
): check.Problem | undefined {
    const length = Date.parse(end) - Date.parse(start);
    if (!(length > 0)) {
        return check.problem(
            path,
            "gke/exclusion-end-before-start",
            `must be after the start, ${start} (got "${end}").`,
        );
    }
    const maxLength = limits.fullExclusion.max;
    const reason = `must be ${maxLength} after the start, ${start}, at most, because no upgrade occurs until then (got "${end}"). For a longer exclusion, set the scope NO_MINOR_OR_NODE_UPGRADES.`;
    return check.when(
        scope === "NO_UPGRADES" && length > inMilliseconds(maxLength),
        path,
        "gke/exclusion-too-long",
        reason,
    );
}

/** The cluster's maintenance policy. */
export function maintenancePolicy({ window, exclusions = {} }: Maintenance = {}): ClusterArgs["maintenancePolicy"] {
    const maintenanceExclusions = Object.entries(exclusions).map(([exclusionName, { start, end, scope }]) => {
        const exclusionOptions = { scope: scope ?? "NO_UPGRADES" };
        return { exclusionName, startTime: start, endTime: end, exclusionOptions };
    });
    if (!window && maintenanceExclusions.length === 0) {
        return undefined;
    }
    return {
        recurringWindow: recurring(window ?? { start: "00:00", duration: "24 hours" }),
        maintenanceExclusions: maintenanceExclusions.length > 0 ? maintenanceExclusions : undefined,
    };
}

/** The first occurrence is a Monday in the past: only its time of the day matters. */
function recurring({ start, duration: length, days: open = [...weekdays] }: MaintenanceWindow) {
    const startTime = `2024-01-01T${start}:00Z`;
    const end = new Date(Date.parse(startTime) + secondsIn(length) * 1000);
    const each = weekdays.filter((day) => open.includes(day)).map((day) => day.slice(0, 2).toUpperCase());
    return {
        startTime,
        endTime: end.toISOString().replace(".000Z", "Z"),
        recurrence: `FREQ=WEEKLY;BYDAY=${each.join(",")}`,
    };
}
