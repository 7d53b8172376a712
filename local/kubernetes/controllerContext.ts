import type { Cloud } from "../cloud/cloud";
import type { Api } from "./api/api";
import type { ClusterName } from "./names";

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
