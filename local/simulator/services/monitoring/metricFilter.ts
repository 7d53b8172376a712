import { type Metric, type MonitoredResource, metrics, monitoredResources, monitoringLimits } from "slipway/facts";
import { type Comparison, comparisonsOf, parseQuery, queryProblem, secondsIn } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs } from "../../rules/rules";

const invalid = (message: string) => new GoogleError(400, message);

/** Kinds and value types that an aligner can be applied to: https://github.com/googleapis/googleapis/blob/master/google/monitoring/v3/common.proto */
const numeric = ["INT64", "DOUBLE"];
const both = ["GAUGE", "DELTA"];
const aligners: Record<string, { kinds: string[]; values: string[] }> = {
    ALIGN_DELTA: { kinds: ["DELTA", "CUMULATIVE"], values: [...numeric, "DISTRIBUTION"] },
    ALIGN_RATE: { kinds: ["DELTA", "CUMULATIVE"], values: numeric },
    ALIGN_INTERPOLATE: { kinds: ["GAUGE"], values: numeric },
    ALIGN_NEXT_OLDER: { kinds: ["GAUGE"], values: [...numeric, "BOOL", "STRING", "DISTRIBUTION"] },
    ...Object.fromEntries(
        ["MIN", "MAX", "MEAN", "STDDEV", "PERCENT_CHANGE"].map((name) => [
            `ALIGN_${name}`,
            { kinds: both, values: numeric },
        ]),
    ),
    ALIGN_COUNT: { kinds: both, values: [...numeric, "BOOL"] },
    ALIGN_SUM: { kinds: both, values: [...numeric, "DISTRIBUTION"] },
    ...Object.fromEntries(
        ["COUNT_TRUE", "COUNT_FALSE", "FRACTION_TRUE"].map((name) => [
            `ALIGN_${name}`,
            { kinds: ["GAUGE"], values: ["BOOL"] },
        ]),
    ),
    ...Object.fromEntries(
        ["99", "95", "50", "05"].map((name) => [`ALIGN_PERCENTILE_${name}`, { kinds: both, values: ["DISTRIBUTION"] }]),
    ),
};

/** The API whose activation makes the metrics of a prefix known, where it has another name. */
const apis: Record<string, string> = {
    "agent.googleapis.com": "monitoring.googleapis.com",
    "autoscaler.googleapis.com": "compute.googleapis.com",
    "cloudsql.googleapis.com": "sqladmin.googleapis.com",
    "kubernetes.io": "container.googleapis.com",
    "loadbalancing.googleapis.com": "compute.googleapis.com",
};

/** The name under which the delay of a project's metrics is noted. */
export const metricsOf = (project: string, api: string): string =>
    `//monitoring.googleapis.com/${project}/metrics/${api}`;

const unknownMetric = (type: string) =>
    new GoogleError(
        404,
        `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
    ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/11102");

const unknownLabel = () =>
    new GoogleError(
        404,
        "The metric referenced by the provided filter is unknown. Check the metric name and labels.",
    ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/10325");

/** Metrics that exist only once a program has written them. */
const written = /^(custom|external|workload|prometheus)\.googleapis\.com\/|^logging\.googleapis\.com\/user\//;

/**
 * The metric of a filter, once it is known in the project; undefined for metrics that the table does not have. One of log entries is
 * written for the resource of each entry: https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics
 */
function metricOf(type: string, resources: string[], project: string, { cloud }: Context): Metric | undefined {
    const [prefix = "", ...path] = type.split("/");
    const known = (metrics as Record<string, Metric>)[type];
    const isUser = type.startsWith("logging.googleapis.com/user/");
    const logName = encodeURIComponent(path.slice(1).join("/"));
    const logMetric = isUser && cloud.store.read(`//logging.googleapis.com/projects/${project}/metrics/${logName}`);
    const pending = cloud.propagation.isPending(metricsOf(project, isUser ? type : (apis[prefix] ?? prefix)));
    if (pending || path.length === 0 || !prefix.includes(".") || (written.test(type) && !logMetric)) {
        throw unknownMetric(type);
    }
    if (!logMetric) {
        return known;
    }
    const { metricKind, valueType, unit, labels = [] } = logMetric.state.metricDescriptor as Inputs;
    return { kind: metricKind, value: valueType, unit, resources, labels: (labels as Inputs[]).map(({ key }) => key) };
}

const valuesOf = (comparisons: Comparison[], of: string): string[] =>
    comparisons.flatMap(({ field, operator, value }) =>
        field === of && operator === "=" && typeof value === "string" ? [value] : [],
    );

/** A filter of a condition: its metric, resource and labels exist, and its aggregation can be applied to it. */
export function verifyMetricFilter(
    field: string,
    filter: string,
    aggregations: Inputs[],
    project: string,
    context: Context,
): void {
    const wrong = (reason: string) => invalid(`Field ${field} had an invalid value of "${filter}": ${reason}`);
    if (filter.length > monitoringLimits.rows.filter.max) {
        throw wrong(`must not exceed ${monitoringLimits.rows.filter.max} characters.`);
    }
    const problem = queryProblem(filter);
    if (problem !== undefined) {
        throw wrong(`The filter has a syntax error ${problem}.`);
    }
    const query = parseQuery(filter);
    if ("call" in query && query.call.startsWith("select_slo_")) {
        const reason = selectorProblem(query, aggregations, project, context);
        if (reason) {
            throw wrong(reason);
        }
        return;
    }
    const comparisons = comparisonsOf(query);
    const [type] = valuesOf(comparisons, "metric.type");
    if (type === undefined) {
        throw wrong('must specify a restriction on "metric.type" in the filter.');
    }
    const resources = valuesOf(comparisons, "resource.type");
    if (resources.length === 0) {
        throw invalid(
            `Field ${field} had an invalid value of "${filter}": must specify a restriction on "resource.type" in the filter; see "https://cloud.google.com/monitoring/api/resources" for a list of available resource types.`,
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/7179");
    }
    const metric = metricOf(type, resources, project, context);
    if (metric) {
        verifyLabels(comparisons, metric, resources);
    }
    for (const aggregation of aggregations) {
        verifyAggregation(aggregation, metric, resources);
    }
}

/**
 * What is wrong with a selector of the data of an objective, which is not aggregated:
 * https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/create-policy-api
 */
function selectorProblem(
    { call, args: [name = "", lookBack] }: { call: string; args: string[] },
    aggregations: Inputs[],
    project: string,
    { cloud }: Context,
): string | undefined {
    const [, of, path] = /^projects\/([^/]+)\/(services\/[^/]+\/serviceLevelObjectives\/[^/]+)$/.exec(name) ?? [];
    const isPeriod = /^\d+(?:ns|us|ms|s|m|h)$/.test(lookBack ?? "");
    if (path === undefined || (call === "select_slo_burn_rate") !== isPeriod) {
        return "The time-series selector cannot be read.";
    }
    const isOwn = of === project || of === cloud.projects.number(project);
    if (!isOwn || !cloud.store.read(`//monitoring.googleapis.com/projects/${project}/${path}`)) {
        return `There is no objective ${name}.`;
    }
    return aggregations.length > 0 ? "The data of an objective cannot be aggregated." : undefined;
}

function verifyLabels(comparisons: Comparison[], metric: Metric, resources: string[]): void {
    if (!resources.every((resource) => metric.resources?.includes(resource) ?? true)) {
        throw invalid(
            "The supplied filter does not specify a valid combination of metric and monitored resource descriptors. The query will not return any time series.",
        );
    }
    if (comparisons.some(({ field }) => isUnknown(field, metric, resources))) {
        throw unknownLabel();
    }
}

/** Whether a label is none of the metric or its resources. */
function isUnknown(path: string, metric: Metric, resources: string[]): boolean {
    const [, whose, label = ""] = /^(metric|resource)\.labels?\."?([^"]+)"?$/.exec(path) ?? [];
    if (whose === undefined) {
        return false;
    }
    const known = whose === "metric" ? metric.labels : resources.flatMap((type) => labelsOf(type) ?? [label]);
    return label !== "*" && !known.includes(label);
}

/** The labels of a monitored resource type, with that of the project; undefined if the table does not have it. */
export function labelsOf(type: string): readonly string[] | undefined {
    const labels = (monitoredResources.rows as Record<string, MonitoredResource>)[type]?.labels;
    return labels && (labels.includes("resource_container") ? labels : [...labels, "project_id"]);
}

function verifyAggregation(aggregation: Inputs, metric: Metric | undefined, resources: string[]): void {
    const {
        alignmentPeriod = "",
        perSeriesAligner = "ALIGN_NONE",
        crossSeriesReducer,
        groupByFields = [],
    } = aggregation;
    const { min, max } = monitoringLimits.rows.alignmentPeriod;
    const seconds = Number.parseInt(alignmentPeriod, 10);
    const wrongPeriod = (reason: string) =>
        invalid(`Field aggregation.alignmentPeriod had an invalid value of "${alignmentPeriod}": ${reason}`);
    if (perSeriesAligner !== "ALIGN_NONE" && !(seconds >= secondsIn(min))) {
        throw wrongPeriod(`The alignment period must be at least ${min}.`);
    }
    if (seconds > secondsIn(max)) {
        throw wrongPeriod(`The alignment period must be at most ${max}.`);
    }
    // https://github.com/hashicorp/terraform-provider-google/issues/16366; a reducer that reduces nothing is accepted:
    // https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/monitoring/resource_monitoring_alert_policy_test.go
    if (groupByFields.length > 0 && crossSeriesReducer === undefined) {
        throw invalid("An aggregation cannot have group-by fields without a reducer.");
    }
    const aligner = aligners[perSeriesAligner];
    if (
        metric &&
        perSeriesAligner !== "ALIGN_NONE" &&
        !(aligner?.kinds.includes(metric.kind) && aligner.values.includes(metric.value))
    ) {
        // The words: https://github.com/google/exposure-notifications-verification-server/issues/659
        throw invalid(
            `Field aggregation.perSeriesAligner had an invalid value of "${perSeriesAligner}": The aligner cannot be applied to metrics with kind ${metric.kind} and value type ${metric.value}.`,
        );
    }
    if (metric && groupByFields.some((path: string) => isUnknown(path, metric, resources))) {
        throw unknownLabel();
    }
}
