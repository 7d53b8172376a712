import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { ContainerRegistry } from "slipway";
import { GkeCluster } from "slipway/gke";

const images = new ContainerRegistry("app");

// Without nodePools it would be an Autopilot cluster.
const cluster = new GkeCluster("main", {
    nodePools: { default: { machineType: "e2-standard-4", scaling: { min: 1, max: 5 } } },
    maintenance: { window: { start: "02:00", duration: "6 hours", days: ["SATURDAY", "SUNDAY"] } },
});
cluster.pullsFrom(images);

// Any resource of Kubernetes, in this cluster.
new Namespace("jobs", { metadata: { name: "jobs" } }, { provider: cluster.provider });

export const kubeconfig = cluster.kubeconfig;
