/** A metric that Google Cloud publishes: {@link https://cloud.google.com/monitoring/api/metrics list}. */
export interface Metric {
    /**
     * What the points of a time series say: the change since the last one, the current value, or the sum since a start. It decides which
     * {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner aligners} are possible.
     */
    kind: "CUMULATIVE" | "DELTA" | "GAUGE";
    value: "BOOL" | "DISTRIBUTION" | "DOUBLE" | "INT64" | "STRING";
    /** The unit in {@link https://unitsofmeasure.org/ucum.html UCUM}, such as `ms` or `10^2.%` for a fraction; empty for most booleans. */
    unit: string;
    /** The monitored resource types that it is written for, without those that only Google uses. @default any */
    resources?: readonly string[];
    /** The labels of the metric, in addition to the resource's labels. */
    labels: readonly string[];
    /** The labels whose values are integers, which filters compare with `>=` and `<`. All others are strings or booleans. @default none */
    numbers?: readonly string[];
    /** The {@link https://cloud.google.com/products#product-launch-stages launch stage}. @default "GA" */
    stage?: "ALPHA" | "BETA";
    /** The time between two points, in seconds; of uptime checks it is the period of the check. @default 60, unless documented otherwise */
    period?: number;
    /** How long after it was measured a point may be invisible, in seconds. @default not stated */
    delay?: number;
}

/** A type of resource that metrics or logs are written for. */
export interface MonitoredResource {
    /** Its labels. All types have one for the project besides, `project_id`, unless `resource_container` is listed. */
    labels: readonly string[];
}
