import { digits } from "../../cloud/ids";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

/** A parameter of a trial: a number, or the text of a category. */
export interface TrialParameter {
    parameterId: string;
    value: number | string;
}

const field = "hyperparameter_tuning_job";

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/StudySpec */
export function verifyStudy({ studySpec, maxTrialCount, parallelTrialCount }: Inputs): void {
    const { metrics = [], parameters = [], algorithm } = studySpec ?? {};
    if (metrics.length === 0 || parameters.length === 0) {
        throw invalid(`${field}.study_spec must have metrics and parameters.`);
    }
    if (!(maxTrialCount >= 1) || !(parallelTrialCount >= 1) || parallelTrialCount > maxTrialCount) {
        throw invalid(`${field}.parallel_trial_count must be from 1 to max_trial_count.`);
    }
    for (const parameter of withConditional(parameters)) {
        const { parameterId, doubleValueSpec, integerValueSpec, scaleType = "" } = parameter;
        // "To use grid search, all parameters must be INTEGER, CATEGORICAL, or DISCRETE."
        if (algorithm === "GRID_SEARCH" && doubleValueSpec) {
            throw invalid(`${field}.study_spec.algorithm GRID_SEARCH does not support the DOUBLE ${parameterId}.`);
        }
        // "The entire feasible space must be strictly positive."
        const lowest = (doubleValueSpec ?? integerValueSpec)?.minValue ?? listOf(parameter)[0];
        if (/LOG_SCALE$/.test(scaleType) && !(Number(lowest) > 0)) {
            throw invalid(`${field}.study_spec: ${scaleType} of ${parameterId} needs values above 0.`);
        }
    }
}

/** Parameters and those that depend on their values. */
const withConditional = (parameters: Inputs[]): Inputs[] =>
    parameters.flatMap((one) => [
        one,
        ...withConditional((one.conditionalParameterSpecs ?? []).map(({ parameterSpec }: Inputs) => parameterSpec)),
    ]);

/**
 * The parameters of each trial, in their order: all combinations of a grid search, as far as there are trials, and random ones otherwise.
 * The default algorithm learns from earlier trials; here it is random, too.
 *
 * @param seed the same seed gives the same parameters
 */
export function suggestionsOf({ studySpec, maxTrialCount }: Inputs, seed: string): TrialParameter[][] {
    const { parameters, algorithm } = studySpec;
    const count = Number(maxTrialCount);
    return algorithm === "GRID_SEARCH"
        ? take(combinations(parameters), count)
        : Array.from({ length: count }, (_, index) => sampled(parameters, `${seed} ${index + 1}`));
}

function take<Item>(items: Iterable<Item>, count: number): Item[] {
    const taken: Item[] = [];
    for (const item of items) {
        taken.push(item);
        if (taken.length >= count) {
            break;
        }
    }
    return taken;
}

/** All combinations of values, of which there can be many. */
function* combinations([parameter, ...others]: Inputs[]): Generator<TrialParameter[]> {
    if (!parameter) {
        yield [];
        return;
    }
    for (const value of listOf(parameter)) {
        for (const rest of combinations([...conditional(parameter, value), ...others])) {
            yield [{ parameterId: parameter.parameterId, value }, ...rest];
        }
    }
}

function sampled(parameters: Inputs[], seed: string): TrialParameter[] {
    return parameters.flatMap((parameter) => {
        const value = sampleOf(parameter, share(`${seed} ${parameter.parameterId}`));
        return [{ parameterId: parameter.parameterId, value }, ...sampled(conditional(parameter, value), seed)];
    });
}

/** "A conditional parameter node is active if the parameter's value matches the conditional node's parent_value_condition." */
function conditional({ conditionalParameterSpecs = [] }: Inputs, value: number | string): Inputs[] {
    return (conditionalParameterSpecs as Inputs[])
        .filter(({ parentCategoricalValues, parentIntValues, parentDiscreteValues }) => {
            const { values = [] } = parentCategoricalValues ?? parentIntValues ?? parentDiscreteValues ?? {};
            // Numbers of 64 bits are texts in JSON.
            return values.map(String).includes(String(value));
        })
        .map(({ parameterSpec }) => parameterSpec);
}

/** All values of a parameter that has a finite number of them. */
function listOf({ categoricalValueSpec, discreteValueSpec, integerValueSpec }: Inputs): (number | string)[] {
    if (integerValueSpec) {
        const [min, max] = [Number(integerValueSpec.minValue), Number(integerValueSpec.maxValue)];
        return Array.from({ length: max - min + 1 }, (_, index) => min + index);
    }
    return (categoricalValueSpec ?? discreteValueSpec)?.values ?? [];
}

/** A number from 0 to 1 that is the same for the same text. */
export const share = (text: string) => Number(digits(text, 9)) / 1e9;

/** The value at a part of the scaled range of a parameter. */
function sampleOf(parameter: Inputs, part: number): number | string {
    const { categoricalValueSpec, discreteValueSpec, doubleValueSpec, integerValueSpec, scaleType } = parameter;
    const list: (number | string)[] | undefined = (categoricalValueSpec ?? discreteValueSpec)?.values;
    if (list) {
        return list[Math.floor(part * list.length)] as number | string;
    }
    const { minValue, maxValue } = doubleValueSpec ?? integerValueSpec;
    const value = scaled(Number(minValue), Number(maxValue), scaleType, part);
    return integerValueSpec ? Math.round(value) : value;
}

function scaled(min: number, max: number, scale: string | undefined, part: number): number {
    switch (scale) {
        case "UNIT_LOG_SCALE":
            return min * (max / min) ** part;
        case "UNIT_REVERSE_LOG_SCALE":
            return max + min - min * (max / min) ** (1 - part);
        default:
            return min + part * (max - min);
    }
}
