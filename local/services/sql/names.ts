import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "sqladmin.googleapis.com";
export const sqlApi: [string, string] = [api, "Cloud SQL Admin API"];

/** The full resource name of an instance that is given by its name or its path. */
export const instanceName = (project: string, instance: string): string =>
    `//cloudsql.googleapis.com/projects/${project}/instances/${lastPart(instance)}`;

export const noInstance = () =>
    new GoogleError(404, "The Cloud SQL instance does not exist.", { reason: "instanceDoesNotExist" });

export const invalid = (why: string) => new GoogleError(400, `Invalid request: ${why}`, { reason: "invalid" });

/** An instance as it is; refuses one that is not there. */
export function instanceOf(cloud: Cloud, project: string, instance: string): Inputs {
    const found = cloud.store.read(instanceName(project, instance));
    if (!found) {
        throw noInstance();
    }
    return found.state;
}

/** An instance in which there can be databases and users; refuses one that cannot be written to. */
export function writable(cloud: Cloud, { project, instance }: Inputs): Inputs {
    const state = instanceOf(cloud, project, instance);
    if (state.masterInstanceName) {
        throw invalid("This operation isn't valid for a read replica instance.");
    }
    if (state.settings.activationPolicy === "NEVER") {
        throw invalid("Invalid request since instance is not running.");
    }
    return state;
}
