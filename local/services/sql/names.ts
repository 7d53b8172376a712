import { GoogleError } from "../../cloud/errors";
import { lastPart } from "../../rules/rules";

export const api = "sqladmin.googleapis.com";
export const sqlApi: [string, string] = [api, "Cloud SQL Admin API"];

/** The full resource name of an instance that is given by its name or its path. */
export const instanceName = (project: string, instance: string): string =>
    `//cloudsql.googleapis.com/projects/${project}/instances/${lastPart(instance)}`;

export const noInstance = () =>
    new GoogleError(404, "The Cloud SQL instance does not exist.", { reason: "instanceDoesNotExist" });

export const invalid = (why: string) => new GoogleError(400, `Invalid request: ${why}`, { reason: "invalid" });
