import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "sqladmin.googleapis.com";
export const sqlApi: [string, string] = [api, "Cloud SQL Admin API"];

/** The full resource name of an instance, from its name or path. */
export const instanceName = (project: string, instance: string): string =>
    `//cloudsql.googleapis.com/projects/${project}/instances/${lastPart(instance)}`;

export const instanceNotFound = () =>
    new GoogleError(404, "The Cloud SQL instance does not exist.", { reason: "instanceDoesNotExist" });

export const invalid = (cause: string) => new GoogleError(400, `Invalid request: ${cause}`, { reason: "invalid" });

/** Returns an existing instance; throws if it does not exist. */
export function instanceOf(cloud: Cloud, project: string, instance: string): Inputs {
    const found = cloud.store.read(instanceName(project, instance));
    if (!found) {
        throw instanceNotFound();
    }
    return found.state;
}

/** Returns an instance for databases and users; throws if it is read-only. */
export function requireWritable(cloud: Cloud, { project, instance }: Inputs): Inputs {
    const state = instanceOf(cloud, project, instance);
    if (state.masterInstanceName) {
        throw invalid("This operation isn't valid for a read replica instance.");
    }
    if (state.settings.activationPolicy === "NEVER") {
        throw invalid("Invalid request since instance is not running.");
    }
    return state;
}
