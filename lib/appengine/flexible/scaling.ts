import { appEngineFlexibleLimits } from "../../facts/limits/appEngine";
import { minAboveMax } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, inSeconds } from "../../internal/arguments/duration";
import { isPlainObject } from "../../internal/arguments/value";
import type { EnvironmentDefaults } from "../../stack/settings/defaults";

/** Automatic scaling: App Engine adjusts the number of instances to the load, with at least one instance. */
export interface FlexibleAutomaticScaling {
    /**
     * Minimum number of instances: {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml 1 to 1000}.
     * @default 1 in development, 2 in staging, 3 in production
     */
    min?: number;
    /**
     * Maximum number of instances: 1 to 1000, within the project's quota.
     * @default 3 in development, 5 in staging, 10 in production
     */
    max?: number;
    /**
     * The target average CPU utilization in percent:
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml above 0, at most 100}.
     * @default 50
     */
    cpu?: number;
    /**
     * The time over which CPU utilization is averaged: `"1 second"` to `"1 hour"`.
     * @default App Engine's
     */
    cpuAggregationWindow?: Duration;
    /**
     * The target average number of concurrent connections of an instance:
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml 1 to 4096}, the maximum of an instance.
     * @default not used for scaling
     */
    concurrency?: number;
    /**
     * How long the application takes to start on a new instance:
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml `"60 seconds"`} to `"1 hour"`. Until then its metrics
     * are ignored.
     * @default "2 minutes"
     */
    initialization?: Duration;
}

/** The scaling of a service in the flexible environment: automatic, or a fixed number of instances. */
export type FlexibleScaling = number | FlexibleAutomaticScaling;

const limits = appEngineFlexibleLimits.rows;
const count = check.whole(1, 1000, "instances");

/** Checks the scaling: its options, or a fixed number of instances. */
export const scaling: check.Check<FlexibleScaling> = check.either(
    isPlainObject,
    check.options<FlexibleAutomaticScaling>({
        min: count,
        max: count,
        cpu: check.custom(
            (value) => typeof value === "number" && value > 0 && value <= 100,
            "must be a percentage above 0, and 100 at most",
        ),
        cpuAggregationWindow: duration(limits.cpuAggregationWindow.min, "1 hour"),
        concurrency: check.limit(limits.concurrentConnections),
        initialization: duration(limits.coolDown.min, "1 hour"),
    }),
    count,
);

type Optional = "cpuAggregationWindow" | "concurrency";

/** A scaling with its defaults. */
export type ResolvedScaling =
    | number
    | (Required<Omit<FlexibleAutomaticScaling, Optional>> & Pick<FlexibleAutomaticScaling, Optional>);

export function resolveScaling(
    settings: FlexibleScaling = {},
    { minReplicas, maxReplicas }: Pick<EnvironmentDefaults, "minReplicas" | "maxReplicas">,
): ResolvedScaling {
    return typeof settings === "number"
        ? settings
        : check.withDefaults(settings, {
              min: Math.min(minReplicas, settings.max ?? minReplicas),
              max: Math.max(maxReplicas, settings.min ?? maxReplicas),
              cpu: 50,
              initialization: "2 minutes",
          });
}

/** Checks combinations of options. */
export function scalingProblems(settings: FlexibleScaling = {}): check.Problem[] {
    const { min, max } = Object(settings) as FlexibleAutomaticScaling;
    const problem = minAboveMax(["scaling.min", min], ["scaling.max", max]);
    return problem ? [problem] : [];
}

/** The arguments of the version resource. */
export function scalingArgs(scaling: ResolvedScaling) {
    if (typeof scaling === "number") {
        return { manualScaling: { instances: scaling } };
    }
    const { min, max, cpu, cpuAggregationWindow: window, concurrency, initialization } = scaling;
    return {
        automaticScaling: {
            minTotalInstances: min,
            maxTotalInstances: max,
            coolDownPeriod: inSeconds(initialization),
            cpuUtilization: {
                targetUtilization: cpu / 100,
                aggregationWindowLength: window && inSeconds(window),
            },
            requestUtilization: concurrency === undefined ? undefined : { targetConcurrentRequests: concurrency },
        },
    };
}
