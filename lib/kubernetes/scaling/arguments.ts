import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { isObject } from "../../internal/value";
import { behavior, type ScalingBehavior } from "./behavior";
import { type Backlog, backlog, metrics, type ScalingMetric } from "./metrics";
import { type ScalingSchedule, scheduleProblems, schedules } from "./schedules";
import { type VerticalScaling, vertical, verticalProblems } from "./vertical";

/** Always as many replicas. */
export interface FixedScaling {
    /** How many: 1 to 10,000 ("Plan for large GKE clusters": Pods behind one Service). */
    replicas: number;
    /**
     * Which requests of a pod follow what it uses.
     * @default none: they stay as they are given
     */
    vertical?: VerticalScaling;
}

/** What every horizontal scaling has. */
interface HorizontalBounds {
    /** How many replicas there are at least: 1 or more. */
    minReplicas: number;
    /** How many there are at most, whatever the load: up to 10,000 ("Plan for large GKE clusters": Pods behind one Service). */
    maxReplicas: number;
    /**
     * When `minReplicas` is a greater one, by names of one's own. Of several that hold at a time, the greatest counts.
     * @default never
     */
    schedules?: Record<string, ScalingSchedule>;
    /**
     * How fast the number of replicas follows the load, in Kubernetes' terms.
     * @default as fast as it can upwards; downwards after 5 minutes, by half of the replicas a minute
     */
    behavior?: ScalingBehavior;
}

/** The loads by which the number of replicas is set: by one or by several, of which that counts that needs most replicas. */
interface ScalingLoads {
    /**
     * How much of the CPU that they request the pods use on average, in percent: 1 to 100.
     * @default 80, unless there is another load
     */
    cpu?: number;
    /**
     * How much of the memory that they request the pods use on average, in percent: 1 to 100.
     * @default not looked at
     */
    memory?: number;
    /**
     * Messages that wait in a Pub/Sub subscription. The cluster gets Google's metrics adapter.
     * @default not looked at
     */
    backlog?: Backlog;
    /**
     * Requests a second that one replica can handle, as the load balancer of `expose.gateway` counts them: 1 or more. There is
     * another replica at 70 % of them ("Gateway traffic management").
     * @default not looked at
     */
    requestsPerSecond?: number;
    /**
     * Metrics in Kubernetes' own terms, custom and external. The cluster gets Google's metrics adapter.
     * @default none
     */
    metrics?: ScalingMetric[];
}

/** Loads from outside of the pods, which their size does not change. */
type Demand = Pick<ScalingLoads, "backlog" | "requestsPerSecond" | "metrics">;

/** At least one of several options. */
type Some<Options> = { [Key in keyof Options]-?: Required<Pick<Options, Key>> & Omit<Options, Key> }[keyof Options];

type Loads<Needed extends "cpu" | "memory" = never> = Demand & Required<Pick<ScalingLoads, Needed>>;

/**
 * What sets the number of replicas cannot set the requests too, as the one would hide the load from the other. CPU sets it also
 * where nothing else is named.
 */
type LoadsAndSize =
    | (Loads & Pick<ScalingLoads, "cpu"> & { memory?: never; vertical?: VerticalScaling<"memory"> })
    | (Loads<"memory"> & { cpu?: never; vertical?: VerticalScaling<"cpu"> })
    | (Loads<"cpu" | "memory"> & { vertical?: never })
    | (Some<Demand> & { cpu?: never; memory?: never; vertical?: VerticalScaling });

/** Between so many replicas and so many, by one load or by several. */
export type HorizontalScaling = HorizontalBounds & LoadsAndSize;

/**
 * How many replicas there are, and how large they are: always as many (`replicas`), or as many as the load needs between
 * `minReplicas` and `maxReplicas`; with `vertical`, requests follow what is used. What sets the number of replicas cannot set
 * the requests as well.
 */
export type Scaling =
    | (FixedScaling & { [Key in keyof (HorizontalBounds & ScalingLoads)]?: never })
    | (HorizontalScaling & { replicas?: never });

/** All that a horizontal scaling may have, with what does not go together. */
type Every = HorizontalBounds & ScalingLoads & { vertical?: VerticalScaling };

const count = check.whole(1, 10_000);
const percent = check.whole(1, 100, "percent");

const horizontal = check.options<Every>(
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

const moving = check.custom(
    (value) => value === undefined,
    "goes with minReplicas and maxReplicas\nA fixed number of replicas follows nothing.",
);

const fixed = check.options<FixedScaling & Partial<Omit<Every, "minReplicas" | "maxReplicas">>>(
    {
        replicas: count,
        vertical,
        cpu: moving,
        memory: moving,
        backlog: moving,
        requestsPerSecond: moving,
        metrics: moving,
        schedules: moving,
        behavior: moving,
    },
    "replicas",
);

/** Checks the `scaling` of a deployment: each part by itself. */
export const scaling: check.Check = check.lazily((given) => {
    if (!isObject(given)) {
        return check.custom(() => false, "must be an object with replicas, or with minReplicas and maxReplicas");
    }
    const isFixed = given.replicas !== undefined;
    const isHorizontal = given.minReplicas !== undefined || given.maxReplicas !== undefined;
    return isFixed === isHorizontal
        ? check.custom(
              () => false,
              `must have either replicas, or minReplicas and maxReplicas\n${isFixed ? "An autoscaler owns the number of replicas: leave replicas out." : "Say how many replicas there are."}`,
          )
        : isFixed
          ? fixed
          : horizontal;
});

/** What is wrong with a scaling in which each part is right by itself, and with one for what is not exposed by a Gateway. */
export function scalingProblems(given: Scaling, isBehindGateway: boolean): (check.Problem | undefined)[] {
    const sized = given.vertical ? verticalProblems(given.vertical as VerticalScaling) : [];
    return given.replicas === undefined ? [...horizontalProblems(given, isBehindGateway), ...sized] : sized;
}

function horizontalProblems(given: HorizontalScaling, isBehindGateway: boolean): (check.Problem | undefined)[] {
    const { minReplicas, maxReplicas, requestsPerSecond, metrics, schedules = {} } = given;
    return [
        minAboveMax(["scaling.minReplicas", minReplicas], ["maxReplicas", maxReplicas]),
        metrics?.length === 0
            ? { path: "scaling.metrics", reason: "must have at least one metric. Leave it out for none." }
            : undefined,
        requestsPerSecond !== undefined && !isBehindGateway
            ? {
                  path: "scaling.requestsPerSecond",
                  reason: `is counted by a Gateway's load balancer, and there is none (got ${requestsPerSecond}). Expose the deployment with expose.gateway, or scale by another load.`,
              }
            : undefined,
        ...overlapProblems(given),
        ...scheduleProblems(schedules, minReplicas, maxReplicas),
    ];
}

function overlapProblems(given: HorizontalScaling): (check.Problem | undefined)[] {
    const vertical = (given.vertical ?? {}) as VerticalScaling;
    const isCpu = utilizations(given).cpu !== undefined;
    return [
        vertical.cpu !== undefined && isCpu ? overlap("cpu", given.cpu === undefined) : undefined,
        vertical.memory !== undefined && given.memory !== undefined ? overlap("memory", false) : undefined,
    ];
}

function overlap(resource: string, isDefault: boolean): check.Problem {
    const because = isDefault ? ", which is so where there is no other metric" : "";
    return {
        path: `scaling.vertical.${resource}`,
        reason: `cannot follow what is used while the number of replicas follows it, too${because}. Leave one of the two out.`,
    };
}

/** The percentages of CPU and memory that are kept: that of CPU also where nothing else is named, as Kubernetes has it. */
export function utilizations({ cpu, memory, backlog, requestsPerSecond, metrics }: HorizontalScaling) {
    const isAlone = [memory, backlog, requestsPerSecond, metrics].every((load) => load === undefined);
    return { cpu: cpu ?? (isAlone ? 80 : undefined), memory };
}
