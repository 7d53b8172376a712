import type { Inputs } from "../../simulator";
import { nextDue } from "../emulator/cronClock";
import { HttpError } from "../emulator/http";
import type { Serving } from "../emulator/serving";
import monitoringPart from "../services/monitoring";
import schedulerPart from "../services/scheduler";

/** The most minutes that pass at a time: each evaluates all alert policies. */
const maxMinutes = 120;

/** The times of the local cloud, in RFC 3339. */
export interface ClockView {
    now: string;
    /** The time of metrics and alerts, whose minutes can pass faster. */
    metrics: string;
    speed: number;
    /** The jobs of Cloud Scheduler; they run on schedule in real time. */
    jobs: { id: string; project: string; schedule: string; timeZone: string; isPaused: boolean; next?: string }[];
}

/** An alert policy with its open incidents. */
export interface AlertView {
    name: string;
    project: string;
    displayName: string;
    severity: string;
    isEnabled: boolean;
    conditions: string[];
    incidents: { id: string; condition: string; labels: Record<string, string>; value: number; opened: string }[];
}

const rfc3339 = (time: number) => new Date(time).toISOString();

export function clockOf(serving: Serving): ClockView {
    const { cloud, options } = serving;
    const jobs = cloud.store.list("//cloudscheduler.googleapis.com/").map(({ id, project, state }) => {
        const { schedule = "", timeZone = "Etc/UTC", paused = false }: Inputs = state;
        const next = paused || schedule === "" ? undefined : nextDue(schedule, timeZone, new Date())?.toISOString();
        return { id, project, schedule, timeZone, isPaused: paused, ...(next && { next }) };
    });
    return {
        now: rfc3339(Date.now()),
        metrics: rfc3339(serving.part(monitoringPart).alerting.now),
        speed: options.alertSpeed ?? 1,
        jobs,
    };
}

/** Lets minutes pass for metrics and alerts. */
export function advance(serving: Serving, minutes: unknown): ClockView {
    if (!Number.isInteger(minutes) || Number(minutes) < 1 || Number(minutes) > maxMinutes) {
        throw new HttpError(400, "invalid", `minutes must be an integer from 1 to ${maxMinutes} (got ${minutes}).`);
    }
    const { alerting } = serving.part(monitoringPart);
    for (let passed = 0; passed < Number(minutes); passed++) {
        alerting.endMinute();
    }
    return clockOf(serving);
}

/** Runs a job of Cloud Scheduler now. */
export const runJob = (serving: Serving, id: unknown): object => serving.part(schedulerPart).jobs.runNow(String(id));

/** The alert policies, those that fire first. */
export function alertsOf(serving: Serving): AlertView[] {
    const { alerting } = serving.part(monitoringPart);
    return serving.cloud.store
        .list("//monitoring.googleapis.com/", "alertPolicies")
        .map(({ name, project, state: { displayName, severity = "", enabled, conditions = [] } }) => ({
            ...{ name, project, displayName: String(displayName), severity: String(severity) },
            isEnabled: enabled !== false,
            conditions: (conditions as Inputs[]).map((condition) => String(condition.displayName)),
            incidents: alerting.incidentsOf(name).map(({ id, condition, labels, value, openedAt }) => ({
                ...{ id, condition: String(condition.displayName), labels, value, opened: rfc3339(openedAt) },
            })),
        }))
        .sort((one, other) => other.incidents.length - one.incidents.length);
}
