import type { WorkerPoolArgs } from "@pulumi/gcp/cloudrunv2/workerPool";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { region } from "../internal/places";
import { isPlainObject } from "../internal/value";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { workerPoolSignals } from "../monitoring/signals/serving";
import { type Code, codeChecks, type RunArgs, runChecks } from "./arguments";
import { type ContainerHealth, containerHealth } from "./health";
import { type RunGpu, runGpu } from "./resources";

/**
 * Instances by {@link https://docs.cloud.google.com/run/docs/configuring/workerpools/cpu-autoscaling CPU utilization}: Cloud Run adds
 * some above 60 %.
 */
export interface CpuScaling {
    /**
     * The minimum number of instances: 1 to 1000.
     * @default 1
     */
    min?: number;
    /**
     * The maximum number of instances: 1 to 1000.
     * @default 3 in development, 10 in staging, 100 in production; 1 with a GPU, of which projects have few
     */
    max?: number;
}

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
         * The region. Changing this replaces the worker pool.
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

const { max } = cloudRunLimits.rows.instances;

export const cloudRunWorkerPoolArgs = check.options<CloudRunWorkerPoolArgs>({
    ...codeChecks,
    ...runChecks,
    scaling: check.either(
        isPlainObject,
        // Google's provider does not send a minimum of 0.
        check.options<CpuScaling>({ min: check.whole(1, max), max: check.whole(1, max) }),
        check.whole(0, max, "instances"),
    ),
    health: containerHealth,
    gpu: runGpu,
    region,
    description: check.input(
        check.pipe(
            check.text(),
            check.refine((text) => String(text).length <= 512, "must have up to 512 characters"),
        ),
    ),
    name: check.nameOf(nameFormats.rows.cloudRunService),
    alerts: componentAlerts(...workerPoolSignals),
    transform: transforms("pool", "account"),
    ...check.insecureArgs,
    ...componentArgs,
});
