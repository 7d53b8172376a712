import { appEngineStandardLimits } from "../../facts/limits/appEngine";
import { minAboveMax } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import {
    type Duration,
    duration,
    inSeconds,
    type Latency,
    latency as latencyWithin,
    millisecondsIn,
} from "../../internal/arguments/duration";
import { isPlainObject } from "../../internal/arguments/value";
import type { EnvironmentDefaults } from "../../stack/settings/defaults";

/** The instance classes for automatic scaling. */
const frontendClasses = ["F1", "F2", "F4", "F4_1G"] as const;

/** The instance classes for basic and manual scaling. */
const backendClasses = ["B1", "B2", "B4", "B4_1G", "B8"] as const;

type FrontendClass = (typeof frontendClasses)[number];

type BackendClass = (typeof backendClasses)[number];

/** Automatic scaling: App Engine adds instances for requests, and scales to `min` without requests. */
export interface StandardAutomaticScaling {
    /**
     * Minimum number of instances of a version that receives traffic:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 0 to 1000}.
     * @default 0; 1 in production
     */
    min?: number;
    /**
     * Maximum number of instances:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 1 to 2147483647}, which means no limit.
     * @default 3 in development, 10 in staging, 100 in production
     */
    max?: number;
    /**
     * Minimum number of idle instances, kept ready for more traffic: 0 to 1000.
     * @default 0
     */
    minIdle?: number;
    /**
     * Maximum number of idle instances that are kept after traffic decreases:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 1 to 1000}.
     * @default chosen by App Engine
     */
    maxIdle?: number;
    /**
     * The CPU utilization of an instance in percent at which another instance is added:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 50 to 95}.
     * @default 60
     */
    cpu?: number;
    /**
     * The share of `concurrency` in percent at which another instance is added:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 50 to 95}.
     * @default 60
     */
    throughput?: number;
    /**
     * Requests that an instance handles concurrently:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 1 to 1000}.
     * @default 10
     */
    concurrency?: number;
    /**
     * Minimum time that a request waits before another instance is started for it: `"1 millisecond"` to `"10 seconds"`, the
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml maximum} for pending requests.
     * @default no minimum
     */
    minPendingLatency?: Latency;
    /**
     * Maximum time that a request waits before another instance is started for it: `"1 millisecond"` to `"10 seconds"`.
     * @default "10 seconds"
     */
    maxPendingLatency?: Latency;
}

/** Basic scaling: App Engine creates instances when requests arrive and stops them when they are idle. For intermittent work. */
export interface StandardBasicScaling {
    /**
     * Maximum number of instances:
     * {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.services.versions 1 to 200}.
     */
    max: number;
    /** How long an idle instance keeps running after its last request: `"1 second"` to `"24 hours"`. */
    idleTimeout: Duration;
}

type Scalings = StandardAutomaticScaling | StandardBasicScaling;

/** The scaling and the instance class of a service. */
export type StandardScaling =
    | {
          /**
           * The number of instances: bounds for automatic scaling; with `idleTimeout` basic scaling, which stops idle instances; a number
           * for a fixed count (manual scaling), 1 to 1000, whose instances may keep state in memory.
           * @default automatic scaling
           */
          scaling?: check.OneOf<StandardAutomaticScaling, Scalings>;
          /**
           * The {@link https://cloud.google.com/appengine/docs/standard#instance_classes instance class}, which sets memory
           * and CPU: `F1` 384 MB and 600 MHz, `F2` 768 MB and 1.2 GHz, `F4` 1536 MB and 2.4 GHz, `F4_1G` 3072 MB and 2.4 GHz.
           * With basic and manual scaling `B1`, `B2`, `B4` and `B4_1G` have the same, `B8` has 3072 MB and 4.8 GHz.
           * @default `"F1"`; with basic and manual scaling `"B2"`
           */
          instanceClass?: FrontendClass;
      }
    | {
          /** Basic scaling, or a fixed number of instances for manual scaling: 1 to 1000. */
          scaling: number | check.OneOf<StandardBasicScaling, Scalings>;
          /**
           * The {@link https://cloud.google.com/appengine/docs/standard#instance_classes instance class}: `B1` 384 MB and 600 MHz, `B2` 768 MB
           * and 1.2 GHz, `B4` 1536 MB and 2.4 GHz, `B4_1G` 3072 MB and 2.4 GHz, `B8` 3072 MB and 4.8 GHz.
           * @default "B2"
           */
          instanceClass?: BackendClass;
      };

const limits = appEngineStandardLimits.rows;

const share = { min: limits.targetUtilization.min * 100, max: limits.targetUtilization.max * 100 };

const percent = check.custom<number>(
    (value) => typeof value === "number" && value >= share.min && value <= share.max,
    `must be a percentage, from ${share.min} to ${share.max}`,
);

const latency = latencyWithin(
    `${limits.pendingLatency.min} millisecond`,
    `${limits.pendingLatency.max / 1000} seconds`,
);

const automaticScaling = check.options<StandardAutomaticScaling>({
    min: check.limit(limits.minInstances),
    max: check.limit(limits.maxInstances),
    minIdle: check.limit(limits.minIdleInstances),
    maxIdle: check.limit(limits.maxIdleInstances),
    cpu: percent,
    throughput: percent,
    concurrency: check.limit(limits.concurrentRequests),
    minPendingLatency: latency,
    maxPendingLatency: latency,
});

const basicScaling = check.options<StandardBasicScaling>(
    { max: check.limit(limits.basicInstances), idleTimeout: duration("1 second", "24 hours") },
    "max",
    "idleTimeout",
);

const isBasic = (settings: unknown): settings is StandardBasicScaling => Object(settings).idleTimeout !== undefined;

/** Checks the scaling: its options, or a fixed number of instances. */
export const scaling: check.Check<NonNullable<StandardScaling["scaling"]>> = check.either(
    isPlainObject,
    check.either(isBasic, basicScaling, automaticScaling),
    check.whole(1, 1000, "instances"),
);

/** Checks an instance class. */
export const instanceClass = check.oneOf(...frontendClasses, ...backendClasses);

/** Whether App Engine adds instances for requests, as only automatic scaling does. */
export const isAutomatic = (settings: StandardScaling["scaling"]): settings is StandardAutomaticScaling | undefined =>
    typeof settings !== "number" && !isBasic(settings);

/** A scaling with its defaults. */
export type ResolvedScaling = check.OneOf<
    | { automatic: Resolved<StandardAutomaticScaling, "maxIdle" | "minPendingLatency" | "maxPendingLatency"> }
    | { basic: StandardBasicScaling }
    | { manual: number }
>;

type Resolved<Args, Unset extends keyof Args> = Required<Omit<Args, Unset>> & Pick<Args, Unset>;

export function resolveScaling(
    settings: StandardScaling["scaling"] = {},
    { minInstances, maxInstances }: Pick<EnvironmentDefaults, "minInstances" | "maxInstances">,
): ResolvedScaling {
    if (typeof settings === "number") {
        return { manual: settings };
    }
    if (isBasic(settings)) {
        return { basic: settings };
    }
    return {
        automatic: check.withDefaults(settings, {
            min: Math.min(minInstances, settings.max ?? minInstances),
            max: Math.max(maxInstances, settings.min ?? maxInstances),
            minIdle: 0,
            cpu: 60,
            throughput: 60,
            concurrency: 10,
        }),
    };
}

/** Checks combinations of the scaling and the instance class. */
export function scalingProblems({
    scaling: settings,
    instanceClass: instanceClassName,
}: StandardScaling): check.Problem[] {
    // Other kinds of scaling have one limit of a pair at most.
    const automatic = (settings ?? {}) as StandardAutomaticScaling;
    const { min, max, minIdle, maxIdle, minPendingLatency, maxPendingLatency } = automatic;
    return [
        minAboveMax(["scaling.min", min], ["scaling.max", max]),
        minAboveMax(["scaling.minIdle", minIdle], ["scaling.maxIdle", maxIdle]),
        minAboveMax(
            ["scaling.minPendingLatency", minPendingLatency],
            ["scaling.maxPendingLatency", maxPendingLatency],
            millisecondsIn,
        ),
        ...classProblem(settings, instanceClassName),
    ].filter((problem) => problem !== undefined);
}

function classProblem(settings: StandardScaling["scaling"], instanceClassName: string | undefined): check.Problem[] {
    const [classes, scalingTypes] = isAutomatic(settings)
        ? [frontendClasses, "automatic"]
        : [backendClasses, "basic or manual"];
    const isOther = instanceClassName !== undefined && !(classes as readonly string[]).includes(instanceClassName);
    const reason = `must be one of ${classes.join(", ")} with ${scalingTypes} scaling (got "${instanceClassName}").`;
    return isOther ? [check.problem("instanceClass", "appengine/instance-class-of-scaling", reason)] : [];
}

/** Formats a latency for Google's APIs: `"0.03s"`. */
const latencyArg = (latency: string): string => `${millisecondsIn(latency) / 1000}s`;

/** The scaling in the form of the API. */
export function scalingArgs({ automatic, basic, manual }: ResolvedScaling) {
    if (basic) {
        return { basicScaling: { maxInstances: basic.max, idleTimeout: inSeconds(basic.idleTimeout) } };
    }
    if (manual !== undefined) {
        return { manualScaling: { instances: manual } };
    }
    const { minPendingLatency: minLatency, maxPendingLatency: maxLatency } = automatic;
    return {
        automaticScaling: {
            maxConcurrentRequests: automatic.concurrency,
            minIdleInstances: automatic.minIdle,
            maxIdleInstances: automatic.maxIdle,
            minPendingLatency: minLatency && latencyArg(minLatency),
            maxPendingLatency: maxLatency && latencyArg(maxLatency),
            standardSchedulerSettings: {
                minInstances: automatic.min,
                maxInstances: automatic.max,
                targetCpuUtilization: automatic.cpu / 100,
                targetThroughputUtilization: automatic.throughput / 100,
            },
        },
    };
}
