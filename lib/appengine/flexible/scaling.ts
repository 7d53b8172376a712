import type { EnvironmentDefaults } from "../../environment/defaults";
import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { type Duration, duration, inSeconds } from "../../internal/duration";

/** As many instances as the load needs; there is always one. */
export interface FlexibleAutomaticScaling {
    /**
     * Instances at least: 1 to 1000 ("app.yaml Configuration File").
     * @default 1 in development, 2 in staging, 3 in production
     */
    minInstances?: number;
    /**
     * Instances at most: 1 to 1000, as far as the project's quota goes.
     * @default 3 in development, 5 in staging, 10 in production
     */
    maxInstances?: number;
    /**
     * The share of the CPUs that is used on average: above 0, up to 1 ("app.yaml Configuration File").
     * @default 0.5
     */
    targetCpuUtilization?: number;
    /**
     * The time over which the use of CPUs is averaged: `"1 second"` to `"1 hour"`.
     * @default as App Engine has it
     */
    cpuAggregationWindow?: Duration;
    /**
     * Connections that an instance has on average: 1 to 4096, which is what an instance can have ("app.yaml Configuration File").
     * @default not looked at
     */
    targetConcurrentRequests?: number;
    /**
     * How long a new instance is not looked at, as it uses more while it starts: `"60 seconds"` to `"1 hour"` ("app.yaml
     * Configuration File").
     * @default "2 minutes"
     */
    coolDown?: Duration;
}

/** Always as many instances. */
export interface FlexibleManualScaling {
    /** Instances: 1 to 1000. */
    instances: number;
}

/** How many instances a service of the flexible environment has. */
export type FlexibleScaling = check.OneOf<{ automatic: FlexibleAutomaticScaling } | { manual: FlexibleManualScaling }>;

const count = check.whole(1, 1000, "instances");

/** Checks the scaling of a service, each part by itself. */
export const scaling: check.Check = check.variant({
    automatic: check.options<{ automatic: FlexibleAutomaticScaling }>({
        automatic: check.options<FlexibleAutomaticScaling>({
            minInstances: count,
            maxInstances: count,
            targetCpuUtilization: check.custom(
                (value) => typeof value === "number" && value > 0 && value <= 1,
                "must be above 0, and 1 at most",
            ),
            cpuAggregationWindow: duration("1 second", "1 hour"),
            targetConcurrentRequests: check.whole(1, 4096, "connections"),
            coolDown: duration("60 seconds", "1 hour"),
        }),
    }),
    manual: check.options<{ manual: FlexibleManualScaling }>({
        manual: check.options<FlexibleManualScaling>({ instances: count }, "instances"),
    }),
});

type Open = "cpuAggregationWindow" | "targetConcurrentRequests";

/** A scaling with what it leaves open decided. */
export type DecidedScaling = check.OneOf<
    | { automatic: Required<Omit<FlexibleAutomaticScaling, Open>> & Pick<FlexibleAutomaticScaling, Open> }
    | { manual: FlexibleManualScaling }
>;

export function decidedScaling(
    given: FlexibleScaling | undefined,
    { minReplicas, maxReplicas }: EnvironmentDefaults,
): DecidedScaling {
    if (given?.manual) {
        return { manual: given.manual };
    }
    const { automatic = {} } = given ?? {};
    return {
        automatic: check.completed(automatic, {
            minInstances: Math.min(minReplicas, automatic.maxInstances ?? minReplicas),
            maxInstances: Math.max(maxReplicas, automatic.minInstances ?? 1),
            targetCpuUtilization: 0.5,
            coolDown: "2 minutes",
        }),
    };
}

/** What is wrong with a scaling each part of which is right by itself. */
export function scalingProblems(given: FlexibleScaling | undefined): check.Problem[] {
    const { minInstances, maxInstances } = given?.automatic ?? {};
    const problem = minAboveMax(["scaling.automatic.minInstances", minInstances], ["maxInstances", maxInstances]);
    return problem ? [problem] : [];
}

/** As the API takes it. */
export function scalingOf({ automatic, manual }: DecidedScaling) {
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
