import type { Cloud } from "../../simulator";
import type { ClusterName } from "../../simulator/services/gke/clusterNames";
import type { Api } from "./api/api";

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
