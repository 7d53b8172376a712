import type { EnvironmentDefaults } from "../../environment/defaults";
import { appEngineFlexibleLimits } from "../../facts/limits/appEngine";
import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { type Duration, duration, inSeconds } from "../../internal/duration";

/** Automatic scaling: App Engine adjusts the number of instances to the load, with at least one instance. */
export interface FlexibleAutomaticScaling {
    /**
     * Minimum number of instances: {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml 1 to 1000}.
     * @default 1 in development, 2 in staging, 3 in production
     */
    minInstances?: number;
    /**
     * Maximum number of instances: 1 to 1000, within the project's quota.
     * @default 3 in development, 5 in staging, 10 in production
     */
    maxInstances?: number;
    /**
     * The target average CPU utilization:
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml above 0, at most 1}.
     * @default 0.5
     */
    targetCpuUtilization?: number;
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
    targetConcurrentRequests?: number;
    /**
     * How long the metrics of a new instance are ignored while it starts:
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml `"60 seconds"`} to `"1 hour"`.
     * @default "2 minutes"
     */
    coolDown?: Duration;
}

/** Manual scaling: a fixed number of instances. */
export interface FlexibleManualScaling {
    /** Number of instances: 1 to 1000. */
    instances: number;
}

/** The scaling of a service in the flexible environment. */
export type FlexibleScaling = check.OneOf<{ automatic: FlexibleAutomaticScaling } | { manual: FlexibleManualScaling }>;

const limits = appEngineFlexibleLimits.rows;
const count = check.whole(1, 1000, "instances");

/** Checks each option of the scaling. */
export const scaling = check.variant({
    automatic: check.options<{ automatic: FlexibleAutomaticScaling }>({
        automatic: check.options<FlexibleAutomaticScaling>({
            minInstances: count,
            maxInstances: count,
            targetCpuUtilization: check.custom(
                (value) => typeof value === "number" && value > 0 && value <= 1,
                "must be above 0, and 1 at most",
            ),
            cpuAggregationWindow: duration(limits.cpuAggregationWindow.min, "1 hour"),
            targetConcurrentRequests: check.limit(limits.concurrentConnections),
            coolDown: duration(limits.coolDown.min, "1 hour"),
        }),
    }),
    manual: check.options<{ manual: FlexibleManualScaling }>({
        manual: check.options<FlexibleManualScaling>({ instances: count }, "instances"),
    }),
});

type Optional = "cpuAggregationWindow" | "targetConcurrentRequests";

/** A scaling with its defaults. */
export type ResolvedScaling = check.OneOf<
    | { automatic: Required<Omit<FlexibleAutomaticScaling, Optional>> & Pick<FlexibleAutomaticScaling, Optional> }
    | { manual: FlexibleManualScaling }
>;

export function resolveScaling(
    settings: FlexibleScaling | undefined,
    { minReplicas, maxReplicas }: EnvironmentDefaults,
): ResolvedScaling {
    if (settings?.manual) {
        return { manual: settings.manual };
    }
    const { automatic = {} } = settings ?? {};
    return {
        automatic: check.withDefaults(automatic, {
            minInstances: Math.min(minReplicas, automatic.maxInstances ?? minReplicas),
            maxInstances: Math.max(maxReplicas, automatic.minInstances ?? 1),
            targetCpuUtilization: 0.5,
            coolDown: "2 minutes",
        }),
    };
}

/** Checks combinations of options. */
export function scalingProblems(settings: FlexibleScaling | undefined): check.Problem[] {
    const { minInstances, maxInstances } = settings?.automatic ?? {};
    const problem = minAboveMax(["scaling.automatic.minInstances", minInstances], ["maxInstances", maxInstances]);
    return problem ? [problem] : [];
}

/** The arguments of the version resource. */
export function scalingArgs({ automatic, manual }: ResolvedScaling) {
    if (manual) {
        return { manualScaling: { instances: manual.instances } };
    }
    const { cpuAggregationWindow: window, targetConcurrentRequests } = automatic;
    return {
        automaticScaling: {
            minTotalInstances: automatic.minInstances,
            maxTotalInstances: automatic.maxInstances,
            coolDownPeriod: inSeconds(automatic.coolDown),
            cpuUtilization: {
                targetUtilization: automatic.targetCpuUtilization,
                aggregationWindowLength: window && inSeconds(window),
            },
            requestUtilization: targetConcurrentRequests === undefined ? undefined : { targetConcurrentRequests },
        },
    };
}
