import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { lastPart } from "../../rules/rules";

export const api = "cloudresourcemanager.googleapis.com";

/** The ID of a key or a value: `tagKeys/281474976710656`. */
export const idOf = (kind: "tagKeys" | "tagValues", value: string): string => `${kind}/${lastPart(value)}`;

/** The name in the store. */
export const nameOf = (id: string): string => `//${api}/${id}`;

/**
 * The API's answer for what does not exist, as for what the caller may not see.
 * https://github.com/hashicorp/terraform-provider-google/issues/15928
 */
export const forbidden = () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" });

/** An invalid field of a request. */
export const badField = (field: string, description: string) =>
    new GoogleError(400, `field [${field}] has issue [${description}]`, {
        details: [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                fieldViolations: [{ description, field }],
            },
        ],
        reason: "badRequest",
    });

/** "The permitted character set for the shortName includes all UTF-8 encoded Unicode characters except …" */
export function verifyShortName(shortName: string, kind: string): void {
    if (!/^[^'"\\/]{1,256}$/u.test(shortName)) {
        throw badField(`${kind}.short_name`, "must be a valid short name");
    }
}

const of = (cloud: Cloud, kind: "tagKeys" | "tagValues"): Entry[] => cloud.store.list(`//${api}/${kind}`);

export const keysOf = (cloud: Cloud): Entry[] => of(cloud, "tagKeys");

export const valuesOf = (cloud: Cloud): Entry[] => of(cloud, "tagValues");

export const bindingsOf = (cloud: Cloud): Entry[] => cloud.store.list(`//${api}/tagBindings`);

/** The parent of a key with the ID of a project in the place of its number. */
export const parentOf = (cloud: Cloud, parent: string): string =>
    parent.startsWith("projects/") ? `projects/${cloud.projects.idOf(parent)}` : parent;

/** Keys and values can be above projects: the API is enabled in the project of the provider. */
export function requireApi(cloud: Cloud, project: string | undefined): void {
    if (project !== undefined) {
        cloud.projects.requireApi(project, api, "Cloud Resource Manager API");
    }
}
