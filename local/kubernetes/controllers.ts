import type { Cloud } from "../cloud/cloud";
import type { Api } from "./api/api";
import { runImages } from "./kubelet/images";
import { runSchedules } from "./kubelet/schedules";
import { runLoadBalancers } from "./loadBalancers/loadBalancers";
import type { ClusterName } from "./names";
import { runNodes } from "./nodes/nodes";

/** The context of a cluster's controllers. */
export interface ControllerContext {
    cloud: Cloud;
    cluster: ClusterName;
    /** The folder of the cluster's data. */
    folder: string;
    api: Api;
    report: (line: string) => void;
    /** Stops the controllers. */
    signal: AbortSignal;
}

/** Starts GKE's own controllers; the returned function waits until they have stopped. */
export async function startControllers(context: ControllerContext): Promise<() => Promise<void>> {
    const [stopSchedules] = await Promise.all([
        runSchedules(context),
        runNodes(context),
        runImages(context),
        runLoadBalancers(context),
    ]);
    return stopSchedules;
}
