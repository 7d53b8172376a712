import { vertexRegions } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

export const api = "aiplatform.googleapis.com";

/** The API and its title. */
export const vertexApi: [string, string] = [api, "Vertex AI API"];

/** The full name of a resource in the store, by its path with the ID of the project. */
export const fullName = (path: string) => `//${api}/${path}`;

export const locationPath = ({ projectsId, locationsId }: Inputs) => `projects/${projectsId}/locations/${locationsId}`;

/** The region of a path. */
export const locationOf = (path: string) => path.split("/")[3] as string;

/** The project of a path. */
export const projectOf = (path: string) => path.split("/")[1] as string;

/** The path of a resource with the number of its project, as in answers of the API. */
export const publicName = (path: string, cloud: Cloud) =>
    path.replace(/^projects\/[^/]+/, () => `projects/${cloud.projects.number(projectOf(path))}`);

/** The path of a resource with the ID of its project, whose number may be given instead. */
export function pathOf(name: string, cloud: Cloud): string {
    return name.replace(/^projects\/(\d+)(?=\/|$)/, (_, number) => `projects/${projectWithNumber(number, cloud)}`);
}

/** The ID of a project with this ID or number. */
export function projectWithNumber(project: string, cloud: Cloud): string {
    return /^\d+$/.test(project) ? cloud.projects.idOf(project) : project;
}

export const invalid = (message: string) => new GoogleError(400, message);

/** The error of a call that does not fit the state of a resource. */
export const precondition = (message: string) => new GoogleError(400, message, { reason: "failedPrecondition" });

/** The caller may not act as an account. The code is that of the record, of a pipeline. */
export const actAsDenied = (account: string) =>
    invalid(`You do not have permission to act as service_account: ${account}. (or it may not exist).`).recordedIn(
        "https://github.com/googleapis/python-aiplatform/issues/1073",
    );

/** A machine type that jobs or endpoints cannot have, also because it is not in the region. */
export const unsupportedMachine = (machineType: string) =>
    invalid(`Machine type "${machineType}" is not supported.`).recordedIn(
        "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/troubleshooting",
    );

/** "Regional endpoints": the host name of another region does not exist. */
export function verifyRegion(location: string): void {
    if (!Object.hasOwn(vertexRegions.rows, location)) {
        throw new GoogleError(404, `Could not resolve host: ${location}-aiplatform.googleapis.com`);
    }
}

/** @param kind such as `Model` */
export const notFound = (kind: string, path: string, cloud: Cloud) =>
    new GoogleError(404, `The ${kind} \`${publicName(path, cloud)}\` does not exist.`);
