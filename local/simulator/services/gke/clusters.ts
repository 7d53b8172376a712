import { rm } from "node:fs/promises";
import { ensureDaemon, stopDaemon } from "../../../machine/daemon/client";
import type { Cloud } from "../../cloud/cloud";
import { type ClusterName, clusterApi, clusterFolder, clusterPath, homeOf } from "./clusterNames";
import { nodeCounts as countsIn } from "./nodeCounts";

export type { ClusterName } from "./clusterNames";

/** The connection information of a control plane. */
export interface ControlPlane {
    /** Its address without `https://`: `127.0.0.1:20443`. */
    endpoint: string;
    /** The server certificate, PEM in base64. */
    caCertificate: string;
}

/** Returns a cluster's control plane, starting it if it does not run; its address and contents are kept. */
export async function controlPlane(
    cloud: Cloud,
    cluster: ClusterName,
    report?: (line: string) => void,
): Promise<ControlPlane> {
    const info = await ensureDaemon(homeOf(cloud), "cluster", clusterPath(cluster), report);
    return { endpoint: info.endpoint ?? "", caCertificate: info.caCertificate ?? "" };
}

/** Stops and deletes the control plane of a deleted cluster. */
export async function removeControlPlane(cloud: Cloud, cluster: ClusterName): Promise<void> {
    await stopDaemon(homeOf(cloud), "cluster", clusterPath(cluster));
    await rm(clusterFolder(cloud, cluster), { recursive: true, force: true, maxRetries: 3 });
}

/** The current number of nodes of each node pool, in all zones; empty before the first start. */
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
