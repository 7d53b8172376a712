import { type Comparison, isQueryMet, type Query, type QueryValue } from "../../../../../lib/formats";

/** What a time series is of: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries */
export interface SeriesKey {
    project: string;
    metric: { type: string; labels: Record<string, string> };
    resource: { type: string; labels: Record<string, string> };
    /** Labels of the resource that Google adds, such as the `name` of an instance: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/MonitoredResourceMetadata */
    metadata?: Record<string, string>;
}

/** `delta` counts or collects what happened since the last point, `gauge` has the value at a time. */
export type Kind = "gauge" | "delta";

/** A value at the end of an interval: a number, or all values of a distribution. Times are in milliseconds. */
export interface Point {
    start: number;
    end: number;
    value: number | readonly number[];
}

/** The points of a metric of a monitored resource, the oldest one first. */
export interface TimeSeries extends SeriesKey {
    kind: Kind;
    points: readonly Point[];
}

/** Whether a filter selects a time series; fields are `metric.type`, `metric.labels.x`, `resource.type`, `resource.labels.x`, `metadata.system_labels.x`, `project`. */
export const isSelected = (series: SeriesKey, query: Query): boolean =>
    isQueryMet(query, (leaf) => {
        if (!("field" in leaf)) {
            throw new Error("Filters of time series have only comparisons.");
        }
        return isMet(fieldOf(series, leaf.field), leaf);
    });

/** The value of a field; undefined if the series does not have it. */
export function fieldOf(series: SeriesKey, field: string): string | undefined {
    const [, part, label = ""] = /^(metric|resource|metadata)\.(?:system_)?labels?\."?([^"]+)"?$/.exec(field) ?? [];
    if (part === "metadata") {
        return series.metadata?.[label];
    }
    if (part === "metric" || part === "resource") {
        return series[part].labels[label];
    }
    const fields: Record<string, string> = {
        project: series.project,
        "metric.type": series.metric.type,
        "resource.type": series.resource.type,
    };
    return fields[field];
}

/** https://docs.cloud.google.com/monitoring/api/v3/filters#comparisons */
function isMet(actual: string | undefined, { operator, value }: Comparison): boolean {
    if (operator === "!=") {
        return !isMet(actual, { field: "", operator: "=", value });
    }
    if (actual === undefined) {
        return false;
    }
    if (typeof value !== "string") {
        return operator === "=" && functionOf(value)(actual);
    }
    const [left, right] = [Number(actual), Number(value)];
    const met: Record<string, boolean> = {
        "=": actual === value,
        ":": actual.includes(value),
        ">": left > right,
        ">=": left >= right,
        "<": left < right,
        "<=": left <= right,
    };
    return met[operator] ?? false;
}

function functionOf({ call, args }: Exclude<QueryValue, string>): (actual: string) => boolean {
    const [first = ""] = args;
    const functions: Record<string, (actual: string) => boolean> = {
        starts_with: (actual) => actual.startsWith(first),
        ends_with: (actual) => actual.endsWith(first),
        has_substring: (actual) => actual.includes(first),
        one_of: (actual) => args.includes(actual),
        "monitoring.regex.full_match": (actual) => new RegExp(`^(?:${first})$`).test(actual),
    };
    const found = functions[call];
    if (!found) {
        throw new Error(`Unknown function ${call}.`);
    }
    return found;
}
