import type { Environment } from "../environment/environment";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { minAboveMax } from "../internal/arguments/bounds";
import * as check from "../internal/arguments/check";

/** The number of a function's instances, and the requests that each handles. */
export interface FunctionScaling {
    /**
     * {@link https://cloud.google.com/run/docs/configuring/min-instances Minimum instances}, kept running without requests: 0 to
     * 1000.
     * @default 0; 1 in production for HTTP functions
     */
    min?: number;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/max-instances Maximum instances}: 1 to 1000.
     * @default 3 in development, 10 in staging, 100 in production
     */
    max?: number;
    /**
     * Requests that an instance handles {@link https://cloud.google.com/run/docs/about-concurrency concurrently}: 1 to 1000. More
     * than 1 needs at least one CPU.
     * @default 1
     */
    concurrency?: number;
}

const { instances, concurrency } = cloudRunLimits.rows;

/** Checks a fixed number of instances, or each option of the scaling. */
export const functionScaling = check.either(
    (value) => typeof value === "number",
    check.whole(1, instances.max, "instances"),
    check.options<FunctionScaling>({
        min: check.whole(0, instances.max),
        max: check.whole(1, instances.max),
        concurrency: check.whole(concurrency.min, concurrency.max),
    }),
);

/** Completes the scaling. */
export function resolveScaling(
    scaling: number | FunctionScaling,
    isHttp: boolean,
    { defaults }: Pick<Environment, "defaults">,
): Required<FunctionScaling> {
    if (typeof scaling === "number") {
        return { min: scaling, max: scaling, concurrency: 1 };
    }
    return check.withDefaults(scaling, {
        min: isHttp ? defaults.minInstances : 0,
        max: Math.max(defaults.maxInstances, scaling.min ?? 0),
        concurrency: 1,
    });
}

/** Checks the bounds. */
export const scalingProblem = ({ min, max }: Required<FunctionScaling>) =>
    minAboveMax(["scaling.min", min], ["scaling.max", max]);
