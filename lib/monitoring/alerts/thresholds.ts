import type { EnvironmentKind } from "../../environment/defaults";
import { type Duration, type Latency, millisecondsIn, secondsIn } from "../../internal/duration";
import { fractionOf } from "../../internal/percent";

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
        action: "Look at the logs of the failed requests, and at what changed last: a new revision can be rolled back.",
        severity: "CRITICAL",
        development: after(20, "5 minutes"),
        staging: after(10, "5 minutes"),
        production: after(2, "1 minute"),
    },
    latency: {
        unit: "milliseconds, the 95th percentile of 5 minutes",
        title: "requests are slow",
        action: "Compare the latency with the number of instances, their CPU and memory, and the databases that they use.",
        severity: "WARNING",
        development: after("10 seconds", "15 minutes"),
        staging: after("5 seconds", "10 minutes"),
        production: after("2 seconds", "5 minutes"),
    },
    instances: {
        unit: "fraction of the maximum",
        title: "as many instances run as may",
        action: "Raise the maximum number of instances, or find out why there is more load: requests wait or are rejected.",
        severity: "WARNING",
        development: after(95, "1 hour"),
        staging: after(95, "30 minutes"),
        production: after(95, "10 minutes"),
    },
    cpu: {
        unit: "fraction",
        title: "the CPU is busy",
        action: "Give it more CPU or more instances, or find out what takes the time.",
        severity: "WARNING",
        development: after(95, "1 hour"),
        staging: after(90, "30 minutes"),
        production: after(90, "15 minutes"),
    },
    memory: {
        unit: "fraction",
        title: "memory is almost used up",
        action: "Give it more memory, or find the leak: a process without memory is killed.",
        severity: "ERROR",
        development: after(95, "30 minutes"),
        staging: after(95, "15 minutes"),
        production: after(90, "10 minutes"),
    },
    disk: {
        unit: "fraction",
        title: "the disk is almost full",
        action: "Enlarge the disk, or delete what is not needed.",
        severity: "CRITICAL",
        development: after(90, "30 minutes"),
        staging: after(90, "15 minutes"),
        production: after(80, "5 minutes"),
    },
    connections: {
        unit: "fraction of the maximum",
        title: "almost all connections are used",
        action: "Use a pool of connections, or raise max_connections with the memory of the instance.",
        severity: "ERROR",
        development: after(90, "15 minutes"),
        staging: after(90, "10 minutes"),
        production: after(80, "5 minutes"),
    },
    replicationLag: {
        unit: "seconds",
        title: "a replica is behind",
        action: "Look for long transactions and for a replica that is smaller than its primary.",
        severity: "ERROR",
        development: after("10 minutes", "15 minutes"),
        staging: after("5 minutes", "10 minutes"),
        production: after("1 minute", "5 minutes"),
    },
    unavailable: {
        unit: "fraction of the time in which it works",
        title: "it does not work",
        action: "Look at its state and its logs in the console, and at the status of Google Cloud.",
        severity: "CRITICAL",
        ...always(50, "5 minutes"),
    },
    backlog: {
        unit: "messages",
        title: "messages pile up",
        action: "Compare how many messages arrive with how many are acknowledged, and add subscribers.",
        severity: "WARNING",
        development: after(100_000, "1 hour"),
        staging: after(100_000, "30 minutes"),
        production: after(10_000, "15 minutes"),
    },
    backlogAge: {
        unit: "seconds",
        title: "the oldest message waits too long",
        action: "Look at the logs of the subscriber: it is too slow, fails, or does not run.",
        severity: "ERROR",
        development: after("1 day", "5 minutes"),
        staging: after("1 hour", "5 minutes"),
        production: after("10 minutes", "5 minutes"),
    },
    deadLetters: {
        unit: "messages in 5 minutes",
        title: "messages became dead letters",
        action: "Pull the messages of the dead-letter subscription: their attributes name the subscription that failed.",
        severity: "ERROR",
        ...always(0, "0 seconds"),
    },
    failedRuns: {
        unit: "runs in 5 minutes",
        title: "a run failed",
        action: "Look at the logs of the run, mend the cause and start it again.",
        severity: "ERROR",
        ...always(0, "0 seconds"),
    },
    restarts: {
        unit: "restarts of a container in 10 minutes",
        title: "containers restart",
        action: "Look at the logs of the container before it ended, its memory and its health checks.",
        severity: "ERROR",
        development: after(5, "0 seconds"),
        staging: after(3, "0 seconds"),
        production: after(2, "0 seconds"),
    },
    certificateEnd: {
        unit: "log entries",
        title: "a certificate ends soon",
        action: "A certificate that Google manages is not renewed when its domain no longer points to the load balancer.",
        severity: "CRITICAL",
        ...always(0, "0 seconds"),
    },
    logEntries: {
        unit: "log entries in 5 minutes",
        title: "log entries match the filter of a metric",
        action: "Look at the log entries that the filter of the metric finds.",
        severity: "WARNING",
        ...always(0, "0 seconds"),
    },
    logValues: {
        unit: "the metric's unit, the 95th percentile of 5 minutes",
        title: "values in log entries are high",
        action: "Look at the log entries that the filter of the metric finds, and their values.",
        severity: "WARNING",
        hasNoDefault: true,
        ...always(0, "5 minutes"),
    },
    quota: {
        unit: "minutes of 5 in which calls were refused",
        title: "a quota is used up",
        action: "Request more of the quota, or find out what uses it.",
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
