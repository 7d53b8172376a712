import type { HorizontalPodAutoscalerArgs } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import type * as pulumi from "@pulumi/pulumi";
import { gkeLimits } from "../../facts/limits/gke";
import { minAboveMax } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import { scheduleProblems } from "../../internal/arguments/scalingSchedule";
import { behavior, behaviorArgs, type ScalingBehavior } from "./behavior";
import {
    type Backlog,
    backlog,
    backlogMetric,
    customMetric,
    gpuMetric,
    type Metric,
    metrics,
    type ScalingMetric,
} from "./metrics";
import { scheduledAnnotation } from "./scheduleController";
import { type ScalingSchedule, schedules } from "./schedules";
import type { ScaleTarget } from "./target";
import { type VerticalScaling, vertical } from "./vertical";

/** Options of all horizontal scaling. */
export interface HorizontalBounds {
    /**
     * The minimum number of replicas: 1 or more.
     * @default 1 in development, 2 in staging, 3 in production; `max` if that is less
     */
    min?: number;
    /**
     * The maximum number of replicas: up to 10,000
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/planning-large-clusters limit} of pods behind one
     * Service).
     * @default 3 in development, 5 in staging, 10 in production; `min` if that is more
     */
    max?: number;
    /**
     * Times with a higher `min`, by name. Of overlapping schedules the highest applies.
     * @default none
     */
    schedules?: Record<string, ScalingSchedule>;
    /**
     * How fast the number of replicas follows the load.
     * @default up without delay; down after 5 minutes, by half of the replicas per minute
     */
    behavior?: ScalingBehavior;
}

/** The metrics that set the number of replicas. Of several, the one that needs most replicas applies. */
export interface ScalingLoads {
    /**
     * The target CPU utilization in percent of the pods' requests, on average: 1 to 100.
     * @default 80, unless there is another metric or the deployment has a `gpu`
     */
    cpu?: number;
    /**
     * The target memory utilization in percent of the pods' requests, on average: 1 to 100.
     * @default not used
     */
    memory?: number;
    /**
     * Undelivered messages of a Pub/Sub subscription. Installs Google's metrics adapter in the cluster.
     * @default not used
     */
    backlog?: Backlog;
    /**
     * The requests per second that one replica can handle, as the load balancer of `expose.gateway` counts them: 1 or more.
     * Replicas are added at 70 % of it ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/traffic-management
     * traffic management}).
     * @default not used
     */
    requestsPerSecond?: number;
    /**
     * The target utilization of the pods' GPUs in percent, on average: 1 to 100. It is their duty cycle, the share of the time in which they
     * compute. Installs Google's metrics adapter in the cluster.
     * @default 60 with `gpu`, unless there is another metric
     */
    gpu?: number;
    /**
     * Custom and external metrics in Kubernetes' own format. Installs Google's metrics adapter in the cluster.
     * @default none
     */
    metrics?: ScalingMetric[];
}

/** Metrics from outside of the pods, which the pods' size does not affect. */
type Demand = Pick<ScalingLoads, "backlog" | "requestsPerSecond" | "gpu" | "metrics">;

/** At least one of several options. */
type Some<Options> = { [Key in keyof Options]-?: Required<Pick<Options, Key>> & Omit<Options, Key> }[keyof Options];

type Loads<Needed extends "cpu" | "memory" = never> = Demand & Required<Pick<ScalingLoads, Needed>>;

/**
 * A resource cannot set both the number of replicas and the requests, as one would hide the load from the other. CPU sets the
 * number of replicas by default.
 */
type LoadsAndSize =
    | (Loads &
          Pick<ScalingLoads, "cpu"> & {
              memory?: never;
              /**
               * Sets the requests of the pods by usage, for a resource that does not set the number of replicas.
               * @default requests stay as the deployment sets them
               */
              vertical?: VerticalScaling<"memory">;
          })
    | (Loads<"memory"> & {
          cpu?: never;
          /**
           * Sets the requests of the pods by usage, for a resource that does not set the number of replicas.
           * @default requests stay as the deployment sets them
           */
          vertical?: VerticalScaling<"cpu">;
      })
    | (Loads<"cpu" | "memory"> & { vertical?: never })
    | (Some<Demand> & {
          cpu?: never;
          memory?: never;
          /**
           * Sets the requests of the pods by usage, for a resource that does not set the number of replicas.
           * @default requests stay as the deployment sets them
           */
          vertical?: VerticalScaling;
      });

/** Between `min` and `max` replicas, by one or more metrics. */
export type HorizontalScaling = HorizontalBounds & LoadsAndSize;

/** A horizontal scaling with its bounds. */
export type ResolvedHorizontal = HorizontalScaling & Required<Pick<HorizontalBounds, "min" | "max">>;

/** All options of horizontal scaling, including those that exclude each other. */
export type AllOptions = HorizontalBounds & ScalingLoads & { vertical?: VerticalScaling };

/** Checks a number of replicas. */
export const count = check.whole(1, gkeLimits.rows.podsOfService.max);

const percent = check.whole(1, 100, "percent");

/** Checks each option of horizontal scaling. */
export const horizontal = check.options<AllOptions>({
    min: count,
    max: count,
    cpu: percent,
    memory: percent,
    backlog,
    requestsPerSecond: check.whole(1, 1_000_000, "requests a second"),
    gpu: percent,
    metrics,
    schedules,
    behavior,
    vertical,
});

/** Checks combinations of options. */
export function horizontalProblems(
    scaling: ResolvedHorizontal,
    isBehindGateway: boolean,
    hasGpu: boolean,
): (check.Problem | undefined)[] {
    const { min, max, requestsPerSecond, gpu, metrics, schedules = {} } = scaling;
    return [
        minAboveMax(["scaling.min", min], ["max", max]),
        check.when(
            metrics?.length === 0,
            "scaling.metrics",
            "gke/metrics-empty",
            "must have at least one metric. Remove it for none.",
        ),
        check.when(
            requestsPerSecond !== undefined && !isBehindGateway,
            "scaling.requestsPerSecond",
            "gke/requests-without-gateway",
            `is measured by a Gateway's load balancer, and the deployment has none (got ${requestsPerSecond}). Expose the deployment with expose.gateway, or scale by another load.`,
        ),
        check.when(
            gpu !== undefined && !hasGpu,
            "scaling.gpu",
            "gke/gpu-load-without-gpu",
            `is the load of the pods' GPUs, and they have none (got ${gpu}). Set gpu, for example to "nvidia-l4", or scale by another load.`,
        ),
        ...overlapProblems(scaling),
        ...scheduleProblems(schedules, min, max),
    ];
}

function overlapProblems(scaling: HorizontalScaling): (check.Problem | undefined)[] {
    const vertical = (scaling.vertical ?? {}) as VerticalScaling;
    const isCpu = targetUtilizations(scaling).cpu !== undefined;
    return [
        vertical.cpu !== undefined && isCpu ? overlap("cpu", scaling.cpu === undefined) : undefined,
        vertical.memory !== undefined && scaling.memory !== undefined ? overlap("memory", false) : undefined,
    ];
}

function overlap(resource: string, isDefault: boolean): check.Problem {
    const because = isDefault ? ", which is the default without other metrics" : "";
    return check.problem(
        `scaling.vertical.${resource}`,
        "gke/vertical-follows-scaling",
        `cannot follow usage, because the number of replicas follows it as well${because}. Remove one of them.`,
    );
}

/** The target utilizations of CPU and memory. CPU is the default if there is no other metric. */
function targetUtilizations({ cpu, memory, ...others }: HorizontalScaling) {
    return { cpu: cpu ?? (hasLoad({ memory, ...others }) ? undefined : 80), memory };
}

const hasLoad = ({ cpu, memory, backlog, requestsPerSecond, gpu, metrics }: ScalingLoads): boolean =>
    [cpu, memory, backlog, requestsPerSecond, gpu, metrics].some((load) => load !== undefined);

/** Completes a scaling without a load: pods with GPUs are scaled by the GPUs, like models on Vertex AI. */
export const defaultLoad = (scaling: HorizontalScaling, hasGpu: boolean): HorizontalScaling =>
    hasGpu && !hasLoad(scaling) ? ({ ...scaling, gpu: 60 } as HorizontalScaling) : scaling;

/**
 * The utilization of a replica's capacity at which replicas are added, in percent, as in
 * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/traffic-management Google's documentation}.
 */
const trafficPercent = "70";

/** The HorizontalPodAutoscaler of a deployment. */
export function horizontalPodAutoscalerArgs(
    scaling: ResolvedHorizontal,
    target: ScaleTarget,
): HorizontalPodAutoscalerArgs {
    const { name, namespace, labels, deployment } = target;
    const isScheduled = scaling.schedules !== undefined;
    const annotations = {
        // Without schedules, takes the ownership of minReplicas back from the schedule controller.
        "pulumi.com/patchForce": "true",
        ...(isScheduled ? { [scheduledAnnotation]: "true" } : {}),
    };
    return {
        metadata: { name, namespace, labels, annotations },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
            // With schedules their controller owns minReplicas: a field that is not sent is not reset by a deployment.
            minReplicas: isScheduled ? undefined : scaling.min,
            maxReplicas: scaling.max,
            metrics: metricSpecs(scaling, target) as never,
            behavior: behaviorArgs(scaling.behavior),
        },
    };
}

/** Whether the metrics need Google's adapter. Requests of a Gateway are counted by GKE itself. */
export function needsAdapter({ backlog, gpu, metrics }: HorizontalScaling): boolean {
    return [backlog, gpu, metrics].some((load) => load !== undefined);
}

function metricSpecs(scaling: HorizontalScaling, target: ScaleTarget): Metric[] {
    const { service, container, gpus } = target;
    const { backlog, requestsPerSecond, gpu, metrics = [] } = scaling;
    const resources = Object.entries(targetUtilizations(scaling)).filter(([, percent]) => percent !== undefined);
    return [
        ...resources.map(([name, averageUtilization]) => {
            const resource = { name, target: { type: "Utilization", averageUtilization } };
            return container === undefined
                ? { type: "Resource", resource }
                : { type: "ContainerResource", containerResource: { container, ...resource } };
        }),
        ...(backlog ? [backlogMetric(backlog)] : []),
        ...(requestsPerSecond === undefined ? [] : [requestsMetric(service)]),
        ...(gpu === undefined || gpus === undefined ? [] : [gpuMetric(gpu, { ...target, gpus })]),
        ...metrics.map(customMetric),
    ];
}

function requestsMetric(service: pulumi.Input<string> | undefined): Metric {
    return {
        type: "Object",
        object: {
            describedObject: { apiVersion: "v1", kind: "Service", name: service },
            metric: { name: "autoscaling.googleapis.com|gclb-capacity-utilization" },
            target: { type: "AverageValue", averageValue: trafficPercent },
        },
    };
}
