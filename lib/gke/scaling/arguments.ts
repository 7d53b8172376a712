import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { isObject } from "../../internal/value";
import { behavior, type ScalingBehavior } from "./behavior";
import { type Backlog, backlog, metrics, type ScalingMetric } from "./metrics";
import { type ScalingSchedule, scheduleProblems, schedules } from "./schedules";
import { type VerticalScaling, vertical, verticalProblems } from "./vertical";

/** A fixed number of replicas. */
export interface FixedScaling {
    /**
     * The number of replicas: 1 to 10,000
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/planning-large-clusters limit} of pods behind one
     * Service).
     */
    replicas: number;
    /**
     * The requests that are set by usage.
     * @default none
     */
    vertical?: VerticalScaling;
}

/** Options of all horizontal scaling. */
interface HorizontalBounds {
    /** The minimum number of replicas: 1 or more. */
    minReplicas: number;
    /**
     * The maximum number of replicas: up to 10,000
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/planning-large-clusters limit} of pods behind one
     * Service).
     */
    maxReplicas: number;
    /**
     * Times with a higher `minReplicas`, by name. Of overlapping schedules the highest applies.
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
interface ScalingLoads {
    /**
     * The target CPU utilization in percent of the pods' requests, on average: 1 to 100.
     * @default 80, unless there is another metric
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
     * Custom and external metrics in Kubernetes' own format. Installs Google's metrics adapter in the cluster.
     * @default none
     */
    metrics?: ScalingMetric[];
}

/** Metrics from outside of the pods, which the pods' size does not affect. */
type Demand = Pick<ScalingLoads, "backlog" | "requestsPerSecond" | "metrics">;

/** At least one of several options. */
type Some<Options> = { [Key in keyof Options]-?: Required<Pick<Options, Key>> & Omit<Options, Key> }[keyof Options];

type Loads<Needed extends "cpu" | "memory" = never> = Demand & Required<Pick<ScalingLoads, Needed>>;

/**
 * A resource cannot set both the number of replicas and the requests, as one would hide the load from the other. CPU sets the
 * number of replicas by default.
 */
type LoadsAndSize =
    | (Loads & Pick<ScalingLoads, "cpu"> & { memory?: never; vertical?: VerticalScaling<"memory"> })
    | (Loads<"memory"> & { cpu?: never; vertical?: VerticalScaling<"cpu"> })
    | (Loads<"cpu" | "memory"> & { vertical?: never })
    | (Some<Demand> & { cpu?: never; memory?: never; vertical?: VerticalScaling });

/** Between `minReplicas` and `maxReplicas` replicas, by one or more metrics. */
export type HorizontalScaling = HorizontalBounds & LoadsAndSize;

/**
 * The number of replicas and their size: a fixed number (`replicas`), or as many as the load needs between `minReplicas` and
 * `maxReplicas`. With `vertical`, requests follow the usage; a resource cannot set both.
 */
export type Scaling =
    | (FixedScaling & { [Key in keyof (HorizontalBounds & ScalingLoads)]?: never })
    | (HorizontalScaling & { replicas?: never });

/** All options of horizontal scaling, including those that exclude each other. */
type AllOptions = HorizontalBounds & ScalingLoads & { vertical?: VerticalScaling };

const count = check.whole(1, 10_000);
const percent = check.whole(1, 100, "percent");

const horizontal = check.options<AllOptions>(
    {
        minReplicas: count,
        maxReplicas: count,
        cpu: percent,
        memory: percent,
        backlog,
        requestsPerSecond: check.whole(1, 1_000_000, "requests a second"),
        metrics,
        schedules,
        behavior,
        vertical,
    },
    "minReplicas",
    "maxReplicas",
);

const horizontalOnly = check.refused(
    "is only valid with minReplicas and maxReplicas\nA fixed number of replicas is not scaled.",
);

const fixed = check.options<FixedScaling & Partial<Omit<AllOptions, "minReplicas" | "maxReplicas">>>(
    {
        replicas: count,
        vertical,
        cpu: horizontalOnly,
        memory: horizontalOnly,
        backlog: horizontalOnly,
        requestsPerSecond: horizontalOnly,
        metrics: horizontalOnly,
        schedules: horizontalOnly,
        behavior: horizontalOnly,
    },
    "replicas",
);

/** Checks each option of the `scaling` of a deployment; {@link scalingProblems} refuses those that exclude each other. */
export const scaling = check.lazily((value) => {
    if (!isObject(value)) {
        return check.refused("must be an object with replicas, or with minReplicas and maxReplicas");
    }
    const isFixed = value.replicas !== undefined;
    const isHorizontal = value.minReplicas !== undefined || value.maxReplicas !== undefined;
    return isFixed === isHorizontal
        ? check.refused(
              `must have either replicas, or minReplicas and maxReplicas\n${isFixed ? "An autoscaler sets the number of replicas: remove replicas." : "Set replicas."}`,
          )
        : isFixed
          ? fixed
          : horizontal;
}) as check.Check<Scaling>;

/** Checks combinations of options. */
export function scalingProblems(scaling: Scaling, isBehindGateway: boolean): (check.Problem | undefined)[] {
    const verticalOnes = scaling.vertical ? verticalProblems(scaling.vertical as VerticalScaling) : [];
    return scaling.replicas === undefined
        ? [...horizontalProblems(scaling, isBehindGateway), ...verticalOnes]
        : verticalOnes;
}

function horizontalProblems(scaling: HorizontalScaling, isBehindGateway: boolean): (check.Problem | undefined)[] {
    const { minReplicas, maxReplicas, requestsPerSecond, metrics, schedules = {} } = scaling;
    return [
        minAboveMax(["scaling.minReplicas", minReplicas], ["maxReplicas", maxReplicas]),
        metrics?.length === 0
            ? { path: "scaling.metrics", reason: "must have at least one metric. Remove it for none." }
            : undefined,
        requestsPerSecond !== undefined && !isBehindGateway
            ? {
                  path: "scaling.requestsPerSecond",
                  reason: `is measured by a Gateway's load balancer, and the deployment has none (got ${requestsPerSecond}). Expose the deployment with expose.gateway, or scale by another load.`,
              }
            : undefined,
        ...overlapProblems(scaling),
        ...scheduleProblems(schedules, minReplicas, maxReplicas),
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
    return {
        path: `scaling.vertical.${resource}`,
        reason: `cannot follow usage, because the number of replicas follows it as well${because}. Remove one of them.`,
    };
}

/** The target targetUtilizations of CPU and memory. CPU is the default if there is no other metric. */
export function targetUtilizations({ cpu, memory, backlog, requestsPerSecond, metrics }: HorizontalScaling) {
    const isAlone = [memory, backlog, requestsPerSecond, metrics].every((load) => load === undefined);
    return { cpu: cpu ?? (isAlone ? 80 : undefined), memory };
}
