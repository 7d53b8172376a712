import { cloudSqlLimits } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

const day = 86_400_000;
/** "Maintenance on Cloud SQL instances": the maximum length of a deny maintenance period. */
const maxDays = cloudSqlLimits.rows.denyMaintenance.max;
const tracks = ["canary", "stable", "week5"];

const date = /^(?:(\d{4}|0)-)?(\d{1,2})-(\d{1,2})$/;

/** Parses a date, or an annual date such as `11-01`; undefined if invalid. */
function timeOf(text: string, year: number): number | undefined {
    const [, value, month, of] = date.exec(text) ?? [];
    const time = Date.UTC(Number(value) || year, Number(month) - 1, Number(of));
    return new Date(time).getUTCDate() === Number(of) ? time : undefined;
}

/** The length of a period in days; annual periods can extend into the next year. */
function daysOf({ startDate, endDate }: Inputs): number | undefined {
    const [start, end] = [timeOf(startDate, 2000), timeOf(endDate, 2000)];
    if (start === undefined || end === undefined) {
        return undefined;
    }
    const later = end < start && !/^\d{4}-/.test(endDate) ? (timeOf(endDate, 2001) as number) : end;
    return Math.round((later - start) / day);
}

/** "Find and set maintenance windows". */
export function verifyMaintenance({ settings }: Inputs): void {
    const { maintenanceWindow: window, denyMaintenancePeriod: denied } = settings;
    if (window?.updateTrack !== undefined && !tracks.includes(window.updateTrack)) {
        throw invalid(`Invalid update track (${window.updateTrack}).`);
    }
    if (!denied) {
        return;
    }
    const days = daysOf(denied);
    if (days === undefined || !/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(denied.time)) {
        throw invalid(`Invalid deny maintenance period (${denied.startDate} to ${denied.endDate} at ${denied.time}).`);
    }
    if (days < 1 || days > maxDays) {
        throw invalid(`Deny maintenance period must be between 1 and ${maxDays} days.`);
    }
}
