import { nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, inLog } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { isZone } from "../../cloud/zones";
import type { Inputs } from "../../rules/rules";

export const api = "container.googleapis.com";

/** The API and its title. */
export const containerApi: [string, string] = [api, "Kubernetes Engine API"];

/** The provider's error if neither a resource nor the provider's configuration has a location. */
export const missingLocation = "Unable to determine location: region/zone not configured in resource/provider config";

/** The location of a cluster. */
export interface ClusterPlace {
    project: string;
    location: string;
    name: string;
}

export const clusterPath = ({ project, location, name }: Inputs): string =>
    `projects/${project}/locations/${location}/clusters/${name}`;

/** The full resource name of a path. */
export const fullName = (path: string): string => `//${api}/${path}`;

/** A cluster in the API. */
export type ClusterEntry = Entry & { state: Inputs };

export const findCluster = (cloud: Cloud, place: ClusterPlace): ClusterEntry | undefined =>
    cloud.store.read(fullName(clusterPath(place)));

/** The path in the API's messages, which distinguishes zones from regions. */
export const displayPath = ({ project, location, name }: Inputs): string =>
    `projects/${project}/${isZone(location) ? "zones" : "locations"}/${location}/clusters/${name}`;

const path = /^projects\/([^/]+)\/(?:locations|zones|regions)\/([^/]+)\/clusters\/([^/]+)$/;

/** The cluster of a node pool, from its ID or name. */
export function clusterOf({ cluster, project, location }: Inputs): ClusterPlace {
    const [, ...parts] = path.exec(cluster) ?? [];
    const [itsProject, itsLocation, name] = parts;
    return { project: itsProject ?? project, location: itsLocation ?? location, name: name ?? cluster };
}

export const badRequest = (text: string) => new GoogleError(400, text, { reason: "badRequest" });

export const notFound = (what: string) =>
    new GoogleError(404, `Not found: ${what}.`, { reason: "notFound" }).recordedIn(
        inLog("container/v1beta1/containernodepool/containernodepool-swap"),
    );

/** The provider's validation of cluster names. */
export function nameError(name: string): string | undefined {
    if (name.length > nameFormats.rows.gkeCluster.max) {
        return `"name" cannot be longer than ${nameFormats.rows.gkeCluster.max} characters`;
    }
    if (!/^[a-z0-9-]+$/.test(name)) {
        return '"name" can only contain lowercase letters, numbers and hyphens';
    }
    if (!/^[a-z]/.test(name)) {
        return '"name" must start with a letter';
    }
    return /[a-z0-9]$/.test(name) ? undefined : '"name" must end with a number or a letter';
}

/** The method that reads an operation. */
export const clusterOperation = "container.projects.locations.operations.get";
