import { type Metric, metrics } from "slipway/facts";
import { FilterSyntaxError, parseQuery } from "../../../../lib/formats";
import { type Cloud, GoogleError, type Inputs } from "../../../simulator";
import { type Aggregation, aggregate, secondsOf } from "../../../simulator/services/monitoring/evaluation/aggregation";
import { isSelected, type Point, type TimeSeries } from "../../../simulator/services/monitoring/evaluation/timeSeries";
import type { Answer, Request, RestApi } from "../../emulator/http";
import type { Alerting } from "./alerting";
import type { Recorder } from "./recorder";

const address = /^\/v3\/projects\/([^/]+)\/(timeSeries|alertPolicies)$/;

/** The parts of the Cloud Monitoring API for what was recorded: time series, and the policies that are evaluated on them. */
export function monitoringRest(cloud: Cloud, recorder: Recorder, alerting: Alerting): RestApi {
    return (request) => {
        const [, project = "", collection] = address.exec(decodeURIComponent(request.path)) ?? [];
        if (collection === undefined) {
            return undefined;
        }
        try {
            if (request.method === "POST" && collection === "timeSeries") {
                create(recorder, project, JSON.parse(request.body.toString()));
                return { status: 200, body: {} };
            }
            if (request.method !== "GET") {
                return undefined;
            }
            return {
                status: 200,
                body:
                    collection === "timeSeries" ? list(recorder, project, request) : policies(cloud, project, alerting),
            };
        } catch (error) {
            return errorAnswer(error as Error);
        }
    };
}

function errorAnswer(error: Error): Answer {
    if (error instanceof GoogleError || error instanceof FilterSyntaxError) {
        const code = error instanceof GoogleError ? error.code : 400;
        const message = error instanceof GoogleError ? error.text : `Could not parse filter ${error.message}`;
        return { status: code, body: { error: { code, message, status: "INVALID_ARGUMENT" } } };
    }
    throw error;
}

/** https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
function list(recorder: Recorder, project: string, { query }: Request): Inputs {
    const filter = parseQuery(query.get("filter") ?? "");
    const end = timeOf(query.get("interval.endTime"), "interval.endTime");
    const startText = query.get("interval.startTime");
    const start = startText ? timeOf(startText, "interval.startTime") : end;
    const selected = recorder.all.filter((series) => series.project === project && isSelected(series, filter));
    const aggregation: Aggregation = {
        alignmentPeriod: query.get("aggregation.alignmentPeriod") ?? undefined,
        perSeriesAligner: query.get("aggregation.perSeriesAligner") ?? undefined,
        crossSeriesReducer: query.get("aggregation.crossSeriesReducer") ?? undefined,
        groupByFields: query.getAll("aggregation.groupByFields"),
    };
    const timeSeries = aggregation.perSeriesAligner
        ? aligned(selected, aggregation, start, end)
        : selected.map((series) => ({
              ...pick(series),
              points: series.points
                  .filter((point) => point.end > start && point.end <= end)
                  .map((point) => pointOf(point, valueTypeOf(series)))
                  .reverse(),
          }));
    return { timeSeries: timeSeries.filter(({ points }) => points.length > 0) };
}

function aligned(
    selected: TimeSeries[],
    aggregation: Aggregation,
    start: number,
    end: number,
): (Inputs & { points: Inputs[] })[] {
    const step = (secondsOf(aggregation.alignmentPeriod) || 60) * 1000;
    const groups = new Map<string, { labels: Record<string, string>; points: Inputs[] }>();
    for (let at = end; at > start; at -= step) {
        for (const { labels, value } of aggregate(selected, aggregation, at)) {
            const key = JSON.stringify(labels);
            const group = groups.get(key) ?? { labels, points: [] };
            group.points.push(pointOf({ start: at - step, end: at, value }));
            groups.set(key, group);
        }
    }
    const [first] = selected;
    return [...groups.values()].map(({ labels, points }) => ({
        metric: { type: first?.metric.type, labels: part(labels, "metric") },
        resource: { type: first?.resource.type, labels: part(labels, "resource") },
        points,
    }));
}

const part = (labels: Record<string, string>, kind: string) =>
    Object.fromEntries(
        Object.entries(labels).flatMap(([key, value]) =>
            key.startsWith(`${kind}.labels.`) ? [[key.slice(kind.length + 8), value] as const] : [],
        ),
    );

/** The type of a series' values: log-based metrics without a distribution count entries. */
function valueTypeOf({ metric, points }: TimeSeries): string {
    if (points.some(({ value }) => typeof value !== "number")) {
        return "DISTRIBUTION";
    }
    const published = (metrics as Record<string, Metric>)[metric.type];
    const isCount = metric.type.startsWith("logging.googleapis.com/user/") || published?.value === "INT64";
    return isCount ? "INT64" : "DOUBLE";
}

const pick = (series: TimeSeries) => ({
    metric: series.metric,
    resource: series.resource,
    metricKind: series.kind === "gauge" ? "GAUGE" : "DELTA",
    valueType: valueTypeOf(series),
});

function pointOf({ start, end, value }: Point, valueType = "DOUBLE"): Inputs {
    const interval = { startTime: new Date(start).toISOString(), endTime: new Date(end).toISOString() };
    if (typeof value === "number") {
        return { interval, value: valueType === "INT64" ? { int64Value: String(value) } : { doubleValue: value } };
    }
    const mean = value.reduce((sum, one) => sum + one, 0) / value.length;
    return { interval, value: { distributionValue: { count: String(value.length), mean } } };
}

function timeOf(text: string | null, field: string): number {
    const time = Date.parse(text ?? "");
    if (Number.isNaN(time)) {
        throw new GoogleError(
            400,
            `Field ${field} had an invalid value of "${text ?? ""}": must be a time in the format RFC 3339.`,
        );
    }
    return time;
}

/** https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/create */
function create(recorder: Recorder, project: string, { timeSeries = [] }: Inputs): void {
    for (const { metric, resource, metricKind = "GAUGE", points = [] } of timeSeries as Inputs[]) {
        if (!/^(custom|external|workload)\.googleapis\.com\//.test(metric?.type ?? "")) {
            throw new GoogleError(
                400,
                `Field timeSeries[0].metric.type had an invalid value of "${metric?.type}": must be a custom metric.`,
            );
        }
        for (const { interval, value } of points as Inputs[]) {
            const end = timeOf(interval?.endTime, "timeSeries[0].points[0].interval.end_time");
            const start = Date.parse(interval?.startTime ?? "") || end;
            const number = Number(value?.doubleValue ?? value?.int64Value ?? (value?.boolValue ? 1 : 0));
            const kind = metricKind === "GAUGE" ? ("gauge" as const) : ("delta" as const);
            const of = { labels: {}, ...metric };
            recorder.write(
                { project, kind, metric: of, resource: { labels: {}, ...resource } },
                { start, end, value: number },
            );
        }
    }
}

/** The alert policies of a project, with the number of open incidents as an addition of the local Google Cloud. */
const policies = (cloud: Cloud, project: string, alerting: Alerting): Inputs => ({
    alertPolicies: cloud.store
        .list("//monitoring.googleapis.com/", "alertPolicies")
        .filter((entry) => entry.project === project)
        .map(({ name, state: { project: _, deletionPolicy: __, creationRecords, ...policy } }) => ({
            ...policy,
            ...(Array.isArray(creationRecords) && { creationRecord: creationRecords[0] }),
            openIncidents: alerting.incidentsOf(name).length,
        })),
});
