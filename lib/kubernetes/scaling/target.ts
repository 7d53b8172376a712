import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type * as pulumi from "@pulumi/pulumi";

/** What is scaled, and what there is around it. */
export interface ScaleTarget {
    /** The name that objects in the cluster get. */
    name: string;
    namespace: pulumi.Input<string>;
    labels: Record<string, pulumi.Input<string>>;
    deployment: Deployment;
    /** The container whose load counts, where it is not alone in its pod. */
    container?: string;
    /** The Service whose requests are counted. */
    service?: pulumi.Input<string>;
    /** Sees to it that the cluster has Google's metrics adapter, and says what has to be waited for. */
    metricsAdapter: () => pulumi.Resource[];
}
