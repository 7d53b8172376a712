import { nameFormats } from "slipway/facts";
import { GoogleError, inLog } from "../../cloud/errors";

export const api = "compute.googleapis.com";

/** The API and its title. */
export const computeApi: [string, string] = [api, "Compute Engine API"];

const url = /^(https:\/\/(www|compute)\.googleapis\.com\/compute\/(v1|beta)\/|\/\/compute\.googleapis\.com\/)/;

/** The full resource name of a path. */
export const fullName = (path: string): string => `//${api}/${path}`;

export const selfLink = (path: string): string => `https://www.googleapis.com/compute/v1/${path}`;

/** The path of a network, from its name, a partial path, its path or its self link. */
export function networkPath(input: string, project: string): string {
    return pathOf(input, project, "global/networks");
}

/** The path of a subnetwork, in any of these formats. */
export function subnetworkPath(input: string, { project, region }: { project: string; region: string }): string {
    return pathOf(input, project, `regions/${region}/subnetworks`);
}

/** The path of a resource of a collection, such as `global/urlMaps`, from its name, a partial path, its path or its self link. */
export function pathOf(input: string, project: string, collection: string): string {
    const path = input.replace(url, "");
    if (path.startsWith("projects/")) {
        return path;
    }
    return `projects/${project}/${path.includes("/") ? path : `${collection}/${path}`}`;
}

/** "Naming resources": the provider's validation of names. */
export function nameError(name: string): string | undefined {
    const form = "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$";
    return nameFormats.rows.computeResource.pattern.test(name)
        ? undefined
        : `"name" (${JSON.stringify(name)}) doesn't match regexp "${form}"`;
}

export const alreadyExists = (path: string) =>
    new GoogleError(409, `The resource '${path}' already exists`, { reason: "alreadyExists" });

export const notFound = (path: string) =>
    new GoogleError(404, `The resource '${path}' was not found`, { reason: "notFound" }).recordedIn(
        inLog("compute/v1beta1/computesecuritypolicy"),
    );

export const invalidField = (field: string, value: unknown, cause: string) =>
    new GoogleError(400, `Invalid value for field 'resource.${field}': '${value}'. ${cause}`, { reason: "invalid" });

/** Tags have the form of names: https://cloud.google.com/vpc/docs/add-remove-network-tags#restrictions */
export function verifyNetworkTags(tags: string[] = [], field = "tags.items"): void {
    for (const [index, tag] of tags.entries()) {
        if (!nameFormats.rows.computeResource.pattern.test(tag)) {
            const rule = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
            throw invalidField(`${field}[${index}]`, tag, rule);
        }
    }
    if (tags.length > 64) {
        throw invalidField(field, tags.join(","), "There can be at most 64 tags.");
    }
}

/**
 * Subnets, routers, rules and routes are in the project of their network: https://cloud.google.com/vpc/docs/shared-vpc. The text is that of
 * other references: https://github.com/PaloAltoNetworks/terraform-google-vmseries-modules/issues/131
 */
export function requireOwnProject(field: string, path: string, { project }: { project?: string }): void {
    if (!path.startsWith(`projects/${project}/`)) {
        throw crossProject(field, path);
    }
}

export const crossProject = (field: string, path: string) =>
    new GoogleError(
        400,
        `Invalid value for field 'resource.${field}': '${path}'. Cross-project references for this resource are not allowed.`,
        { reason: "invalid" },
    ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/7368");

export const overQuota = (quota: string, limit: number) =>
    new GoogleError(403, `Quota '${quota}' exceeded.  Limit: ${limit}.0 globally.`, { reason: "quotaExceeded" });

/** The place of a resource: `projects/p/global`, or that of its region. */
export const placeOf = ({ project, region }: { project?: string; region?: string }): string =>
    region ? `projects/${project}/regions/${region}` : `projects/${project}/global`;

export const inUse = (kind: string, path: string, by: string) =>
    `The ${kind} resource '${path}' is already being used by '${by}'`;

/** "Subnets": the range of all auto mode subnetworks. */
export const autoRange = "10.128.0.0/9";
