import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { lastPart } from "../../rules/rules";

export const api = "secretmanager.googleapis.com";

/** The API with its title, for the services that read secrets. */
export const secretsApi: [string, string] = [api, "Secret Manager API"];

/** The path of a secret that may be given by its short name, or with the number of its project as the API answers it. */
export function secretPath(cloud: Cloud, secret: string, project: string): string {
    const given = /^projects\/([^/]+)\/secrets\/[^/]+$/.exec(secret)?.[1] ?? project;
    const owner = cloud.projects.all().find((id) => id === given || cloud.projects.number(id) === given);
    return `projects/${owner ?? given}/secrets/${lastPart(secret)}`;
}

export const secretName = (path: string) => `//${api}/${path}`;

export const versionName = (path: string, version: string) => `${secretName(path)}/versions/${version}`;

/** The path as the API answers it: with the project's number. */
export function numbered(cloud: Cloud, path: string): string {
    const [, project = "", ...rest] = path.split("/");
    return ["projects", cloud.projects.number(project), ...rest].join("/");
}

export const noSecret = (cloud: Cloud, path: string) =>
    new GoogleError(404, `Secret [${numbered(cloud, path)}] not found.`);

/**
 * The version of a secret behind a number, `latest` or an alias; nothing when there is none. `latest` is the newest,
 * whatever its state: its `enabled` and `destroyTime` tell whether it can be read.
 *
 * @param path as `secretPath` has it
 */
export function findVersion(cloud: Cloud, path: string, version: string): Entry | undefined {
    const aliases = cloud.store.read(secretName(path))?.state.versionAliases as Record<string, string> | undefined;
    const all = cloud.store.list(`${secretName(path)}/versions`).map(({ name }) => Number(lastPart(name)));
    const number = version === "latest" ? Math.max(0, ...all) : (aliases?.[version] ?? version);
    return cloud.store.read(versionName(path, String(number)));
}
