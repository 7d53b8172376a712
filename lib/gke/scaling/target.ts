import type { Cluster } from "@pulumi/gcp/container/cluster";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type * as pulumi from "@pulumi/pulumi";

/** The workload to scale. */
export interface ScaleTarget {
    /** The name of its objects in the cluster. */
    name: string;
    namespace: pulumi.Input<string>;
    labels: Record<string, pulumi.Input<string>>;
    deployment: Deployment;
    /** The container whose utilization counts, if the pod has others. */
    container?: string;
    /** The cluster, and the GPUs of each pod. */
    cluster: Pick<Cluster, "name" | "location">;
    gpus?: number;
    /** The Service whose requests are counted. */
    service?: pulumi.Input<string>;
    /** Installs Google's metrics adapter in the cluster, and returns the resources to depend on. */
    metricsAdapter: () => pulumi.Resource[];
}
