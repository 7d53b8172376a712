import { type MetricType, metrics } from "slipway/facts";
import type { Inputs } from "../../../simulator";
import type { Kind, Point, SeriesKey, TimeSeries } from "../../../simulator/services/monitoring/evaluation/timeSeries";
import { labelsOf } from "../../../simulator/services/monitoring/metricFilter";

/** What is measured: a metric of a monitored resource. Labels are those of the metric, but `resource`. */
export interface Measured {
    project: string;
    metric: MetricType | `logging.googleapis.com/user/${string}`;
    resource: { type: string; labels: Record<string, string> };
    labels?: Record<string, string>;
    /** Labels of the resource that Google adds. */
    metadata?: Record<string, string>;
}

/** The present value of a gauge. */
export interface Reading extends Measured {
    value: number;
}

/** How long points are kept, in milliseconds of simulated time. Cloud Monitoring keeps them for six weeks and longer. */
const kept = 24 * 3_600_000;

/** How many log entries are kept until they are taken. */
const keptEntries = 5000;

const special = {
    labels: "logging.googleapis.com/labels",
    spanId: "logging.googleapis.com/spanId",
    trace: "logging.googleapis.com/trace",
} as const;

interface Written {
    log?: string;
    traceOf?(span: string): string | undefined;
}

interface Recorded extends SeriesKey {
    kind: Kind;
    points: Point[];
    /** What happened since the last point: a number of events, or the values of a distribution. */
    pending?: number | number[];
}

/** Records time series of what runs, with a point at the end of each minute, as Google's services write them. */
export class Recorder {
    private readonly series = new Map<string, Recorded>();
    private readonly gauges: (() => Reading[])[] = [];
    private readonly entries: (Inputs & { project: string })[] = [];
    private written = 0;

    /** @param logged called with each log entry */
    constructor(private readonly logged: (project: string, entry: Inputs) => void = () => undefined) {}

    /** Adds what is read at the end of each minute. */
    read(gauge: () => Reading[]): void {
        this.gauges.push(gauge);
    }

    /** Counts events. */
    count(measured: Measured, events = 1): void {
        const series = this.of(measured);
        series.pending = Number(series.pending ?? 0) + events;
    }

    /** Adds a value to a distribution. */
    collect(measured: Measured, value: number): void {
        const series = this.of(measured);
        if (Array.isArray(series.pending)) {
            series.pending.push(value);
        } else {
            series.pending = [value];
        }
    }

    /** Adds a point of a metric that a program writes itself. */
    write({ kind, metric, resource, project }: SeriesKey & { kind: Kind }, point: Point): void {
        this.find({ kind, metric, resource, project }).points.push(point);
    }

    /** Writes a log entry. */
    log(project: string, entry: Inputs): void {
        const timestamp = new Date().toISOString();
        const insertId = `serve-${++this.written}`;
        this.entries.push({ project, insertId, timestamp, ...entry });
        this.entries.splice(0, this.entries.length - keptEntries);
        this.logged(project, entry);
    }

    /**
     * Writes a line of a container, which can be a JSON object with its severity, trace, span and labels.
     * https://docs.cloud.google.com/run/docs/logging#using-json
     * https://docs.cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
     *
     * @param written `log` is the name of the log; `traceOf` returns the ID of the trace of a span, for code that writes only the span, as
     *   the functions framework does
     */
    logLine(
        project: string,
        resource: Inputs,
        line: string,
        { log = "run.googleapis.com%2Fstdout", traceOf }: Written = {},
    ): void {
        const parsed = jsonOf(line);
        const { severity = "DEFAULT", ...rest } = parsed ?? {};
        const { [special.labels]: labels, [special.spanId]: spanId, [special.trace]: own, ...jsonPayload } = rest;
        const found = own === undefined && spanId !== undefined ? traceOf?.(String(spanId)) : undefined;
        const trace = own ?? (found && `projects/${project}/traces/${found}`);
        this.log(project, {
            logName: `projects/${project}/logs/${log}`,
            severity: String(severity).toUpperCase(),
            resource: { ...resource, labels: { project_id: project, ...resource.labels } },
            ...(labels && { labels }),
            ...(spanId && { spanId }),
            ...(trace && { trace }),
            ...(parsed ? { jsonPayload } : { textPayload: line }),
        });
    }

    /** Takes the log entries of all projects that were not taken yet, the oldest one first. */
    takeEntries(): (Inputs & { project: string })[] {
        return this.entries.splice(0);
    }

    /** Ends a minute. */
    end(start: number, end: number): void {
        for (const reading of this.gauges.flatMap((gauge) => gauge())) {
            this.of(reading).points.push({ start: end, end, value: reading.value });
        }
        for (const [key, series] of this.series) {
            const { pending } = series;
            if (pending !== undefined) {
                series.points.push({ start, end, value: pending });
                series.pending = undefined;
            }
            series.points = series.points.filter((point) => point.end > end - kept);
            if (series.points.length === 0) {
                this.series.delete(key);
            }
        }
    }

    get all(): readonly TimeSeries[] {
        return [...this.series.values()];
    }

    private of({ project, metric, resource, labels = {}, metadata }: Measured): Recorded {
        const key = { project, metric: { type: metric, labels }, resource, ...(metadata && { metadata }) };
        const published = isPublished(metric) ? metrics[metric] : undefined;
        const unknown = published && Object.keys(labels).find((label) => !published.labels.includes(label));
        if (published?.resources?.includes(resource.type) === false || unknown !== undefined) {
            throw new Error(`${metric} has no ${unknown === undefined ? resource.type : `label ${unknown}`}.`);
        }
        const known = published?.resources && labelsOf(resource.type);
        const foreign = known && Object.keys(resource.labels).find((label) => !known.includes(label));
        if (foreign !== undefined) {
            throw new Error(`${resource.type} has no label ${foreign}.`);
        }
        return this.find({ ...key, kind: published?.kind === "GAUGE" ? "gauge" : "delta" });
    }

    private find(series: SeriesKey & { kind: Kind }): Recorded {
        const { project, metric, resource, metadata, kind } = series;
        const isContained = resource.labels.resource_container !== undefined;
        const labels = { ...(!isContained && { project_id: project }), ...resource.labels };
        const whole = { project, metric, resource: { ...resource, labels } };
        const key = JSON.stringify(whole);
        const found = this.series.get(key) ?? { ...whole, ...(metadata && { metadata }), kind, points: [] };
        this.series.set(key, found);
        return found;
    }
}

const isPublished = (metric: string): metric is MetricType => Object.hasOwn(metrics, metric);

function jsonOf(line: string): Inputs | undefined {
    try {
        const value: unknown = line.startsWith("{") ? JSON.parse(line) : undefined;
        return typeof value === "object" && value !== null ? value : undefined;
    } catch {
        return undefined;
    }
}
