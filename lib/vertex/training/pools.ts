import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import * as check from "../../internal/arguments/check";
import { cloudRunImage as image } from "../../internal/arguments/image";
import { isObject } from "../../internal/arguments/value";
import { machineSpec } from "../endpoint/machines";
import { type AnyCode, codeSpec, type RunCode } from "./code";
import {
    type CheckedMachines,
    diskSpec,
    machineChecks,
    machineProblems,
    machinesOf,
    type ResolvedMachines,
    type TrainingMachines,
} from "./machines";
import type { TrainingScheduling } from "./scheduling";

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

/** The machines that train together, besides the first one. */
export interface TrainingPools {
    /**
     * The number of machines of one kind that train together: the first one, and workers.
     * @default 1
     */
    replicas?: number;
    /**
     * Further machines of {@link https://cloud.google.com/vertex-ai/docs/training/distributed-training distributed training}.
     * @default `workers` for `replicas` above 1
     */
    pools?: {
        /**
         * Machines that train together with the first one.
         * @default the machines of `replicas` besides the first one
         */
        workers?: TrainingPool;
        /**
         * Machines that store the parameters of the model, or reduction servers.
         * @default none
         */
        parameterServers?: TrainingPool;
        /**
         * Machines that evaluate the model during the training.
         * @default none
         */
        evaluators?: TrainingPool;
    };
}

const maxReplicas = 10_000;

const replicas = check.either(
    isObject,
    check.refused("must be a number, because the machines of a training do not scale"),
    check.whole(1, maxReplicas),
);

const pool = check.options<TrainingPool>({ ...machineChecks, replicas, image }, "replicas");

/** Checks each of {@link TrainingPools}. */
export const poolChecks: check.Checks<TrainingPools> = {
    replicas,
    pools: check.options<NonNullable<TrainingPools["pools"]>>({
        workers: pool,
        parameterServers: pool,
        evaluators: pool,
    }),
};

/** {@link TrainingPools} after their check. */
export type CheckedPools = check.Long<TrainingPools>;

/** A worker pool with its defaults. */
export interface ResolvedPool extends ResolvedMachines, Pick<TrainingPool, "image" | "replicas"> {}

/** The machines of a pool: the machines of the job, unless the pool has its own machine type or GPUs. */
const machinesIn = (pool: CheckedMachines, machines: CheckedMachines): CheckedMachines =>
    pool.machineType === undefined && pool.gpu === undefined ? { ...machines, ...pool } : pool;

/** The worker pools in the order of the API: the first machine, workers, parameter servers, evaluators. */
export function resolvePools({
    replicas = 1,
    pools = {},
    ...machines
}: CheckedMachines & CheckedPools): (ResolvedPool | undefined)[] {
    const first = { ...machinesOf(machines), replicas: 1 };
    const resolved = ({ replicas: count, image, ...own }: check.Long<TrainingPool>): ResolvedPool => ({
        ...machinesOf(machinesIn(own, machines)),
        replicas: count,
        image,
    });
    const { workers, parameterServers, evaluators } = pools;
    const all = [
        first,
        workers ? resolved(workers) : replicas > 1 ? { ...first, replicas: replicas - 1 } : undefined,
        parameterServers && resolved(parameterServers),
        evaluators && resolved(evaluators),
    ];
    while (all.at(-1) === undefined) {
        all.pop();
    }
    return all;
}

/** Reports machines of pools that Vertex AI refuses. */
export function poolProblems(
    {
        replicas = 1,
        pools = {},
        image,
        strategy,
        ...machines
    }: CheckedMachines & CheckedPools & Pick<TrainingScheduling, "strategy"> & Pick<AnyCode, "image">,
    region: string,
) {
    const all = Object.entries(pools).filter(
        (entry): entry is [string, check.Long<TrainingPool>] => entry[1] !== undefined,
    );
    const first = JSON.stringify(machinesOf(machines));
    return [
        check.when(
            replicas > 1 && pools.workers !== undefined,
            "replicas",
            "vertex/replicas-and-workers",
            "cannot be combined with pools.workers. Remove one of them.",
        ),
        ...all.flatMap(([key, pool]) => [
            ...machineProblems(`pools.${key}.`, pool, region),
            check.when(
                pool.image !== undefined && image === undefined,
                `pools.${key}.image`,
                "vertex/pool-image-without-image",
                "is only for code in an image. Remove it.",
            ),
            // https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws#requirements
            check.when(
                strategy === "flex-start" && JSON.stringify(machinesOf(machinesIn(pool, machines))) !== first,
                `pools.${key}`,
                "vertex/flex-start-machines-differ",
                'must have the machines of the job with strategy "flex-start".',
            ),
        ]),
    ];
}

/** A worker pool in the form of the API; one that is skipped is empty. */
export const poolSpec = (pool: ResolvedPool | undefined, code: RunCode, packages: pulumi.Input<string>[]) =>
    pool === undefined
        ? {}
        : {
              machineSpec: machineSpec(pool),
              replicaCount: String(pool.replicas),
              ...(pool.disk && { diskSpec: diskSpec(pool.disk) }),
              ...codeSpec({ ...code, image: pool.image ?? code.image }, packages),
          };
