import { parseQuery, type Query } from "../../../../../lib/formats";
import type { Inputs } from "../../../rules/rules";
import { type Measured, secondsOf } from "./aggregation";
import { isSelected, type TimeSeries } from "./timeSeries";

/** A selector of the burn rate of an objective, such as `select_slo_burn_rate("projects/1/services/a/serviceLevelObjectives/b", "3600s")`. */
export interface BurnRate {
    objective: string;
    /** In seconds. */
    lookBack: number;
}

/** The selector in a filter; undefined if it has none. */
export function burnRateOf(query: Query): BurnRate | undefined {
    if (!("call" in query) || query.call !== "select_slo_burn_rate") {
        return undefined;
    }
    const [objective = "", lookBack] = query.args;
    return { objective, lookBack: secondsOf(lookBack) };
}

/**
 * How many times faster than allowed the error budget was used in the period before a time: the share of bad requests, divided by the
 * share that the objective allows. There is none without requests.
 * https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate
 */
export function burnRate(objective: Inputs, lookBack: number, all: readonly TimeSeries[], now: number): Measured[] {
    const { goal, requestBasedSli } = objective;
    if (!requestBasedSli) {
        throw new Error("The local Google Cloud evaluates only objectives based on requests.");
    }
    const { good, total } = requestsOf(requestBasedSli, (filter, isCounted) => {
        const query = parseQuery(filter);
        const points = all
            .filter((series) => series.project === objective.project && isSelected(series, query))
            .flatMap((series) => series.points.filter(({ end }) => end > now - lookBack * 1000 && end <= now));
        return points.reduce(
            (sum, { value }) => sum + (typeof value === "number" ? value : value.filter(isCounted).length),
            0,
        );
    });
    return total > 0 ? [{ labels: {}, value: (total - good) / total / (1 - goal) }] : [];
}

type Count = (filter: string, isCounted: (value: number) => boolean) => number;

/** https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/services.serviceLevelObjectives#RequestBasedSli */
function requestsOf({ goodTotalRatio, distributionCut }: Inputs, count: Count): { good: number; total: number } {
    const every = () => true;
    if (distributionCut) {
        const { distributionFilter, range = {} } = distributionCut;
        const [min, max] = [range.min ?? Number.NEGATIVE_INFINITY, range.max ?? Number.POSITIVE_INFINITY];
        const good = count(distributionFilter, (value) => value >= min && value < max);
        return { good, total: count(distributionFilter, every) };
    }
    const { goodServiceFilter, badServiceFilter, totalServiceFilter } = goodTotalRatio;
    const of = (filter: string | undefined) => (filter ? count(filter, every) : undefined);
    const [good, bad, total] = [of(goodServiceFilter), of(badServiceFilter), of(totalServiceFilter)];
    const all = total ?? (good ?? 0) + (bad ?? 0);
    return { good: good ?? all - (bad ?? 0), total: all };
}
