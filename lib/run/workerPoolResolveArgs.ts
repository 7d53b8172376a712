import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import { codeProblems, type ImageCode, type SourceCode } from "./arguments";
import { containersOf } from "./container";
import { type ContainerHealth, type HttpProbe, healthProblems } from "./health";
import { databaseWorkload, type ResolvedRunArgs, resolveNetworks, runDefaults, runProblems } from "./resolveArgs";
import { type RunGpu, resolveGpu, sizeWithGpu } from "./resources";
import { type CloudRunWorkerPoolArgs, type CpuScaling, cloudRunWorkerPoolArgs } from "./workerPoolArguments";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ResolvedRunArgs, "cpu" | "memory">,
        Partial<ImageCode & SourceCode>,
        Required<Pick<CloudRunWorkerPoolArgs, "cpu" | "memory" | "health" | "region">>,
        Pick<CloudRunWorkerPoolArgs, "description" | "transform"> {
    /** The number of instances, or its bounds. */
    scaling: { instances: number } | Required<CpuScaling>;
    gpu?: Required<RunGpu>;
    vpcAccess?: ResolvedVpcAccess;
}

/** The title of a worker pool in errors, and its kind. */
export const poolWorkload = (component: string) => ({
    title: `CloudRunWorkerPool "${component}"`,
    kind: "worker pool",
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: CloudRunWorkerPoolArgs, environment: Environment): ResolvedArgs {
    const named = poolWorkload(component);
    const withDefaults = check.withDefaults(args, {
        ...runDefaults(),
        name: shortenName(component, nameFormats.rows.cloudRunService.max),
        health: {},
        region: environment.region,
    });
    const complete = (checked: typeof withDefaults): ResolvedArgs => {
        const gpu = resolveGpu(checked.gpu);
        const { scaling = 1 } = checked;
        const all = {
            ...sizeWithGpu(gpu),
            ...(checked as typeof checked & Partial<ImageCode & SourceCode>),
            gpu,
            scaling: typeof scaling === "number" ? { instances: scaling } : resolveScaling(scaling, gpu, environment),
        };
        return { ...all, containers: containersOf(all) };
    };
    const resolved = check.resolved(named.title, withDefaults, cloudRunWorkerPoolArgs, complete, (all) => [
        ...codeProblems(all),
        // Worker pools run in the second generation execution environment.
        ...runProblems(databaseWorkload(named, all), { ...all, args: all, regions: [all.region], isGen2: true }),
        ...all.containers.flatMap(({ at, health }) => [
            ...healthProblems(health, false, `${at}health`),
            ...headerProblems(health, `${at}health`),
        ]),
        scalingProblem(all),
    ]);
    const networks = resolveNetworks(databaseWorkload(named, resolved), resolved, [resolved.region]);
    return { ...resolved, vpcAccess: networks[resolved.region] };
}

function resolveScaling({ min = 1, max }: CpuScaling, gpu: RunGpu | undefined, { defaults }: Environment) {
    // A new project has a quota of very few GPUs.
    return { min, max: max ?? Math.max(gpu ? 1 : defaults.maxInstances, min) };
}

function scalingProblem({ scaling }: ResolvedArgs) {
    return "instances" in scaling ? undefined : minAboveMax(["scaling.min", scaling.min], ["scaling.max", scaling.max]);
}

/** The provider has another format for the headers of worker pools, which only takes one. */
function headerProblems(health: ContainerHealth, at: string): check.Problem[] {
    return Object.entries(health).flatMap(([kind, probe]) => {
        const { headers } = Object(probe) as Partial<HttpProbe>;
        const reason = "are not supported in worker pools. Remove them.";
        return headers === undefined
            ? []
            : [check.problem(`${at}.${kind}.headers`, "run/probe-headers-of-worker-pool", reason)];
    });
}
