import { type Duration, type Latency, millisecondsIn, secondsIn } from "../../internal/arguments/duration";
import { fractionOf } from "../../internal/arguments/percent";
import type { EnvironmentKind } from "../../stack/settings/defaults";

/** What an alert is about. */
export type SignalName =
    | "backlog"
    | "backlogAge"
    | "certificateEnd"
    | "connections"
    | "cpu"
    | "deadLetters"
    | "disk"
    | "errors"
    | "failedRuns"
    | "instances"
    | "latency"
    | "logEntries"
    | "logValues"
    | "memory"
    | "quota"
    | "replicationLag"
    | "restarts"
    | "unavailable";

/** The value beyond which a signal alerts: percent, a time, or a number. */
export type Threshold<Signal extends SignalName = SignalName> = Signal extends "latency"
    ? Latency
    : Signal extends "backlogAge" | "replicationLag"
      ? Duration
      : number;

/** When a signal alerts. */
export interface AlertThreshold {
    /** The value beyond which it alerts: percent, also less than one, a time, or a number. */
    threshold: Threshold;
    /** How long the value must be beyond the threshold: whole minutes up to `"23 hours"`. */
    for: Duration;
}

/** A row of the table of signals. */
export interface SignalDefaults extends Record<EnvironmentKind, AlertThreshold> {
    /** The unit of the metric, for alerts. */
    unit: string;
    /** What the alert says. */
    title: string;
    /** What to do, for the documentation of the alert. */
    action: string;
    severity: "CRITICAL" | "ERROR" | "WARNING";
    /** The greatest number, if it has one. */
    max?: number;
    /** Whether there is no default, so that an alert must have a threshold. */
    hasNoDefault?: boolean;
}

const after = (threshold: Threshold, duration: Duration): AlertThreshold => ({ threshold, for: duration });
/** The same for all kinds. */
const always = (threshold: Threshold, duration: Duration): Record<EnvironmentKind, AlertThreshold> => ({
    development: after(threshold, duration),
    staging: after(threshold, duration),
    production: after(threshold, duration),
});
/** The requests in five minutes below which a ratio of errors does not alert: one failure of two is no 50 %. */
export const minimumRequests = 20;

/** When each signal alerts, by the kind of the environment. */
export const alertThresholds: Record<SignalName, SignalDefaults> = {
    errors: {
        unit: `fraction of requests in 5 minutes, of more than ${minimumRequests}`,
        title: "too many requests fail",
        action: "Check the logs of the failed requests and the most recent changes. A new revision can be rolled back.",
        severity: "CRITICAL",
        development: after(20, "5 minutes"),
        staging: after(10, "5 minutes"),
        production: after(2, "1 minute"),
    },
    latency: {
        unit: "milliseconds, the 95th percentile of 5 minutes",
        title: "requests are slow",
        action: "Compare the latency with the number of instances, their CPU and memory utilization, and the latency of their databases.",
        severity: "WARNING",
        development: after("10 seconds", "15 minutes"),
        staging: after("5 seconds", "10 minutes"),
        production: after("2 seconds", "5 minutes"),
    },
    instances: {
        unit: "fraction of the maximum",
        title: "the maximum number of instances is running",
        action: "Increase the maximum number of instances, or find the cause of the load. Meanwhile, requests wait or are rejected.",
        severity: "WARNING",
        development: after(95, "1 hour"),
        staging: after(95, "30 minutes"),
        production: after(95, "10 minutes"),
    },
    cpu: {
        unit: "fraction",
        title: "CPU utilization is high",
        action: "Add CPUs or instances, or find what uses the CPU.",
        severity: "WARNING",
        development: after(95, "1 hour"),
        staging: after(90, "30 minutes"),
        production: after(90, "15 minutes"),
    },
    memory: {
        unit: "fraction",
        title: "memory utilization is high",
        action: "Add memory, or find the memory leak. A process that runs out of memory is killed.",
        severity: "ERROR",
        development: after(95, "30 minutes"),
        staging: after(95, "15 minutes"),
        production: after(90, "10 minutes"),
    },
    disk: {
        unit: "fraction",
        title: "the disk is almost full",
        action: "Increase the size of the disk, or delete data that is no longer needed.",
        severity: "CRITICAL",
        development: after(90, "30 minutes"),
        staging: after(90, "15 minutes"),
        production: after(80, "5 minutes"),
    },
    connections: {
        unit: "fraction of the maximum",
        title: "almost all connections are in use",
        action: "Use a connection pool, or increase max_connections together with the memory of the instance.",
        severity: "ERROR",
        development: after(90, "15 minutes"),
        staging: after(90, "10 minutes"),
        production: after(80, "5 minutes"),
    },
    replicationLag: {
        unit: "seconds",
        title: "replication lag is high",
        action: "Check for long transactions, and for a replica with less CPU or memory than its primary.",
        severity: "ERROR",
        development: after("10 minutes", "15 minutes"),
        staging: after("5 minutes", "10 minutes"),
        production: after("1 minute", "5 minutes"),
    },
    unavailable: {
        unit: "fraction of the time in which it is available",
        title: "the resource is unavailable",
        action: "Check its state and logs in the console, and the status of Google Cloud.",
        severity: "CRITICAL",
        ...always(50, "5 minutes"),
    },
    backlog: {
        unit: "messages",
        title: "unacknowledged messages accumulate",
        action: "Compare the rates of published and acknowledged messages, and add subscribers.",
        severity: "WARNING",
        development: after(100_000, "1 hour"),
        staging: after(100_000, "30 minutes"),
        production: after(10_000, "15 minutes"),
    },
    backlogAge: {
        unit: "seconds",
        title: "the oldest unacknowledged message is too old",
        action: "Check the logs of the subscriber. It is too slow, fails, or does not run.",
        severity: "ERROR",
        development: after("1 day", "5 minutes"),
        staging: after("1 hour", "5 minutes"),
        production: after("10 minutes", "5 minutes"),
    },
    deadLetters: {
        unit: "messages in 5 minutes",
        title: "messages were forwarded to the dead-letter topic",
        action: "Pull the messages from the dead-letter subscription. Their attributes name the source subscription.",
        severity: "ERROR",
        ...always(0, "0 seconds"),
    },
    failedRuns: {
        unit: "runs in 5 minutes",
        title: "a run failed",
        action: "Check the logs of the run, fix the cause, and run it again.",
        severity: "ERROR",
        ...always(0, "0 seconds"),
    },
    restarts: {
        unit: "restarts of a container in 10 minutes",
        title: "containers restart repeatedly",
        action: "Check the logs of the previous container, its memory utilization, and its health checks.",
        severity: "ERROR",
        development: after(5, "0 seconds"),
        staging: after(3, "0 seconds"),
        production: after(2, "0 seconds"),
    },
    certificateEnd: {
        unit: "log entries",
        title: "a certificate expires soon",
        action: "A Google-managed certificate is not renewed if its domain no longer points to the load balancer. Check its DNS records.",
        severity: "CRITICAL",
        ...always(0, "0 seconds"),
    },
    logEntries: {
        unit: "log entries in 5 minutes",
        title: "log entries match the filter of a metric",
        action: "Check the log entries that match the filter of the metric.",
        severity: "WARNING",
        ...always(0, "0 seconds"),
    },
    logValues: {
        unit: "the metric's unit, the 95th percentile of 5 minutes",
        title: "values in log entries are high",
        action: "Check the log entries that match the filter of the metric, and their values.",
        severity: "WARNING",
        hasNoDefault: true,
        ...always(0, "5 minutes"),
    },
    quota: {
        unit: "minutes of 5 with rejected calls",
        title: "a quota is exceeded",
        action: "Request a higher quota, or find what uses it.",
        severity: "ERROR",
        max: 5,
        ...always(0, "0 seconds"),
    },
};

/** Whether a threshold of a signal is a share, in percent; a time, with milliseconds or without; or a number. */
export function kindOf(signal: SignalName): "share" | "latency" | "duration" | "number" {
    const { unit } = alertThresholds[signal];
    if (unit.startsWith("fraction")) {
        return "share";
    }
    return signal === "latency" ? "latency" : unit === "seconds" ? "duration" : "number";
}

/** A threshold in the unit of the metric. */
export function metricValue(signal: SignalName, threshold: Threshold): number {
    if (typeof threshold === "string") {
        return signal === "latency" ? millisecondsIn(threshold) : secondsIn(threshold);
    }
    return kindOf(signal) === "share" ? fractionOf(threshold) : threshold;
}
