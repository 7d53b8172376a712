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
