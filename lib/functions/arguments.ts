import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { cloudRunLimits, functionLimits } from "../facts/limits/cloudRun";
import { nameFormats } from "../facts/names";
import { type Uses, uses, variable, variableOf } from "../iam/capability";
import { encryptionKey } from "../iam/encryption";
import { type ServerlessAttachment, serverlessAttachments } from "../iam/serverless/attachments";
import { type VpcAccess, vpcAccess } from "../iam/serverless/vpcAccess";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, durationWithin } from "../internal/duration";
import { folder } from "../internal/files";
import { labels } from "../internal/labels";
import { region } from "../internal/places";
import type { Size } from "../internal/size";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runServiceSignals } from "../monitoring/signals/serving";
import { type Cpu, cpu, memory } from "./limits";
import { type Runtime, runtime } from "./runtime";
import { type Trigger, trigger } from "./trigger";

/** The number of a function's instances, and the requests that each handles. */
export interface FunctionScaling {
    /**
     * {@link https://cloud.google.com/run/docs/configuring/min-instances Minimum instances}, kept running without requests: 0 to
     * 1000.
     * @default 0; 1 in production for HTTP functions
     */
    min?: number;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/max-instances Maximum instances}: 1 to 1000.
     * @default 3 in development, 10 in staging, 100 in production
     */
    max?: number;
    /**
     * Requests that an instance handles {@link https://cloud.google.com/run/docs/about-concurrency concurrently}: 1 to 1000. More
     * than 1 needs at least one CPU.
     * @default 1
     */
    concurrency?: number;
}

/** How Cloud Build builds the function's image. */
export interface FunctionBuild {
    /**
     * {@link https://cloud.google.com/docs/buildpacks/service-specific-configs Build environment variables}, such as
     * `GOOGLE_FUNCTION_SOURCE`, the file of a Python function that is not in `main.py`.
     * @default none
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * The {@link https://cloud.google.com/build/docs/private-pools/private-pools-overview private pool} of the build,
     * `projects/acme-dev/locations/europe-west1/workerPools/builders`. A pool in another project must grant its use to the
     * {@link https://cloud.google.com/functions/docs/building service agent} of Cloud Functions.
     * @default Cloud Build's default pool
     */
    workerPool?: pulumi.Input<string>;
}

/** The arguments of a {@link ServerlessFunction}. */
export interface ServerlessFunctionArgs extends ComponentArgs, check.InsecureArgs, check.AllowUnlistedArgs {
    /**
     * The folder of the code, relative to the program's working directory. Files listed in its `.gcloudignore`, or without one
     * in its `.gitignore`, are not uploaded.
     */
    source: string;
    /** What calls the function: HTTP requests, messages of a topic, events of a bucket, audit log entries or a schedule. */
    trigger: Trigger;
    /**
     * The {@link https://docs.cloud.google.com/functions/docs/runtime-support runtime}: the language and its version. A deprecated or
     * decommissioned runtime logs a warning with the date.
     * @default detected from the source: python313 for `main.py`, nodejs22 for `package.json`, go125 for `go.mod`
     */
    runtime?: Runtime;
    /**
     * The function or class in the code that handles calls.
     * @default the component's name in the style of the language: `predict-range` is `predict_range` in Python
     */
    entryPoint?: string;
    /**
     * The service account that the code runs as, a {@link ServiceAccount}. Its roles are granted to all that run as it.
     * @default an account of the function's own
     */
    account?: AnyServiceAccount;
    /**
     * Capabilities of other components, by environment variable. The function's service account gets the roles, and each variable
     * identifies the resource. A secret's `reader` sets the variable to the secret's value, its `file` to the path of a file with
     * that value. A database's `client` sets it to a URL, and connects the function to the network of the database.
     * @default none
     */
    uses?: Uses<ServerlessAttachment>;
    /**
     * Environment variables without secrets: plain values are refused for names that end with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /** The number of instances, and the requests that each handles. */
    scaling?: FunctionScaling;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/services/memory-limits Memory} of an instance: 128 MiB to 32 GiB. More
     * than 512 MiB needs 0.583 CPUs, more than 1 GiB one, more than 4 GiB two, more than 8 GiB four, more than 16 GiB six and
     * more than 24 GiB eight.
     * @default "512 MiB"
     */
    memory?: Size;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/services/cpu CPUs} of an instance, as a number or as thousandths:
     * `"500m"` is half a CPU. Less than one, down to `"80m"`, requires a concurrency of 1; four require at least 2 GiB, six and eight 4 GiB.
     * @default 1
     */
    cpu?: Cpu;
    /**
     * {@link https://cloud.google.com/functions/docs/configuring/timeout Timeout} of a call: `"1 second"` to `"60 minutes"` for HTTP, to
     * `"30 minutes"` for a schedule, to `"9 minutes"` for events.
     * @default "60 seconds"
     */
    timeout?: Duration;
    /**
     * The {@link https://cloud.google.com/run/docs/configuring/connecting-vpc VPC network} of the function: a {@link Network}, a
     * subnet or a connector, and which traffic is routed there.
     * @default the network of the databases in `uses`, by its subnet in the function's region; without databases no VPC network
     */
    network?: VpcAccess;
    /**
     * The ID of the {@link https://cloud.google.com/functions/docs/securing/cmek Cloud KMS key} that encrypts code, images and
     * instances, in the function's region.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/binary-authorization/docs/overview Binary Authorization} policy for the image: the
     * project's `default`, or a platform policy such as `projects/acme-dev/platforms/cloudRun/policies/signed`.
     * @default none
     */
    binaryAuthorization?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/functions/docs/securing/execution-environment-security security update policy} of the
     * runtime image: `automatic`, or only when the function is deployed.
     * @default "automatic"
     */
    runtimeUpdates?: "automatic" | "on-deploy";
    /** How Cloud Build builds the function's image. */
    build?: FunctionBuild;
    /**
     * The description of the function.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * The function's name, unique in its project and region: up to 63 lower-case letters, digits and hyphens. Changing this
     * replaces the function.
     * @default the component's name
     */
    name?: string;
    /**
     * The region. Changing this replaces the function, its source bucket and its image repository.
     * @default the environment's region
     */
    region?: string;
    /**
     * Labels of the function, its source bucket and its image repository: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about errors, latency, used memory and the maximum of instances to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, latency: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"errors" | "latency" | "memory" | "instances">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        function?: Transform<FunctionArgs>;
        sourceBucket?: Transform<BucketArgs>;
        archive?: Transform<BucketObjectArgs>;
        repository?: Transform<RepositoryArgs>;
        account?: Transform<AccountArgs>;
        buildAccount?: Transform<AccountArgs>;
        triggerAccount?: Transform<AccountArgs>;
    };
}

const limits = cloudRunLimits.rows;

/**
 * gcloud refuses the others: "is reserved for internal use by GCF deployments".
 * https://github.com/twistedpair/google-cloud-sdk/blob/master/google-cloud-sdk/lib/googlecloudsdk/command_lib/functions/v1/deploy/env_vars_util.py
 */
const buildVariable = variableOf(
    "Cloud Build",
    /^(X_GOOGLE_.*|GOOGLE_ENTRYPOINT|GOOGLE_FUNCTION_TARGET|GOOGLE_RUNTIME|GOOGLE_RUNTIME_VERSION)$/,
);

export const serverlessFunctionArgs = check.options<ServerlessFunctionArgs>(
    {
        source: folder(),
        trigger,
        runtime,
        entryPoint: check.matching(/^[A-Za-z_][\w.:\\-]*$/, "must be the name of a function in the code"),
        account: serviceAccount,
        uses: uses(variable, ...serverlessAttachments),
        env: check.record(variable, check.input(check.text())),
        scaling: check.options<FunctionScaling>({
            min: check.whole(0, limits.instances.max),
            max: check.whole(1, limits.instances.max),
            concurrency: check.whole(limits.concurrency.min, limits.concurrency.max),
        }),
        memory,
        cpu,
        timeout: durationWithin(functionLimits.rows.httpTimeout),
        network: vpcAccess,
        encryptionKey,
        binaryAuthorization: check.input(
            check.matching(
                /^(default|projects\/[^/]+\/platforms\/cloudRun\/policies\/[^/]+)$/,
                "must be default or a policy such as projects/acme-dev/platforms/cloudRun/policies/signed",
            ),
        ),
        runtimeUpdates: check.oneOf("automatic", "on-deploy"),
        build: check.options<FunctionBuild>({
            env: check.record(buildVariable, check.input(check.text())),
            workerPool: check.input(
                check.matching(
                    /^projects\/[^/]+\/locations\/[^/]+\/workerPools\/[^/]+$/,
                    "must be a private pool such as projects/acme-dev/locations/europe-west1/workerPools/builders",
                ),
            ),
        }),
        description: check.input(check.text()),
        // The function's image repository has the same name.
        name: check.nameOf(nameFormats.rows.artifactRegistryRepository),
        region,
        labels,
        alerts: componentAlerts(...runServiceSignals),
        transform: transforms(
            "function",
            "sourceBucket",
            "archive",
            "repository",
            "account",
            "buildAccount",
            "triggerAccount",
        ),
        ...check.allowUnlistedArgs,
        ...check.insecureArgs,
        ...componentArgs,
    },
    "source",
    "trigger",
);
