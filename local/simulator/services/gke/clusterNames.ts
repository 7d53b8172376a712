import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Cloud } from "../../cloud/cloud";
import type { CloudSettings } from "../../cloud/settings";

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

/** The token of owners of local clusters, from `gke-gcloud-auth-plugin` and `gke-token`. */
export const localToken = "slipway-local";

/** The token of who runs a command. */
export function tokenOf({ as, lenient }: CloudSettings): string {
    return as && !lenient ? `${localToken}.${as}` : localToken;
}

/** Who has a token; undefined for owners and for tokens of Kubernetes. */
export const identityOfToken = (token: string): string | undefined =>
    token.startsWith(`${localToken}.`) ? token.slice(localToken.length + 1) : undefined;
