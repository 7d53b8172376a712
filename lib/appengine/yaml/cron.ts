import type { ScheduleRetries } from "../../scheduler/job";
import type { CronJob } from "../calls/cron";
import { as, number, seconds, span, target, text } from "./readers";
import type { Keys, Value } from "./value";

const retry: Keys = {
    converters: {
        job_retry_limit: as("max", number),
        job_age_limit: as("maxDuration", span),
        min_backoff_seconds: as("minBackoff", seconds),
        max_backoff_seconds: as("maxBackoff", seconds),
        max_doublings: as("maxDoublings", number),
    },
};

/**
 * With only a time limit, App Engine retries as often as the limit allows, whereas Cloud Scheduler stops once both limits are
 * reached.
 */
function retries(value: Value): ScheduleRetries | undefined {
    const { max = 0, ...others } = value.read<ScheduleRetries>(retry);
    return max === 0 && others.maxDuration === undefined ? undefined : { max: Math.max(1, max), ...others };
}

const job: Keys = {
    converters: {
        url: as("path", text),
        schedule: as("cron", (value) => text(value)?.trim().replaceAll(/\s+/g, " ")),
        timezone: as("timeZone", text),
        description: as("description", text),
        target,
        retry_parameters: as("retries", retries),
        attempt_deadline: as("timeout", span),
    },
    required: ["url", "schedule"],
};

/** Derives the name of a job from its path, because the jobs of cron.yaml have no names. */
function nameOf({ path = "" }: Partial<CronJob>, taken: string[]): string {
    const name =
        path
            .replace(/[?#].*$/, "")
            .replaceAll(/[^A-Za-z0-9]+/g, "-")
            .replaceAll(/^-|-$/g, "")
            .slice(0, 90) || "root";
    // One name more than there are taken ones.
    const names = [name, ...taken.map((_, index) => `${name}-${index + 2}`)];
    return names.find((one) => !taken.includes(one)) as string;
}

/** Converts the jobs of a cron.yaml. */
export function cronJobsIn(root: Value): Record<string, CronJob> {
    const jobs: Record<string, CronJob> = {};
    const list = (value: Value) => ({ items: value.list().map((item) => item.read<CronJob>(job)) });
    const { items = [] } = root.read<{ items: CronJob[] }>({ converters: { cron: list }, ignored: ["application"] });
    for (const item of items) {
        jobs[nameOf(item, Object.keys(jobs))] = item;
    }
    return jobs;
}
