import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { Environment } from "../../environment/environment";
import { prebuiltRepository } from "../../facts/vertex/regions";
import type { AccountReference } from "../../iam/serviceAccount";
import { inSeconds, secondsIn } from "../../internal/duration";
import { isImageComponent } from "../../internal/image";
import { labelValue } from "../../internal/labels";
import { gigabytesIn } from "../../internal/size";
import { versionOf } from "../dataVersion";
import type { TrainingJobArgs } from "../dynamic";
import { machineSpec } from "../endpoint/machines";
import { networkSpec } from "../network";
import type { ResolvedArgs, ResolvedPool } from "./resolveArgs";
import { tuningSpec } from "./tuning";

/** What the job resource needs from other resources. */
interface Parts {
    account: AccountReference;
    /** The addresses of the uploaded packages. */
    packages: pulumi.Input<string>[];
    /** The options of functions that look up what exists. */
    options: pulumi.InvokeOptions;
}

/** The arguments of the job resource. */
export function jobArgs(
    component: string,
    args: ResolvedArgs,
    parts: Parts,
    environment: Environment,
): TrainingJobArgs {
    const { name, tuning, wait, encryptionKey, labels = {}, output, runOn } = args;
    return {
        project: environment.project,
        location: args.region,
        name,
        spec: {
            workerPoolSpecs: args.pools.map((pool) => poolSpec(pool, args, parts)),
            scheduling: scheduling(args),
            serviceAccount: parts.account.email,
            enableWebAccess: args.webAccess || undefined,
            tensorboard: tensorboardName(args),
            ...networkSpec(args.network, environment, parts.options),
        },
        tuning: tuning && tuningSpec(tuning),
        output: pulumi.interpolate`gs://${output.bucket.name}/${name}`,
        retrainOn: runOn.map((one, index) =>
            versionOf(`VertexTrainingJob "${component}": runOn.${index}`, one, parts.options),
        ),
        // As the provider does for its own resources.
        labels: { environment: labelValue(pulumi.getStack()), ...labels },
        encryptionKey,
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}

function scheduling({ strategy, maxWait, timeout, restartOnWorkerRestart, retries }: ResolvedArgs) {
    return {
        timeout: inSeconds(timeout),
        ...(strategy !== "standard" && { strategy: strategy === "spot" ? "SPOT" : "FLEX_START" }),
        ...(maxWait !== undefined && { maxWaitDuration: inSeconds(maxWait) }),
        ...(restartOnWorkerRestart && { restartJobOnWorkerRestart: true }),
        ...(retries === false && { disableRetries: true }),
    };
}

/** A worker pool in the form of the API; one that is skipped is empty. */
function poolSpec(pool: ResolvedPool | undefined, args: ResolvedArgs, parts: Parts) {
    if (pool === undefined) {
        return {};
    }
    const { disk, replicas } = pool;
    const image = pool.image ?? args.image;
    const code = {
        ...(args.args && args.args.length > 0 && { args: args.args }),
        ...(hasVariables(args) && { env: variables(args) }),
    };
    return {
        machineSpec: machineSpec(pool),
        replicaCount: String(replicas),
        ...(disk && { diskSpec: { bootDiskType: disk.type, bootDiskSizeGb: disk.size && gigabytesIn(disk.size) } }),
        ...(image === undefined
            ? {
                  pythonPackageSpec: {
                      executorImageUri: containerAddress(args.container as string, args.region),
                      packageUris: parts.packages,
                      pythonModule: args.module as string,
                      ...code,
                  },
              }
            : {
                  containerSpec: {
                      imageUri: isImageComponent<ContainerImage>(image) ? image.reference : image,
                      ...(args.command && { command: args.command }),
                      ...code,
                  },
              }),
    };
}

/** The address of a prebuilt container. */
const containerAddress = (container: string, region: string) =>
    container.includes("/") ? container : `${prebuiltRepository(region, "training")}/${container}`;

const hasVariables = ({ uses, env }: ResolvedArgs) =>
    Object.keys(env).length + Object.values(uses).filter(({ value }) => value !== undefined).length > 0;

/** The variables of `uses` and `env`: another order in the program is not another job. */
function variables({ uses, env }: ResolvedArgs) {
    const used = Object.entries(uses).flatMap(([name, { value }]) => (value === undefined ? [] : [{ name, value }]));
    const own = Object.entries(env).map(([name, value]) => ({ name, value }));
    return [...used, ...own].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function tensorboardName({ tensorboard }: ResolvedArgs): pulumi.Input<string> | undefined {
    return tensorboard && (pulumi.Resource.isInstance(tensorboard) ? tensorboard.name : tensorboard);
}
