import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { batchPredictionLimits } from "../../facts/vertex/batchPrediction";
import type { ServingGpu } from "../../facts/vertex/servingMachines";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import { type Capability, capabilities, type Uses } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { type Duration, duration } from "../../internal/arguments/duration";
import type { GpuOptions } from "../../internal/arguments/gpu";
import { labelsBeside } from "../../internal/arguments/labels";
import { region } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { isObject } from "../../internal/arguments/value";
import { type Transform, transforms } from "../../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { runSignals } from "../../monitoring/signals/data";
import { type CronSchedule, cronSchedule } from "../../scheduler/job";
import { type DataVersion, dataVersions } from "../dataVersion";
import type { BatchPredictionArgs } from "../dynamic";
import { machineChecks, machineProblems, type ResolvedMachines, resolveMachines } from "../endpoint/machines";
import { alertsProblem } from "../jobSchedule";
import { anyObject, type ModelExplanation, modelExplanation } from "../model/explanation";
import { knownRegionProblem, type ModelVersion, modelVersion } from "../version";
import { type BatchFiles, type BatchTable, batchInput, inputProblems, type ResolvedInput, resolveInput } from "./input";
import { type BatchInstances, batchInstances } from "./instances";
import { batchOutput, type PredictionFiles, type PredictionTables, type ResolvedOutput, resolveOutput } from "./output";

/** The arguments of a {@link VertexBatchPrediction}. */
export interface VertexBatchPredictionArgs extends ComponentArgs {
    /** The model: a {@link VertexModel}, or the full name of a version, `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    model: ModelVersion | pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region} of the jobs, in which the model is.
     * @default the environment's region
     */
    region?: string;
    /** The instances: files of a bucket, or a table of BigQuery. */
    input: check.OneOf<BatchFiles | BatchTable>;
    /** Where the predictions go: a folder of a bucket, or a dataset of BigQuery. */
    output: check.OneOf<PredictionFiles | PredictionTables>;
    /**
     * How instances are built from the input.
     * @default each line, row, record or file is an instance
     */
    instances?: BatchInstances;
    /**
     * The parameters of the predictions. The container receives them as `parameters` in each request.
     * @default none
     */
    parameters?: Record<string, unknown>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/configure-compute#machine-types machine type}.
     * @default "n1-standard-2"
     */
    machineType?: string;
    /**
     * GPUs of each machine: their type, which must be available in the region, or options. Frameworks without support for GPUs, such as
     * scikit-learn, cannot use them.
     * @default those that the machine type includes
     */
    gpu?: ServingGpu | GpuOptions<ServingGpu>;
    /**
     * The number of machines: at least 1. Vertex AI divides the input among them when the job starts, and does not scale.
     * @default 1
     */
    replicas?: number;
    /**
     * The number of instances of a request to the container: at least 1. A request is repeated, and then fails, after 10 minutes.
     * @default 64
     */
    batchSize?: number;
    /**
     * Adds {@link https://cloud.google.com/vertex-ai/docs/explainable-ai/overview explanations} to the predictions: explanations of the model, or
     * others. They can take thousands of requests for each instance.
     * @default false
     */
    explain?: boolean | ModelExplanation;
    /**
     * Writes the output of the containers to Cloud Logging, which is billed.
     * @default true
     */
    containerLogs?: boolean;
    /**
     * The name in the console: up to 63 lower-case letters, digits, `_` and `-`. Changing this replaces the prediction, which runs again.
     * @default the component's name
     */
    name?: string;
    /**
     * Whether a deployment predicts when something has changed: the version of the model, the input, how instances are built from it, or
     * `runOn`. Otherwise only `schedule` and those who use `runner` start jobs.
     * @default true
     */
    runOnDeploy?: boolean;
    /**
     * Data that starts the prediction again when it changes, besides the model: objects, whose generation is compared, the address of an
     * object that exists already, `gs://acme-data/orders.jsonl`, or any other text, such as a date.
     * @default nothing
     */
    runOn?: DataVersion[];
    /**
     * When predictions run in addition to deployments: a cron expression in UTC, such as `"0 3 * * *"`, or a schedule with its options.
     * @default no schedule
     */
    schedule?: pulumi.Input<string> | CronSchedule;
    /**
     * Alerts when a job of the schedule fails, or cannot be started: `alerts: oncall`. A workflow then starts the jobs and waits for their end.
     * A deployment fails with the jobs that it starts itself.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"failedRuns">;
    /**
     * Whether a deployment waits for the end of the job: `false` does not, and a duration is the longest wait. The job goes on after the
     * wait, and the next deployment resumes waiting.
     * @default true
     */
    wait?: boolean | Duration;
    /**
     * The service account that the containers run as. Vertex AI reads the input and writes the predictions as its service agent.
     * @default an account of its own with `uses`; else one of Google's, which can only read the model
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * What the containers may use: `[features.reader]`. The account gets the roles. Variables of a container belong to its model.
     * @default nothing
     */
    uses?: check.Short<Capability[], Uses>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the job, in
     * their region; not with BigQuery.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * Labels of the jobs: at most 61, because three are slipway's own.
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        job?: Transform<BatchPredictionArgs>;
        account?: Transform<AccountArgs>;
        schedule?: Transform<SchedulerJobArgs>;
        scheduleAccount?: Transform<AccountArgs>;
        workflow?: Transform<WorkflowArgs>;
        workflowAccount?: Transform<AccountArgs>;
    };
}

const vertexBatchPredictionArgs = check.options<VertexBatchPredictionArgs>(
    {
        model: modelVersion,
        region,
        input: batchInput,
        output: batchOutput,
        instances: batchInstances,
        parameters: anyObject,
        machineType: machineChecks.machineType,
        gpu: machineChecks.gpu,
        replicas: check.either(
            isObject,
            check.refused("must be a number, because the machines of a prediction do not scale"),
            check.limit(batchPredictionLimits.rows.replicas),
        ),
        batchSize: check.limit(batchPredictionLimits.rows.batchSize),
        explain: check.either((value) => typeof value === "boolean", check.flag(), modelExplanation),
        containerLogs: check.flag(),
        name: check.matching(/^[a-z0-9_-]{1,63}$/, "must have 1 to 63 lower-case letters, digits, _ and -"),
        runOnDeploy: check.flag(),
        runOn: dataVersions,
        schedule: cronSchedule,
        alerts: componentAlerts(...runSignals),
        wait: check.either((value) => typeof value === "boolean", check.flag(), duration("1 second", "365 days")),
        account: serviceAccount,
        uses: capabilities as check.Check<check.Short<Capability[], Uses>>,
        encryptionKey,
        labels: labelsBeside(3),
        transform: transforms("job", "account", "schedule", "scheduleAccount", "workflow", "workflowAccount"),
        ...componentArgs,
    },
    "model",
    "input",
    "output",
);

type Defaulted = "name" | "region" | "replicas" | "containerLogs" | "runOnDeploy" | "runOn" | "wait" | "uses";

type CheckedArgs = check.Long<VertexBatchPredictionArgs>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<CheckedArgs, Defaulted | "input" | "output" | "machineType" | "gpu">,
        Required<Pick<CheckedArgs, Defaulted>>,
        ResolvedInput {
    output: ResolvedOutput;
    machines: ResolvedMachines;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: VertexBatchPredictionArgs,
    environment: Environment,
): ResolvedArgs {
    const withDefaults = check.withDefaults<VertexBatchPredictionArgs, Defaulted>(args, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-"), 63),
        region: environment.region,
        replicas: 1,
        containerLogs: true,
        runOnDeploy: true,
        runOn: [],
        wait: true,
        uses: [],
    });
    return check.resolved(
        `VertexBatchPrediction "${component}"`,
        withDefaults,
        vertexBatchPredictionArgs,
        ({ input, output, machineType, gpu, ...rest }): ResolvedArgs => ({
            ...rest,
            ...resolveInput(input),
            output: resolveOutput(output, rest.name),
            machines: resolveMachines({ machineType, gpu, scaling: rest.replicas }, environment),
        }),
        problems,
    );
}

function problems(resolved: ResolvedArgs): (check.Problem | undefined)[] {
    const { model, region, machines, runOnDeploy, runOn, wait, encryptionKey } = resolved;
    const ofDeployments = "is only for predictions in deployments. Remove it, or runOnDeploy.";
    return [
        ...inputProblems(resolved),
        knownRegionProblem("model", model, region, "the prediction"),
        ...machineProblems("", machines, region, "replicas"),
        check.when(!runOnDeploy && runOn.length > 0, "runOn", "vertex/batch-run-on-without-deploy", ofDeployments),
        check.when(!runOnDeploy && wait !== true, "wait", "vertex/wait-without-deploy", ofDeployments),
        alertsProblem(resolved),
        keyRegionProblem("encryptionKey", encryptionKey, region, "the prediction"),
        // "Customer-managed encryption key (CMEK) isn't supported with BigQuery as input/output."
        check.when(
            encryptionKey !== undefined && usesBigQuery(resolved),
            "encryptionKey",
            "vertex/key-with-big-query",
            "is not supported with BigQuery as input or output. Remove it, or use buckets.",
        ),
    ];
}

/** Whether the input or the output is in BigQuery. */
export const usesBigQuery = ({ input, output }: ResolvedArgs): boolean => !input.bucket || !output.bucket;
