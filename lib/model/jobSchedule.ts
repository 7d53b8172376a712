import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { type Capability, capability, use } from "../identity/capability";
import type { AccountReference, AnyServiceAccount } from "../identity/serviceAccount";
import type { Transform } from "../internal/children";
import { type CronSchedule, cronOptions } from "../internal/scheduler";
import type { Schedule } from "../workflow";

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
    transform?: { schedule?: Transform<JobArgs>; scheduleAccount?: Transform<AccountArgs> };
}

/** Cloud Scheduler creates the jobs. Its account may create jobs of Vertex AI, and let them run as their account. */
export function jobSchedule(
    component: string,
    { name, schedule, location, collection, body, runAs, transform = {} }: ScheduledJobs,
    environment: Environment,
    parent: pulumi.Resource,
): Schedule {
    const { project } = environment;
    // Loaded when it is needed, as other fields do.
    const workflow: typeof import("../workflow/schedule") = require("../workflow/schedule");
    const { retry, ...options } = cronOptions(schedule);
    const made = new workflow.Schedule(
        `${component}-schedule`,
        {
            ...options,
            ...(retry && { retry }),
            name: `${name}-schedule`,
            call: {
                url: pulumi.interpolate`https://${location}-aiplatform.googleapis.com/v1/projects/${project}/locations/${location}/${collection}`,
                scope: "https://www.googleapis.com/auth/cloud-platform",
                headers: { "Content-Type": "application/json" },
                body,
            },
            transform: { job: transform.schedule, account: transform.scheduleAccount },
        },
        { parent },
    );
    if (made.account) {
        const needed = {
            JOBS: environment.role("roles/aiplatform.user"),
            ...(runAs && { ACCOUNT: runAs }),
        };
        use(`${component}-schedule`, needed, made.account.member, { parent });
    }
    return made;
}

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
