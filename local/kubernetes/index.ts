import { rm } from "node:fs/promises";
import type { Cloud } from "../cloud/cloud";
import { daemon, endDaemon } from "../daemon/client";
import { type ClusterName, clusterApi, clusterFolder, clusterPath, homeOf } from "./names";
import { nodeCounts as countsIn } from "./nodes/counts";

export type { ClusterName } from "./names";

/** Where a cluster's control plane is. */
export interface ControlPlane {
    /** Its address without the protocol, which is `https`: `127.0.0.1:20443`. */
    endpoint: string;
    /** The certificate by which clients know it, PEM in base64. */
    caCertificate: string;
}

/** The control plane of a cluster, which is started where it does not run; its address and content stay the same. */
export async function controlPlane(
    cloud: Cloud,
    cluster: ClusterName,
    report?: (line: string) => void,
): Promise<ControlPlane> {
    const note = await daemon(homeOf(cloud), "cluster", clusterPath(cluster), report);
    return { endpoint: note.endpoint ?? "", caCertificate: note.caCertificate ?? "" };
}

/** Ends the control plane of a cluster that is deleted, with all that is in the cluster. */
export async function removeControlPlane(cloud: Cloud, cluster: ClusterName): Promise<void> {
    await endDaemon(homeOf(cloud), "cluster", clusterPath(cluster));
    await rm(clusterFolder(cloud, cluster), { recursive: true, force: true, maxRetries: 3 });
}

/** How many nodes each node pool of a cluster has at present, in all zones together; nothing before its first start. */
export function nodeCounts(cloud: Cloud, cluster: ClusterName): Record<string, number> {
    return countsIn(clusterFolder(cloud, cluster));
}

/** The clusters of a local Google Cloud. */
export function clusters(cloud: Cloud): ClusterName[] {
    return cloud.store.list(`//${clusterApi}`, "clusters").flatMap(({ name }) => {
        const [, project, location, cluster] =
            /^\/\/[^/]+\/projects\/([^/]+)\/locations\/([^/]+)\/clusters\/([^/]+)$/.exec(name) ?? [];
        return project && location && cluster ? { project, location, name: cluster } : [];
    });
}
