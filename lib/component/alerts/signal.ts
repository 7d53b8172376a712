import type * as pulumi from "@pulumi/pulumi";
import type { MetricType } from "../../facts/metrics";
import type { monitoredResources } from "../../facts/metrics/resources";
import type { SignalName } from "./thresholds";

/** A monitored resource type. */
export type ResourceType = keyof typeof monitoredResources.rows;

/** A metric of log entries, which a program makes. */
export type LogMetricType = `logging.googleapis.com/user/${string}`;

interface CommonSignal {
    /** Its row in the table of thresholds. */
    signal: SignalName;
    /** Distinguishes several of the same row in a component, such as a replica. */
    key?: string;
    /** The monitored resource type, and the labels that distinguish the component's own resources from others. */
    resource: ResourceType;
    where: Record<string, pulumi.Input<string>>;
}

/** A metric, or the ratio of a part of it to all of it. */
export interface MetricSignal extends CommonSignal {
    /** A published metric, or the count of log entries. */
    metric: MetricType | pulumi.Output<LogMetricType>;
    /** Parts of the filter besides the resource: `metric.labels.result = "failed"`. */
    only?: pulumi.Input<string>[];
    /** Parts of the filter that make the numerator of a ratio, of the same metric or of another metric. */
    part?: string[];
    partMetric?: MetricType;
    /** Whether a ratio compares amounts, such as bytes, and not of events, of which there must be enough. @default false */
    isShare?: boolean;
    /** How points of a series are joined. {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner} */
    aligner: "ALIGN_COUNT_TRUE" | "ALIGN_DELTA" | "ALIGN_FRACTION_TRUE" | "ALIGN_MAX" | "ALIGN_MEAN";
    /** How series are joined: a percentile is of a distribution. Without it each series alerts by itself. */
    reducer?: "REDUCE_MAX" | "REDUCE_MEAN" | "REDUCE_PERCENTILE_95" | "REDUCE_SUM";
    /** The labels whose values are kept apart, by which the alert names what it is about. */
    groupBy?: string[];
    /** The time of which points are joined, in seconds: a multiple of 60. @default 300 */
    period?: number;
    /** What a threshold that is a fraction is a fraction of. @default 1 */
    of?: pulumi.Input<number>;
    /** Alerts below the threshold. @default false */
    below?: boolean;
    log?: never;
}

/** Log entries. */
export interface LogSignal extends CommonSignal {
    /** Parts of the filter besides the resource: `severity >= ERROR`. */
    log: pulumi.Input<string>[];
    metric?: never;
}

/** What can be seen of a component: the same data makes alerts, and the rows of dashboards. */
export type Signal = MetricSignal | LogSignal;

/** The parts of a filter that select the resources of a signal. */
export function resourceParts({ resource, where }: CommonSignal): pulumi.Input<string>[] {
    const labels = Object.entries(where).map(([label, value]) => [label, value] as const);
    return [
        `resource.type = "${resource}"`,
        ...labels.map(([label, value]) => compared(`resource.labels.${label}`, value)),
    ];
}

/** A comparison whose value an output can be. */
export function compared(label: string, value: pulumi.Input<string>, operator: "=" | ":" = "="): pulumi.Input<string> {
    return typeof value === "string"
        ? `${label} ${operator} ${JSON.stringify(value)}`
        : (value as pulumi.Output<string>).apply((known) => `${label} ${operator} ${JSON.stringify(known)}`);
}
