import { createHash } from "node:crypto";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import { Workflow as WorkflowResource } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { idOfKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type Artifact, promoted, published } from "../environment/promotion";
import { accountOf } from "../iam/accountOf";
import type { Executable } from "../iam/invoker";
import type { AccountReference } from "../iam/serviceAccount";
import { type Capability, type Uses, use } from "../internal/access/capability";
import type { Child } from "../internal/engine/children";
import { alertsOfRuns } from "../monitoring/alerts/componentAlerts";
import { signalsOfWorkflow } from "../monitoring/signals/data";
import { cronOptions } from "../scheduler/job";
import { Schedule } from "../scheduler/schedule";
import { executionCall, executionsUrl, grantInvoker, invokerRole, prepareWorkflows } from "./call";
import { readSource } from "./source";
import { type ResolvedArgs, resolveArgs, type WorkflowArgs } from "./workflowArgs";

/**
 * A workflow in Google Cloud Workflows: steps that call services and APIs in sequence, started by a schedule or a call. It runs as its own
 * service account with only the granted roles. Protected from deletion in production.
 * @example
 * ```ts
 * const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
 * new Workflow("nightly", {
 *     source: "./workflows/nightly.yaml",
 *     uses: { PREDICT: predict.invoker },
 *     schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" },
 * });
 * ```
 */
export class Workflow extends pulumi.ComponentResource implements Executable {
    /** The workflow itself. */
    readonly workflow: WorkflowResource;
    /** The service account of the executions. */
    readonly account: AccountReference;
    /** The schedule that starts the workflow, if it has one. */
    readonly schedule?: Schedule;
    /** The URL of the API method that starts an execution; it accepts access tokens, not ID tokens. */
    readonly executionsUrl: pulumi.Output<string>;
    /**
     * Grants starting executions and reading them; the consumer receives the workflow's path,
     * `projects/acme-dev/locations/europe-west1/workflows/nightly`. Workflows have no policies of their own
     * ({@link https://cloud.google.com/workflows/docs/access-control access control}): the role is granted on the project, and applies to
     * all of its workflows.
     */
    readonly invoker: Capability;

    constructor(name: string, args: WorkflowArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:Workflow", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, observe } = component(this, name, resolved, {
            dependsOn: prepareWorkflows(environment),
            encryptedBy: ["workflows.googleapis.com"],
        });
        const does = `Runs the workflow ${resolved.name}`;
        this.account = accountOf(name, resolved, child, { part: "run", does });
        this.workflow = this.createWorkflow(name, resolved, child, environment);
        this.executionsUrl = executionsUrl(this.workflow);
        this.invoker = { ...environment.role(invokerRole), value: this.workflow.id };
        this.schedule = this.createSchedule(name, resolved);
        observe("Processing", signalsOfWorkflow(resolved.name, resolved.region), args.alerts);
        this.registerOutputs({ workflow: this.workflow });
    }

    private createWorkflow(
        name: string,
        resolved: ResolvedArgs,
        child: Child,
        environment: Environment,
    ): WorkflowResource {
        const { project, defaults } = environment;
        const { account, region } = resolved;
        const { grants, env: used } = use(
            name,
            withLogs(resolved, environment),
            this.account.member,
            { parent: this },
            account,
        );
        const variables = { ...used, ...resolved.env };
        const source = readSource(resolved.source);
        const artifact: Artifact = {
            type: "Workflow",
            component: name,
            path: "source",
            kind: "archive",
            digest: `sha256:${createHash("sha256").update(source).digest("hex")}`,
        };
        const workflow = new WorkflowResource(
            ...child(
                "workflow",
                name,
                {
                    name: resolved.name,
                    project,
                    region,
                    description: resolved.description,
                    labels: resolved.labels,
                    serviceAccount: this.account.name,
                    sourceContents: promoted(environment, artifact).apply(() => source),
                    userEnvVars: Object.keys(variables).length > 0 ? variables : undefined,
                    callLogLevel: resolved.callLogLevel,
                    executionHistoryLevel: resolved.executionHistoryLevel,
                    cryptoKeyName: idOfKey(resolved.encryptionKey),
                    deletionProtection: defaults.protect,
                },
                { dependsOn: grants, protect: defaults.protect },
            ),
        );
        published(environment, artifact, this, [workflow]);
        return workflow;
    }

    private createSchedule(
        name: string,
        { name: workflow, region, schedule: cron, alerts, transform = {} }: ResolvedArgs,
    ): Schedule | undefined {
        if (cron === undefined) {
            return undefined;
        }
        const args = {
            ...cronOptions(cron),
            name: `${workflow}-schedule`,
            region,
            call: executionCall(this.executionsUrl),
            alerts: alertsOfRuns(alerts),
            transform: { job: transform.schedule, account: transform.scheduleAccount },
        };
        const schedule = new Schedule(`${name}-schedule`, args, { parent: this });
        const { member } = schedule.account as Account;
        grantInvoker(`${name}-schedule-invoker`, this.workflow, member, { parent: this });
        return schedule;
    }
}

/** What the account is granted: `uses`, and the role to write logs under a name that no variable has. */
function withLogs({ uses, callLogLevel }: ResolvedArgs, environment: Environment): Uses {
    return callLogLevel === "LOG_NONE"
        ? uses
        : { ...uses, "log-writer": { grants: environment.role("roles/logging.logWriter").grants, attachments: [] } };
}
