import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { Account, AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import type { Workflow } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { AccountReference, AnyServiceAccount } from "../iam/serviceAccount";
import { type Capability, use } from "../internal/access/capability";
import { capability } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import type { Transform } from "../internal/engine/children";
import type { ComponentAlerts } from "../monitoring/alerts/componentAlerts";
import type { Schedule } from "../scheduler";
import { type CronSchedule, cronOptions } from "../scheduler/job";
import { executionsUrl, grantInvoker } from "../workflows/call";
import { createWatchedRun, type WatchedRun } from "./watchedRun";

/** Jobs that Cloud Scheduler creates. */
export interface ScheduledJobs {
    /** The name of the jobs. */
    name: string;
    schedule: pulumi.Input<string> | CronSchedule;
    location: pulumi.Input<string>;
    /** The collection of the API: `customJobs`. */
    collection: string;
    /** The request that creates a job. */
    body: pulumi.Input<string>;
    /** Grants letting jobs run as their account; undefined if they run as one of Google's. */
    runAs?: Capability;
    /** Alerts of jobs that fail, and of calls. */
    alerts?: ComponentAlerts<"failedRuns">;
    transform?: WatchedRun["transform"] & { schedule?: Transform<JobArgs>; scheduleAccount?: Transform<AccountArgs> };
}

/** A schedule, and the workflow that it starts if jobs have alerts. */
export interface ScheduledRuns {
    schedule: Schedule;
    workflow?: Workflow;
}

/**
 * Cloud Scheduler creates the jobs, or starts a workflow that does and waits for their end, if they have alerts. The account of one or the
 * other may create jobs of Vertex AI, and let them run as their account.
 */
export function jobSchedule(
    component: string,
    jobs: ScheduledJobs,
    environment: Environment,
    parent: pulumi.ComponentResource,
): ScheduledRuns {
    const { name, schedule, location, collection, body, runAs, alerts, transform = {} } = jobs;
    const { project } = environment;
    // Loaded when it is needed, as other fields do.
    const workflow: typeof import("../scheduler/schedule") = require("../scheduler/schedule");
    const url = pulumi.interpolate`https://${location}-aiplatform.googleapis.com/v1/projects/${project}/locations/${location}/${collection}`;
    const watched =
        alerts && createWatchedRun(component, { name, location, url, runAs, transform }, environment, parent);
    const made = new workflow.Schedule(
        `${component}-schedule`,
        {
            ...cronOptions(schedule),
            name: `${name}-schedule`,
            region: location,
            call: {
                url: watched ? executionsUrl(watched) : url,
                scope: "https://www.googleapis.com/auth/cloud-platform",
                headers: { "Content-Type": "application/json" },
                body: watched ? pulumi.output(body).apply((argument) => JSON.stringify({ argument })) : body,
            },
            alerts,
            transform: { job: transform.schedule, account: transform.scheduleAccount },
        },
        { parent },
    );
    const { member } = made.account as Account;
    if (watched) {
        grantInvoker(`${component}-schedule-invoker`, watched, member, { parent });
    } else {
        const needed = {
            JOBS: environment.role("roles/aiplatform.user"),
            ...(runAs && { ACCOUNT: runAs }),
        };
        use(`${component}-schedule`, needed, member, { parent });
    }
    return { schedule: made, workflow: watched };
}

/** Only a schedule needs alerts of failed jobs: a deployment fails with its own jobs. */
export const alertsProblem = (args: { alerts?: unknown; schedule?: unknown }): check.Problem | undefined =>
    check.when(
        args.alerts !== undefined && args.schedule === undefined,
        "alerts",
        "vertex/alerts-without-schedule",
        "only reports jobs of a schedule, because a deployment fails with the jobs that it starts. Set schedule, or remove it.",
    );

/** Grants letting jobs run as an account. @param part what the account does, after the component's name: `train` */
export function runAs(
    component: string,
    part: string,
    { name: serviceAccountId, email }: AccountReference,
    shared?: AnyServiceAccount,
): Capability {
    return (
        shared?.user ??
        capability(`${component}-${part}`, "roles/iam.serviceAccountUser", IAMMember, { serviceAccountId }, email)
    );
}
