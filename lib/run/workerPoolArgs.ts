import type { WorkerPoolArgs } from "@pulumi/gcp/cloudrunv2/workerPool";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import * as check from "../internal/arguments/check";
import { region } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { workerPoolSignals } from "../monitoring/signals/serving";
import { type Code, codeChecks, codeProblems, type ImageCode, type SourceCode } from "./code";
import { type ContainerHealth, containerHealth, headerProblems, healthProblems } from "./health";
import { type RunGpu, runGpu } from "./resources";
import {
    completeContainers,
    databaseWorkload,
    type ResolvedRunArgs,
    type RunArgs,
    resolveNetworks,
    runChecks,
    runDefaults,
    runDescription,
    runProblems,
} from "./runArgs";
import type { CpuScaling } from "./scaling";
import { poolScaling, poolScalingProblem, type ResolvedPoolScaling, resolvePoolScaling } from "./scaling";

/** The arguments of a {@link CloudRunWorkerPool}. */
export type CloudRunWorkerPoolArgs = Code &
    RunArgs &
    ComponentArgs &
    check.InsecureArgs & {
        /**
         * The {@link https://docs.cloud.google.com/run/docs/configuring/workerpools/manual-scaling number of instances}, which are billed
         * while they exist, 0 to 1000: 0 stops the pool. Or bounds, between which CPU utilization scales it. There is no scaling by the
         * messages that wait.
         * @default 1
         */
        scaling?: number | CpuScaling;
        /**
         * The probes of the main container, which name their port.
         * @default none
         */
        health?: ContainerHealth;
        /**
         * The {@link https://docs.cloud.google.com/run/docs/configuring/workerpools/gpu GPU} of each instance, which the main container
         * uses: its type, such as `"nvidia-l4"`, or options.
         * @default none
         */
        gpu?: RunGpu["type"] | RunGpu;
        /**
         * The description: up to 512 characters.
         * @default none
         */
        description?: pulumi.Input<string>;
        /**
         * The region of the worker pool. Changing this replaces the worker pool.
         * @default the environment's region
         */
        region?: string;
        /**
         * Sends alerts about used CPU and memory to the contacts of {@link Alerts}. An object also changes single signals:
         * `{ to: oncall, cpu: false }`.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"cpu" | "memory">;
        /** Callbacks that edit the arguments of child resources. */
        transform?: { pool?: Transform<WorkerPoolArgs>; account?: Transform<AccountArgs> };
    };

const cloudRunWorkerPoolArgs = check.options<CloudRunWorkerPoolArgs>({
    ...codeChecks,
    ...runChecks,
    scaling: poolScaling,
    health: containerHealth,
    gpu: runGpu,
    region,
    description: runDescription,
    name: check.nameOf(nameFormats.rows.cloudRunService),
    alerts: componentAlerts(...workerPoolSignals),
    transform: transforms("pool", "account"),
    ...check.insecureArgs,
    ...componentArgs,
});

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ResolvedRunArgs, "cpu" | "memory">,
        Partial<ImageCode & SourceCode>,
        Required<Pick<CloudRunWorkerPoolArgs, "cpu" | "memory" | "health" | "region">>,
        Pick<CloudRunWorkerPoolArgs, "description" | "transform"> {
    scaling: ResolvedPoolScaling;
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
    const complete = (checked: check.Long<typeof withDefaults>): ResolvedArgs => {
        const all = completeContainers(checked);
        return { ...all, scaling: resolvePoolScaling(checked.scaling ?? 1, all.gpu, environment) };
    };
    const resolved = check.resolved(named.title, withDefaults, cloudRunWorkerPoolArgs, complete, (all) => [
        ...codeProblems(all),
        // Worker pools run in the second generation execution environment.
        ...runProblems(databaseWorkload(named, all), { ...all, args: all, regions: [all.region], isGen2: true }),
        ...all.containers.flatMap(({ at, health }) => [
            ...healthProblems(health, false, `${at}health`),
            ...headerProblems(health, `${at}health`),
        ]),
        poolScalingProblem(all.scaling),
    ]);
    const networks = resolveNetworks(databaseWorkload(named, resolved), resolved, [resolved.region]);
    return { ...resolved, vpcAccess: networks[resolved.region] };
}
