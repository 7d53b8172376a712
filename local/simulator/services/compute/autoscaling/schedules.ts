import { momentOf, parseScalingCron, wallTime } from "../../../../../lib/formats";

/** A scaling schedule, in the form of the provider. */
export interface ScalingSchedule {
    name: string;
    schedule: string;
    durationSec: number;
    minRequiredReplicas: number;
    /** @default "UTC" */
    timeZone?: string;
    disabled?: boolean;
}

/** A time in which a schedule is active, in milliseconds, without its end. */
interface Active {
    start: number;
    end: number;
}

const day = 86_400_000;

/** The date in a time zone, as its midnight in UTC. */
function dateOf(timeZone: string, moment: number): number {
    const { year, month, day } = wallTime(timeZone, moment);
    return Date.UTC(year, month - 1, day);
}

/**
 * The times in which a schedule is active and that overlap with a period. A start at a time that clocks skip is an hour later, and one at
 * a time that comes twice is the first; each lasts the whole duration:
 * https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#daylight_saving_time
 */
export function activeTimes(schedule: ScalingSchedule, from: number, to: number): Active[] {
    const cron = parseScalingCron(schedule.schedule);
    if (schedule.disabled || "problem" in cron) {
        return [];
    }
    const { timeZone = "UTC", durationSec } = schedule;
    const duration = durationSec * 1000;
    const active: Active[] = [];
    const last = dateOf(timeZone, to);
    for (let date = dateOf(timeZone, from - duration) - day; date <= last; date += day) {
        const { year, month, day: dayOfMonth } = wallTime("UTC", date);
        const weekday = new Date(date).getUTCDay();
        const inMonth = cron.daysOfMonth.includes(dayOfMonth);
        const inWeek = cron.daysOfWeek.some((each) => each % 7 === weekday);
        // "When you specify both, the schedule uses the union": https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#syntax
        const matches = cron.anyDayOfMonth || cron.anyDayOfWeek ? inMonth && inWeek : inMonth || inWeek;
        if (!matches || !cron.months.includes(month) || !(cron.years?.includes(year) ?? true)) {
            continue;
        }
        for (const hour of new Set(cron.hours)) {
            for (const minute of new Set(cron.minutes)) {
                const start = momentOf(timeZone, { year, month, day: dayOfMonth, hour, minute });
                active.push({ start, end: start + duration });
            }
        }
    }
    return active.filter(({ start, end }) => end > from && start <= to).sort((one, other) => one.start - other.start);
}

/** What the schedules of an autoscaler require in a period. */
export class Schedules {
    private readonly all: { name: string; minimum: number; times: Active[] }[];

    constructor(schedules: readonly ScalingSchedule[], from: number, to: number) {
        this.all = schedules.map((schedule) => ({
            name: schedule.name,
            minimum: schedule.minRequiredReplicas,
            times: activeTimes(schedule, from, to),
        }));
    }

    /** The names of the active ones. */
    activeAt(moment: number): string[] {
        return this.at(moment).map(({ name }) => name);
    }

    /**
     * "The autoscaler uses the greatest number of required VM instances from all active scaling schedules":
     * https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#overlapping_schedules
     */
    minimumAt(moment: number): number {
        return Math.max(0, ...this.at(moment).map(({ minimum }) => minimum));
    }

    private at(moment: number) {
        return this.all.filter(({ times }) => times.some(({ start, end }) => start <= moment && moment < end));
    }
}
