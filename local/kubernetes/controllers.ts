import type { Cloud } from "../cloud/cloud";
import type { Api } from "./api/api";
import { runImages } from "./kubelet/images";
import { runSchedules } from "./kubelet/schedules";
import { runLoadBalancers } from "./loadBalancers/loadBalancers";
import type { ClusterName } from "./names";
import { runNodes } from "./nodes/nodes";

/** What the controllers of a cluster work with. */
export interface Around {
    cloud: Cloud;
    cluster: ClusterName;
    /** Where the cluster keeps what it has. */
    folder: string;
    api: Api;
    report: (line: string) => void;
    /** Tells them to end. */
    signal: AbortSignal;
}

/** Starts GKE's own parts of a cluster; what is returned waits until they have ended. */
export async function startControllers(around: Around): Promise<() => Promise<void>> {
    const [stopSchedules] = await Promise.all([
        runSchedules(around),
        runNodes(around),
        runImages(around),
        runLoadBalancers(around),
    ]);
    return stopSchedules;
}
