import * as check from "../../internal/arguments/check";
import { type Duration, duration, secondsIn } from "../../internal/arguments/duration";

/** A limit of change: at most a number of pods, or a percentage of the current ones, in a period. */
export interface ScalingPolicy {
    /** The unit of `value`: a number of pods, or a percentage of the current ones. */
    type: "Pods" | "Percent";
    /** Pods or percent: 1 or more. */
    value: number;
    /** The period: `"1 second"` to `"30 minutes"`. */
    period: Duration;
}

/**
 * How fast replicas are added or removed
 * ({@link https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior scaling
 * behavior}).
 */
export interface ScalingRules {
    /**
     * The window of past recommendations, of which the most conservative applies: `"0 seconds"` to `"1 hour"`.
     * @default "0 seconds" for scaling up, "5 minutes" for scaling down
     */
    stabilizationWindow?: Duration;
    /**
     * Which of several policies applies; `"Disabled"`: no scaling in this direction.
     * @default "Max"
     */
    selectPolicy?: "Max" | "Min" | "Disabled";
    /**
     * Limits of change.
     * @default up: double, or 4 pods, in 15 seconds; down: half in a minute
     */
    policies?: ScalingPolicy[];
}

/** How fast the number of replicas follows the load. */
export interface ScalingBehavior {
    /** How fast replicas are added. */
    scaleUp?: ScalingRules;
    /** How fast replicas are removed. */
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
        check.refine((all) => all.length > 0, "must have at least one policy"),
    ),
});

/** Checks the `behavior` of a horizontal scaling. */
export const behavior = check.options<ScalingBehavior>({ scaleUp: rules, scaleDown: rules });

const up: Required<ScalingRules> = {
    stabilizationWindow: "0 seconds",
    selectPolicy: "Max",
    policies: [
        { type: "Percent", value: 100, period: "15 seconds" },
        { type: "Pods", value: 4, period: "15 seconds" },
    ],
};

// Kubernetes' default removes all at once, which would overload the rest after a short lull.
const down: Required<ScalingRules> = {
    stabilizationWindow: "5 minutes",
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 50, period: "1 minute" }],
};

/** The behavior of the HorizontalPodAutoscaler. */
export function behaviorArgs({ scaleUp, scaleDown }: ScalingBehavior = {}) {
    return { scaleUp: rulesArgs({ ...up, ...scaleUp }), scaleDown: rulesArgs({ ...down, ...scaleDown }) };
}

function rulesArgs({ stabilizationWindow, selectPolicy, policies }: Required<ScalingRules>) {
    return {
        stabilizationWindowSeconds: secondsIn(stabilizationWindow),
        selectPolicy,
        policies: policies.map(({ type, value, period }) => ({ type, value, periodSeconds: secondsIn(period) })),
    };
}
