import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import type * as pulumi from "@pulumi/pulumi";
import type { AnyDataset } from "../../bigquery/anyDataset";
import type { AnyTable } from "../../bigquery/table";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { batchPredictionLimits, type InstanceFileFormat, instanceFormats } from "../../facts/vertex/batchPrediction";
import type { ServingGpu } from "../../facts/vertex/servingMachines";
import { anyCapability, type Capability } from "../../iam/capability";
import { encryptionKey } from "../../iam/encryption";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import type { GpuOptions } from "../../internal/gpu";
import { labels } from "../../internal/labels";
import { region } from "../../internal/places";
import { type CronSchedule, cronSchedule } from "../../internal/scheduler";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { runSignals } from "../../monitoring/signals/data";
import type { AnyBucket } from "../../storage";
import { type DataVersion, dataVersions } from "../dataVersion";
import type { BatchPredictionArgs } from "../dynamic";
import { machineChecks } from "../endpoint/machines";
import type { ModelExplanation } from "../model/arguments";
import { type ModelVersion, modelVersion } from "../version";

/** Instances in files of a bucket. */
export interface BatchFiles {
    /** The bucket, in the region of the model or in its multi-region. */
    bucket: AnyBucket;
    /** The files, with `*` for any part of a name: `"orders/*.jsonl"`, or a list. */
    files: string | string[];
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#input_data_requirements format}. `"file-list"`
     * is a text file with the addresses of the files of which each is an instance. Rows of `"csv"` and records of TFRecord files are not
     * divided among replicas: each replica reads whole files.
     * @default by the ending of the files: `.jsonl`, `.csv`, `.tfrecord`, `.tfrecord.gz`, and `.txt` for `"file-list"`
     */
    format?: InstanceFileFormat;
}

/** Instances in the rows of a table. */
export interface BatchTable {
    /**
     * The BigQuery table: a {@link BigQueryTable}, or `bq://acme-dev.sales.orders`. Its dataset is in the region of the model or in its
     * multi-region.
     */
    table: AnyTable | pulumi.Input<string>;
}

/** Predictions in files of JSON Lines. */
export interface PredictionFiles {
    /** The bucket, in the region of the model or in its multi-region. */
    bucket: AnyBucket;
    /**
     * The folder, in which each job creates a folder of its own, `prediction-MODEL-TIME`.
     * @default the name of the component
     */
    folder?: string;
}

/** Predictions in tables. */
export interface PredictionTables {
    /**
     * The BigQuery dataset, in which each job creates tables of its own, `predictions_TIME` and `errors_TIME`. It is in the region of the
     * model or in its multi-region.
     */
    dataset: AnyDataset;
}

/** How instances are built from {@link https://cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#filter_and_transform_input_data the input}. */
export interface BatchInstances {
    /**
     * The format in which the container receives each instance: an object with the field names, or an array of the field values. Only for
     * JSON Lines and BigQuery.
     * @default what a line of JSON Lines is; an array for BigQuery
     */
    type?: "object" | "array";
    /**
     * The only fields that are sent, in the order of the values in an array; only for JSON Lines with objects, BigQuery and TFRecord.
     * @default all
     */
    include?: string[];
    /**
     * Fields that are not sent, instead of `include`. The predictions have them, unless there is a `key`.
     * @default none
     */
    exclude?: string[];
    /**
     * A field that is not sent, and that identifies the instance: each prediction has it as `key`, instead of the instance.
     * @default none: each prediction has its instance
     */
    key?: string;
}

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
     * What predicts again when it changes besides the model: objects, whose generation is compared, the address of an object that exists
     * already, `gs://acme-data/orders.jsonl`, or any other text, such as a date.
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
    account?: AnyServiceAccount;
    /**
     * What the containers may use: `[features.reader]`. The account gets the roles. Variables of a container belong to its model.
     * @default nothing
     */
    uses?: Capability[];
    /**
     * The ID of the {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key} that encrypts the job, in their region; not
     * with BigQuery.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
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

const formats = (Object.keys(instanceFormats.rows) as (keyof typeof instanceFormats.rows)[]).filter(
    (format): format is InstanceFileFormat => format !== "bigquery",
);

const bucket = check.component<AnyBucket>("StorageBucket");

const file = check.matching(
    /^(?!\/|gs:)[^\r\n]*[^/\r\n]$/,
    'must be the path of files in the bucket such as "orders/*.jsonl", without / at its ends',
);

const files = check.options<BatchFiles>(
    {
        bucket,
        files: check.either(
            Array.isArray,
            check.pipe(
                check.list(file),
                check.refine((all) => (all as string[]).length > 0, "must have at least one path"),
            ) as check.Check<string[]>,
            file,
        ),
        format: check.oneOf(...formats),
    },
    "bucket",
    "files",
);

const table = check.options<BatchTable>(
    {
        table: check.either(
            check.isResource,
            check.component<AnyTable>("BigQueryTable"),
            check.input(
                check.matching(
                    /^bq:\/\/[a-z0-9.:-]+\.\w+\.[^.\s]+$/,
                    "must be a BigQueryTable, or a table such as bq://acme-dev.sales.orders",
                ),
            ),
        ),
    },
    "table",
);

const fields = check.pipe(
    check.list(check.matching(/^.+$/, "must be the name of a field")),
    check.refine((all) => (all as string[]).length > 0, "must have at least one field"),
) as check.Check<string[]>;

const anyObject = check.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object in the format of the API",
);

export const vertexBatchPredictionArgs = check.options<VertexBatchPredictionArgs>(
    {
        model: modelVersion,
        region,
        input: check.variant({ bucket: files, table }) as check.AnyCheck,
        output: check.variant({
            bucket: check.options<PredictionFiles>(
                {
                    bucket,
                    folder: check.matching(
                        /^(?!\/)[^\r\n]*[^/\r\n]$/,
                        "must be a folder such as scores, without / at its ends",
                    ),
                },
                "bucket",
            ),
            dataset: check.options<PredictionTables>(
                { dataset: check.component<AnyDataset>("BigQueryDataset") },
                "dataset",
            ),
        }) as check.AnyCheck,
        instances: check.options<BatchInstances>({
            type: check.oneOf("object", "array"),
            include: fields,
            exclude: fields,
            key: check.matching(/^.+$/, "must be the name of a field"),
        }),
        parameters: anyObject,
        machineType: machineChecks.machineType,
        gpu: machineChecks.gpu,
        replicas: check.whole(1, 2_147_483_647, "replicas"),
        batchSize: check.limit(batchPredictionLimits.rows.batchSize),
        explain: check.either(
            (value) => typeof value === "boolean",
            check.flag(),
            check.options<ModelExplanation>({ parameters: anyObject, metadata: anyObject }, "parameters"),
        ),
        containerLogs: check.flag(),
        name: check.matching(/^[a-z0-9_-]{1,63}$/, "must have 1 to 63 lower-case letters, digits, _ and -"),
        runOnDeploy: check.flag(),
        runOn: dataVersions,
        schedule: cronSchedule,
        alerts: componentAlerts(...runSignals),
        wait: check.either((value) => typeof value === "boolean", check.flag(), duration("1 second", "365 days")),
        account: serviceAccount,
        uses: check.list(anyCapability, "must be a list of capabilities") as check.Check<Capability[]>,
        encryptionKey,
        labels: check.pipe(labels, check.atMost({ max: 61, unit: "labels" })),
        transform: transforms("job", "account", "schedule", "scheduleAccount", "workflow", "workflowAccount"),
        ...componentArgs,
    },
    "model",
    "input",
    "output",
);
