import * as check from "../../internal/check";
import { type Duration, duration, secondsIn } from "../../internal/duration";

/** How much may change in a while: at most so many pods, or so many percent of those that there are. */
export interface ScalingPolicy {
    type: "Pods" | "Percent";
    /** Pods or percent: 1 or more. */
    value: number;
    /** The while: `"1 second"` to `"30 minutes"` ("HorizontalPodAutoscaler"). */
    period: Duration;
}

/** How fast there are more replicas, or fewer ("Configurable scaling behavior"). */
export interface ScalingRules {
    /**
     * Over how long the recommendations of the past are looked at, of which the most careful one holds: `"0 seconds"` to
     * `"1 hour"`.
     * @default "0 seconds" for more replicas, "5 minutes" for fewer
     */
    stabilizationWindow?: Duration;
    /**
     * Which policy holds where there are several; `"Disabled"`: the number does not change in this direction.
     * @default "Max"
     */
    selectPolicy?: "Max" | "Min" | "Disabled";
    /**
     * How much may change in a while.
     * @default for more replicas twice as many or 4 pods in 15 seconds; for fewer half of them in a minute
     */
    policies?: ScalingPolicy[];
}

/** How fast the number of replicas follows the load, in Kubernetes' terms. */
export interface ScalingBehavior {
    /** How fast there are more replicas. */
    scaleUp?: ScalingRules;
    /** How fast there are fewer. */
    scaleDown?: ScalingRules;
}

const policy = check.options<ScalingPolicy>(
    {
        type: check.oneOf("Pods", "Percent"),
        value: check.whole(1, 10_000),
        period: duration("1 second", "30 minutes"),
    },
    "type",
    "value",
    "period",
);

const rules = check.options<ScalingRules>({
    stabilizationWindow: duration("0 seconds", "1 hour"),
    selectPolicy: check.oneOf("Max", "Min", "Disabled"),
    policies: check.pipe(
        check.list(policy),
        check.refine((given) => !Array.isArray(given) || given.length > 0, "must have at least one policy"),
    ),
});

/** Checks the `behavior` of a horizontal scaling. */
export const behavior: check.Check = check.options<ScalingBehavior>({ scaleUp: rules, scaleDown: rules });

const up: Required<ScalingRules> = {
    stabilizationWindow: "0 seconds",
    selectPolicy: "Max",
    policies: [
        { type: "Percent", value: 100, period: "15 seconds" },
        { type: "Pods", value: 4, period: "15 seconds" },
    ],
};

// Kubernetes itself would take all away at once: what is left would then have the load of a lull that ends.
const down: Required<ScalingRules> = {
    stabilizationWindow: "5 minutes",
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 50, period: "1 minute" }],
};

/** The behavior as the autoscaler takes it. */
export function behaviorOf({ scaleUp, scaleDown }: ScalingBehavior = {}) {
    return { scaleUp: rulesOf({ ...up, ...scaleUp }), scaleDown: rulesOf({ ...down, ...scaleDown }) };
}

function rulesOf({ stabilizationWindow, selectPolicy, policies }: Required<ScalingRules>) {
    return {
        stabilizationWindowSeconds: secondsIn(stabilizationWindow),
        selectPolicy,
        policies: policies.map(({ type, value, period }) => ({ type, value, periodSeconds: secondsIn(period) })),
    };
}
