import { clusterFolder } from "../../kubernetes/names";
import { nodeCounts } from "../../kubernetes/nodes/counts";
import type { Context, Inputs } from "../../rules/rules";
import type { ClusterPlace } from "./names";

/** Only who has clusters needs what they are made of. */
const kubernetes = (): typeof import("../../kubernetes") => require("../../kubernetes");

const placeOf = ({ project, location, name }: Inputs): ClusterPlace => ({ project, location, name });

/** Starts the control plane of a cluster, or finds it running: its address and certificate are the cluster's own. */
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

/** Ends the control plane of a cluster, with all that is in the cluster. */
export async function endControlPlane(state: Inputs, { cloud }: Context): Promise<void> {
    const { removeControlPlane } = kubernetes();
    await removeControlPlane(cloud, placeOf(state));
}

/** A node pool with as many nodes in each zone as its autoscaler has come to. */
export function counted(pool: Inputs, cluster: ClusterPlace, { cloud }: Context): Inputs {
    const total = pool.autoscaling && nodeCounts(clusterFolder(cloud, cluster))[pool.name];
    return total === undefined ? pool : { ...pool, nodeCount: Math.floor(total / pool.nodeLocations.length) };
}
