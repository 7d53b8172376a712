import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Cloud } from "../cloud/cloud";

/** A cluster of Google Kubernetes Engine. */
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
        throw new Error(`a cluster is named as projects/<project>/locations/<location>/clusters/<name> (got ${path}).`);
    }
    return { project, location, name };
}

/** The context by which `gcloud container clusters get-credentials` calls a cluster. */
export const contextName = ({ project, location, name }: ClusterName) => `gke_${project}_${location}_${name}`;

/** The workspace of a cloud. */
export const homeOf = ({ folder }: Cloud) => dirname(folder);

/** Where the control plane of a cluster keeps what it has. */
export const clusterFolder = (cloud: Cloud, cluster: ClusterName) =>
    join(homeOf(cloud), "clusters", createHash("sha256").update(clusterPath(cluster)).digest("hex").slice(0, 12));

/** Where a control plane notes how many nodes there are. */
export const nodeCountsFile = (folder: string) => join(folder, "nodes.json");

/** What everybody signs in with to a local cluster: the token of `gke-gcloud-auth-plugin` and of `gke-token`. */
export const localToken = "slipway-local";
