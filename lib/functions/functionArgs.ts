import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { functionLimits } from "../facts/limits/cloudRun";
import { nameFormats } from "../facts/names";
import { databaseVariableProblems } from "../iam/cloudSql";
import { type ServerlessAttachment, serverlessAttachments } from "../iam/serverless/attachments";
import { type DatabaseWorkload, databaseNetworkProblems, resolveNetwork } from "../iam/serverless/databases";
import { secretFileProblems } from "../iam/serverless/secretFiles";
import { variableProblems } from "../iam/serverless/variables";
import { type ResolvedVpcAccess, type VpcAccess, validateNetwork, vpcAccess } from "../iam/serverless/vpcAccess";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import { attachmentsOf, type Uses, uses, variable } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { cpusOf } from "../internal/arguments/cpus";
import { type Duration, durationWithin } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { region, regionProblem } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import type { Size } from "../internal/arguments/size";
import { type Transform, transforms } from "../internal/engine/children";
import { folder } from "../internal/sources/files";
import { filesOf, type SourceFile } from "../internal/sources/listing";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runServiceSignals } from "../monitoring/signals/serving";
import { type FunctionBuild, functionBuild } from "./build";
import { databaseWay } from "./network";
import { type Cpu, cpu, memory, validateResources } from "./resources";
import { type Runtime, runtime } from "./runtime";
import type { FunctionScaling } from "./scaling";
import { functionScaling, resolveScaling, scalingProblem } from "./scaling";
import { codeProblem, defaultEntryPoint, detectRuntime } from "./source";
import { type Trigger, timeoutProblem, trigger } from "./trigger";

/** The arguments of a {@link ServerlessFunction}. */
export interface ServerlessFunctionArgs extends ComponentArgs, check.InsecureArgs, check.AllowUnlistedArgs {
    /**
     * The folder of the code, relative to the program's working directory. Files listed in its `.gcloudignore`, or without one
     * in its `.gitignore`, are not uploaded.
     */
    source: string;
    /**
     * What calls the function: HTTP requests, messages of a topic, events of a bucket, audit log entries or a schedule.
     * @example
     * ```ts
     * trigger: { bucket: models, retries: true }
     * ```
     */
    trigger: Trigger;
    /**
     * The {@link https://docs.cloud.google.com/functions/docs/runtime-support runtime}: the language and its version. A deprecated or
     * decommissioned runtime logs a warning with the date.
     * @default detected from the source: python313 for `main.py`, nodejs22 for `package.json`, go127 for `go.mod`
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
    account?: check.Short<AnyServiceAccount, string>;
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
    /**
     * The number of instances, 1 to 1000, whatever the load; or its bounds, and the requests that each instance handles.
     * @default by the load, up to the maximum of the environment's defaults
     */
    scaling?: number | FunctionScaling;
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
     * @example
     * ```ts
     * network: { network, egress: "all-traffic" }
     * ```
     */
    network?: VpcAccess;
    /**
     * The {@link https://cloud.google.com/functions/docs/securing/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts code, images
     * and instances, in the function's region.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
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
     * The region of the function. Changing this replaces the function, its source bucket and its image repository.
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

const serverlessFunctionArgs = check.options<ServerlessFunctionArgs>(
    {
        source: folder(),
        trigger,
        runtime,
        entryPoint: check.matching(/^[A-Za-z_][\w.:$\\-]*$/, "must be the name of a function in the code"),
        account: serviceAccount,
        uses: uses(variable, ...serverlessAttachments),
        env: check.record(variable, check.input(check.text())),
        scaling: functionScaling,
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
        build: functionBuild,
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

/** The folders of the code, its packages and its launcher, which a secret volume would hide. */
const codeFolders = /^\/(cnb|layers|pod|workspace)(\/|$)/;

type Optional =
    | keyof ComponentArgs
    | keyof check.AllowUnlistedArgs
    | keyof check.InsecureArgs
    | "account"
    | "alerts"
    | "network"
    | "encryptionKey"
    | "binaryAuthorization"
    | "build"
    | "description"
    | "labels"
    | "transform";

type CheckedArgs = check.Long<ServerlessFunctionArgs>;

/** Validated arguments with their defaults, and the files of the source. */
export interface ResolvedArgs
    extends Required<Omit<CheckedArgs, Optional | "source" | "scaling">>,
        Omit<Pick<CheckedArgs, Optional>, "network"> {
    network?: ResolvedVpcAccess;
    scaling: Required<FunctionScaling>;
    files: readonly SourceFile[];
}

/** The same without the subnet of the network. */
type Completed = Omit<ResolvedArgs, "network"> & Pick<CheckedArgs, "network">;

/** A function in errors, and how it connects to databases. */
export const workloadOf = (component: string): DatabaseWorkload => ({
    title: `ServerlessFunction "${component}"`,
    kind: "function",
    way: databaseWay,
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ServerlessFunctionArgs, environment: Environment): ResolvedArgs {
    const workload = workloadOf(component);
    const withDefaults = check.withDefaults(args, {
        name: shortenName(component, nameFormats.rows.function.max),
        region: environment.region,
        uses: {},
        env: {},
        memory: "512 MiB",
        cpu: 1,
        timeout: "60 seconds",
        runtimeUpdates: "automatic",
    });
    const complete = (checked: check.Long<typeof withDefaults>): Completed => {
        // Like "gcloud functions deploy", which falls back to .gitignore.
        const files = filesOf(checked.source, ".gitignore");
        const runtime = checked.runtime ?? detectRuntime(files) ?? "python313";
        const scaling = resolveScaling(checked.scaling ?? {}, checked.trigger.http !== undefined, environment);
        const entryPoint = checked.entryPoint ?? defaultEntryPoint(component, runtime);
        return { ...checked, files, runtime, entryPoint, scaling };
    };
    const resolved = check.resolved(workload.title, withDefaults, serverlessFunctionArgs, complete, (all, checked) =>
        problems(checked, all, workload, all.region),
    );
    const attached = attachmentsOf(resolved.uses);
    return { ...resolved, network: resolveNetwork(workload, attached, resolved.network, resolved.region) };
}

function problems(
    args: ServerlessFunctionArgs,
    resolved: Completed,
    workload: DatabaseWorkload,
    region: string,
): (check.Problem | undefined)[] {
    const { uses, env, build, encryptionKey, memory, cpu, scaling } = resolved;
    const main = build?.env?.GOOGLE_FUNCTION_SOURCE;
    return [
        codeProblem(args.runtime, { ...resolved, main }),
        validateResources(memory, cpusOf(cpu), scaling.concurrency),
        scalingProblem(scaling),
        timeoutProblem(resolved),
        validateNetwork(workload, args.network, region),
        ...databaseVariableProblems(uses, env, workload.way),
        ...databaseNetworkProblems(workload, attachmentsOf(uses), args.network, region),
        keyRegionProblem("encryptionKey", encryptionKey, region, "the function"),
        regionProblem("build.workerPool", build?.workerPool, region, "the function"),
        ...secretFileProblems(uses, codeFolders),
        ...variableProblems("function", "env", env, uses),
        ...variableProblems("function", "build.env", build?.env ?? {}),
    ];
}
