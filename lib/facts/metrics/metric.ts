/** A metric that Google Cloud publishes: {@link https://cloud.google.com/monitoring/api/metrics_gcp list}. */
export interface Metric {
    /**
     * What the points of a time series say: the change since the last one, the current value, or the sum since a start. It decides which
     * {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner aligners} are possible.
     */
    kind: "CUMULATIVE" | "DELTA" | "GAUGE";
    value: "BOOL" | "DISTRIBUTION" | "DOUBLE" | "INT64" | "STRING";
    /** The unit in {@link https://unitsofmeasure.org/ucum.html UCUM}, such as `ms` or `10^2.%` for a fraction; empty for a boolean. */
    unit: string;
    /** The monitored resource types that it is written for. */
    resources: readonly string[];
    /** The labels of the metric, besides those of the resource. */
    labels: readonly string[];
}

/** A type of resource that metrics or logs are written for. */
export interface MonitoredResource {
    /** The labels besides `project_id`, which every type has. */
    labels: readonly string[];
    /** Whether only logs are written for it. */
    onlyLogs?: boolean;
}
