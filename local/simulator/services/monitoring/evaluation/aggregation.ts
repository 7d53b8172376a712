import { fieldOf, type Point, type TimeSeries } from "./timeSeries";

/** How time series are aligned and combined: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aggregation */
export interface Aggregation {
    /** Such as `300s`. */
    alignmentPeriod?: string;
    perSeriesAligner?: string;
    crossSeriesReducer?: string;
    groupByFields?: string[];
}

/** A value of a group of time series; the labels are those of the group. */
export interface Measured {
    labels: Record<string, string>;
    value: number | readonly number[];
}

/** The seconds of a duration such as `300s`. */
export const secondsOf = (duration: string | undefined): number => Number.parseFloat(duration ?? "0");

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** The value below which a percentage of the values is, with interpolation. */
function percentile(values: readonly number[], percent: number): number {
    const sorted = [...values].sort((one, other) => one - other);
    const at = ((sorted.length - 1) * percent) / 100;
    const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
    return low + (high - low) * (at - Math.floor(at));
}

const numbersOf = (points: readonly Point[]): number[] =>
    points.flatMap(({ value }) => (typeof value === "number" ? [value] : [...value]));

const countTrue = (values: readonly number[]) => values.filter((value) => value !== 0).length;

type Combine = (values: readonly number[]) => number;

/** What aligners and reducers have in common. */
const combined: Record<string, Combine> = {
    MEAN: mean,
    MIN: (values) => values.reduce((least, one) => Math.min(least, one)),
    MAX: (values) => values.reduce((most, one) => Math.max(most, one)),
    SUM: sum,
    COUNT_TRUE: countTrue,
    COUNT_FALSE: (values) => values.length - countTrue(values),
    FRACTION_TRUE: (values) => countTrue(values) / values.length,
    PERCENTILE_05: (values) => percentile(values, 5),
    PERCENTILE_50: (values) => percentile(values, 50),
    PERCENTILE_95: (values) => percentile(values, 95),
    PERCENTILE_99: (values) => percentile(values, 99),
    STDDEV: (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))),
};

/**
 * The value of a time series for the alignment period before a time, or undefined if it has no points there. A delta is of the period
 * in which it ends.
 * https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner
 */
function align(series: TimeSeries, aligner: string, seconds: number, now: number): Measured["value"] | undefined {
    const points = series.points.filter(({ end }) => end > now - seconds * 1000 && end <= now);
    const last = points.at(-1);
    if (!last) {
        return undefined;
    }
    const isDistribution = points.some(({ value }) => typeof value !== "number");
    const numbers = numbersOf(points);
    switch (aligner) {
        case "ALIGN_DELTA":
            return isDistribution ? numbers : sum(numbers);
        case "ALIGN_RATE":
            return sum(numbers) / seconds;
        case "ALIGN_NEXT_OLDER":
            return last.value;
        case "ALIGN_COUNT":
            return isDistribution ? numbers.length : points.length;
    }
    const combine = combined[aligner.replace(/^ALIGN_/, "")];
    if (!combine) {
        throw new Error(`The local Google Cloud does not simulate the aligner ${aligner}.`);
    }
    // A sum of distributions is a distribution.
    return isDistribution && aligner === "ALIGN_SUM" ? numbers : combine(numbers);
}

/** https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Reducer */
function reduce(values: Measured["value"][], reducer: string): Measured["value"] {
    const numbers = values.flatMap((value) => (typeof value === "number" ? [value] : [...value]));
    if (reducer === "REDUCE_COUNT") {
        return values.length;
    }
    const combine = combined[reducer.replace(/^REDUCE_/, "")];
    if (!combine) {
        throw new Error(`The local Google Cloud does not simulate the reducer ${reducer}.`);
    }
    return reducer === "REDUCE_SUM" && values.some((value) => typeof value !== "number") ? numbers : combine(numbers);
}

const allLabels = (series: TimeSeries): Record<string, string> => ({
    ...Object.fromEntries(
        Object.entries(series.resource.labels).map(([key, value]) => [`resource.labels.${key}`, value]),
    ),
    ...Object.fromEntries(Object.entries(series.metric.labels).map(([key, value]) => [`metric.labels.${key}`, value])),
});

/** The labels of a group, with one spelling of each field. */
const groupOf = (series: TimeSeries, fields: string[]): Record<string, string> =>
    Object.fromEntries(
        fields.map((field) => [field.replace(/\.label\./, ".labels."), fieldOf(series, field) ?? ""] as const),
    );

/** Aligns time series to the period before a time, and combines those of a group. */
export function aggregate(all: readonly TimeSeries[], aggregation: Aggregation, now: number): Measured[] {
    const { perSeriesAligner = "ALIGN_NONE", crossSeriesReducer = "REDUCE_NONE", groupByFields = [] } = aggregation;
    const seconds = secondsOf(aggregation.alignmentPeriod) || 60;
    const aligner = perSeriesAligner === "ALIGN_NONE" ? "ALIGN_NEXT_OLDER" : perSeriesAligner;
    const isReduced = crossSeriesReducer !== "REDUCE_NONE";
    const groups = new Map<string, { labels: Record<string, string>; values: Measured["value"][] }>();
    for (const series of all) {
        const value = align(series, aligner, seconds, now);
        if (value !== undefined) {
            const labels = isReduced ? groupOf(series, groupByFields) : allLabels(series);
            const key = JSON.stringify(labels);
            const group = groups.get(key) ?? { labels, values: [] };
            group.values.push(value);
            groups.set(key, group);
        }
    }
    return [...groups.values()].map(({ labels, values }) => ({
        labels,
        value: isReduced ? reduce(values, crossSeriesReducer) : (values[0] as Measured["value"]),
    }));
}

/** Combines the values of a first aggregation once more, as the second one of a condition does. */
export function aggregateAgain(
    measured: Measured[],
    { crossSeriesReducer, groupByFields = [] }: Aggregation,
): Measured[] {
    if (crossSeriesReducer === undefined || crossSeriesReducer === "REDUCE_NONE") {
        return measured;
    }
    const groups = new Map<string, Measured[]>();
    const labelsOf = ({ labels }: Measured) =>
        Object.fromEntries(groupByFields.map((field) => [field.replace(/\.label\./, ".labels."), labels[field] ?? ""]));
    for (const each of measured) {
        const key = JSON.stringify(labelsOf(each));
        groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return [...groups.values()].map((group) => ({
        labels: labelsOf(group[0] as Measured),
        value: reduce(
            group.map(({ value }) => value),
            crossSeriesReducer,
        ),
    }));
}
