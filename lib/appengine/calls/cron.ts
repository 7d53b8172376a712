import { Job } from "@pulumi/gcp/cloudscheduler/job";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { cloudSchedulerLimits } from "../../facts/limits/cloudScheduler";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../../internal/arguments/duration";
import { shortenName } from "../../internal/arguments/names";
import type { Child } from "../../internal/engine/children";
import {
    base64,
    body,
    type CronSchedule,
    cronChecks,
    description,
    headers,
    headersOf,
    path,
    plainCredentialProblem,
    retryConfig,
} from "../../scheduler/job";
import { unknownServiceProblem } from "../serviceNames";

/**
 * A {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#AppEngineHttpTarget Cloud
 * Scheduler job} that sends a request to a service, with the header `X-CloudScheduler: true`. The jobs of `cron.yaml`, whose
 * requests have the header `X-Appengine-Cron: true`, have no API.
 */
export interface CronJob extends CronSchedule {
    /**
     * The path and query of the request, starting with `/`: at most {@link
     * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#AppEngineHttpTarget 2,083
     * characters}.
     */
    path: string;
    /**
     * The HTTP method.
     * @default "GET", as in `cron.yaml`
     */
    method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
    /**
     * The body, only for POST and PUT: a string, or an object that is sent as JSON with the matching content type.
     * @default none
     */
    body?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Headers in addition to the headers of Cloud Scheduler. A header that authenticates must be a secret output.
     * @default none
     */
    headers?: Record<string, pulumi.Input<string>>;
    /**
     * The service that receives the request.
     * @default "default"
     */
    service?: string;
    /**
     * The version that receives the request. Use it only for versions that are kept, such as versions of `gcloud app deploy`.
     * @default the versions with the service's traffic
     */
    version?: string;
    /**
     * The time limit of an attempt: `"15 seconds"` to
     * {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs `"24 hours"`}.
     * @default the service's own: 10 minutes in standard with automatic scaling, 24 hours with basic or manual scaling, 60
     * minutes in flexible
     */
    timeout?: Duration;
    /**
     * A description: at most 500 characters.
     * @default none
     */
    description?: string;
}

const limits = cloudSchedulerLimits.rows;

/** Checks each job. */
export const cron = check.record(
    check.matching(/^[A-Za-z0-9_-]{1,100}$/, "the name of a job must have 1 to 100 letters, digits, - and _"),
    check.options<CronJob>(
        {
            ...cronChecks,
            path: check.pipe(path, check.longest(limits.url.max)),
            method: check.oneOf("GET", "POST", "PUT", "DELETE", "HEAD"),
            body,
            headers,
            service: check.text(),
            version: check.text(),
            timeout: durationWithin(limits.appEngineDeadline),
            description,
        },
        "cron",
        "path",
    ),
);

/** Checks combinations of options, and that the services exist. */
export function cronProblems(jobs: Record<string, CronJob>, knownServices: string[]): check.Problem[] {
    return Object.entries(jobs).flatMap(([key, job]) => {
        const { method = "GET", headers = {} } = job;
        const problems = [
            unknownServiceProblem("service", job.service, knownServices),
            check.when(
                job.body !== undefined && !["POST", "PUT"].includes(method),
                "body",
                "appengine/body-with-method",
                `cannot be combined with the method ${method}. Use POST or PUT.`,
            ),
            ...Object.entries(headers).map(([name, value]) => plainCredentialProblem(`headers.${name}`, name, value)),
        ];
        return problems.flatMap((problem) => (problem ? [{ ...problem, path: `cron.${key}.${problem.path}` }] : []));
    });
}

function httpTarget(job: CronJob) {
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
 * Registers the jobs, by key.
 * @param parts the application's region, which is also the region of its jobs, and the resources to wait for: the services
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
    const registered = Object.entries(jobs).map(([key, job]) => {
        const args = {
            name: shortenName(`${component}-${key}`, 500),
            region: parts.region,
            description: job.description,
            schedule: job.cron,
            timeZone: job.timeZone ?? "Etc/UTC",
            paused: job.paused ?? false,
            attemptDeadline: job.timeout && inSeconds(job.timeout),
            retryConfig: retryConfig(job.retries),
            appEngineHttpTarget: httpTarget(job),
        };
        return [key, new Job(...child("cron", `${component}-${key}`, args, { dependsOn }))];
    });
    return Object.fromEntries(registered);
}
