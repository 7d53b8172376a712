import { parseQuery } from "../../../../../lib/formats";
import type { Inputs } from "../../../rules/rules";
import { type Aggregation, aggregate, aggregateAgain, type Measured, secondsOf } from "./aggregation";
import { burnRate, burnRateOf } from "./burnRate";
import { isSelected, type TimeSeries } from "./timeSeries";

/** What a condition measures of a group of time series at a time. */
export interface Measurement {
    labels: Record<string, string>;
    value: number;
    isViolated: boolean;
}

/** What conditions are evaluated on. */
export interface Recorded {
    series: readonly TimeSeries[];
    /** Finds a service level objective by its name. */
    objective(name: string): Inputs | undefined;
}

/** A condition in the state of an incident's group: since when it is violated, and when it last had data. */
interface GroupState {
    labels: Record<string, string>;
    value: number;
    violatedSince?: number;
    lastData: number;
    isMet: boolean;
}

/** A group of time series that meets a condition. */
export interface Met {
    labels: Record<string, string>;
    value: number;
    /** The end of the last interval with data. */
    lastData: number;
}

const minute = 60_000;

/** The measurements of a condition with a threshold at a time. */
function measure(threshold: Inputs, all: Recorded, project: string, now: number): Measurement[] {
    const { filter, aggregations = [], denominatorFilter, denominatorAggregations = [] } = threshold;
    const values = valuesOf(filter, aggregations, all, project, now);
    const ratios = denominatorFilter
        ? ratioOf(values, valuesOf(denominatorFilter, denominatorAggregations, all, project, now))
        : values;
    const limit = Number(threshold.thresholdValue ?? 0);
    return ratios.flatMap(({ labels, value }) =>
        typeof value === "number"
            ? [{ labels, value, isViolated: threshold.comparison === "COMPARISON_LT" ? value < limit : value > limit }]
            : [],
    );
}

function valuesOf(
    filter: string,
    aggregations: Aggregation[],
    all: Recorded,
    project: string,
    now: number,
): Measured[] {
    const query = parseQuery(filter);
    const [first = {}, second] = aggregations;
    const burn = burnRateOf(query);
    const objective = burn && all.objective(burn.objective);
    if (burn) {
        return objective ? burnRate(objective, burn.lookBack, all.series, now) : [];
    }
    const selected = all.series.filter((series) => series.project === project && isSelected(series, query));
    const measured = aggregate(selected, first, now);
    return second ? aggregateAgain(measured, second) : measured;
}

/** The numerators divided by the denominators of the same group. A group without a numerator has no ratio. */
function ratioOf(numerators: Measured[], denominators: Measured[]): Measured[] {
    const byLabels = new Map(denominators.map(({ labels, value }) => [JSON.stringify(labels), value]));
    return numerators.flatMap(({ labels, value }) => {
        const denominator = byLabels.get(JSON.stringify(labels));
        return typeof value === "number" && typeof denominator === "number" && denominator !== 0
            ? [{ labels, value: value / denominator }]
            : [];
    });
}

/**
 * A condition of a metric, evaluated each minute.
 * https://docs.cloud.google.com/monitoring/alerts/concepts-indepth
 */
export class Condition {
    private readonly groups = new Map<string, GroupState>();

    /** @param spec a condition with a threshold or for absence, as the provider has it */
    constructor(
        private readonly spec: Inputs,
        private readonly project: string,
    ) {}

    /** Evaluates the condition at the end of a minute, and returns the groups that meet it. */
    evaluate(all: Recorded, now: number): Met[] {
        const { conditionThreshold, conditionAbsent } = this.spec;
        const groups = conditionThreshold
            ? this.threshold(conditionThreshold, all, now)
            : this.absence(conditionAbsent, all, now);
        const met = groups.filter(({ isMet }) => isMet);
        return this.isTriggered(met.length, groups.length) ? met : [];
    }

    /** Removes what is known of a group. */
    forget(labels: Record<string, string>): void {
        this.groups.delete(JSON.stringify(labels));
    }

    /** "If the predicate is in violation for this number of time series": by default one. */
    private isTriggered(met: number, all: number): boolean {
        const { count, percent }: Inputs = (this.spec.conditionThreshold ?? this.spec.conditionAbsent).trigger ?? {};
        return percent ? (100 * met) / all >= percent : met >= (count || 1);
    }

    private threshold(threshold: Inputs, all: Recorded, now: number): GroupState[] {
        const found = measure(threshold, all, this.project, now);
        for (const { labels, value, isViolated } of found) {
            const key = JSON.stringify(labels);
            const before = this.groups.get(key);
            this.groups.set(key, {
                ...{ labels, value, lastData: now },
                ...(isViolated && { violatedSince: before?.violatedSince ?? now }),
                isMet: false,
            });
        }
        const withData = new Set(found.map(({ labels }) => JSON.stringify(labels)));
        for (const [key, group] of this.groups) {
            if (!withData.has(key)) {
                this.groups.set(key, withoutData(group, threshold.evaluationMissingData, now));
            }
        }
        return this.settled(secondsOf(threshold.duration), now);
    }

    /** "Conditions that are met when a time series has no data for a duration": of those that had data since the start. */
    private absence(absence: Inputs, all: Recorded, now: number): GroupState[] {
        const found = valuesOf(absence.filter, absence.aggregations ?? [], all, this.project, now);
        const withData = new Set(found.map(({ labels }) => JSON.stringify(labels)));
        for (const { labels } of found) {
            this.groups.set(JSON.stringify(labels), { labels, value: 0, lastData: now, isMet: false });
        }
        for (const [key, group] of this.groups) {
            if (!withData.has(key)) {
                this.groups.set(key, { ...group, violatedSince: group.violatedSince ?? now });
            }
        }
        return this.settled(secondsOf(absence.duration), now);
    }

    /** A group meets the condition when it is violated for the whole duration, of which the first minute is part. */
    private settled(seconds: number, now: number): GroupState[] {
        for (const [key, group] of this.groups) {
            const { violatedSince } = group;
            const isMet = violatedSince !== undefined && now - violatedSince + minute >= seconds * 1000;
            this.groups.set(key, { ...group, isMet });
        }
        return [...this.groups.values()];
    }
}

/**
 * What missing data means: by default, nothing changes.
 * https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#EvaluationMissingData
 */
function withoutData(group: GroupState, missing: string | undefined, now: number): GroupState {
    if (missing === "EVALUATION_MISSING_DATA_ACTIVE") {
        return { ...group, violatedSince: group.violatedSince ?? now };
    }
    if (missing === "EVALUATION_MISSING_DATA_INACTIVE") {
        return { ...group, violatedSince: undefined };
    }
    // A condition that was not met stays so: it needs measurements for its whole duration.
    return group.isMet ? group : { ...group, violatedSince: undefined };
}
