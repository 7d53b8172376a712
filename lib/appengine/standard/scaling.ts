import type { EnvironmentDefaults } from "../../environment/defaults";
import { appEngineStandardLimits } from "../../facts/limits/appEngine";
import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { type Duration, duration, type Latency, millisecondsIn } from "../../internal/duration";
import { latency } from "./latency";

/** The instance classes for automatic scaling. */
const frontendClasses = ["F1", "F2", "F4", "F4_1G"] as const;

/** The instance classes for basic and manual scaling. */
const backendClasses = ["B1", "B2", "B4", "B4_1G", "B8"] as const;

type FrontendClass = (typeof frontendClasses)[number];
type BackendClass = (typeof backendClasses)[number];

/** Automatic scaling: App Engine adds instances for requests, and scales to `minInstances` without requests. */
export interface StandardAutomaticScaling {
    /**
     * Minimum number of instances of a version that receives traffic:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 0 to 1000}.
     * @default 0; 1 in production
     */
    minInstances?: number;
    /**
     * Maximum number of instances:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 1 to 2147483647}, which means no limit.
     * @default 3 in development, 10 in staging, 100 in production
     */
    maxInstances?: number;
    /**
     * Minimum number of idle instances, kept ready for more traffic: 0 to 1000.
     * @default 0
     */
    minIdleInstances?: number;
    /**
     * Maximum number of idle instances that are kept after traffic decreases:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 1 to 1000}.
     * @default chosen by App Engine
     */
    maxIdleInstances?: number;
    /**
     * The CPU utilization of an instance at which another instance is added:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 0.5 to 0.95}.
     * @default 0.6
     */
    targetCpuUtilization?: number;
    /**
     * The share of `maxConcurrentRequests` at which another instance is added:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 0.5 to 0.95}.
     * @default 0.6
     */
    targetThroughputUtilization?: number;
    /**
     * Maximum number of concurrent requests of an instance:
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml 1 to 1000}.
     * @default 10
     */
    maxConcurrentRequests?: number;
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
    maxInstances: number;
    /**
     * How long an idle instance keeps running after its last request: `"1 second"` to `"24 hours"`.
     * @default "5 minutes"
     */
    idleTimeout?: Duration;
}

/** Manual scaling: a fixed number of instances, which may keep state in memory. */
export interface StandardManualScaling {
    /** Number of instances, with or without requests: 1 to 1000. */
    instances: number;
}

type Scalings =
    | { automatic: StandardAutomaticScaling }
    | { basic: StandardBasicScaling }
    | { manual: StandardManualScaling };

/** The scaling and the instance class of a service. */
export type StandardScaling =
    | {
          /**
           * The scaling type: automatic, basic or manual.
           * @default `{ automatic: {} }`
           */
          scaling?: check.OneOf<{ automatic: StandardAutomaticScaling }, Scalings>;
          /**
           * The {@link https://cloud.google.com/appengine/docs/standard#instance_classes instance class}, which sets memory
           * and CPU: `F1` 384 MB and 600 MHz, `F2` 768 MB and 1.2 GHz, `F4` 1536 MB and 2.4 GHz, `F4_1G` 3072 MB and 2.4 GHz.
           * With basic and manual scaling `B1`, `B2`, `B4` and `B4_1G` have the same, `B8` has 3072 MB and 4.8 GHz.
           * @default `"F1"`; with basic and manual scaling `"B2"`
           */
          instanceClass?: FrontendClass;
      }
    | {
          scaling: check.OneOf<{ basic: StandardBasicScaling } | { manual: StandardManualScaling }, Scalings>;
          instanceClass?: BackendClass;
      };

const limits = appEngineStandardLimits.rows;
const { targetUtilization } = limits;

const share = check.custom<number>(
    (value) => typeof value === "number" && value >= targetUtilization.min && value <= targetUtilization.max,
    `must be from ${targetUtilization.min} to ${targetUtilization.max}`,
);

/** Checks each option of the scaling. */
export const scaling = check.variant({
    automatic: check.options<{ automatic: StandardAutomaticScaling }>({
        automatic: check.options<StandardAutomaticScaling>({
            minInstances: check.limit(limits.minInstances),
            maxInstances: check.whole(1, 2147483647, "instances"),
            minIdleInstances: check.limit(limits.minIdleInstances),
            maxIdleInstances: check.limit(limits.maxIdleInstances),
            targetCpuUtilization: share,
            targetThroughputUtilization: share,
            maxConcurrentRequests: check.limit(limits.concurrentRequests),
            minPendingLatency: latency,
            maxPendingLatency: latency,
        }),
    }),
    basic: check.options<{ basic: StandardBasicScaling }>({
        basic: check.options<StandardBasicScaling>(
            { maxInstances: check.limit(limits.basicInstances), idleTimeout: duration("1 second", "24 hours") },
            "maxInstances",
        ),
    }),
    manual: check.options<{ manual: StandardManualScaling }>({
        manual: check.options<StandardManualScaling>({ instances: check.whole(1, 1000, "instances") }, "instances"),
    }),
});

/** Checks an instance class. */
export const instanceClass = check.oneOf(...frontendClasses, ...backendClasses);

/** A scaling with its defaults. */
export type ResolvedScaling = check.OneOf<
    | { automatic: Resolved<StandardAutomaticScaling, "maxIdleInstances" | "minPendingLatency" | "maxPendingLatency"> }
    | { basic: Required<StandardBasicScaling> }
    | { manual: StandardManualScaling }
>;

type Resolved<Args, Unset extends keyof Args> = Required<Omit<Args, Unset>> & Pick<Args, Unset>;

export function resolveScaling(
    settings: StandardScaling["scaling"],
    { minInstances, maxInstances }: EnvironmentDefaults,
): ResolvedScaling {
    if (settings?.basic) {
        return { basic: check.withDefaults(settings.basic, { idleTimeout: "5 minutes" }) };
    }
    if (settings?.manual) {
        return { manual: settings.manual };
    }
    const { automatic = {} } = settings ?? {};
    return {
        automatic: check.withDefaults(automatic, {
            minInstances: Math.min(minInstances, automatic.maxInstances ?? minInstances),
            maxInstances: Math.max(maxInstances, automatic.minInstances ?? 0),
            minIdleInstances: 0,
            targetCpuUtilization: 0.6,
            targetThroughputUtilization: 0.6,
            maxConcurrentRequests: 10,
        }),
    };
}

/** Checks combinations of the scaling and the instance class. */
export function scalingProblems({
    scaling: settings,
    instanceClass: instanceClassName,
}: StandardScaling): check.Problem[] {
    const { minInstances, maxInstances, minIdleInstances, maxIdleInstances, minPendingLatency, maxPendingLatency } =
        settings?.automatic ?? ({} as StandardAutomaticScaling);
    const at = "scaling.automatic";
    return [
        minAboveMax([`${at}.minInstances`, minInstances], ["maxInstances", maxInstances]),
        minAboveMax([`${at}.minIdleInstances`, minIdleInstances], ["maxIdleInstances", maxIdleInstances]),
        minAboveMax(
            [`${at}.minPendingLatency`, minPendingLatency],
            ["maxPendingLatency", maxPendingLatency],
            (latency) => millisecondsIn(latency) ?? Number.NaN,
        ),
        ...classProblem(settings, instanceClassName),
    ].filter((problem) => problem !== undefined);
}

function classProblem(settings: StandardScaling["scaling"], instanceClassName: string | undefined): check.Problem[] {
    const isAutomatic = !settings || settings.automatic !== undefined;
    const [classes, scalingTypes] = isAutomatic ? [frontendClasses, "automatic"] : [backendClasses, "basic or manual"];
    const isOther = instanceClassName !== undefined && !(classes as readonly string[]).includes(instanceClassName);
    const reason = `must be one of ${classes.join(", ")} with ${scalingTypes} scaling (got "${instanceClassName}").`;
    return isOther ? [{ path: "instanceClass", reason }] : [];
}
