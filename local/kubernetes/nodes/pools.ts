import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { type ClusterName, clusterApi, clusterPath } from "../names";
import { clusterZones } from "./zones";

/** A node pool as the cloud has it. */
export interface Pool {
    name: string;
    zones: string[];
    machineType: string;
    labels: Record<string, string>;
    taints: { key: string; value?: string; effect: string }[];
    spot: boolean;
    maxPods: number;
    /** Who pulls the images of its pods. */
    account?: string;
    gpus: number;
    /** Of Kubernetes, such as `1.34.1-gke.2037000`. */
    version?: string;
    /** How many nodes there are at first, or always where nothing scales them; in all zones together. */
    size: number;
    /** Between which numbers it is scaled, in all zones together. */
    bounds?: { min: number; max: number };
    /** What its nodes are made by: another text needs other nodes. */
    template: string;
}

/** What a cluster has of nodes. */
export interface ClusterNodes {
    /** Nodes are made as pods need them, by Google. */
    autopilot: boolean;
    pools: Pool[];
    account?: string;
}

/** What the cloud says of a cluster's nodes at present; nothing when there is no such cluster yet. */
export function clusterNodes({ store }: Cloud, cluster: ClusterName): ClusterNodes {
    const path = `//${clusterApi}/${clusterPath(cluster)}`;
    // biome-ignore lint/suspicious/noExplicitAny: the shapes are those of the provider.
    const state: any = store.read(path)?.state ?? {};
    const zones = state.nodeLocations?.length ? state.nodeLocations : clusterZones(cluster.location);
    const account =
        state.clusterAutoscaling?.autoProvisioningDefaults?.serviceAccount ?? state.nodeConfig?.serviceAccount;
    if (state.enableAutopilot) {
        return { autopilot: true, pools: [], account };
    }
    const pools = store.list(`${path}/nodePools`).map((entry) => poolOf(entry.state, zones));
    return { autopilot: false, pools, account };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function poolOf(state: any, itsClusters: string[]): Pool {
    const { nodeConfig = {}, autoscaling, maxPodsPerNode } = state;
    const zones: string[] = state.nodeLocations?.length ? [...state.nodeLocations].sort() : itsClusters;
    const size = (state.nodeCount ?? state.initialNodeCount ?? 1) * zones.length;
    const made = {
        zones,
        machineType: nodeConfig.machineType ?? "e2-medium",
        labels: nodeConfig.labels ?? {},
        taints: (nodeConfig.taints ?? []).map(({ key, value, effect }: Record<string, string>) => ({
            key: key ?? "",
            value,
            effect: taintEffects[effect ?? ""] ?? effect ?? "",
        })),
        spot: Boolean(nodeConfig.spot ?? nodeConfig.preemptible),
        maxPods: maxPodsPerNode ?? 110,
        account: nodeConfig.serviceAccount,
        gpus: nodeConfig.guestAccelerators?.[0]?.count ?? 0,
        version: state.version,
    };
    const template = createHash("sha256")
        .update(JSON.stringify({ ...made, zones: undefined }))
        .digest("hex")
        .slice(0, 8);
    return { name: state.name, ...made, size, bounds: boundsOf(autoscaling, zones.length), template };
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
