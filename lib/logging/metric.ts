import { Metric, type MetricArgs } from "@pulumi/gcp/logging/metric";
import * as pulumi from "@pulumi/pulumi";
import type { LogMetricType, MetricSignal, ResourceType } from "../component/alerts/signal";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { inEnvironment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { parseExtractor, parseQuery, type Query } from "../formats/query";
import * as check from "../internal/arguments/check";
import { display } from "../internal/arguments/value";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { description, filter } from "./filter";

/** A label of a log-based metric. */
export interface LogLabel {
    /**
     * The field of log entries with the value, such as `jsonPayload.reason`, or an
     * {@link https://cloud.google.com/logging/docs/logs-based-metrics/labels#create-label extractor}:
     * `REGEXP_EXTRACT(jsonPayload.url, "^https://([^/]+)")`.
     */
    extract: string;
    /**
     * The type of its values.
     * @default "string"
     */
    type?: "string" | "integer" | "boolean";
    /**
     * A description, which the console shows.
     * @default none
     */
    description?: string;
}

/**
 * The {@link https://cloud.google.com/logging/docs/logs-based-metrics/distribution-metrics#histogram buckets} of a distribution: their bounds,
 * or a number of buckets of the same width or of growing widths.
 */
export type LogBuckets = check.OneOf<
    | {
          /** The bounds between buckets, in ascending order: `[0.1, 0.5, 1, 5]`. */
          bounds: number[];
      }
    | {
          /** Buckets of one width: `{ count: 20, width: 0.1 }`, from `offset`, by default 0. */
          linear: {
              /** The number of buckets: 1 to 200. */
              count: number;
              /** The width of each bucket: above 0. */
              width: number;
              /**
               * The lower bound of the first bucket.
               * @default 0
               */
              offset?: number;
          };
      }
    | {
          /** Buckets whose bounds are `scale`, `scale * growthFactor`, `scale * growthFactor ** 2` and so on. */
          exponential: {
              /** The number of buckets: 1 to 200. */
              count: number;
              /** The factor between one bound and the next: above 1. */
              growthFactor: number;
              /** The lower bound of the first bucket: above 0. */
              scale: number;
          };
      }
>;

/** The values of a distribution metric. */
export interface LogDistribution {
    /** The field of log entries with the number, such as `jsonPayload.seconds`, or an extractor. Entries without a number are ignored. */
    extract: string;
    /**
     * The {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors#MetricDescriptor unit} of the number:
     * `s`, `ms`, `By`.
     * @default "1"
     */
    unit?: string;
    /**
     * The buckets in which values are counted.
     * @default 64 buckets from 0.01, each twice as wide as the previous bucket
     */
    buckets?: LogBuckets;
}

/** The arguments of a {@link LogMetric}. */
export interface LogMetricArgs extends ComponentArgs {
    /**
     * Which log entries count, in the {@link https://cloud.google.com/logging/docs/view/logging-query-language Logging query language}, at
     * most 20,000 characters. Only entries from now on count.
     */
    filter: pulumi.Input<string>;
    /**
     * Labels of the metric with the fields that have their values: `{ reason: "jsonPayload.reason" }`. Each combination of values is a time
     * series, so a label must not have a value for each user or request. Changing the labels replaces the metric.
     * @default none
     */
    labels?: Record<string, string | LogLabel>;
    /**
     * Records a number of each log entry, such as a latency. Changing whether there is one replaces the metric.
     * @default none: the metric counts log entries
     */
    distribution?: LogDistribution;
    /**
     * The name of the metric: up to 100 letters, digits and `_-.,+!*'()%/`, not starting with `/`. Its type is
     * `logging.googleapis.com/user/<name>`. Changing this replaces the metric.
     * @default the component's name
     */
    name?: string;
    /**
     * The description of the metric: at most 8,000 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Alerts when there are log entries, or more than a number in 5 minutes: `{ to: oncall, logEntries: { threshold: 5 } }`. A metric with
     * `distribution` alerts by the 95th percentile of its values, which needs a threshold in the unit of the metric:
     * `{ to: oncall, logValues: { threshold: 2.5 } }`. The filter must be a text that requires one
     * {@link https://cloud.google.com/monitoring/api/resources type of resource}, as an alert policy does:
     * `resource.type="cloud_run_revision"`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"logEntries" | "logValues">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { metric?: Transform<MetricArgs> };
}

const extractor = check.pipe(
    check.matching(
        /^[^()\s]+$|\(.*\)/,
        "must be a field such as jsonPayload.seconds, or an extractor such as EXTRACT(jsonPayload.seconds)",
    ),
    check.refine(
        (text) => !String(text).includes("(") || parseExtractor(String(text)) !== undefined,
        'must be EXTRACT(field), or REGEXP_EXTRACT(field, "regular expression") with exactly one capture group',
    ),
);

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const finite = check.custom<number>(isNumber, "must be a number");
const positive = check.custom<number>((value) => isNumber(value) && value > 0, "must be a number above 0");
const count = check.whole(1, 200, "buckets");
const isAscending = (bounds: unknown) =>
    (bounds as number[]).every((bound, index, all) => index === 0 || bound > (all[index - 1] as number));

type Linear = Extract<LogBuckets, { linear: object }>["linear"];
type Exponential = Extract<LogBuckets, { exponential: object }>["exponential"];

const buckets = check.variant({
    bounds: check.options<{ bounds: number[] }>(
        {
            bounds: check.pipe(
                check.list(finite),
                check.refine((bounds) => (bounds as unknown[]).length > 0, "must have at least one bound"),
                check.refine(isAscending, "must be in ascending order"),
            ),
        },
        "bounds",
    ),
    linear: check.options<{ linear: Linear }>(
        { linear: check.options<Linear>({ count, width: positive, offset: finite }, "count", "width") },
        "linear",
    ),
    exponential: check.options<{ exponential: Exponential }>(
        {
            exponential: check.options<Exponential>(
                {
                    count,
                    growthFactor: check.custom((value) => isNumber(value) && value > 1, "must be above 1"),
                    scale: positive,
                },
                "count",
                "growthFactor",
                "scale",
            ),
        },
        "exponential",
    ),
});

const logMetricArgs = check.options<LogMetricArgs>(
    {
        filter,
        labels: check.record(
            check.matching(
                /^[A-Za-z][A-Za-z0-9_]{0,99}$/,
                "a label must have up to 100 letters, digits and _, and start with a letter",
            ),
            check.either<string, LogLabel>(
                (value) => typeof value === "string",
                extractor,
                check.options<LogLabel>(
                    {
                        extract: extractor,
                        type: check.oneOf("string", "integer", "boolean"),
                        description: check.text(),
                    },
                    "extract",
                ),
            ),
        ),
        distribution: check.options<LogDistribution>({ extract: extractor, unit: check.text(), buckets }, "extract"),
        name: check.nameOf(nameFormats.rows.logMetric),
        description,
        alerts: componentAlerts("logEntries", "logValues"),
        transform: transforms("metric"),
        ...componentArgs,
    },
    "filter",
);

/**
 * A {@link https://cloud.google.com/logging/docs/logs-based-metrics log-based metric}: it counts log entries, or records a number that they
 * contain.
 * @example
 * ```ts
 * const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
 * new LogMetric("rejections", {
 *     filter: 'jsonPayload.event="rejected"',
 *     labels: { reason: "jsonPayload.reason" },
 *     alerts: { to: oncall, logEntries: { threshold: 5 } },
 * });
 * ```
 */
export class LogMetric extends pulumi.ComponentResource {
    /** The metric itself. */
    readonly metric: Metric;
    /** The type of the metric in filters and queries: `logging.googleapis.com/user/rejections`. */
    readonly type: pulumi.Output<string>;

    constructor(name: string, args: LogMetricArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(
            `LogMetric "${name}"`,
            check.withDefaults(args, { name }),
            logMetricArgs,
            alertsProblems,
        );
        super("slipway:index:LogMetric", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, observe } = component(this, name, resolved, { apis: ["logging.googleapis.com"] });
        // The name is taken until the old metric is deleted. The provider would create a metric with another name and keep the old one:
        // https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics/update
        const own = { deleteBeforeReplace: true, replaceOnChanges: ["name"] };
        this.metric = new Metric(...child("metric", name, metricArgs(resolved), own));
        this.type = pulumi.interpolate`logging.googleapis.com/user/${this.metric.name}`;
        observe("Logs", this.signals(resolved), resolved.alerts);
        this.registerOutputs({ metric: this.metric });
    }

    /** The number of log entries or their values, if it is known for which type of resource they are written. */
    private signals(args: LogMetricArgs): MetricSignal[] {
        const resource = resourceOf(args);
        const own = {
            // Any type can have log entries.
            resource: resource as ResourceType,
            where: {},
            metric: this.type as pulumi.Output<LogMetricType>,
            aligner: "ALIGN_DELTA",
        } as const;
        if (resource === undefined) {
            return [];
        }
        return args.distribution
            ? [{ ...own, signal: "logValues", reducer: "REDUCE_PERCENTILE_95" }]
            : [{ ...own, signal: "logEntries", reducer: "REDUCE_SUM" }];
    }
}

/** The type of resource that a filter requires. */
function resourceOf({ filter }: Pick<LogMetricArgs, "filter">): string | undefined {
    return typeof filter === "string" ? requiredResource(parseQuery(filter)) : undefined;
}

function requiredResource(query: Query): string | undefined {
    if ("and" in query) {
        return query.and.map(requiredResource).find((resource) => resource !== undefined);
    }
    const isResource = "field" in query && query.field === "resource.type" && query.operator === "=";
    return isResource && typeof query.value === "string" ? query.value : undefined;
}

function alertsProblems(args: LogMetricArgs): (check.Problem | undefined)[] {
    const { alerts, distribution } = args;
    if (alerts === undefined) {
        return [];
    }
    // https://github.com/hashicorp/terraform-provider-google/issues/7179
    const noResource = `must be a text that requires one type of resource, such as resource.type="cloud_run_revision", because the metric has alerts (got ${display(args.filter)}).`;
    const own = "channels" in alerts ? { to: alerts } : alerts;
    const shared = own.to.thresholds.logValues;
    const limit = own.logValues ?? shared;
    const isKnown =
        limit === false || (limit && limit.threshold !== undefined) || (shared && shared.threshold !== undefined);
    const counted = distribution ? "logEntries" : "logValues";
    return [
        check.when(resourceOf(args) === undefined, "filter", "logging/filter-without-resource-type", noResource),
        check.when(
            distribution && !isKnown,
            "alerts.logValues",
            "logging/alert-threshold-missing",
            "must have a threshold in the unit of the metric: { to: oncall, logValues: { threshold: 2.5 } }.",
        ),
        own[counted] === undefined
            ? undefined
            : check.problem(
                  `alerts.${counted}`,
                  "logging/alert-of-metric-type",
                  distribution
                      ? "is only valid for metrics without distribution. Use logValues."
                      : "is only valid for metrics with distribution. Use logEntries.",
              ),
    ];
}

const types = { string: "STRING", integer: "INT64", boolean: "BOOL" } as const;

const wrapped = (extract: string) => (extract.includes("(") ? extract : `EXTRACT(${extract})`);

/** The arguments of the metric resource. */
function metricArgs({ labels = {}, distribution, ...args }: LogMetricArgs): MetricArgs {
    const each = Object.entries(labels).map(([key, label]) => {
        return { key, ...(typeof label === "string" ? { extract: label } : label) };
    });
    return {
        name: args.name,
        filter: args.filter,
        description: args.description,
        metricDescriptor: {
            metricKind: "DELTA",
            valueType: distribution ? "DISTRIBUTION" : "INT64",
            unit: distribution?.unit ?? "1",
            labels: each.map(({ key, type = "string", description }) => ({ key, valueType: types[type], description })),
        },
        labelExtractors: Object.fromEntries(each.map(({ key, extract }) => [key, wrapped(extract)])),
        valueExtractor: distribution && wrapped(distribution.extract),
        bucketOptions: distribution && bucketOptions(distribution.buckets),
    };
}

function bucketOptions({ bounds, linear, exponential }: Partial<LogBuckets> = {}): MetricArgs["bucketOptions"] {
    if (bounds) {
        return { explicitBuckets: { bounds } };
    }
    if (linear) {
        const { count: numFiniteBuckets, width, offset = 0 } = linear;
        return { linearBuckets: { numFiniteBuckets, width, offset } };
    }
    const { count: numFiniteBuckets, ...own } = exponential ?? { count: 64, growthFactor: 2, scale: 0.01 };
    return { exponentialBuckets: { numFiniteBuckets, ...own } };
}
