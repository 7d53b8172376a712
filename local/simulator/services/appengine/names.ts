import { appEngineLocations, nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { runCodeOf } from "../../cloud/regions";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";

export const api = "appengine.googleapis.com";

/** The API and its title. */
export const appEngineApi: [string, string] = [api, "App Engine Admin API"];

/** The bucket that builds read the files of a version from. */
export const stagingBucket = (project: string) => `staging.${project}.appspot.com`;

export const appPath = (project: string) => `apps/${project}`;
export const servicePath = (project: string, service: string) => `${appPath(project)}/services/${service}`;
export const versionPath = ({ project, service, versionId }: Inputs) =>
    `${servicePath(project, service)}/versions/${versionId}`;

export const fullName = (path: string) => `//${api}/${path}`;

/** Regions of App Engine locations. */
const regionsOf = new Map(Object.entries(appEngineLocations.rows).map(([location, { region }]) => [location, region]));

export const regionOf = (location: string): string => regionsOf.get(location) ?? location;

/** The host name of an application: `acme-dev.ew.r.appspot.com`. */
export function hostnameOf(project: string, location: string): string {
    const region = regionOf(location);
    return `${project}.${runCodeOf(region) ?? region}.r.appspot.com`;
}

export const invalid = (message: string) => new GoogleError(400, message);

export function findApp(cloud: Cloud, project: string): (Entry & { state: Inputs }) | undefined {
    return cloud.store.read(fullName(appPath(project)));
}

export const applicationNotFound = (project: string) =>
    new GoogleError(404, `Could not find Application "${project}".`);

/** The application of a project; throws if it does not exist. */
export function requireApp(cloud: Cloud, project: string): Entry & { state: Inputs } {
    const found = findApp(cloud, project);
    if (!found) {
        throw applicationNotFound(project);
    }
    return found;
}

/** The region of a project's application. */
export const appRegion = (cloud: Cloud, project: string): string =>
    regionOf(String(requireApp(cloud, project).state.locationId));

export function verifyServiceId(service: string): void {
    if (!nameFormats.rows.domainLabel.pattern.test(service)) {
        throw invalid(
            `Invalid service name '${service}': it may only contain lowercase letters, digits, and hyphens, must begin and end with a letter or digit, and must not exceed 63 characters.`,
        );
    }
}

/** "How requests are routed": `VERSION-dot-SERVICE-dot-PROJECT_ID` is a part of an address. */
const maxAddressLength = 63;

export function verifyVersionId({ project, service, versionId = "" }: Inputs): void {
    if (!nameFormats.rows.appEngineVersion.pattern.test(versionId)) {
        throw invalid(
            `Invalid version ID '${versionId}': it may only contain lowercase letters, digits, and hyphens, must begin and end with a letter or digit, must not exceed 63 characters, and 'default', 'latest' and names with the prefix 'ah-' are reserved.`,
        );
    }
    const address = [versionId, ...(service === "default" ? [] : [service]), project].join("-dot-");
    if (address.length > maxAddressLength) {
        throw invalid(
            `The combined length of version, service and project ids '${address}' must not exceed ${maxAddressLength} characters.`,
        );
    }
}

/** The calls for a change of a service. */
export const onService = [
    "appengine.apps.services.patch",
    "appengine.apps.operations.get",
    "appengine.apps.services.get",
];

/** The calls for a change of the application. */
export const onApplication = ["appengine.apps.patch", "appengine.apps.operations.get", "appengine.apps.get"];
