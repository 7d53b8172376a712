import type { Context, Inputs } from "../../rules/rules";
import { clusterFolder } from "./clusterNames";
import type { ClusterPlace } from "./names";
import { nodeCounts } from "./nodeCounts";

/** Loaded on demand, only for programs with clusters. */
const kubernetes = (): typeof import("./clusters") => require("./clusters");

const placeOf = ({ project, location, name }: Inputs): ClusterPlace => ({ project, location, name });

/** Starts the control plane of a cluster if it does not run, and returns its address and certificate. */
export async function startControlPlane(state: Inputs, { cloud, report }: Context): Promise<Inputs> {
    const { controlPlane } = kubernetes();
    const { endpoint, caCertificate } = await controlPlane(cloud, placeOf(state), report);
    const { controlPlaneEndpointsConfig, masterAuth } = state;
    const dnsEndpointConfig = { ...controlPlaneEndpointsConfig.dnsEndpointConfig, endpoint };
    return {
        endpoint,
        controlPlaneEndpointsConfig: { ...controlPlaneEndpointsConfig, dnsEndpointConfig },
        masterAuth: { ...masterAuth, clusterCaCertificate: caCertificate },
        operation: "",
    };
}

/** Stops and deletes the control plane of a cluster. */
export async function endControlPlane(state: Inputs, { cloud }: Context): Promise<void> {
    const { removeControlPlane } = kubernetes();
    await removeControlPlane(cloud, placeOf(state));
}

/** Adds the current number of nodes in each zone to a node pool. */
export function withNodeCounts(pool: Inputs, cluster: ClusterPlace, { cloud }: Context): Inputs {
    const total = pool.autoscaling && nodeCounts(clusterFolder(cloud, cluster))[pool.name];
    return total === undefined ? pool : { ...pool, nodeCount: Math.floor(total / pool.nodeLocations.length) };
}
