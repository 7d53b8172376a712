import { createHash, randomBytes } from "node:crypto";
import type { ClusterName } from "../../../simulator/services/gke/clusterNames";
import type { KubeObject } from "../api/api";
import { allocatable, machine } from "./machine";
import type { Pool, Taint } from "./pools";
import { type Amounts, quantity } from "./quantity";

/** The label with the pool of a node. */
export const poolLabel = "cloud.google.com/gke-nodepool";

/** The annotation with the template of a node. */
export const templateAnnotation = "local.slipway.dev/template";

/** The annotation with the labels and taints from the pool. */
const givenAnnotation = "local.slipway.dev/given";

const givenBy = ({ labels, taints }: Pool): string => JSON.stringify({ labels, taints });

/** The free resources of a new node. */
export function freeResources(pool: Pool): Amounts {
    const amounts = Object.entries(resources(pool)).map(([name, text]) => [name, quantity(text)]);
    return Object.fromEntries(amounts);
}

function resources({ machineType, maxPods, gpus }: Pool): Record<string, string> {
    return {
        ...allocatable({ ...machine(machineType), gpus }),
        pods: String(maxPods),
        "ephemeral-storage": "47093746742",
    };
}

/** GKE's labels of a pool's nodes, except those specific to a node. */
export function labelsOf(pool: Pool, zone: string): Record<string, string> {
    const { architecture, family } = machine(pool.machineType);
    const region = zone.replace(/-[a-z]$/, "");
    return {
        "beta.kubernetes.io/arch": architecture,
        "beta.kubernetes.io/instance-type": pool.machineType,
        "beta.kubernetes.io/os": "linux",
        // https://cloud.google.com/kubernetes-engine/docs/how-to/gpus
        ...(pool.accelerator && {
            "cloud.google.com/gke-accelerator": pool.accelerator,
            "cloud.google.com/gke-gpu": "true",
        }),
        "cloud.google.com/gke-boot-disk": pool.diskType,
        "cloud.google.com/gke-container-runtime": "containerd",
        "cloud.google.com/gke-os-distribution": "cos",
        "cloud.google.com/gke-provisioning": pool.spot ? "spot" : "standard",
        ...(pool.spot && { "cloud.google.com/gke-spot": "true" }),
        "cloud.google.com/machine-family": family,
        "failure-domain.beta.kubernetes.io/region": region,
        "failure-domain.beta.kubernetes.io/zone": zone,
        "iam.gke.io/gke-metadata-server-enabled": "true",
        "kubernetes.io/arch": architecture,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": pool.machineType,
        "topology.gke.io/zone": zone,
        "topology.kubernetes.io/region": region,
        "topology.kubernetes.io/zone": zone,
        ...pool.labels,
        [poolLabel]: pool.name,
    };
}

/** Creates a Node of a pool. */
export function nodeOf(cluster: ClusterName, pool: Pool, zone: string, autopilot: boolean): object {
    const group = createHash("sha256").update(`${cluster.name}/${pool.name}/${zone}`).digest("hex").slice(0, 8);
    const name = `${autopilot ? "gk3" : "gke"}-${`${cluster.name}-${pool.name}`.slice(0, 40)}-${group}-${randomBytes(2).toString("hex")}`;
    const { architecture, cpus, memoryGiB } = machine(pool.machineType);
    const free = resources(pool);
    const version = `v${pool.version}`;
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name,
            labels: { ...labelsOf(pool, zone), "kubernetes.io/hostname": name },
            annotations: {
                [templateAnnotation]: pool.template,
                [givenAnnotation]: givenBy(pool),
                // The port from which metrics-server reads metrics.
                "metrics.k8s.io/resource-metrics-path": `/metrics/nodes/${name}/metrics/resource`,
            },
        },
        spec: { providerID: `gce://${cluster.project}/${zone}/${name}`, taints: pool.taints },
        status: {
            allocatable: free,
            capacity: { ...free, cpu: String(cpus), memory: `${memoryGiB * 2 ** 20}Ki` },
            nodeInfo: {
                architecture,
                operatingSystem: "linux",
                kubeletVersion: version,
                kubeProxyVersion: version,
                containerRuntimeVersion: "containerd://2.0.6",
                kernelVersion: "6.6.93+",
                osImage: "Container-Optimized OS from Google",
                machineID: "",
                systemUUID: "",
                bootID: "",
            },
        },
    };
}

/**
 * A patch for changed labels and taints of the pool, which GKE applies without replacing nodes ("Update Kubernetes node
 * labels and taints for node pools"); undefined if nothing changed.
 */
export function labelsPatch({ metadata, spec }: KubeObject, pool: Pool): object | undefined {
    const before = metadata.annotations?.[givenAnnotation] ?? "{}";
    const value = givenBy(pool);
    if (before === value) {
        return undefined;
    }
    const { labels = {}, taints = [] }: Partial<Pool> = JSON.parse(before);
    const isFromPool = ({ key, effect }: Taint) => taints.some((item) => item.key === key && item.effect === effect);
    const removed = Object.fromEntries(Object.keys(labels).map((key) => [key, null]));
    const others = (spec.taints ?? []).filter((item: Taint) => !isFromPool(item));
    return {
        metadata: { labels: { ...removed, ...pool.labels }, annotations: { [givenAnnotation]: value } },
        spec: { taints: [...others, ...pool.taints] },
    };
}
