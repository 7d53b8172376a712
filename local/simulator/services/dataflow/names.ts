import { regions } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";

export const api = "dataflow.googleapis.com";

/** The API and its title. */
export const dataflowApi: [string, string] = [api, "Dataflow API"];

/** The full name of a resource in the store, by its path with the ID of the project. */
export const fullName = (path: string) => `//${api}/${path}`;

/** Where a job is. */
export interface Place {
    project: string;
    location: string;
}

export const jobsPath = ({ project, location }: Place) => `projects/${project}/locations/${location}/jobs`;

/** The Dataflow service account: https://cloud.google.com/dataflow/docs/concepts/security-and-permissions#df-service-account */
export const agentOf = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@dataflow-service-producer-prod.iam.gserviceaccount.com`;

export const invalid = (message: string) => new GoogleError(400, message);

/** The error of a call that does not fit the state of a job. */
export const precondition = (message: string) => new GoogleError(400, message, { reason: "failedPrecondition" });

/** "Regional endpoints": https://cloud.google.com/dataflow/docs/resources/locations */
export function verifyRegion(location: string): void {
    if (!Object.hasOwn(regions.rows, location)) {
        throw invalid(`The workflow could not be created. Unknown regional endpoint: ${location}.`);
    }
}
