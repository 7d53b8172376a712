import type { Cloud } from "../../cloud/cloud";
import { GoogleError, inLog } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "secretmanager.googleapis.com";

/** The API and its title. */
export const secretsApi: [string, string] = [api, "Secret Manager API"];

/**
 * The path of a secret, from its short name or its path with a project number.
 *
 * @throws GoogleError for a regional secret, with what the global endpoint answers
 */
export function secretPath(cloud: Cloud, secret: string, project: string): string {
    if (secret.includes("/locations/")) {
        // https://github.com/quarkiverse/quarkus-google-cloud-services/issues/919
        const text = `The provided Secret ID [${secret}] does not match the expected format [projects/*/secrets/*].`;
        throw new GoogleError(400, text);
    }
    const value = /^projects\/([^/]+)\/secrets\/[^/]+$/.exec(secret)?.[1] ?? project;
    return `projects/${cloud.projects.idOf(value)}/secrets/${lastPart(secret)}`;
}

/** The path of a secret, in a region if it has one. */
export const pathOf = ({ project, location, secretId }: Inputs): string =>
    ["projects", project, ...(location ? ["locations", location] : []), "secrets", secretId].join("/");

/** The path of a regional secret, whose project can be a number; undefined for another form. */
export function regionalPath(cloud: Cloud, secret: string): string | undefined {
    const [, value, location, id] = /^projects\/([^/]+)\/locations\/([^/]+)\/secrets\/([^/]+)$/.exec(secret) ?? [];
    return value && `projects/${cloud.projects.idOf(value)}/locations/${location}/secrets/${id}`;
}

export const secretName = (path: string) => `//${api}/${path}`;

export const versionName = (path: string, version: string) => `${secretName(path)}/versions/${version}`;

/** The path in API responses, with the project number. */
export function withProjectNumber(cloud: Cloud, path: string): string {
    const [, project = "", ...rest] = path.split("/");
    return ["projects", cloud.projects.number(project), ...rest].join("/");
}

export const secretNotFound = (cloud: Cloud, path: string) =>
    new GoogleError(404, `Secret [${withProjectNumber(cloud, path)}] not found.`).recordedIn(
        inLog("secretmanager/v1beta1/secretmanagersecret/basicsecretmanagersecret"),
    );

/**
 * Finds a secret version by number, `latest` or alias. `latest` is the newest version in any state: check `enabled` and
 * `destroyTime`.
 *
 * @param path from `secretPath`
 */
export function findVersion(cloud: Cloud, path: string, version: string): Entry | undefined {
    const aliases = cloud.store.read(secretName(path))?.state.versionAliases as Record<string, string> | undefined;
    const all = cloud.store.list(`${secretName(path)}/versions`).map(({ name }) => Number(lastPart(name)));
    const number = version === "latest" ? Math.max(0, ...all) : (aliases?.[version] ?? version);
    return cloud.store.read(versionName(path, String(number)));
}
