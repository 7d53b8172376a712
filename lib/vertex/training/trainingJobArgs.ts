import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type { AiTensorboard } from "@pulumi/gcp/vertex/aiTensorboard";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/arguments/check";
import { type Duration, duration } from "../../internal/arguments/duration";
import { labelsBeside } from "../../internal/arguments/labels";
import { region, regionProblem } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { type Transform, transforms } from "../../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { runSignals } from "../../monitoring/signals/data";
import { type CronSchedule, cronSchedule } from "../../scheduler/job";
import type { AnyBucket } from "../../storage";
import { type DataVersion, dataVersions, isOfType } from "../dataVersion";
import type { TrainingJobArgs } from "../dynamic";
import { imageProblem } from "../images";
import { alertsProblem } from "../jobSchedule";
import { attachmentOf, type VertexNetwork, vertexNetwork } from "../network";
import { type AnyCode, codeChecks, codeProblems, type TrainingCode, texts } from "./code";
import { machineChecks, machineProblems, type TrainingMachines } from "./machines";
import { poolChecks, poolProblems, type ResolvedPool, resolvePools, type TrainingPools } from "./pools";
import { schedulingChecks, schedulingDefaults, schedulingProblems, type TrainingScheduling } from "./scheduling";
import { type Tuning, tuning, tuningProblems } from "./tuning";
import { type TrainingVariables, trainingVariableProblems, variableChecks } from "./variables";

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
         * Data that starts the training again when it changes, besides the code, its arguments and its variables: objects, whose generation
         * is compared, the address of an object that exists already, `gs://acme-data/sales.csv`, or any other text, such as a date.
         * @default nothing
         */
        runOn?: DataVersion[];
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
        account?: check.Short<AnyServiceAccount, string>;
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
         * The {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the disks,
         * in the same region.
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
            job?: Transform<TrainingJobArgs>;
            package?: Transform<BucketObjectArgs>;
            account?: Transform<AccountArgs>;
            schedule?: Transform<SchedulerJobArgs>;
            scheduleAccount?: Transform<AccountArgs>;
            workflow?: Transform<WorkflowArgs>;
            workflowAccount?: Transform<AccountArgs>;
        };
    } & TrainingVariables &
    TrainingPools &
    TrainingScheduling;

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

const vertexTrainingJobArgs = check.options<VertexTrainingJobArgs>(
    {
        ...codeChecks,
        ...machineChecks,
        output: check.component<AnyBucket>("StorageBucket"),
        name: check.matching(/^[a-z0-9_-]{1,63}$/, "must have 1 to 63 lower-case letters, digits, _ and -"),
        args: texts,
        ...variableChecks,
        runOn: dataVersions,
        ...poolChecks,
        ...schedulingChecks,
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
        labels: labelsBeside(3),
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

type Defaulted = "name" | "region" | "uses" | "env" | "runOn" | "strategy" | "timeout" | "wait" | "webAccess";

/** The arguments in any of their shapes. */
type AnyArgs = AnyCode & Omit<VertexTrainingJobArgs, keyof AnyCode>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<check.Long<AnyArgs>, Defaulted | keyof TrainingMachines | "replicas" | "pools">,
        Required<Pick<AnyArgs, Defaulted>>,
        ComponentArgs {
    /** The worker pools in the order of the API: the first machine, workers, parameter servers, evaluators. */
    pools: (ResolvedPool | undefined)[];
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, given: VertexTrainingJobArgs, environment: Environment): ResolvedArgs {
    const args = check.withDefaults(given as AnyArgs, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-"), 63),
        region: environment.region,
        uses: {},
        env: {},
        runOn: [],
        ...schedulingDefaults,
        wait: true,
        webAccess: false,
    });
    return check.resolved(
        `VertexTrainingJob "${component}"`,
        args as typeof args & VertexTrainingJobArgs,
        vertexTrainingJobArgs,
        (checked) => ({ ...checked, pools: resolvePools(checked) }) as ResolvedArgs,
        (_, checked) => problems(checked, environment),
    );
}

function problems(args: check.Long<AnyArgs> & Pick<ResolvedArgs, Defaulted>, environment: Environment) {
    const { region } = args;
    return [
        ...codeProblems(args),
        imageProblem("image", args.image, environment),
        ...Object.entries(args.pools ?? {}).map(([key, pool]) =>
            imageProblem(`pools.${key}.image`, pool?.image, environment),
        ),
        ...machineProblems("", args, region),
        ...poolProblems(args, region),
        ...schedulingProblems(args),
        ...trainingVariableProblems(args),
        ...tuningProblems(args.tuning),
        keyRegionProblem("encryptionKey", args.encryptionKey, region, "the job"),
        regionProblem("network.attachment", attachmentOf(args.network), region, "the job"),
        regionProblem("tensorboard", args.tensorboard, region, "the job"),
        alertsProblem(args),
    ];
}
