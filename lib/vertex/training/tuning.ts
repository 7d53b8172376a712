import { trainingLimits } from "../../facts/vertex/training";
import * as check from "../../internal/arguments/check";

/** The scale of a range: even, or with as many values below as above the geometric mean. */
type Scale = "linear" | "log" | "reverse-log";

/** A hyperparameter that is a number within a range. */
export interface RangeParameter {
    /** The least value that is tried. */
    min: number;
    /** The greatest value that is tried. */
    max: number;
    /**
     * Whether only whole numbers are tried.
     * @default false
     */
    integer?: boolean;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/StudySpec#scaletype scale}; `"log"` needs a minimum above 0.
     * @default "linear"
     */
    scale?: Scale;
}

/** A hyperparameter with a list of values: numbers in increasing order, up to 1,000, or texts. */
export interface ListParameter {
    /** The values to try: numbers in increasing order, up to 1,000, or texts. At least one. */
    values: readonly number[] | readonly string[];
}

/** The search for hyperparameters. */
export interface Tuning {
    /**
     * The metrics that the code reports with {@link https://pypi.org/project/cloudml-hypertune/ cloudml-hypertune}, and their goals:
     * `{ accuracy: "maximize" }`. The first one decides which trial is the best.
     */
    metrics: Record<string, "maximize" | "minimize">;
    /** The hyperparameters, which the code receives as arguments: `--learning_rate=0.01`. */
    parameters: Record<string, check.OneOf<RangeParameter | ListParameter>>;
    /** The number of trials: at least 1. */
    trials: number;
    /**
     * The number of trials that run at the same time, each on all machines of the job. Later trials learn from the results of earlier
     * trials.
     * @default 1
     */
    parallel?: number;
    /**
     * How many trials must fail before the job fails.
     * @default Vertex AI decides
     */
    maxFailed?: number;
    /**
     * The search algorithm.
     * @default "bayesian"
     */
    algorithm?: "bayesian" | "grid" | "random";
}

const parameter = check.variant({
    min: check.options<RangeParameter>(
        {
            min: check.custom<number>((value) => Number.isFinite(value), "must be a number"),
            max: check.custom<number>((value) => Number.isFinite(value), "must be a number"),
            integer: check.flag(),
            scale: check.oneOf("linear", "log", "reverse-log"),
        },
        "min",
        "max",
    ),
    values: check.options<ListParameter>(
        {
            values: check.custom<ListParameter["values"]>(
                (value) =>
                    Array.isArray(value) &&
                    value.length > 0 &&
                    value.every(
                        (each) => typeof each === typeof value[0] && ["string", "number"].includes(typeof each),
                    ),
                "must be a list of numbers or of texts",
            ),
        },
        "values",
    ),
});

const id = check.matching(/^\S+$/, "must not contain spaces");

/** Checks {@link Tuning}. */
export const tuning = check.options<Tuning>(
    {
        metrics: check.record(id, check.oneOf("maximize", "minimize")),
        parameters: check.record(id, parameter),
        trials: check.whole(1, 10_000),
        parallel: check.whole(1, 10_000),
        maxFailed: check.whole(1, 10_000),
        algorithm: check.oneOf("bayesian", "grid", "random"),
    },
    "metrics",
    "parameters",
    "trials",
);

const isList = (one: Tuning["parameters"][string]): one is ListParameter => one.values !== undefined;

/** Reports combinations that Vertex AI refuses. */
export function tuningProblems(given: Tuning | undefined): (check.Problem | undefined)[] {
    if (given === undefined) {
        return [];
    }
    const { metrics, parameters, trials, parallel = 1, algorithm } = given;
    const empty = (path: string) => check.problem(path, "vertex/tuning-empty", "must have at least one entry.");
    return [
        ...(Object.keys(metrics).length === 0 ? [empty("tuning.metrics")] : []),
        ...(Object.keys(parameters).length === 0 ? [empty("tuning.parameters")] : []),
        check.when(
            parallel > trials,
            "tuning.parallel",
            "vertex/parallel-above-trials",
            `must not be above trials, ${trials} (got ${parallel}).`,
        ),
        ...Object.entries(parameters).flatMap(([name, one]) => {
            const at = `tuning.parameters.${name}`;
            return isList(one) ? listProblems(at, one) : rangeProblems(at, one, algorithm);
        }),
    ];
}

function rangeProblems(
    at: string,
    { min, max, integer, scale }: RangeParameter,
    algorithm: Tuning["algorithm"],
): (check.Problem | undefined)[] {
    return [
        check.when(
            min > max,
            at,
            "vertex/tuning-min-above-max",
            `must have a min that is not above max, ${max} (got ${min}).`,
        ),
        check.when(
            integer && !(Number.isInteger(min) && Number.isInteger(max)),
            at,
            "vertex/tuning-bounds-not-whole",
            `must have whole numbers as min and max (got ${min} and ${max}).`,
        ),
        check.when(
            (scale === "log" || scale === "reverse-log") && min <= 0,
            at,
            "vertex/tuning-min-of-log-scale",
            `must have a min above 0 with scale "${scale}" (got ${min}).`,
        ),
        // https://cloud.google.com/vertex-ai/docs/training/hyperparameter-tuning-overview#search_algorithms
        check.when(
            algorithm === "grid" && !integer,
            at,
            "vertex/tuning-range-of-grid",
            'must be whole numbers or a list with algorithm "grid". Set integer: true, or values.',
        ),
    ];
}

function listProblems(at: string, { values }: ListParameter): (check.Problem | undefined)[] {
    const { max } = trainingLimits.rows.discreteValues;
    const isIncreasing = values.every(
        (value, index) => index === 0 || Number(value) - Number(values[index - 1]) >= 1e-10,
    );
    return typeof values[0] === "string"
        ? []
        : [
              check.when(
                  values.length > max,
                  at,
                  "vertex/tuning-too-many-values",
                  `must have ${max} values at most (got ${values.length}).`,
              ),
              check.when(
                  !isIncreasing,
                  at,
                  "vertex/tuning-values-not-increasing",
                  `must have its values in increasing order (got ${values.join(", ")}).`,
              ),
          ];
}

const scales = {
    linear: "UNIT_LINEAR_SCALE",
    log: "UNIT_LOG_SCALE",
    "reverse-log": "UNIT_REVERSE_LOG_SCALE",
} as const;

/** The parts of a tuning job in the form of the API. */
export function tuningSpec({ metrics, parameters, trials, parallel = 1, maxFailed, algorithm = "bayesian" }: Tuning) {
    return {
        maxTrialCount: trials,
        parallelTrialCount: parallel,
        maxFailedTrialCount: maxFailed,
        studySpec: {
            metrics: Object.entries(metrics).map(([metricId, goal]) => ({ metricId, goal: goal.toUpperCase() })),
            parameters: Object.entries(parameters).map(([parameterId, one]) => ({ parameterId, ...valuesOf(one) })),
            ...(algorithm !== "bayesian" && { algorithm: algorithm === "grid" ? "GRID_SEARCH" : "RANDOM_SEARCH" }),
        },
    };
}

function valuesOf(one: Tuning["parameters"][string]) {
    if (isList(one)) {
        return typeof one.values[0] === "string"
            ? { categoricalValueSpec: { values: [...one.values] } }
            : { discreteValueSpec: { values: [...one.values] } };
    }
    const { min, max, integer = false, scale = "linear" } = one;
    return {
        scaleType: scales[scale],
        // 64-bit integers are texts in JSON.
        ...(integer
            ? { integerValueSpec: { minValue: String(min), maxValue: String(max) } }
            : { doubleValueSpec: { minValue: min, maxValue: max } }),
    };
}
