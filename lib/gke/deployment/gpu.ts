import { type GpuType, gpuCounts, machineWithGpus } from "../../facts/gpus";
import * as check from "../../internal/arguments/check";
import { computeGpu, computeGpuCount } from "../../internal/arguments/computeGpu";
import { type GpuOptions, gpuOptions, gpuOr } from "../../internal/arguments/gpu";
import type { GkeCluster } from "../cluster";
import type { GpuPool } from "../nodeGpu";

/**
 * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gpus GPUs} of each pod, which its container uses. Pods do not share
 * GPUs.
 */
export interface PodGpu extends GpuOptions {
    /**
     * The number of GPUs of each pod. A pod runs on one node: the node has as many at least. Autopilot creates nodes with the numbers that
     * machine types have.
     * @default 1
     */
    count?: number;
}

/** Checks GPUs. */
export const podGpu = gpuOr(computeGpu, check.options<PodGpu>({ type: computeGpu, count: computeGpuCount }, "type"));

/** GPUs with their number. */
export type ResolvedGpu = Required<PodGpu>;

export const resolveGpu = (gpu: GpuType | PodGpu | undefined): ResolvedGpu | undefined =>
    gpu && { count: 1, ...gpuOptions<GpuType, PodGpu>(gpu) };

/** The resource of a container, and the key of the taint that GKE gives nodes with GPUs. */
export const gpuResource = "nvidia.com/gpu";

/** The label of nodes with GPUs. */
const gpuLabel = "cloud.google.com/gke-accelerator";

export const gpuSelector = (gpu: ResolvedGpu | undefined): Record<string, string> =>
    gpu ? { [gpuLabel]: gpu.type } : {};

/**
 * The toleration of the taint `nvidia.com/gpu=present:NoSchedule`. GKE adds it to pods that request GPUs
 * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/gpus#create GPU node pools}); here it is not left to the cluster.
 */
export const gpuToleration = (gpu: ResolvedGpu | undefined) =>
    gpu ? [{ key: gpuResource, operator: "Exists" as const, value: undefined, effect: "NoSchedule" as const }] : [];

interface GpuPod {
    cluster: GkeCluster;
    gpu?: ResolvedGpu;
    spot: boolean;
    nodeSelector?: Record<string, unknown>;
    transform?: { deployment?: unknown };
}

/** Checks that nodes of the cluster can run a pod with the GPUs. */
export function gpuProblems(pod: GpuPod, isShort: boolean): (check.Problem | undefined)[] {
    const { cluster, gpu, nodeSelector = {}, transform } = pod;
    const path = isShort ? "gpu" : "gpu.type";
    const countPath = isShort ? "gpu" : "gpu.count";
    const selected = Object.hasOwn(nodeSelector, gpuLabel);
    const selectorPath = `nodeSelector.${gpuLabel}`;
    if (!gpu) {
        return [
            check.when(
                selected && transform?.deployment === undefined,
                selectorPath,
                "gke/accelerator-without-gpu",
                `gives pods no GPU: they neither request one nor tolerate the taint of the nodes, and stay Pending (got ${JSON.stringify(nodeSelector[gpuLabel])}). Use gpu instead.`,
            ),
        ];
    }
    const counts = gpuCounts(gpu.type) ?? [gpu.count];
    return [
        check.when(selected, selectorPath, "gke/accelerator-with-gpu", "is set by gpu. Remove it."),
        cluster.mode === "autopilot"
            ? check.when(
                  !counts.includes(gpu.count),
                  countPath,
                  "gke/gpu-count-of-autopilot",
                  `must be one of ${counts.join(", ")} for ${gpu.type} on Autopilot (got ${gpu.count}).`,
              )
            : poolProblem(pod, gpu, path),
    ];
}

/** The node pools that have the GPUs, of all that the cluster has; undefined if others can have them. */
function fittingPools({ cluster, spot }: GpuPod, gpu: ResolvedGpu) {
    const { gpuPools: pools } = cluster;
    if (!pools || cluster.provisionedGpus.includes(gpu.type)) {
        return undefined;
    }
    const fits = (pool: GpuPool) =>
        pool.gpu?.type === gpu.type && pool.gpu.count >= gpu.count && !pool.isQueued && (pool.isSpot || !spot);
    const all = Object.entries(pools);
    return { all, fitting: all.filter(([, pool]) => fits(pool)) };
}

/**
 * The warning that GKE installs no driver on the nodes with the GPUs, which pods cannot request without it
 * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/gpus#installing_drivers installing drivers}).
 */
export function driverWarning(pod: GpuPod): string | undefined {
    const { fitting = [] } = (pod.gpu && fittingPools(pod, pod.gpu)) ?? {};
    const names = fitting.map(([name]) => name).join(", ");
    const how = `Remove driver: "INSTALLATION_DISABLED", so that GKE installs it, or let a DaemonSet install it: https://cloud.google.com/kubernetes-engine/docs/how-to/gpus#installing_drivers.`;
    return fitting.length > 0 && fitting.every(([, { hasDriver }]) => !hasDriver)
        ? `pods stay Pending until the nodes of ${names} have the driver of their GPUs, which GKE does not install there. ${how}`
        : undefined;
}

/** Reports that no node pool has the GPUs, with the pools that exist and the lines to add. */
function poolProblem(pod: GpuPod, gpu: ResolvedGpu, path: string): check.Problem | undefined {
    const { all, fitting } = fittingPools(pod, gpu) ?? {};
    if (!all || fitting?.length !== 0) {
        return undefined;
    }
    const { spot } = pod;
    const counts = gpuCounts(gpu.type) ?? [gpu.count];
    const wanted = `${gpu.count === 1 ? "" : `${gpu.count} `}${gpu.type}${spot ? " on Spot VMs" : ""}`;
    const listed = all.map(([name, pool]) => `${name} (${describe(pool)})`);
    const machineType = machineWithGpus(gpu.type, gpu.count);
    const line = [
        `machineType: "${machineType ?? "n1-standard-8"}"`,
        machineType || gpu.count === 1
            ? `gpu: "${gpu.type}"`
            : `gpu: { type: "${gpu.type}", count: ${Math.min(...counts.filter((count) => count >= gpu.count))} }`,
        ...(spot ? ["spot: true"] : []),
        "scaling: { min: 0 }",
    ];
    const reason = `needs a node pool with ${wanted}: pods would stay Pending. The cluster has ${listed.length > 0 ? listed.join(", ") : "no node pool"}. Add one to its nodePools: gpu: { ${line.join(", ")} }.`;
    return check.problem(path, "gke/gpu-without-pool", reason);
}

const describe = ({ machineType, gpu, isSpot, isQueued }: GpuPool) =>
    [
        machineType,
        gpu ? `${gpu.count} ${gpu.type}` : "no GPU",
        ...(isSpot ? ["Spot VMs"] : []),
        ...(isQueued ? ["only for ProvisioningRequests"] : []),
    ].join(", ");
