import { Job } from "@pulumi/gcp/cloudscheduler/job";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { timeZone, cron as unixCron } from "../../internal/cron";
import { type Duration, duration, inSeconds } from "../../internal/duration";
import { fitted } from "../../internal/names";
import {
    base64,
    body,
    clearHeader,
    description,
    headers,
    headersOf,
    path,
    retry,
    retryConfig,
    retryProblem,
    type ScheduleRetry,
} from "../../internal/scheduler";
import { serviceProblem } from "../service/known";
import { isInWords, words } from "./words";

/**
 * A request that Cloud Scheduler sends to a service, with the header `X-CloudScheduler: true` ("AppEngineHttpTarget"). There is no
 * API for the jobs of `cron.yaml`, whose requests have the header `X-Appengine-Cron: true`.
 */
export interface CronJob {
    /**
     * When: in the unix-cron format, as `"0 3 * * MON-FRI"` ("Cron job format and time zone"), or in App Engine's own words, as
     * `"every 24 hours"`, `"every 5 minutes from 10:00 to 14:00"` or `"1st,third monday of month 15:30"` ("Cron job schedule
     * format"). An interval begins when the request before it has ended, unless it is `synchronized`.
     */
    schedule: string;
    /**
     * The time zone of `schedule`, by its name in the tz database: `"Europe/Berlin"`. Where clocks change, a time may come twice or
     * not at all.
     * @default "Etc/UTC"
     */
    timeZone?: string;
    /** The path of the request, with what may follow it, starting with `/`: up to 2,083 characters ("AppEngineHttpTarget"). */
    path: string;
    /**
     * The method of the request.
     * @default "GET", as with `cron.yaml`
     */
    method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
    /**
     * The body, for POST and PUT alone: a text, or an object, which is sent as JSON with that type of content.
     * @default none
     */
    body?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Headers beside those that Cloud Scheduler sets. One that authenticates takes a secret output only.
     * @default none
     */
    headers?: Record<string, pulumi.Input<string>>;
    /**
     * The service that is called.
     * @default "default"
     */
    service?: string;
    /**
     * The version that is called. For a version that stays, as one of `gcloud app deploy`.
     * @default whichever has the service's traffic
     */
    version?: string;
    /**
     * How a request that failed is made again.
     * @default it is not made again; the next is the schedule's next
     */
    retry?: ScheduleRetry;
    /**
     * How long an answer may take before the attempt has failed: `"15 seconds"` to `"24 hours"` ("Job").
     * @default as long as the service has: 10 minutes in standard with automatic scaling, 24 hours with basic or manual, 60
     * minutes in flexible
     */
    deadline?: Duration;
    /**
     * Whether nothing happens until this is false again.
     * @default false
     */
    paused?: boolean;
    /**
     * What the job is for: 500 characters at most.
     * @default none
     */
    description?: string;
}

/** Checks the jobs of an application. */
export const cron: check.Check = check.record(
    check.matching(/^[A-Za-z0-9_-]{1,100}$/, "the name of a job must have 1 to 100 letters, digits, - and _"),
    check.options<CronJob>(
        {
            schedule: check.either(isInWords, words, unixCron),
            timeZone,
            path: check.pipe(
                path,
                check.refine((given) => String(given).length <= 2083, "must have up to 2083 characters"),
            ),
            method: check.oneOf("GET", "POST", "PUT", "DELETE", "HEAD"),
            body,
            headers,
            service: check.text(),
            version: check.text(),
            retry,
            deadline: duration("15 seconds", "24 hours"),
            paused: check.flag(),
            description,
        },
        "schedule",
        "path",
    ),
);

/** What is wrong with jobs that are right each by itself. */
export function cronProblems(jobs: Record<string, CronJob>, knownServices: string[]): check.Problem[] {
    return Object.entries(jobs).flatMap(([key, job]) => {
        const { method = "GET", headers = {} } = job;
        const found = [
            serviceProblem("service", job.service, knownServices),
            job.retry && retryProblem(job.retry),
            job.body !== undefined && !["POST", "PUT"].includes(method)
                ? { path: "body", reason: `does not go with the method ${method}. Use POST or PUT.` }
                : undefined,
            ...Object.entries(headers).map(([name, value]) => clearHeader(`headers.${name}`, name, value)),
        ];
        return found.flatMap((problem) => (problem ? [{ ...problem, path: `cron.${key}.${problem.path}` }] : []));
    });
}

function target(job: CronJob) {
    const { service, version, method = "GET" } = job;
    return {
        relativeUri: job.path,
        httpMethod: method,
        body: job.body === undefined ? undefined : base64(job.body),
        headers: headersOf(job.headers ?? {}, job.body),
        appEngineRouting: service === undefined && version === undefined ? undefined : { service, version },
    };
}

/**
 * Registers the jobs, by their keys.
 *
 * @param parts the region of the application, where its jobs must be, and what must be there first: the services
 */
export function cronJobs(
    component: string,
    jobs: Record<string, CronJob>,
    environment: Environment,
    parts: { region: pulumi.Input<string>; after: pulumi.Resource[] },
    child: Child,
): Record<string, Job> {
    if (Object.keys(jobs).length === 0) {
        return {};
    }
    const dependsOn = [...environment.enable("cloudscheduler.googleapis.com"), ...parts.after];
    const made = Object.entries(jobs).map(([key, job]) => {
        const args = {
            name: fitted(`${component}-${key}`, 500),
            region: parts.region,
            description: job.description,
            schedule: job.schedule,
            timeZone: job.timeZone ?? "Etc/UTC",
            paused: job.paused ?? false,
            attemptDeadline: job.deadline && inSeconds(job.deadline),
            retryConfig: job.retry && retryConfig(job.retry),
            appEngineHttpTarget: target(job),
        };
        return [key, new Job(...child("cron", `${component}-${key}`, args, { dependsOn }))];
    });
    return Object.fromEntries(made);
}
