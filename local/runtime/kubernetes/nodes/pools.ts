import { createHash } from "node:crypto";
import { gpuOf } from "slipway/facts";
import type { Cloud } from "../../../simulator";
import { type ClusterName, clusterApi, clusterPath } from "../../../simulator/services/gke/clusterNames";
import { clusterZones } from "./zones";

/** A Kubernetes taint. */
export interface Taint {
    key: string;
    value?: string;
    effect: string;
}

/** A node pool of the cloud. */
export interface Pool {
    name: string;
    zones: string[];
    machineType: string;
    labels: Record<string, string>;
    taints: Taint[];
    spot: boolean;
    maxPods: number;
    /** The service account that pulls images. */
    account?: string;
    /** The GPUs that pods can request: none without a driver. */
    gpus: number;
    /** The type of the GPUs, also without a driver. */
    accelerator?: string;
    /** The type of the boot disk, such as `pd-balanced`. */
    diskType: string;
    /** The Kubernetes version, such as `1.34.1-gke.2037000`. */
    version: string;
    /** The initial number of nodes, or the fixed number without autoscaling; in all zones. */
    size: number;
    /** The autoscaling limits, in all zones. */
    bounds?: { min: number; max: number };
    /** How many nodes are replaced at the same time. */
    replacedAtOnce: number;
    /** The template of its nodes: changes replace the nodes. */
    template: string;
}

/**
 * The taint of nodes with GPUs, in a cluster that also has others
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/gpus).
 */
export const gpuTaint: Taint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

/** The nodes of a cluster. */
export interface ClusterNodes {
    /** Autopilot: Google creates nodes for pods. */
    autopilot: boolean;
    pools: Pool[];
    account?: string;
    /** The Kubernetes version of Autopilot nodes. */
    version: string;
}

/** Reads the configuration of a cluster's nodes; empty if the cluster does not exist yet. */
export function clusterNodes({ store }: Cloud, cluster: ClusterName): ClusterNodes {
    const path = `//${clusterApi}/${clusterPath(cluster)}`;
    // biome-ignore lint/suspicious/noExplicitAny: the shapes are those of the provider.
    const state: any = store.read(path)?.state ?? {};
    const zones = state.nodeLocations?.length ? state.nodeLocations : clusterZones(cluster.location);
    const account =
        state.clusterAutoscaling?.autoProvisioningDefaults?.serviceAccount ?? state.nodeConfig?.serviceAccount;
    const version = state.nodeVersion;
    if (state.enableAutopilot) {
        return { autopilot: true, pools: [], account, version };
    }
    const pools = store.list(`${path}/nodePools`).map((entry) => poolOf(entry.state, zones));
    return { autopilot: false, pools, account, version };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function poolOf(state: any, itsClusters: string[]): Pool {
    const { nodeConfig = {}, autoscaling, maxPodsPerNode } = state;
    const zones: string[] = state.nodeLocations?.length ? [...state.nodeLocations].sort() : itsClusters;
    const [guest] = nodeConfig.guestAccelerators ?? [];
    const included = gpuOf(nodeConfig.machineType ?? "");
    const accelerator: string | undefined = guest?.type ?? included?.type;
    // The device plugin of nodes reports GPUs when the driver is installed.
    const hasDriver = guest?.gpuDriverInstallationConfig?.gpuDriverVersion !== "INSTALLATION_DISABLED";
    const size = (state.nodeCount ?? state.initialNodeCount ?? 1) * zones.length;
    const created = {
        machineType: nodeConfig.machineType ?? "e2-medium",
        spot: Boolean(nodeConfig.spot ?? nodeConfig.preemptible),
        maxPods: maxPodsPerNode ?? 110,
        account: nodeConfig.serviceAccount,
        gpus: hasDriver ? (guest?.count ?? included?.count ?? 0) : 0,
        accelerator,
        diskType: nodeConfig.diskType ?? "pd-balanced",
        version: state.version,
    };
    const { diskSizeGb, imageType } = nodeConfig;
    const template = createHash("sha256")
        .update(JSON.stringify({ ...created, diskSizeGb, imageType }))
        .digest("hex")
        .slice(0, 8);
    return {
        name: state.name,
        ...created,
        zones,
        labels: nodeConfig.labels ?? {},
        taints: [
            ...(nodeConfig.taints ?? []).map(({ key, value, effect }: Record<string, string>) => ({
                key: key ?? "",
                value,
                effect: taintEffects[effect ?? ""] ?? effect ?? "",
            })),
            ...(accelerator ? [gpuTaint] : []),
        ],
        size,
        bounds: boundsOf(autoscaling, zones.length),
        replacedAtOnce: replacedAtOnce(state.upgradeSettings),
        template,
    };
}

/** "Node upgrade strategies": the sum of surge and unavailable nodes, or all nodes with blue-green upgrades. */
function replacedAtOnce({ strategy, maxSurge = 1, maxUnavailable = 0 }: Record<string, string | number> = {}): number {
    return strategy === "BLUE_GREEN" ? Number.POSITIVE_INFINITY : Number(maxSurge) + Number(maxUnavailable);
}

const taintEffects: Record<string, string> = {
    NO_SCHEDULE: "NoSchedule",
    PREFER_NO_SCHEDULE: "PreferNoSchedule",
    NO_EXECUTE: "NoExecute",
};

/** Limits are per zone or in total: "About GKE cluster autoscaling". */
function boundsOf(autoscaling: Record<string, number> | undefined, zones: number): Pool["bounds"] {
    if (autoscaling === undefined || Object.keys(autoscaling).length === 0) {
        return undefined;
    }
    const { minNodeCount = 0, maxNodeCount = 0, totalMinNodeCount = 0, totalMaxNodeCount = 0 } = autoscaling;
    return totalMaxNodeCount > 0
        ? { min: totalMinNodeCount, max: totalMaxNodeCount }
        : { min: minNodeCount * zones, max: maxNodeCount * zones };
}
