import { taggedResources } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";

/** A resource with tags. */
export interface Found {
    entry: Entry;
    /** The permissions to bind and unbind tags, without their verb. */
    permissions: string;
    /** The location of its bindings; undefined for a global resource. */
    location?: string;
}

/** The names in the store that differ from the full resource names of bindings. */
function storeName(service: string, path: string): string {
    switch (service) {
        case "storage.googleapis.com":
            return `//${service}/${path.replace("projects/_/", "")}`;
        case "sqladmin.googleapis.com":
            return `//cloudsql.googleapis.com/${path}`;
        default:
            return `//${service}/${path}`;
    }
}

/** The resource of a full resource name, if it exists and its type takes tags. */
export function findTagged(cloud: Cloud, fullName: string): Found | undefined {
    const [, service = "", given = ""] = /^\/\/([^/]+)\/(.+)$/.exec(fullName) ?? [];
    const row = Object.values(taggedResources.rows).find(({ name }) => formOf(name).test(fullName));
    if (!row) {
        return undefined;
    }
    const path = given.replace(/^projects\/([^/]+)/, (_, project) => `projects/${cloud.projects.idOf(project)}`);
    const entry = cloud.store.read(storeName(service, path)) ?? byNumber(cloud, service, path);
    const location = "location" in row ? String(entry?.state[row.location] ?? "") : undefined;
    return entry && { entry, permissions: row.permissions, location: location?.toLowerCase() };
}

/** The form of the full names of a type. */
function formOf(name: string): RegExp {
    return new RegExp(`^${name.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
}

/** Machines and accounts are named by their numbers. */
function byNumber(cloud: Cloud, service: string, path: string): Entry | undefined {
    const [, parent = "", number = ""] = /^(.+)\/([^/]+)$/.exec(path) ?? [];
    const project = /^projects\/([^/]+)/.exec(path)?.[1];
    const all = cloud.store.list(
        service === "iam.googleapis.com" ? `//${service}/serviceAccounts` : `//${service}/${parent}`,
    );
    return all.find((entry) => {
        const { instanceId, uniqueId } = entry.state;
        return entry.project === project && [instanceId, uniqueId].includes(number);
    });
}
