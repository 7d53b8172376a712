import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type { AiTensorboard } from "@pulumi/gcp/vertex/aiTensorboard";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { allTrainingMachines, type TrainingGpu, trainingGpus, trainingLimits } from "../../facts/vertex/training";
import { type Uses, uses, variableOf } from "../../iam/capability";
import { encryptionKey } from "../../iam/encryption";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import { folder } from "../../internal/files";
import { type GpuOptions, gpuOr } from "../../internal/gpu";
import { cloudRunImage as image } from "../../internal/image";
import { labels } from "../../internal/labels";
import { region } from "../../internal/places";
import { type CronSchedule, cronSchedule } from "../../internal/scheduler";
import { diskSize, type Size } from "../../internal/size";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { runSignals } from "../../monitoring/signals/data";
import type { AnyBucket } from "../../storage";
import { type DataVersion, dataVersions, isOfType } from "../dataVersion";
import type { TrainingJobArgs } from "../dynamic";
import { type VertexNetwork, vertexNetwork } from "../network";
import { type Tuning, tuning } from "./tuning";

/** Code in an image. */
export interface ImageTraining {
    /**
     * The image: a {@link ContainerImage}, or a name with its digest in Artifact Registry or Docker Hub,
     * `europe-west1-docker.pkg.dev/acme-dev/app/train@sha256:…`. The name of one in another project is refused, as Vertex AI's service agent
     * cannot read it: use a {@link ContainerImage} of `ContainerRegistry.existing`, which grants it the role.
     */
    image: ImageSource;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
}

/** Python code that runs in one of Google's {@link https://cloud.google.com/vertex-ai/docs/training/pre-built-containers prebuilt containers}. */
export interface PythonTraining {
    /** The Python module that is run: `"trainer.task"`. */
    module: string;
    /**
     * The prebuilt container: its name with a tag, `"pytorch-gpu.2-4.py310:latest"`, or its whole address,
     * `"us-docker.pkg.dev/vertex-ai/training/pytorch-gpu.2-4.py310:latest"`. A name is read from the nearest of Google's registries.
     */
    container: string;
}

/** Code in a folder. */
export interface SourceTraining extends PythonTraining {
    /**
     * The folder of the code, relative to the program's working directory. It is packed as a Python package, with the requirements of
     * its `requirements.txt` unless it has a `setup.py` or a `pyproject.toml`.
     */
    source: string;
}

/** Code in Python packages that are built already. */
export interface PackageTraining extends PythonTraining {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/training/create-python-pre-built-container source distributions or wheels}: up
     * to 100 files, relative to the program's working directory, or objects such as `gs://acme-packages/trainer-1.2.tar.gz`.
     */
    packages: pulumi.Input<string>[];
}

/** The code of a training job. */
export type TrainingCode = check.OneOf<ImageTraining | SourceTraining | PackageTraining>;

/** The boot disk of each machine. */
export interface TrainingDisk {
    /**
     * The {@link https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute type}.
     * @default "pd-ssd"; on the machine types a3-ultragpu-8g and a4-highgpu-8g "hyperdisk-balanced"
     */
    type?: "pd-ssd" | "pd-standard" | "hyperdisk-balanced";
    /**
     * The size: `"100 GB"` to `"64000 GB"`.
     * @default "100 GB"
     */
    size?: Size;
}

/** Machines of one kind. */
export interface TrainingMachines {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/training/configure-compute#machine-types machine type}.
     * @default "n1-standard-4"; with a GPU the smallest one for it
     */
    machineType?: string;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/training/configure-compute#specifying_gpus GPUs} of each machine: their type, or
     * options. Refused are those that are not
     * {@link https://cloud.google.com/vertex-ai/docs/general/locations#accelerators available for training} in the region.
     * @default those that the machine type includes
     */
    gpu?: TrainingGpu | GpuOptions<TrainingGpu>;
    /**
     * The boot disk of each machine.
     * @default "100 GB"
     */
    disk?: TrainingDisk;
}

/** A further {@link https://cloud.google.com/vertex-ai/docs/training/distributed-training worker pool}. */
export interface TrainingPool extends TrainingMachines {
    /** The number of machines: at least 1. */
    replicas: number;
    /**
     * Another image for these machines, such as the image of a reduction server; only for code in an image.
     * @default the image of the job
     */
    image?: ImageSource;
}

/** The arguments of a {@link VertexTrainingJob}. */
export type VertexTrainingJobArgs = TrainingCode &
    TrainingMachines &
    ComponentArgs &
    check.InsecureArgs & {
        /**
         * The bucket for the results, in the region of the job. Each training writes to a folder of its own there, which the code receives
         * as {@link https://cloud.google.com/vertex-ai/docs/training/code-requirements#environment-variables `AIP_MODEL_DIR`},
         * `AIP_CHECKPOINT_DIR` and `AIP_TENSORBOARD_LOG_DIR`. Packed code is uploaded to it.
         */
        output: AnyBucket;
        /**
         * The name in the console, and the first folder of the results: up to 63 lower-case letters, digits, `_` and `-`. Changing this
         * replaces the job, which trains again.
         * @default the component's name
         */
        name?: string;
        /**
         * The arguments of the command or the module.
         * @default none
         */
        args?: pulumi.Input<string>[];
        /**
         * Capabilities of other components, by environment variable. The service account gets the roles, and each variable identifies the
         * resource.
         * @default none
         */
        uses?: Uses;
        /**
         * Environment variables without secrets: at most 100, with the variables of `uses`. Names of Vertex AI's own, such as names that start with
         * `AIP_`, are refused.
         * @default only the variables of `uses`
         */
        env?: Record<string, pulumi.Input<string>>;
        /**
         * What trains again when it changes, besides the code, its arguments and its variables: objects, whose generation is compared, the
         * address of an object that exists already, `gs://acme-data/sales.csv`, or any other text, such as a date.
         * @default nothing
         */
        runOn?: DataVersion[];
        /**
         * The number of machines of one kind that train together: the first one, and workers.
         * @default 1
         */
        replicas?: number;
        /**
         * Further machines of {@link https://cloud.google.com/vertex-ai/docs/training/distributed-training distributed training}.
         * @default `workers` for `replicas` above 1
         */
        pools?: { workers?: TrainingPool; parameterServers?: TrainingPool; evaluators?: TrainingPool };
        /**
         * How machines are obtained: `"spot"` uses {@link https://cloud.google.com/vertex-ai/docs/training/use-spot-vms Spot VMs}, which
         * Google Cloud may take away, `"flex-start"` waits for GPUs with
         * {@link https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws Dynamic Workload Scheduler}.
         * @default "standard"
         */
        strategy?: "standard" | "spot" | "flex-start";
        /**
         * How long a job with `"flex-start"` waits for its machines; `"0 seconds"` is without limit.
         * @default "1 day"
         */
        maxWait?: Duration;
        /**
         * How long the job may run.
         * @default "7 days"
         */
        timeout?: Duration;
        /**
         * Restarts the whole job when one of its machines is restarted, for code that cannot go on with a new worker.
         * @default false
         */
        restartOnWorkerRestart?: boolean;
        /**
         * Retries a job that stops by an internal error of Vertex AI.
         * @default true
         */
        retries?: boolean;
        /**
         * Whether a deployment waits for the end of the training: `false` does not, and a duration is the longest wait. The job continues
         * after the wait, and the next deployment resumes waiting.
         * @default true
         */
        wait?: boolean | Duration;
        /**
         * Searches for the best {@link https://cloud.google.com/vertex-ai/docs/training/using-hyperparameter-tuning hyperparameters}: runs
         * the training several times, with arguments such as `--learning_rate=0.01`.
         * @default a single training
         */
        tuning?: Tuning;
        /**
         * The service account that the code runs as, a {@link ServiceAccount}.
         * @default an account of its own
         */
        account?: AnyServiceAccount;
        /**
         * The access to a VPC network.
         * @default none: the internet
         */
        network?: VertexNetwork;
        /**
         * The {@link https://cloud.google.com/vertex-ai/docs/experiments/tensorboard-training TensorBoard instance} that shows the logs while
         * the job runs, in the same region: an `AiTensorboard`, or `projects/acme-dev/locations/europe-west1/tensorboards/123`. The
         * service account gets `roles/aiplatform.user` on the project, because instances have no policy of their own.
         * @default none
         */
        tensorboard?: AiTensorboard | pulumi.Input<string>;
        /**
         * Lets users with `roles/aiplatform.user` open an
         * {@link https://cloud.google.com/vertex-ai/docs/training/monitor-debug-interactive-shell interactive shell} in the machines.
         * @default false
         */
        webAccess?: boolean;
        /**
         * When the training runs in addition to deployments: a cron expression in UTC, such as `"0 3 * * MON"`, or a schedule with its
         * options. Its results are always in the folder `scheduled`, where each run replaces the files of the previous run.
         * @default no schedule
         */
        schedule?: pulumi.Input<string> | CronSchedule;
        /**
         * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region} of the job.
         * @default the environment's region
         */
        region?: string;
        /**
         * Alerts when a job of the schedule fails, or cannot be started: `alerts: oncall`. A workflow then starts the jobs and waits for their end.
         * A deployment fails with the jobs that it starts itself.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"failedRuns">;
        /**
         * The ID of the {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key} that encrypts the disks, in the same
         * region.
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
            job?: Transform<TrainingJobArgs>;
            package?: Transform<BucketObjectArgs>;
            account?: Transform<AccountArgs>;
            schedule?: Transform<SchedulerJobArgs>;
            scheduleAccount?: Transform<AccountArgs>;
            workflow?: Transform<WorkflowArgs>;
            workflowAccount?: Transform<AccountArgs>;
        };
    };

const texts = check.list(check.input(check.text()));
const gpuTypes = Object.keys(trainingGpus.rows) as TrainingGpu[];

const machines = {
    machineType: check.known(
        "machine type for training",
        [...allTrainingMachines],
        /^[a-z0-9]+(-[a-z0-9]+)+$/,
        "must be a machine type such as n1-standard-4",
    ),
    gpu: gpuOr(
        check.oneOf(...gpuTypes),
        check.options<GpuOptions<TrainingGpu>>(
            { type: check.oneOf(...gpuTypes), count: check.whole(1, 16, "GPUs") },
            "type",
        ),
    ),
    disk: check.options<TrainingDisk>({
        type: check.oneOf("pd-ssd", "pd-standard", "hyperdisk-balanced"),
        size: diskSize(trainingLimits.rows.bootDisk),
    }),
};

/** {@link https://cloud.google.com/vertex-ai/docs/training/code-requirements#environment-variables Variables} of others than Vertex AI. */
const variable = variableOf("Vertex AI", /^(AIP_.*|CLOUD_ML_.*|CLUSTER_SPEC|TF_CONFIG)$/);

const maxReplicas = 10_000;

const pool = check.options<TrainingPool>({ ...machines, replicas: check.whole(1, maxReplicas), image }, "replicas");

const tensorboard = check.either(
    (value) => pulumi.Resource.isInstance(value),
    check.custom<AiTensorboard>(isOfType("gcp:vertex/aiTensorboard:AiTensorboard"), "must be an AiTensorboard"),
    check.input(
        check.matching(
            /^projects\/[^/]+\/locations\/[^/]+\/tensorboards\/[^/]+$/,
            "must be a TensorBoard instance such as projects/acme-dev/locations/europe-west1/tensorboards/123",
        ),
    ),
);

/** Checks the reference of a prebuilt container: a name, or an address in one of Google's registries. */
const container = check.matching(
    /^((us|europe|asia)-docker\.pkg\.dev\/vertex-ai\/training\/)?[a-z0-9]+([.-][a-z0-9]+)*:[\w.-]+$/,
    'must be a prebuilt container with its tag, such as "pytorch-gpu.2-4.py310:latest"\nFor other containers, use image.',
);

export const vertexTrainingJobArgs = check.options<VertexTrainingJobArgs>(
    {
        image,
        command: texts,
        source: folder(),
        packages: check.pipe(texts, check.atMost(trainingLimits.rows.packages)),
        module: check.matching(
            /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/,
            'must be a Python module such as "trainer.task", without .py',
        ),
        container,
        ...machines,
        output: check.component<AnyBucket>("StorageBucket"),
        name: check.matching(/^[a-z0-9_-]{1,63}$/, "must have 1 to 63 lower-case letters, digits, _ and -"),
        args: texts,
        uses: uses(variable),
        env: check.record(variable, check.input(check.text())),
        runOn: dataVersions,
        replicas: check.whole(1, maxReplicas),
        pools: check.options<NonNullable<VertexTrainingJobArgs["pools"]>>({
            workers: pool,
            parameterServers: pool,
            evaluators: pool,
        }),
        strategy: check.oneOf("standard", "spot", "flex-start"),
        maxWait: duration("0 seconds", "365 days"),
        timeout: duration("1 minute", "365 days"),
        restartOnWorkerRestart: check.flag(),
        retries: check.flag(),
        wait: check.either((value) => typeof value === "boolean", check.flag(), duration("1 second", "365 days")),
        tuning,
        account: serviceAccount,
        network: vertexNetwork,
        tensorboard,
        webAccess: check.flag(),
        schedule: cronSchedule,
        alerts: componentAlerts(...runSignals),
        encryptionKey,
        region,
        labels: check.pipe(labels, check.atMost({ max: 61, unit: "labels" })),
        transform: transforms(
            "job",
            "package",
            "account",
            "schedule",
            "scheduleAccount",
            "workflow",
            "workflowAccount",
        ),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "output",
);
