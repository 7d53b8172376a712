import type { EnvironmentDefaults } from "../../environment/defaults";
import { completeBounds, minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { scheduleProblems } from "../../internal/scalingSchedule";
import { isObject } from "../../internal/value";
import { behavior, type ScalingBehavior } from "./behavior";
import { type Backlog, backlog, metrics, type ScalingMetric } from "./metrics";
import { type ScalingSchedule, schedules } from "./schedules";
import { type VerticalScaling, vertical, verticalProblems } from "./vertical";

/** A fixed number of replicas whose requests follow their usage. */
export interface FixedScaling {
    /**
     * The number of replicas: 1 to 10,000
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/planning-large-clusters limit} of pods behind one
     * Service).
     */
    replicas: number;
    /** The requests that are set by usage. */
    vertical: VerticalScaling;
}

/** Options of all horizontal scaling. */
interface HorizontalBounds {
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

/** Between `min` and `max` replicas, by one or more metrics. */
export type HorizontalScaling = HorizontalBounds & LoadsAndSize;

/**
 * The number of replicas and their size: a fixed number, or as many as the load needs between `min` and `max`. With `vertical`, requests
 * follow the usage; a resource cannot set both.
 */
export type Scaling =
    | number
    | (FixedScaling & { [Key in keyof (HorizontalBounds & ScalingLoads)]?: never })
    | (HorizontalScaling & { replicas?: never });

/** The options of a scaling, of which a number is the short form, with their defaults. */
export type ResolvedScaling =
    | (Pick<FixedScaling, "replicas"> & Partial<Pick<FixedScaling, "vertical">>)
    | (ResolvedHorizontal & { replicas?: never });

/** A horizontal scaling with its bounds. */
export type ResolvedHorizontal = HorizontalScaling & Required<Pick<HorizontalBounds, "min" | "max">>;

/** Completes a scaling with the bounds of the environment. */
export function resolveScaling(scaling: Scaling, { minReplicas: min, maxReplicas: max }: EnvironmentDefaults) {
    const resolved =
        typeof scaling === "number"
            ? { replicas: scaling }
            : scaling.replicas === undefined
              ? { ...scaling, ...completeBounds(scaling, { min, max }) }
              : scaling;
    return resolved as ResolvedScaling;
}

/** All options of horizontal scaling, including those that exclude each other. */
type AllOptions = HorizontalBounds & ScalingLoads & { vertical?: VerticalScaling };

const count = check.whole(1, 10_000);
const percent = check.whole(1, 100, "percent");

const horizontal = check.options<AllOptions>({
    min: count,
    max: count,
    cpu: percent,
    memory: percent,
    backlog,
    requestsPerSecond: check.whole(1, 1_000_000, "requests a second"),
    metrics,
    schedules,
    behavior,
    vertical,
});

const horizontalOnly = check.refused("is only valid without replicas\nA fixed number of replicas is not scaled.");

const fixed = check.options<FixedScaling & Partial<Omit<AllOptions, "vertical">>>(
    {
        replicas: count,
        vertical,
        min: horizontalOnly,
        max: horizontalOnly,
        cpu: horizontalOnly,
        memory: horizontalOnly,
        backlog: horizontalOnly,
        requestsPerSecond: horizontalOnly,
        metrics: horizontalOnly,
        schedules: horizontalOnly,
        behavior: horizontalOnly,
    },
    "replicas",
    "vertical",
);

/** Checks each option of the `scaling` of a deployment; {@link scalingProblems} refuses those that exclude each other. */
export const scaling = check.lazily((value) => {
    if (typeof value === "number") {
        return count;
    }
    const { replicas } = isObject(value) ? value : {};
    const isOnlyNumber = replicas !== undefined && Object.keys(value as object).length === 1;
    return isOnlyNumber
        ? check.refused("must be the number itself for a fixed number of replicas")
        : replicas === undefined
          ? horizontal
          : fixed;
}) as check.Check<Scaling>;

/** Checks combinations of options. */
export function scalingProblems(scaling: ResolvedScaling, isBehindGateway: boolean): (check.Problem | undefined)[] {
    const verticalOnes = scaling.vertical ? verticalProblems(scaling.vertical as VerticalScaling) : [];
    return scaling.replicas === undefined
        ? [...horizontalProblems(scaling, isBehindGateway), ...verticalOnes]
        : verticalOnes;
}

function horizontalProblems(scaling: ResolvedHorizontal, isBehindGateway: boolean): (check.Problem | undefined)[] {
    const { min, max, requestsPerSecond, metrics, schedules = {} } = scaling;
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

/** The target targetUtilizations of CPU and memory. CPU is the default if there is no other metric. */
export function targetUtilizations({ cpu, memory, backlog, requestsPerSecond, metrics }: HorizontalScaling) {
    const isAlone = [memory, backlog, requestsPerSecond, metrics].every((load) => load === undefined);
    return { cpu: cpu ?? (isAlone ? 80 : undefined), memory };
}
