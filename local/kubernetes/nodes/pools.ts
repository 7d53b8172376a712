import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { type ClusterName, clusterApi, clusterPath } from "../names";
import { clusterZones } from "./zones";

/** What keeps pods from a node, in Kubernetes' own terms. */
export interface Taint {
    key: string;
    value?: string;
    effect: string;
}

/** A node pool as the cloud has it. */
export interface Pool {
    name: string;
    zones: string[];
    machineType: string;
    labels: Record<string, string>;
    taints: Taint[];
    spot: boolean;
    maxPods: number;
    /** Who pulls the images of its pods. */
    account?: string;
    gpus: number;
    /** Of the boot disk, such as `pd-balanced`. */
    diskType: string;
    /** Of Kubernetes, such as `1.34.1-gke.2037000`. */
    version: string;
    /** How many nodes there are at first, or always where nothing scales them; in all zones together. */
    size: number;
    /** Between which numbers it is scaled, in all zones together. */
    bounds?: { min: number; max: number };
    /** How many nodes at a time are replaced by others. */
    replacedAtOnce: number;
    /** What its nodes are made by: another text needs other nodes. */
    template: string;
}

/** What a cluster has of nodes. */
export interface ClusterNodes {
    /** Nodes are made as pods need them, by Google. */
    autopilot: boolean;
    pools: Pool[];
    account?: string;
    /** Of Kubernetes, for nodes that Google makes. */
    version: string;
}

/** What the cloud says of a cluster's nodes at present; nothing when there is no such cluster yet. */
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
    const size = (state.nodeCount ?? state.initialNodeCount ?? 1) * zones.length;
    const made = {
        machineType: nodeConfig.machineType ?? "e2-medium",
        spot: Boolean(nodeConfig.spot ?? nodeConfig.preemptible),
        maxPods: maxPodsPerNode ?? 110,
        account: nodeConfig.serviceAccount,
        gpus: nodeConfig.guestAccelerators?.[0]?.count ?? 0,
        diskType: nodeConfig.diskType ?? "pd-balanced",
        version: state.version,
    };
    const { diskSizeGb, imageType } = nodeConfig;
    const template = createHash("sha256")
        .update(JSON.stringify({ ...made, diskSizeGb, imageType }))
        .digest("hex")
        .slice(0, 8);
    return {
        name: state.name,
        ...made,
        zones,
        labels: nodeConfig.labels ?? {},
        taints: (nodeConfig.taints ?? []).map(({ key, value, effect }: Record<string, string>) => ({
            key: key ?? "",
            value,
            effect: taintEffects[effect ?? ""] ?? effect ?? "",
        })),
        size,
        bounds: boundsOf(autoscaling, zones.length),
        replacedAtOnce: replacedAtOnce(state.upgradeSettings),
        template,
    };
}

/** "Node upgrade strategies": so many as there may be beside and away, or with a second set of nodes all. */
function replacedAtOnce({ strategy, maxSurge = 1, maxUnavailable = 0 }: Record<string, string | number> = {}): number {
    return strategy === "BLUE_GREEN" ? Number.POSITIVE_INFINITY : Number(maxSurge) + Number(maxUnavailable);
}

const taintEffects: Record<string, string> = {
    NO_SCHEDULE: "NoSchedule",
    PREFER_NO_SCHEDULE: "PreferNoSchedule",
    NO_EXECUTE: "NoExecute",
};

/** Bounds are given for each zone, or for all together: "About GKE cluster autoscaling". */
function boundsOf(autoscaling: Record<string, number> | undefined, zones: number): Pool["bounds"] {
    if (autoscaling === undefined) {
        return undefined;
    }
    const { minNodeCount = 0, maxNodeCount = 0, totalMinNodeCount = 0, totalMaxNodeCount = 0 } = autoscaling;
    return totalMaxNodeCount > 0
        ? { min: totalMinNodeCount, max: totalMaxNodeCount }
        : { min: minNodeCount * zones, max: maxNodeCount * zones };
}
