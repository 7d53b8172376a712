import * as pulumi from "@pulumi/pulumi";
import type { MetricSignal } from "../../component/alerts/signal";
import type { MonitoredResource } from "../../facts/metrics/metric";
import { monitoredResources } from "../../facts/metrics/resources";
import { promName } from "../../formats/query";

/** A label of a metric, which has a prefix if the resource has a label of the same name. */
function metricLabel(label: string, resource: string): string {
    const { labels } = (monitoredResources.rows as Record<string, MonitoredResource>)[resource] as MonitoredResource;
    return labels.includes(label) ? `metric_${label}` : label;
}

/** The names of labels of a metric, its resource, and the metadata of the resource. */
const labelOf = {
    metric: metricLabel,
    resource: (label: string) => label,
    metadata: (label: string) => `metadata_system_${label}`,
};

/** A matcher of a label. */
interface Matcher {
    label: string;
    operator: "=" | "!=" | "=~" | "!~";
    value: string;
}

const text = ({ label, operator, value }: Matcher) => `${label}${operator}${JSON.stringify(value)}`;

const escaped = (value: string) => value.replaceAll(/[.*+?^$()[\]{}|\\]/g, "\\$&");

/** A comparison of a filter: `metric.labels.state = "used"`. */
const comparison =
    /^(?<of>metric|resource|metadata)\.(?:system_)?labels\.(?<name>\w+) (?<operator>=|!=|>=|<) (?:(?<call>starts_with|one_of)\()?(?<values>"[^"]*"(, "[^"]*")*|[^"]*)\)?$/;

interface Comparison {
    of: keyof typeof labelOf;
    name: string;
    operator: "=" | "!=" | ">=" | "<";
    call?: "starts_with" | "one_of";
    values: string;
}

/** The regular expressions of functions, of their quoted arguments. */
const patterns = {
    starts_with: (values: string) => `${escaped(values.slice(1, -1))}.*`,
    one_of: (values: string) => values.slice(1, -1).split('", "').map(escaped).join("|"),
};

/** The matchers of parts of a filter, in {@link https://cloud.google.com/monitoring/api/v3/filters Monitoring's own language}. */
export function matchersOf(parts: readonly string[], resource: string): string[] {
    const found = parts.map((part) => {
        const match = comparison.exec(part);
        if (!match) {
            throw new Error(`The filter ${part} has no equivalent in PromQL.`);
        }
        const { of, name, operator, call, values } = match.groups as unknown as Comparison;
        const value = call ? "" : values.replaceAll('"', "");
        return { label: labelOf[of](name, resource), operator, value, pattern: call && patterns[call](values) };
    });
    const matchers = found.flatMap(({ label, operator, value, pattern }): Matcher[] => {
        if (operator === "<") {
            return [];
        }
        if (operator === ">=") {
            const below = found.find((other) => other.label === label && other.operator === "<");
            return [{ label, operator: "=~", value: hundreds(Number(value), Number(below?.value)) }];
        }
        return pattern
            ? [{ label, operator: operator === "!=" ? "!~" : "=~", value: pattern }]
            : [{ label, operator, value }];
    });
    return matchers.map(text);
}

/** The expression of whole hundreds, such as codes from 500 to 599, as PromQL does not compare labels with numbers. */
function hundreds(from: number, below: number): string {
    if (from % 100 !== 0 || below !== from + 100) {
        throw new Error(`The codes from ${from} to below ${below} have no equivalent in PromQL.`);
    }
    return `${from / 100}..`;
}

/** A function of PromQL that joins the points of a series, and one that joins series. */
const joined = {
    ALIGN_COUNT_TRUE: "sum_over_time",
    ALIGN_DELTA: "increase",
    ALIGN_FRACTION_TRUE: "avg_over_time",
    ALIGN_MAX: "max_over_time",
    ALIGN_MEAN: "avg_over_time",
} as const;
const reduced = { REDUCE_MAX: "max", REDUCE_MEAN: "avg", REDUCE_SUM: "sum" } as const;

/** The value of a signal as a query in PromQL, as its alert computes it: the fraction of failed requests, a percentile, a sum. */
export function promQuery(signal: MetricSignal): pulumi.Output<string> {
    const { metric, partMetric, resource, where, only = [], part = [], of = 1 } = signal;
    return pulumi.all([pulumi.output(where), pulumi.all(only), of, metric]).apply(([labels, parts, all, type]) => {
        const own = Object.entries(labels).map(([label, value]) => text({ label, operator: "=", value }));
        const selector = [text({ label: "monitored_resource", operator: "=", value: resource }), ...own];
        const query = (name: string, filter: readonly string[]) =>
            expression(signal, promName(name), `{${[...selector, ...matchersOf(filter, resource)].join(",")}}`);
        const whole = query(type, parts);
        const isRatio = part.length > 0 || partMetric !== undefined;
        const value = isRatio ? `${query(partMetric ?? type, [...parts, ...part])} / ${whole}` : whole;
        return all === 1 ? value : `${value} / ${all}`;
    });
}

function expression(
    { aligner, reducer, groupBy = [], period = 300, resource }: MetricSignal,
    name: string,
    selector: string,
): string {
    const groups = groupBy.map((label) => {
        const [of, , key = ""] = label.split(".");
        return of === "metric" ? metricLabel(key, resource) : key;
    });
    const window = `[${period}s]`;
    if (reducer === "REDUCE_PERCENTILE_95") {
        const buckets = `rate(${name}_bucket${selector}${window})`;
        return `histogram_quantile(0.95, sum by (${["le", ...groups].join(", ")}) (${buckets}))`;
    }
    const series = `${joined[aligner]}(${name}${selector}${window})`;
    if (reducer === undefined) {
        return series;
    }
    const by = groups.length > 0 ? ` by (${groups.join(", ")})` : "";
    return `${reduced[reducer]}${by} (${series})`;
}
