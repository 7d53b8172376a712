import { facts } from "../facts";
import type { Metric } from "./metric";

/** Metrics of the Ops Agent of virtual machines. */
export const agentMetrics = facts<Metric>()({
    subject: "Metrics of the Ops Agent of virtual machines",
    // The lists as generated on this day.
    source: "https://cloud.google.com/monitoring/api/metrics_agent",
    checked: "2026-04-10",
    rows: {
        "agent.googleapis.com/disk/percent_used": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "%",
            resources: ["aws_ec2_instance", "baremetalsolution.googleapis.com/Instance", "gce_instance"],
            labels: ["device", "state"],
        },
        "agent.googleapis.com/memory/percent_used": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "%",
            resources: ["aws_ec2_instance", "baremetalsolution.googleapis.com/Instance", "gce_instance"],
            labels: ["state"],
        },
        "agent.googleapis.com/cpu/utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "%",
            resources: ["aws_ec2_instance", "baremetalsolution.googleapis.com/Instance", "gce_instance"],
            labels: ["cpu_number", "cpu_state"],
        },
    },
});

/**
 * Metrics of Node Problem Detector on Container-Optimized OS, as its
 * {@link https://github.com/kubernetes/node-problem-detector/blob/master/pkg/systemstatsmonitor/labels.go source} writes them, and with the
 * name of the instance, which Google adds.
 */
export const guestMetrics = facts<Metric>()({
    subject: "Metrics of Node Problem Detector",
    source: "https://github.com/kubernetes/node-problem-detector/tree/master/pkg/systemstatsmonitor",
    checked: "2026-11-23",
    rows: {
        "compute.googleapis.com/guest/disk/bytes_used": {
            kind: "GAUGE",
            value: "INT64",
            unit: "By",
            resources: ["gce_instance"],
            labels: ["device_name", "fs_type", "instance_name", "mount_option", "state"],
            stage: "BETA",
        },
        "compute.googleapis.com/guest/memory/bytes_used": {
            kind: "GAUGE",
            value: "INT64",
            unit: "By",
            resources: ["gce_instance"],
            labels: ["instance_name", "state"],
            stage: "BETA",
        },
    },
});
