import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { databases, databaseVariableProblems } from "../iam/cloudSql";
import { type DatabaseWorkload, databaseNetworkProblems, resolveNetwork } from "../iam/serverless/databases";
import {
    type ResolvedVpcAccess,
    type VpcAccess,
    validateNetwork,
    vpcAccess,
    type Workload,
} from "../iam/serverless/vpcAccess";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import { attachmentsOf, type Uses } from "../internal/access/capability";
import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import type { Size } from "../internal/arguments/size";
import type { Transform } from "../internal/engine/children";
import type { ImageCode, SourceCode } from "./code";
import {
    containerChecks,
    containerProblems,
    containersOf,
    type ResolvedContainer,
    type RunAttachment,
    type Sidecar,
    sidecars,
} from "./container";
import { databaseWay } from "./databases";
import type { ContainerHealth } from "./health";
import {
    type ExecutionEnvironment,
    executionEnvironmentProblems,
    gpuRegionProblem,
    type RunCpu,
    type RunGpu,
    resolveGpu,
    sizeWithGpu,
} from "./resources";
import { gen2Volume, type RunVolume, volumeProblems, volumes } from "./volumes";

/** The options that Cloud Run services, jobs and worker pools have in common. */
export interface RunArgs extends TaggedArgs {
    /**
     * The name, unique among the names of its project and region: up to 49 lower-case letters, digits and hyphens. Changing this replaces
     * the resource.
     * @default the component's name
     */
    name?: string;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * The working directory of the code.
     * @default the image's own
     */
    workingDirectory?: pulumi.Input<string>;
    /**
     * The service account that the code runs as, a {@link ServiceAccount}. Its roles are granted to all that run as it.
     * @default an account of its own
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * Capabilities of other components, by environment variable. The service account gets the roles, and each variable identifies the
     * resource. A secret's `reader` sets the variable to the secret's value, its `file` to the path of a file with that value. A
     * database's `client` sets it to a URL: of a socket if the instance has a public address, else of its address in the network.
     * @default none
     * @example
     * ```ts
     * uses: { MODELS: models.reader, SALES: sales.publisher, API_KEY: apiKey.reader }
     * ```
     */
    uses?: Uses<RunAttachment>;
    /**
     * Environment variables without secrets: plain values are refused for names that end with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default only the variables of `uses`
     * @example
     * ```ts
     * env: { LOG_LEVEL: "info" }
     * ```
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/services/cpu CPUs} of the container. Less than one, as `"500m"`, needs a
     * concurrency of 1; four need at least 2 GiB, six and eight 4 GiB.
     * @default 1; with a GPU its minimum
     */
    cpu?: RunCpu;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/services/memory-limits Memory} of the container: 128 MiB to 32 GiB. More than
     * 512 MiB needs half a CPU, more than 1 GiB one, more than 4 GiB two, more than 8 GiB four, more than 16 GiB six and more than
     * 24 GiB eight.
     * @default "512 MiB"; with a GPU its minimum
     */
    memory?: Size;
    /**
     * Containers in addition to the main one, by their names: up to 9.
     * @default none
     * @example
     * ```ts
     * sidecars: { proxy: { image: proxy, memory: "256 MiB" } }
     * ```
     */
    sidecars?: Record<string, Sidecar>;
    /**
     * The sidecars that must have started before the main container.
     * @default none
     */
    startAfter?: string[];
    /**
     * Volumes of the main container by their names: buckets, memory and NFS.
     * @default the volumes of secrets and databases in `uses`
     * @example
     * ```ts
     * volumes: { models: { path: "/models", bucket: models, readOnly: true } }
     * ```
     */
    volumes?: Record<string, RunVolume>;
    /**
     * The {@link https://cloud.google.com/run/docs/configuring/connecting-vpc VPC network}: a {@link Network}, a subnet or a connector,
     * and which traffic is routed there.
     * @default the network of the databases in `uses` with private addresses; without such databases no VPC network
     * @example
     * ```ts
     * network: { network, egress: "all-traffic" }
     * ```
     */
    network?: VpcAccess;
    /**
     * The {@link https://cloud.google.com/run/docs/securing/using-cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the image and
     * the instances, in the same region.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The {@link https://cloud.google.com/binary-authorization/docs/overview Binary Authorization} policy for the images: the
     * project's `default`, or a platform policy such as `projects/acme-dev/platforms/cloudRun/policies/signed`.
     * @default none
     */
    binaryAuthorization?: pulumi.Input<string>;
    /**
     * Labels: at most 64 ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/** The children that all of them may have. */
export interface RunTransforms {
    account?: Transform<AccountArgs>;
}

/** Checks each of {@link RunArgs} but the name. */
export const runChecks = {
    ...containerChecks,
    ...taggedArgs,
    workingDirectory: check.input(check.matching(/^\/\S*$/, "must be an absolute path, such as /app")),
    account: serviceAccount,
    sidecars,
    volumes,
    network: vpcAccess,
    encryptionKey,
    binaryAuthorization: check.input(
        check.matching(
            /^(default|projects\/[^/]+\/platforms\/cloudRun\/policies\/[^/]+)$/,
            "must be default or a policy such as projects/acme-dev/platforms/cloudRun/policies/signed",
        ),
    ),
    labels,
};

const { max: maxDescription } = cloudRunLimits.rows.description;

/** Checks the description of a service or a worker pool. */
export const runDescription = check.input(check.pipe(check.text(), check.longest(maxDescription)));

type Defaulted = "name" | "uses" | "env" | "sidecars" | "startAfter" | "volumes";

/** The arguments that all workloads have, with their defaults. */
export interface ResolvedRunArgs
    extends Omit<check.Long<RunArgs>, Defaulted>,
        Required<Pick<RunArgs, Defaulted>>,
        Pick<ComponentArgs, "crossProject"> {
    /** The main container, then the sidecars. */
    containers: ResolvedContainer[];
}

/** The defaults of arguments that all workloads have. */
export const runDefaults = () => ({ uses: {}, env: {}, sidecars: {}, startAfter: [], volumes: {} });

/** Completes the GPU, the size and the containers of a job or a worker pool. */
export function completeContainers<
    Checked extends Omit<ResolvedRunArgs, "containers"> & { health: ContainerHealth; gpu?: RunGpu["type"] | RunGpu },
>(checked: Checked) {
    const gpu = resolveGpu(checked.gpu);
    const all = { ...sizeWithGpu(gpu), ...(checked as Checked & Partial<ImageCode & SourceCode>), gpu };
    return { ...all, containers: containersOf(all) };
}

/** A workload in errors, and how it connects to databases. */
export function databaseWorkload(workload: Workload, { network }: Pick<RunArgs, "network">): DatabaseWorkload {
    return { ...workload, way: databaseWay(network) };
}

/** What is checked together for all workloads. */
interface Checked {
    args: ResolvedRunArgs;
    regions: readonly string[];
    gpu?: RunGpu;
    executionEnvironment?: ExecutionEnvironment;
    /** Whether it always runs in the second generation execution environment. */
    isGen2?: boolean;
}

/** Checks combinations of the arguments that all workloads have. */
export function runProblems(
    workload: DatabaseWorkload,
    { args, regions, gpu, executionEnvironment, isGen2 }: Checked,
): (Problem | undefined)[] {
    const { containers, network, volumes, encryptionKey } = args;
    const [main] = containers as [ResolvedContainer];
    const attached = attachmentsOfAll(containers);
    const hasNetwork =
        network !== undefined || databases(attached).some(({ attachment }) => workload.way(attachment).network);
    return [
        ...containerProblems(workload.kind, containers, volumes),
        ...volumeProblems(volumes, hasNetwork),
        ...executionEnvironmentProblems({
            ...main,
            gpu,
            executionEnvironment,
            gen2For: isGen2 ? `a ${workload.kind}` : gen2Volume(volumes),
        }),
        ...containers.flatMap(({ at, uses, env }) =>
            databaseVariableProblems(uses, env, workload.way).map((each) => ({ ...each, path: `${at}${each.path}` })),
        ),
        ...regions.flatMap((region) => [
            validateNetwork(workload, network, region),
            keyRegionProblem("encryptionKey", encryptionKey, region, `the ${workload.kind}`),
            gpuRegionProblem(gpu, region),
            ...databaseNetworkProblems(workload, attached, network, region),
        ]),
    ];
}

/** The attachments of all containers, which share one network. */
const attachmentsOfAll = (containers: readonly ResolvedContainer[]) =>
    containers.flatMap(({ at, uses }) => attachmentsOf(uses, at));

/** The VPC access of each region. */
export function resolveNetworks(
    workload: DatabaseWorkload,
    { network, containers }: ResolvedRunArgs,
    regions: readonly string[],
): Record<string, ResolvedVpcAccess | undefined> {
    const attached = attachmentsOfAll(containers);
    return Object.fromEntries(regions.map((region) => [region, resolveNetwork(workload, attached, network, region)]));
}
