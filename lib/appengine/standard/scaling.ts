import type { EnvironmentDefaults } from "../../environment/defaults";
import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { type Duration, duration } from "../../internal/duration";
import { type BackendClass, backendClasses, type FrontendClass, frontendClasses } from "./instanceClass";
import { type Latency, latency, millisecondsIn } from "./latency";

/** As many instances as the requests need; there are none where there are no requests, unless some are kept. */
export interface StandardAutomaticScaling {
    /**
     * Instances that are there when there are no requests, of a version that gets traffic: 0 to 1000 ("app.yaml reference").
     * @default 0; 1 in production
     */
    minInstances?: number;
    /**
     * Instances at most: 1 to 2147483647, which is no limit ("app.yaml reference").
     * @default 3 in development, 10 in staging, 100 in production
     */
    maxInstances?: number;
    /**
     * Instances beside those that the requests need, ready for a rise: 0 to 1000.
     * @default 0
     */
    minIdleInstances?: number;
    /**
     * Instances that are kept after requests have become fewer: 1 to 1000 ("app.yaml reference").
     * @default as App Engine sees fit
     */
    maxIdleInstances?: number;
    /**
     * The share of an instance's CPU at which there is another one: 0.5 to 0.95 ("app.yaml reference").
     * @default 0.6
     */
    targetCpuUtilization?: number;
    /**
     * The share of `maxConcurrentRequests` at which there is another instance: 0.5 to 0.95 ("app.yaml reference").
     * @default 0.6
     */
    targetThroughputUtilization?: number;
    /**
     * Requests that an instance handles at the same time: 1 to 1000 ("app.yaml reference").
     * @default 10
     */
    maxConcurrentRequests?: number;
    /**
     * How long a request waits at least before there is an instance for it: `"1 millisecond"` to `"10 seconds"`, which is how
     * long requests can wait ("Quotas and limits").
     * @default no time
     */
    minPendingLatency?: Latency;
    /**
     * How long a request waits at most before there is an instance for it: `"1 millisecond"` to `"10 seconds"`.
     * @default "10 seconds"
     */
    maxPendingLatency?: Latency;
}

/** An instance for requests when there are some, which ends a while after the last: for work that comes now and then. */
export interface StandardBasicScaling {
    /** Instances at most: 1 to 200 ("App Engine Admin API": BasicScaling). */
    maxInstances: number;
    /**
     * How long an instance stays after its last request: `"1 second"` to `"24 hours"`.
     * @default "5 minutes"
     */
    idleTimeout?: Duration;
}

/** Always as many instances, which may keep things in memory. */
export interface StandardManualScaling {
    /** Instances, whether there are requests or not: 1 to 1000. */
    instances: number;
}

type Scalings =
    | { automatic: StandardAutomaticScaling }
    | { basic: StandardBasicScaling }
    | { manual: StandardManualScaling };

/** How many instances a service of the standard environment has, and of which class. */
export type StandardScaling =
    | {
          /**
           * How many instances there are: by the requests, on demand, or always as many.
           * @default `{ automatic: {} }`
           */
          scaling?: check.OneOf<{ automatic: StandardAutomaticScaling }, Scalings>;
          /**
           * Memory and CPU of an instance: `F1` 384 MB and 600 MHz, `F2` 768 MB and 1.2 GHz, `F4` 1536 MB and 2.4 GHz, `F4_1G`
           * 3072 MB and 2.4 GHz. With basic and manual scaling `B1`, `B2`, `B4` and `B4_1G` have as much, `B8` has 3072 MB and
           * 4.8 GHz ("Instance classes").
           * @default `"F1"`; with basic and manual scaling `"B2"`
           */
          instanceClass?: FrontendClass;
      }
    | {
          scaling: check.OneOf<{ basic: StandardBasicScaling } | { manual: StandardManualScaling }, Scalings>;
          instanceClass?: BackendClass;
      };

const share = check.custom(
    (value) => typeof value === "number" && value >= 0.5 && value <= 0.95,
    "must be from 0.5 to 0.95",
);

/** Checks the scaling of a service. */
export const scaling: check.Check = check.variant({
    automatic: check.options<{ automatic: StandardAutomaticScaling }>({
        automatic: check.options<StandardAutomaticScaling>({
            minInstances: check.whole(0, 1000, "instances"),
            maxInstances: check.whole(1, 2147483647, "instances"),
            minIdleInstances: check.whole(0, 1000, "instances"),
            maxIdleInstances: check.whole(1, 1000, "instances"),
            targetCpuUtilization: share,
            targetThroughputUtilization: share,
            maxConcurrentRequests: check.whole(1, 1000, "requests"),
            minPendingLatency: latency,
            maxPendingLatency: latency,
        }),
    }),
    basic: check.options<{ basic: StandardBasicScaling }>({
        basic: check.options<StandardBasicScaling>(
            { maxInstances: check.whole(1, 200, "instances"), idleTimeout: duration("1 second", "24 hours") },
            "maxInstances",
        ),
    }),
    manual: check.options<{ manual: StandardManualScaling }>({
        manual: check.options<StandardManualScaling>({ instances: check.whole(1, 1000, "instances") }, "instances"),
    }),
});

/** Checks an instance class by itself. */
export const instanceClass: check.Check = check.oneOf(...frontendClasses, ...backendClasses);

/** A scaling with what it leaves open decided. */
export type DecidedScaling = check.OneOf<
    | { automatic: Decided<StandardAutomaticScaling, "maxIdleInstances" | "minPendingLatency" | "maxPendingLatency"> }
    | { basic: Required<StandardBasicScaling> }
    | { manual: StandardManualScaling }
>;

type Decided<Args, Open extends keyof Args> = Required<Omit<Args, Open>> & Pick<Args, Open>;

export function decidedScaling(
    given: StandardScaling["scaling"],
    { minInstances, maxInstances }: EnvironmentDefaults,
): DecidedScaling {
    if (given?.basic) {
        return { basic: check.completed(given.basic, { idleTimeout: "5 minutes" }) };
    }
    if (given?.manual) {
        return { manual: given.manual };
    }
    const { automatic = {} } = given ?? {};
    return {
        automatic: check.completed(automatic, {
            minInstances: Math.min(minInstances, automatic.maxInstances ?? minInstances),
            maxInstances: Math.max(maxInstances, automatic.minInstances ?? 0),
            minIdleInstances: 0,
            targetCpuUtilization: 0.6,
            targetThroughputUtilization: 0.6,
            maxConcurrentRequests: 10,
        }),
    };
}

/** What is wrong with a scaling and a class in which each part is right by itself. */
export function scalingProblems({ scaling: given, instanceClass: size }: StandardScaling): check.Problem[] {
    const { minInstances, maxInstances, minIdleInstances, maxIdleInstances, minPendingLatency, maxPendingLatency } =
        given?.automatic ?? ({} as StandardAutomaticScaling);
    const at = "scaling.automatic";
    return [
        minAboveMax([`${at}.minInstances`, minInstances], ["maxInstances", maxInstances]),
        minAboveMax([`${at}.minIdleInstances`, minIdleInstances], ["maxIdleInstances", maxIdleInstances]),
        minAboveMax(
            [`${at}.minPendingLatency`, minPendingLatency],
            ["maxPendingLatency", maxPendingLatency],
            (latency) => millisecondsIn(latency) ?? Number.NaN,
        ),
        ...classProblem(given, size),
    ].filter((problem) => problem !== undefined);
}

function classProblem(given: StandardScaling["scaling"], size: string | undefined): check.Problem[] {
    const isAutomatic = !given || given.automatic !== undefined;
    const [classes, how] = isAutomatic ? [frontendClasses, "automatic"] : [backendClasses, "basic or manual"];
    const isOther = size !== undefined && !(classes as readonly string[]).includes(size);
    const reason = `must be one of ${classes.join(", ")} with ${how} scaling (got "${size}").`;
    return isOther ? [{ path: "instanceClass", reason }] : [];
}
