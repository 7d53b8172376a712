import type { Environment } from "../environment/environment";
import { dataflowLimits } from "../facts/dataflow";
import { minAboveMax } from "../internal/arguments/bounds";
import * as check from "../internal/arguments/check";

/** The number of workers. */
export interface DataflowScaling {
    /**
     * The minimum number of workers of a streaming job with Streaming Engine, and the initial one of others.
     * @default 1 for streaming; Dataflow's own choice for batch
     */
    min?: number;
    /**
     * The maximum number of workers: 1 to 4,000.
     * @default 2 in development, 5 in staging, 20 in production
     */
    max?: number;
}

const { workers } = dataflowLimits.rows;

/** Checks a fixed number of workers, or {@link DataflowScaling}. */
export const dataflowScaling = check.either(
    (value) => typeof value === "number",
    check.limit(workers),
    check.options<DataflowScaling>({ min: check.limit(workers), max: check.limit(workers) }),
);

/** The bounds of the number of workers, of which a fixed number is the short form. */
const scalingOf = (scaling: number | DataflowScaling = {}): DataflowScaling =>
    typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;

/** Bounds with their defaults. */
export type ResolvedScaling = DataflowScaling & { max: number };

/** Completes the bounds with their defaults. */
export function resolveScaling(
    scaling: number | DataflowScaling | undefined,
    isStreaming: boolean,
    { defaults }: Pick<Environment, "defaults">,
): ResolvedScaling {
    const { min, max } = scalingOf(scaling);
    return { min: min ?? (isStreaming ? 1 : undefined), max: max ?? Math.max(defaults.maxWorkers, min ?? 1) };
}

/** Reports a minimum above the maximum. */
export function scalingProblem(scaling: number | DataflowScaling | undefined): check.Problem | undefined {
    const { min, max } = scalingOf(scaling);
    return minAboveMax(["scaling.min", min], ["max", max]);
}
