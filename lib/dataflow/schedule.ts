import type { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { AccountReference, AnyServiceAccount } from "../iam/serviceAccount";
import { type Capability, use } from "../internal/access/capability";
import { capability } from "../internal/access/roles";
import { alertsOfRuns } from "../monitoring/alerts/componentAlerts";
import type { Schedule } from "../scheduler";
import { cronOptions } from "../scheduler/job";
import type { DataflowJobInputs } from "./admin/jobInputs";
import type { ResolvedArgs } from "./dataflowJobArgs";
import type { DataflowRunArgs } from "./dynamic";

/** Cloud Scheduler launches the jobs. Its account may create jobs of Dataflow, and let them run as their account. */
export function createSchedule(
    component: string,
    resolved: ResolvedArgs,
    inputs: DataflowRunArgs,
    workers: AccountReference,
    environment: Environment,
    options: { parent: pulumi.ComponentResource; dependsOn: pulumi.Resource[] },
): Schedule | undefined {
    const { schedule, name: job, region, alerts, transform = {} } = resolved;
    if (schedule === undefined) {
        return undefined;
    }
    const request = scheduledRequest(inputs);
    const workflow: typeof import("../scheduler/schedule") = require("../scheduler/schedule");
    const url = request.apply(({ path, query }) => {
        const parameters = new URLSearchParams(query).toString();
        return `https://dataflow.googleapis.com/v1b3/${path}${parameters && `?${parameters}`}`;
    });
    const made = new workflow.Schedule(
        `${component}-schedule`,
        {
            ...cronOptions(schedule),
            name: `${job}-schedule`,
            region,
            call: {
                url,
                scope: "https://www.googleapis.com/auth/cloud-platform",
                headers: { "Content-Type": "application/json" },
                body: request.apply(({ body }) => JSON.stringify(body)),
            },
            alerts: alertsOfRuns(alerts),
            transform: { job: transform.schedule, account: transform.scheduleAccount },
        },
        options,
    );
    // A call of an address of Google sends a token, for which there is an account.
    const caller = made.account as Account;
    use(
        `${component}-schedule`,
        {
            JOBS: environment.role("roles/dataflow.developer"),
            ACCOUNT: runAs(component, workers, resolved.account),
        },
        caller.member,
        { parent: options.parent },
    );
    return made;
}

/** Grants letting jobs run as their account. */
function runAs(component: string, { name, email }: AccountReference, shared?: AnyServiceAccount): Capability {
    const on = { serviceAccountId: name };
    return shared?.user ?? capability(`${component}-dataflow`, "roles/iam.serviceAccountUser", IAMMember, on, email);
}

/** The request with which Cloud Scheduler launches a batch job. */
const scheduledRequest = (inputs: DataflowRunArgs) =>
    pulumi.output(inputs as pulumi.Input<DataflowJobInputs>).apply((known) => {
        // Loaded when it is needed: it takes longer than a preview may.
        const { contentOf, launchOf }: typeof import("./admin/dataflowApi") = require("./admin/dataflowApi");
        return launchOf(known, `${known.name}-scheduled`, contentOf(known), false);
    });
