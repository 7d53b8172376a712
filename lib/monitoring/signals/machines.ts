import type * as pulumi from "@pulumi/pulumi";
import type { MetricSignal, Signal } from "../../component/alerts/signal";
import { type Agent, signalsOfAgent } from "./agents";

type Name = pulumi.Input<string>;

/** Signals of a virtual machine: memory and disks only with an agent. */
export const machineSignals = ["cpu", "memory", "disk"] as const;

export function signalsOfMachine(id: Name, zone: Name, agent?: Agent): Signal[] {
    const where = { instance_id: id, zone };
    return [
        {
            signal: "cpu",
            resource: "gce_instance",
            where,
            metric: "compute.googleapis.com/instance/cpu/utilization",
            aligner: "ALIGN_MEAN",
        },
        ...(agent ? signalsOfAgent(agent, { where }) : []),
    ];
}

/** Signals of a group of instances: of their number if an autoscaler sizes it, of memory and disks with an agent. */
export const groupSignals = ["cpu", "instances", "memory", "disk"] as const;

/**
 * @param base the start of the names of its instances, before a hyphen
 * @param max the maximum number of instances; undefined for a group of a fixed size, which is always at it
 * @param agents the agents of the instances, and of a canary
 */
export function signalsOfGroup(
    group: Name,
    base: string,
    max: number | undefined,
    agents: readonly (Agent | undefined)[] = [],
): Signal[] {
    const isOfGroup = `starts_with(${JSON.stringify(`${base}-`)})`;
    // The metrics of the Ops Agent have no name: https://github.com/googleapis/googleapis/blob/master/google/api/monitored_resource.proto
    const only = [`metadata.system_labels.name = ${isOfGroup}`];
    const measured = [...new Set(agents)].filter((agent) => agent !== undefined);
    return [
        {
            signal: "cpu",
            resource: "gce_instance",
            where: {},
            only: [`metric.labels.instance_name = ${isOfGroup}`],
            metric: "compute.googleapis.com/instance/cpu/utilization",
            aligner: "ALIGN_MEAN",
            reducer: "REDUCE_MEAN",
        },
        ...(max === undefined
            ? []
            : [
                  {
                      signal: "instances",
                      resource: "instance_group",
                      where: { instance_group_name: group },
                      metric: "compute.googleapis.com/instance_group/size",
                      aligner: "ALIGN_MAX",
                      // A regional group has a series in each of its zones.
                      reducer: "REDUCE_SUM",
                      of: max,
                  } satisfies MetricSignal,
              ]),
        ...measured.flatMap((agent, index) =>
            signalsOfAgent(agent, { where: {}, only, ...(index > 0 && { key: "canary" }) }),
        ),
    ];
}

/** Signals of a cluster's nodes. */
export const clusterSignals = ["cpu", "memory"] as const;

export function signalsOfCluster(cluster: Name, location: Name): Signal[] {
    const own = { resource: "k8s_node" as const, where: { cluster_name: cluster, location } };
    return [
        {
            ...own,
            signal: "cpu",
            metric: "kubernetes.io/node/cpu/allocatable_utilization",
            aligner: "ALIGN_MEAN",
            reducer: "REDUCE_MEAN",
        },
        {
            ...own,
            signal: "memory",
            metric: "kubernetes.io/node/memory/allocatable_utilization",
            only: ['metric.labels.memory_type = "non-evictable"'],
            aligner: "ALIGN_MEAN",
            reducer: "REDUCE_MEAN",
        },
    ];
}

/** Signals of a deployment's containers. */
export const deploymentSignals = ["cpu", "memory", "restarts"] as const;

/**
 * @param container the name of the containers
 * @param canary the name of the containers of its canary, whose load must not disappear in the average of both
 */
export function signalsOfDeployment(
    cluster: Name,
    location: Name,
    namespace: Name,
    container: string,
    canary?: string,
): Signal[] {
    const where = { cluster_name: cluster, location, namespace_name: namespace };
    const only = canary === undefined ? [] : [`resource.labels.container_name = one_of("${container}", "${canary}")`];
    const own = {
        resource: "k8s_container" as const,
        where: canary === undefined ? { ...where, container_name: container } : where,
    };
    const byVersion = canary === undefined ? {} : { groupBy: ["resource.label.container_name"] };
    return [
        {
            ...own,
            ...byVersion,
            signal: "cpu",
            metric: "kubernetes.io/container/cpu/limit_utilization",
            only,
            aligner: "ALIGN_MEAN",
            reducer: "REDUCE_MEAN",
        },
        {
            ...own,
            ...byVersion,
            signal: "memory",
            metric: "kubernetes.io/container/memory/limit_utilization",
            only: [...only, 'metric.labels.memory_type = "non-evictable"'],
            aligner: "ALIGN_MAX",
            reducer: "REDUCE_MAX",
        },
        {
            ...own,
            signal: "restarts",
            metric: "kubernetes.io/container/restart_count",
            only,
            aligner: "ALIGN_DELTA",
            period: 600,
            groupBy: ["resource.label.pod_name"],
            reducer: "REDUCE_SUM",
        },
    ];
}
