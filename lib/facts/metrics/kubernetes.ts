import { facts } from "../facts";
import type { Metric } from "./metric";

/** Metrics of clusters. */
export const kubernetesMetrics = facts<Metric>()({
    subject: "Metrics of clusters",
    // The lists as generated on this day.
    source: "https://cloud.google.com/monitoring/api/metrics_kubernetes",
    checked: "2026-04-10",
    rows: {
        "kubernetes.io/container/restart_count": {
            kind: "CUMULATIVE",
            value: "INT64",
            unit: "1",
            resources: ["k8s_container"],
            labels: [],
            delay: 120,
        },
        "kubernetes.io/container/cpu/limit_utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "1",
            resources: ["k8s_container"],
            labels: [],
            delay: 240,
        },
        "kubernetes.io/container/cpu/request_utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "1",
            resources: ["k8s_container"],
            labels: [],
            delay: 240,
        },
        "kubernetes.io/container/cpu/core_usage_time": {
            kind: "CUMULATIVE",
            value: "DOUBLE",
            unit: "s{CPU}",
            resources: ["k8s_container"],
            labels: [],
        },
        "kubernetes.io/container/memory/limit_utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "1",
            resources: ["k8s_container"],
            labels: ["memory_type"],
            delay: 120,
        },
        "kubernetes.io/container/memory/used_bytes": {
            kind: "GAUGE",
            value: "INT64",
            unit: "By",
            resources: ["k8s_container"],
            labels: ["memory_type"],
        },
        "kubernetes.io/node/cpu/allocatable_utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "1",
            resources: ["k8s_node"],
            labels: [],
            delay: 240,
        },
        "kubernetes.io/node/memory/allocatable_utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "1",
            resources: ["k8s_node"],
            labels: ["component", "memory_type"],
            delay: 120,
        },
        "kubernetes.io/node/ephemeral_storage/used_bytes": {
            kind: "GAUGE",
            value: "INT64",
            unit: "By",
            resources: ["k8s_node"],
            labels: [],
        },
        "kubernetes.io/pod/volume/utilization": {
            kind: "GAUGE",
            value: "DOUBLE",
            unit: "1",
            resources: ["k8s_pod"],
            labels: ["persistentvolumeclaim_name", "persistentvolumeclaim_namespace", "volume_name"],
            delay: 120,
        },
    },
});
