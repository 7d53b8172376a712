import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Cloud } from "../cloud/cloud";

/** A GKE cluster. */
export interface ClusterName {
    project: string;
    /** A region or a zone. */
    location: string;
    name: string;
}

export const clusterApi = "container.googleapis.com";

export const clusterPath = ({ project, location, name }: ClusterName) =>
    `projects/${project}/locations/${location}/clusters/${name}`;

export function parseClusterPath(path: string): ClusterName {
    const [, project, location, name] = /^projects\/([^/]+)\/locations\/([^/]+)\/clusters\/([^/]+)$/.exec(path) ?? [];
    if (!project || !location || !name) {
        throw new Error(
            `cluster names must have the form projects/<project>/locations/<location>/clusters/<name> (got ${path}).`,
        );
    }
    return { project, location, name };
}

/** The context name of `gcloud container clusters get-credentials`. */
export const contextName = ({ project, location, name }: ClusterName) => `gke_${project}_${location}_${name}`;

/** The workspace folder of a cloud. */
export const homeOf = ({ folder }: Cloud) => dirname(folder);

/** The data folder of a cluster's control plane. */
export const clusterFolder = (cloud: Cloud, cluster: ClusterName) =>
    join(homeOf(cloud), "clusters", createHash("sha256").update(clusterPath(cluster)).digest("hex").slice(0, 12));

/** The file with the number of nodes. */
export const nodeCountsFile = (folder: string) => join(folder, "nodes.json");

/** The token of all users of local clusters, from `gke-gcloud-auth-plugin` and `gke-token`. */
export const localToken = "slipway-local";
