import type * as pulumi from "@pulumi/pulumi";
import type { MetricSignal } from "../../component/alerts/signal";
import type { ImageAgent } from "../../facts/machines/agents";

/** How machines get the agent that measures memory and disks. */
export type Agent = ImageAgent["by"];

/** The machines that an agent runs on. */
export interface AgentMachines {
    where: Record<string, pulumi.Input<string>>;
    only?: string[];
    key?: string;
}

const resource = "gce_instance";
/** Alerts name the machine, and the device. */
const instance = "resource.label.instance_id";
const isUsed = 'metric.labels.state = "used"';

/** The memory and the disks of machines, as their agent measures them. */
export const signalsOfAgent = (agent: Agent, machines: AgentMachines): MetricSignal[] =>
    agent === "package" ? signalsOfOpsAgent(machines) : signalsOfNodeProblemDetector(machines);

/**
 * The Ops Agent writes percentages. Each snap of Ubuntu is a loop device without free space:
 * https://github.com/GoogleCloudPlatform/gcpdiag/blob/main/gcpdiag/runbook/gce/generalized_steps.py
 */
function signalsOfOpsAgent({ only = [], ...machines }: AgentMachines): MetricSignal[] {
    const own = { ...machines, resource, of: 100, aligner: "ALIGN_MEAN", reducer: "REDUCE_MAX" } as const;
    return [
        {
            ...own,
            signal: "memory",
            metric: "agent.googleapis.com/memory/percent_used",
            only: [...only, isUsed],
            groupBy: [instance],
        },
        {
            ...own,
            signal: "disk",
            metric: "agent.googleapis.com/disk/percent_used",
            only: [...only, isUsed, 'metric.labels.device != starts_with("/dev/loop")'],
            groupBy: [instance, "metric.label.device"],
        },
    ];
}

/**
 * Node Problem Detector writes the bytes of each state. File systems that are only read, such as the system partition of Container-Optimized OS, are
 * as large as what they contain: https://cloud.google.com/container-optimized-os/docs/concepts/disks-and-filesystem
 */
function signalsOfNodeProblemDetector({ only = [], ...machines }: AgentMachines): MetricSignal[] {
    const own = { ...machines, resource, isShare: true, aligner: "ALIGN_MEAN", reducer: "REDUCE_SUM" } as const;
    return [
        {
            ...own,
            signal: "memory",
            metric: "compute.googleapis.com/guest/memory/bytes_used",
            only,
            part: [isUsed],
            groupBy: [instance],
        },
        {
            ...own,
            signal: "disk",
            metric: "compute.googleapis.com/guest/disk/bytes_used",
            only: [...only, 'metric.labels.mount_option = starts_with("rw")'],
            part: [isUsed],
            groupBy: [instance, "metric.label.device_name"],
        },
    ];
}
