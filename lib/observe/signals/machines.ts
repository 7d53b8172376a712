import type * as pulumi from "@pulumi/pulumi";
import type { MetricSignal, Signal } from "../alerts/signal";

type Name = pulumi.Input<string>;

/** Signals of a virtual machine. Memory and disks are those that the Ops Agent reports, if it is installed. */
export const machineSignals = ["cpu"] as const;

export function signalsOfMachine(id: Name, zone: Name): Signal[] {
    return [
        {
            signal: "cpu",
            resource: "gce_instance",
            where: { instance_id: id, zone },
            metric: "compute.googleapis.com/instance/cpu/utilization",
            aligner: "ALIGN_MEAN",
        },
    ];
}

/** Signals of a group of instances that an autoscaler sizes. */
export const groupSignals = ["cpu", "instances"] as const;

/**
 * @param prefix the start of the names of its instances
 * @param max the maximum number of instances; undefined for a group of a fixed size, which is always at it
 */
export function signalsOfGroup(group: Name, prefix: string, max: number | undefined): Signal[] {
    return [
        {
            signal: "cpu",
            resource: "gce_instance",
            where: {},
            only: [`metric.labels.instance_name = starts_with(${JSON.stringify(prefix)})`],
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

export function signalsOfDeployment(cluster: Name, location: Name, namespace: Name, container: Name): Signal[] {
    const own = {
        resource: "k8s_container" as const,
        where: { cluster_name: cluster, location, namespace_name: namespace, container_name: container },
    };
    return [
        {
            ...own,
            signal: "cpu",
            metric: "kubernetes.io/container/cpu/limit_utilization",
            aligner: "ALIGN_MEAN",
            reducer: "REDUCE_MEAN",
        },
        {
            ...own,
            signal: "memory",
            metric: "kubernetes.io/container/memory/limit_utilization",
            only: ['metric.labels.memory_type = "non-evictable"'],
            aligner: "ALIGN_MAX",
            reducer: "REDUCE_MAX",
        },
        {
            ...own,
            signal: "restarts",
            metric: "kubernetes.io/container/restart_count",
            aligner: "ALIGN_DELTA",
            period: 600,
            groupBy: ["resource.label.pod_name"],
            reducer: "REDUCE_SUM",
        },
    ];
}
