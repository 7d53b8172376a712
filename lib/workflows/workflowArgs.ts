import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { WorkflowArgs as WorkflowResourceArgs } from "@pulumi/gcp/workflows/workflow";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyIn } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { workflowsLimits } from "../facts/limits/workflows";
import { nameFormats } from "../facts/names";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import type { Uses } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { region as place } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runSignals } from "../monitoring/signals/data";
import { type CronSchedule, cronSchedule } from "../scheduler/job";
import { definition } from "./source";
import { variableChecks, workflowVariableProblems } from "./variables";

/** The arguments of a {@link Workflow}. */
export interface WorkflowArgs extends ComponentArgs, check.InsecureArgs {
    /**
     * The definition, relative to the program's working directory: a YAML or JSON file, or a folder whose YAML files each define some of
     * the workflows. It is a list of steps, or {@link https://cloud.google.com/workflows/docs/reference/syntax workflows} of which one is
     * `main`, with at most {@link https://cloud.google.com/workflows/quotas#resource_limit 128 KB}. Preview checks it.
     */
    source: string;
    /**
     * What the workflow uses, by the environment variable that its steps read: `{ PREDICT: service.invoker }` is the URL in
     * `sys.get_env("PREDICT")`. At most {@link https://cloud.google.com/workflows/quotas#resource_limit 20} variables together with
     * `env`, whose names do not start with `GOOGLE` or `WORKFLOWS`.
     * @default nothing
     */
    uses?: Uses;
    /**
     * Further {@link https://cloud.google.com/workflows/docs/use-environment-variables environment variables}: values of up to 4 KiB.
     * @default none
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * When the workflow runs: a cron expression in UTC, such as `"0 3 * * *"`, or a schedule with its options. An account of its own starts
     * the executions.
     * @default no schedule
     */
    schedule?: pulumi.Input<string> | CronSchedule;
    /**
     * The service account of the executions.
     * @default an account of its own with only the roles of `uses` and of the logs
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * The calls that are {@link https://cloud.google.com/workflows/docs/log-workflow#call-logging logged}. Except for `LOG_NONE`, the
     * account receives `roles/logging.logWriter` on the project, which `sys.log` in steps requires as well.
     * @default "LOG_ERRORS_ONLY"
     */
    callLogLevel?: "LOG_ALL_CALLS" | "LOG_ERRORS_ONLY" | "LOG_NONE";
    /**
     * The {@link https://cloud.google.com/workflows/docs/view-execution-history history} of executions: `EXECUTION_HISTORY_DETAILED` also
     * keeps the variables of each step.
     * @default Google's, EXECUTION_HISTORY_BASIC
     */
    executionHistoryLevel?: "EXECUTION_HISTORY_BASIC" | "EXECUTION_HISTORY_DETAILED";
    /**
     * The {@link https://cloud.google.com/workflows/docs/use-cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the definition and
     * the data of executions, in the same region.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The description of the workflow: at most 1,000 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Labels: at most 64 ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * The name, unique in its project and region: up to 64 letters, digits, `_` and `-`, starting with a letter. Changing this replaces the
     * workflow.
     * @default the component's name
     */
    name?: string;
    /**
     * The region of the workflow. Changing this replaces the workflow.
     * @default the environment's region
     */
    region?: string;
    /**
     * Sends alerts about failed executions to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, failedRuns: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"failedRuns">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        workflow?: Transform<WorkflowResourceArgs>;
        account?: Transform<AccountArgs>;
        schedule?: Transform<JobArgs>;
        scheduleAccount?: Transform<AccountArgs>;
    };
}

const { max } = workflowsLimits.rows.description;

const description = check.pipe(check.text(), check.longest(max));

/** Checks each argument; the key must be in the region of the workflow. */
const workflowArgs = check.builtOnce((region: string) =>
    check.options<WorkflowArgs>(
        {
            source: definition,
            ...variableChecks,
            schedule: cronSchedule,
            account: serviceAccount,
            callLogLevel: check.oneOf("LOG_ALL_CALLS", "LOG_ERRORS_ONLY", "LOG_NONE"),
            executionHistoryLevel: check.oneOf("EXECUTION_HISTORY_BASIC", "EXECUTION_HISTORY_DETAILED"),
            encryptionKey: encryptionKeyIn(region, "the workflow"),
            description: check.input(description),
            labels,
            name: check.nameOf(nameFormats.rows.workflow),
            region: place,
            alerts: componentAlerts(...runSignals),
            transform: transforms("workflow", "account", "schedule", "scheduleAccount"),
            ...check.insecureArgs,
            ...componentArgs,
        },
        "source",
    ),
);

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: WorkflowArgs, { region }: Pick<Environment, "region">) {
    const completed = check.withDefaults(args, {
        name: shortenName(component, nameFormats.rows.workflow.max),
        region,
        uses: {},
        env: {},
        callLogLevel: "LOG_ERRORS_ONLY",
    });
    return check.checked(
        `Workflow "${component}"`,
        completed,
        workflowArgs(String(completed.region)),
        workflowVariableProblems,
    );
}
