import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { dataflowLimits } from "../facts/dataflow";
import { variableProblems } from "../iam/serverless/variables";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import { type Uses, uses } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { type Duration, duration } from "../internal/arguments/duration";
import { labelsBeside } from "../internal/arguments/labels";
import { region } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { diskSize, type Size } from "../internal/arguments/size";
import { type Transform, transforms } from "../internal/engine/children";
import { type NetworkAndSubnet, type NetworkOr, plainNetwork } from "../internal/network/networkOf";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { dataflowSignals } from "../monitoring/signals/data";
import type { Network } from "../network";
import { type CronSchedule, cronSchedule } from "../scheduler/job";
import { type AnyPipeline, type Pipeline, parameterName, pipelineChecks, pipelineProblems } from "./code";
import type { DataflowRunArgs } from "./dynamic";
import { networkProblems } from "./network";
import { type DataflowScaling, dataflowScaling, type ResolvedScaling, resolveScaling, scalingProblem } from "./scaling";
import { templateRow } from "./template";
import { typeProblems } from "./type";

/** The arguments of a {@link DataflowJob}. */
export type DataflowJobArgs = Pipeline &
    ComponentArgs &
    check.InsecureArgs & {
        /**
         * The name of the job: 1 to 50 lower-case letters, digits and hyphens, starting with a letter. Only one active job of a region can
         * have it. Jobs of `"batch"` have a hash of their content behind it. Changing this launches another job, and drains the earlier one.
         * @default the component's name
         */
        name?: string;
        /**
         * Capabilities of other components, by option of the pipeline: `{ models: models.reader }` grants the role to the account of the
         * workers, and starts the pipeline with `--models=acme-dev-models`.
         * @default none
         */
        uses?: Uses;
        /**
         * The region of the job. Changing this launches another job, and drains the earlier one.
         * @default the environment's region
         */
        region?: string;
        /**
         * The {@link https://cloud.google.com/dataflow/docs/guides/configure-worker-vm machine type} of workers: `"n2-standard-4"`.
         * @default Dataflow's own: n1-standard-1 for batch, n1-standard-2 for streaming with Streaming Engine
         */
        machineType?: string;
        /**
         * The number of workers: fixed, or its bounds. Changing this does not restart a streaming job with Streaming Engine.
         * @default by the load, up to the maximum of the environment
         */
        scaling?: number | DataflowScaling;
        /**
         * The boot disk of each worker: at least `"30 GB"`.
         * @default Dataflow's own: 30 GB with Streaming Engine, 25 GB for batch with Dataflow Shuffle, otherwise 250 to 400 GB
         */
        diskSize?: Size;
        /**
         * Gives workers external addresses. Without them, workers reach Google's APIs by Private Google Access of the subnet, and anything
         * else by Cloud NAT.
         * @default false
         */
        publicAddress?: boolean;
        /**
         * Keeps the state of streaming jobs in {@link https://cloud.google.com/dataflow/docs/streaming-engine Streaming Engine} instead of
         * on the workers. Without it, the workers exchange data, for which a {@link Network} gets a firewall rule; a subnet's network must
         * {@link https://cloud.google.com/dataflow/docs/guides/routes-firewall allow TCP 12345 to 12346} between VMs with the tag
         * `dataflow`. A running job cannot change this.
         * @default true
         */
        streamingEngine?: boolean;
        /**
         * Processes each message of a streaming job {@link https://cloud.google.com/dataflow/docs/guides/streaming-modes at least once}
         * instead of exactly once, which is cheaper. It requires Streaming Engine.
         * @default false
         */
        atLeastOnce?: boolean;
        /**
         * {@link https://cloud.google.com/dataflow/docs/reference/service-options Experiments}: `["enable_prime"]`.
         * @default none
         */
        experiments?: string[];
        /**
         * The service account of the launcher and the workers. It gets `roles/dataflow.worker` on the project.
         * @default an account of its own
         */
        account?: check.Short<AnyServiceAccount, string>;
        /**
         * The network of the workers: a {@link Network}, whose first subnet in the region is used, or a subnet.
         * @default the environment's own network, `Network.shared()`
         */
        network?: NetworkOr<NetworkAndSubnet>;
        /**
         * The {@link https://cloud.google.com/dataflow/docs/guides/customer-managed-encryption-keys Cloud KMS key}, a `KmsKey` or its ID,
         * that encrypts the state and the bucket of the job, in the region of the job. A running job cannot change this.
         * @default a Google-managed key
         */
        encryptionKey?: EncryptionKey;
        /**
         * New names of transforms of a streaming job, by their names in the running one: `{ "Parse": "Parse sales" }`. Without them,
         * Dataflow cannot find their state, and refuses to {@link https://cloud.google.com/dataflow/docs/guides/updating-a-pipeline#Mapping update} the job.
         * @default none
         */
        transformNames?: Record<string, string>;
        /**
         * What happens when Dataflow answers that a new version of a streaming job is not compatible with the running one. `"drain"` lets
         * the running job process what it has read, within `drainTimeout`, and launches the new one; windows that are open close early.
         * `"fail"` fails the deployment, and the running job continues.
         * @default "drain"
         */
        onIncompatible?: "drain" | "fail";
        /**
         * The longest wait for a {@link https://cloud.google.com/dataflow/docs/guides/stopping-a-pipeline#drain drain}, also when the
         * component is destroyed: 1 minute to 1 day. A drain that takes longer continues, the deployment fails, and the next one resumes
         * waiting. A job with data is never cancelled.
         * @default "30 minutes"
         */
        drainTimeout?: Duration;
        /**
         * Any text that runs a batch job again when it changes, besides its code and parameters, such as a date or the generation of an
         * object.
         * @default nothing
         */
        runOn?: pulumi.Input<string>[];
        /**
         * When a batch job runs in addition to deployments: a cron expression in UTC, such as `"0 3 * * *"`, or a schedule with its
         * options. A run is skipped while the previous one is running.
         * @default no schedule
         */
        schedule?: pulumi.Input<string> | CronSchedule;
        /**
         * Whether a batch job runs in deployments that change it. Otherwise only `schedule` starts jobs.
         * @default true
         */
        runOnDeploy?: boolean;
        /**
         * Whether a deployment waits for the end of a batch job: `false` waits until it runs, and a duration is the longest wait. The job
         * goes on after the wait, and the next deployment resumes waiting.
         * @default true
         */
        wait?: boolean | Duration;
        /**
         * Labels of the jobs: at most 61, because three are slipway's own. A change applies to the next job.
         * @default the environment's labels
         */
        labels?: Record<string, pulumi.Input<string>>;
        /**
         * Sends alerts about failed jobs and late elements of streaming jobs to the contacts of {@link Alerts}. An object also changes single
         * signals: `{ to: oncall, backlogAge: false }`.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"failedRuns" | "backlogAge">;
        /** Callbacks that edit the arguments of child resources. */
        transform?: {
            job?: Transform<DataflowRunArgs>;
            bucket?: Transform<BucketArgs>;
            firewall?: Transform<FirewallArgs>;
            specification?: Transform<BucketObjectArgs>;
            account?: Transform<AccountArgs>;
            schedule?: Transform<SchedulerJobArgs>;
            scheduleAccount?: Transform<AccountArgs>;
        };
    };

const { disk } = dataflowLimits.rows;

const jobName = /^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$/;

const dataflowJobArgs = check.options<DataflowJobArgs>({
    ...pipelineChecks,
    name: check.matching(
        jobName,
        "must have 1 to 50 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
    ),
    uses: uses(parameterName),
    region,
    machineType: check.matching(/^[a-z0-9]+(-[a-z0-9]+)+$/, "must be a machine type such as n2-standard-4"),
    scaling: dataflowScaling,
    diskSize: diskSize(disk),
    publicAddress: check.flag(),
    streamingEngine: check.flag(),
    atLeastOnce: check.flag(),
    experiments: check.list(check.matching(/^[\w=.:,-]+$/, "must be an experiment such as enable_prime")),
    account: serviceAccount,
    network: plainNetwork,
    encryptionKey,
    transformNames: check.record(check.text(), check.text()),
    onIncompatible: check.oneOf("drain", "fail"),
    drainTimeout: duration("1 minute", "1 day"),
    runOn: check.list(check.input(check.text())),
    schedule: cronSchedule,
    runOnDeploy: check.flag(),
    wait: check.either((value) => typeof value === "boolean", check.flag(), duration("1 second", "365 days")),
    labels: labelsBeside(3),
    alerts: componentAlerts(...dataflowSignals),
    transform: transforms("job", "bucket", "firewall", "specification", "account", "schedule", "scheduleAccount"),
    ...check.insecureArgs,
    ...componentArgs,
});

/** The arguments in any of their shapes. */
type AnyArgs = AnyPipeline & Omit<DataflowJobArgs, keyof AnyPipeline>;

type Defaulted =
    | "name"
    | "type"
    | "uses"
    | "parameters"
    | "region"
    | "streamingEngine"
    | "onIncompatible"
    | "drainTimeout"
    | "runOn"
    | "runOnDeploy"
    | "wait"
    | "transformNames";

/** Validated arguments with their defaults, except for the network. */
export interface ResolvedArgs
    extends Omit<check.Long<AnyArgs>, Defaulted | "scaling">,
        Required<Pick<AnyArgs, Defaulted>>,
        ComponentArgs {
    scaling: ResolvedScaling;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, given: DataflowJobArgs, environment: Environment): ResolvedArgs {
    const any = given as AnyArgs;
    const type = any?.type ?? templateRow(Object(any))?.type ?? "batch";
    const isStreaming = type === "streaming";
    const args = check.withDefaults(any, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"), 50),
        uses: {},
        parameters: {},
        region: environment.region,
        onIncompatible: "drain",
        drainTimeout: "30 minutes",
        runOn: [],
        runOnDeploy: true,
        wait: true,
        transformNames: {},
    });
    return check.resolved(
        `DataflowJob "${component}"`,
        args as typeof args & DataflowJobArgs,
        dataflowJobArgs,
        (checked) =>
            ({
                ...checked,
                type,
                streamingEngine: checked.streamingEngine ?? true,
                scaling: resolveScaling(checked.scaling, isStreaming, environment),
            }) as ResolvedArgs,
        (_, checked) => problems(checked, type, environment),
    );
}

function problems(
    args: check.Long<AnyArgs> & Required<Pick<AnyArgs, "transformNames" | "runOn">>,
    type: "streaming" | "batch",
    environment: Environment,
): (check.Problem | undefined)[] {
    const { region = environment.region, scaling, encryptionKey, parameters = {}, uses = {} } = args;
    return [
        ...pipelineProblems(args),
        ...typeProblems(args, type),
        ...variableProblems("job", "parameters", parameters, uses, secretHint),
        scalingProblem(scaling),
        keyRegionProblem("encryptionKey", encryptionKey, region, "the job"),
        ...networkProblems(args.network, region, environment),
        check.when(
            args.atLeastOnce && args.streamingEngine === false,
            "atLeastOnce",
            "dataflow/at-least-once-without-engine",
            "requires Streaming Engine. Remove streamingEngine.",
        ),
    ];
}

const secretHint = (name: string) =>
    `Store it in a Secret, set uses: { ${name}: thatSecret.role("roles/secretmanager.secretAccessor") } and read the secret in the pipeline, or rename the parameter.`;
