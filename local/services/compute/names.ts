import { GoogleError } from "../../cloud/errors";

export const api = "compute.googleapis.com";

/** The API with its title, for the services that lie in networks. */
export const computeApi: [string, string] = [api, "Compute Engine API"];

const url = /^(https:\/\/(www|compute)\.googleapis\.com\/compute\/(v1|beta)\/|\/\/compute\.googleapis\.com\/)/;

/** The full resource name of what lies at a path. */
export const fullName = (path: string): string => `//${api}/${path}`;

export const selfLink = (path: string): string => `https://www.googleapis.com/compute/v1/${path}`;

/** The path of a network that is given by its name, a part of its path, its path or its self link. */
export function networkPath(given: string, project: string): string {
    return pathOf(given, project, "global/networks");
}

/** The path of a subnetwork, given in any of these ways too. */
export function subnetworkPath(given: string, { project, region }: { project: string; region: string }): string {
    return pathOf(given, project, `regions/${region}/subnetworks`);
}

function pathOf(given: string, project: string, collection: string): string {
    const path = given.replace(url, "");
    if (path.startsWith("projects/")) {
        return path;
    }
    return `projects/${project}/${path.includes("/") ? path : `${collection}/${path}`}`;
}

/** "Naming resources": what the provider says itself of the name of a resource of Compute Engine. */
export function refusedName(name: string): string | undefined {
    const form = "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$";
    return new RegExp(form).test(name) ? undefined : `"name" (${JSON.stringify(name)}) doesn't match regexp "${form}"`;
}

export const taken = (path: string) =>
    new GoogleError(409, `The resource '${path}' already exists`, { reason: "alreadyExists" });

export const notFound = (path: string) =>
    new GoogleError(404, `The resource '${path}' was not found`, { reason: "notFound" });

export const invalidField = (field: string, value: unknown, why: string) =>
    new GoogleError(400, `Invalid value for field 'resource.${field}': '${value}'. ${why}`, { reason: "invalid" });

export const overQuota = (quota: string, limit: number) =>
    new GoogleError(403, `Quota '${quota}' exceeded.  Limit: ${limit}.0 globally.`, { reason: "quotaExceeded" });

export const inUse = (kind: string, path: string, by: string) =>
    `The ${kind} resource '${path}' is already being used by '${by}'`;

/** "Subnets": all that the subnetworks which a network of auto mode makes may ever have. */
export const autoRange = "10.128.0.0/9";
