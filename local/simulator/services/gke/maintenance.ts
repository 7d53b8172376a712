import { gkeLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import type { Inputs } from "../../rules/rules";
import { badRequest } from "./names";

const hour = 3_600_000;

const limits = gkeLimits.rows;
const hoursIn = (duration: string) => secondsIn(duration) / 3600;

/** The minimum hours of maintenance availability in a period of days, and the minimum hours of a window. */
const min = { hours: hoursIn(limits.maintenanceTime.min), days: 92, window: hoursIn(limits.maintenanceWindow.min) };

/** The maximum number of exclusions of all upgrades, the days of each, and the maximum number of all exclusions. */
const max = {
    whole: limits.fullExclusions.max,
    days: hoursIn(limits.fullExclusion.max) / 24,
    all: limits.exclusions.max,
};

/** The supported parts of RFC 5545: frequency, interval and days. */
const part =
    /^(FREQ=(DAILY|WEEKLY|MONTHLY)|INTERVAL=[1-9]\d*|BY(DAY|MONTHDAY|SETPOS|HOUR|MINUTE|SECOND)=[-+\w,]+|WKST=(MO|TU|WE|TH|FR|SA|SU))$/;
const days = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU))*$/;

/** Parses a recurrence such as `FREQ=WEEKLY;BYDAY=SA,SU`; undefined if invalid. */
function parsed(recurrence: string): Record<string, string> | undefined {
    const parts = recurrence.replace(/^RRULE:/, "").split(";");
    const found = Object.fromEntries(parts.map((item) => item.split("=") as [string, string]));
    const isLegal = parts.every((item) => part.test(item)) && found.FREQ !== undefined;
    return isLegal && (found.BYDAY === undefined || days.test(found.BYDAY)) ? found : undefined;
}

/** The minimum number of windows in the required period. */
function windowsOf({ FREQ, INTERVAL = "1", BYDAY, BYMONTHDAY }: Record<string, string>): number {
    const every = Number(INTERVAL);
    const listed = (BYDAY ?? BYMONTHDAY ?? "-").split(",").length;
    switch (FREQ) {
        case "DAILY":
            return Math.floor((min.days / (7 * every)) * (BYDAY ? listed : 7));
        case "WEEKLY":
            return Math.floor(min.days / (7 * every)) * listed;
        default:
            // This period contains each day of the month three times, except the last ones.
            return Math.floor(3 / every) * listed;
    }
}

/** The hours of a Go duration such as `4h30m`. */
const hoursOf = (duration: string): number =>
    [...duration.matchAll(/([\d.]+)(h|m|s)/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) / { h: 1, m: 60, s: 3600 }[unit as "h" | "m" | "s"],
        0,
    );

function verifyWindow(recurrence: string, hours: number): void {
    const rule = parsed(recurrence);
    if (!rule) {
        throw badRequest(`Invalid maintenance policy: recurrence "${recurrence}" is not a valid RFC 5545 RRULE.`);
    }
    if (!(hours > 0)) {
        throw badRequest(
            "Invalid maintenance policy: the end time of the recurring window must be after its start time.",
        );
    }
    if (hours < min.window || windowsOf(rule) * Math.min(hours, 24) < min.hours) {
        throw badRequest(
            `Error validating maintenance policy: maintenance policy would go longer than ${min.days}d without ${min.hours}h maintenance availability of >=${min.window}h contiguous duration.`,
        );
    }
}

/** Throws if windows never or too rarely occur. */
export function verifyMaintenance({ maintenancePolicy }: Inputs): void {
    const { recurringWindow, recurringMaintenanceWindow, maintenanceExclusions = [] } = maintenancePolicy ?? {};
    if (recurringWindow) {
        const { startTime, endTime, recurrence } = recurringWindow;
        verifyWindow(recurrence, (Date.parse(endTime) - Date.parse(startTime)) / hour);
    }
    if (recurringMaintenanceWindow) {
        verifyWindow(recurringMaintenanceWindow.recurrence, hoursOf(recurringMaintenanceWindow.windowDuration));
    }
    verifyCounts(maintenanceExclusions);
    for (const { exclusionName, startTime, endTime, exclusionOptions } of maintenanceExclusions) {
        if (!endTime && !exclusionOptions?.endTimeBehavior) {
            throw badRequest(`Invalid maintenance exclusion "${exclusionName}": the end time must be set.`);
        }
        if (endTime && Date.parse(endTime) <= Date.parse(startTime)) {
            throw badRequest(
                `Invalid maintenance exclusion "${exclusionName}": the end time must be after the start time.`,
            );
        }
        if (isWhole({ exclusionOptions }) && Date.parse(endTime) - Date.parse(startTime) > max.days * 24 * hour) {
            throw badRequest(
                `Invalid maintenance exclusion "${exclusionName}": it can exclude all upgrades for ${max.days} days at most.`,
            );
        }
    }
}

const isWhole = ({ exclusionOptions }: Inputs) => (exclusionOptions?.scope ?? "NO_UPGRADES") === "NO_UPGRADES";

function verifyCounts(exclusions: Inputs[]): void {
    if (exclusions.length > max.all || exclusions.filter(isWhole).length > max.whole) {
        throw badRequest(
            `Invalid maintenance policy: there can be ${max.all} maintenance exclusions at most, and ${max.whole} that exclude all upgrades.`,
        );
    }
}

const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The provider's validation of times. */
const refusedDate = (value: string) =>
    date.test(value) && !Number.isNaN(Date.parse(value))
        ? undefined
        : `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)}`;

const within = "maintenance_policy.0";

/** The provider's validation of maintenance policies. */
export const maintenanceError: Record<string, (value: string) => string | undefined> = {
    "maintenancePolicy.dailyMaintenanceWindow.startTime": (time) =>
        /^([01]\d|2[0-3]):[0-5]\d$/.test(time)
            ? undefined
            : `"${within}.daily_maintenance_window.0.start_time" (${JSON.stringify(time)}) must be in the format HH:mm (RFC3339)`,
    "maintenancePolicy.recurringWindow.startTime": refusedDate,
    "maintenancePolicy.recurringWindow.endTime": refusedDate,
    "maintenancePolicy.maintenanceExclusions.startTime": refusedDate,
    "maintenancePolicy.maintenanceExclusions.endTime": refusedDate,
    "maintenancePolicy.recurringMaintenanceWindow.windowDuration": (duration) =>
        /^(\d+(\.\d+)?(h|m|s))+$/.test(duration)
            ? undefined
            : `"${within}.recurring_maintenance_window.0.window_duration" is not a valid duration: time: invalid duration ${JSON.stringify(duration)}`,
};
