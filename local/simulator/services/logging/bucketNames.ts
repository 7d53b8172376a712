import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Inputs } from "../../rules/rules";
import { api } from "./filter";

export const bucketPath = ({ project, location, bucketId }: Inputs) =>
    `projects/${project}/locations/${location}/buckets/${bucketId}`;

export const loggingName = (path: string) => `//${api}/${path}`;

/** https://docs.cloud.google.com/logging/docs/region-support: regions, multi-regions and the place that Google selects. */
export const isLogLocation = (location: string) => isRegion(location) || ["global", "us", "eu"].includes(location);

/** The log buckets of a new project: https://docs.cloud.google.com/logging/docs/store-log-entries */
const builtIn = [
    { bucketId: "_Default", retentionDays: 30, locked: false, views: ["_AllLogs", "_Default"] },
    { bucketId: "_Required", retentionDays: 400, locked: true, views: ["_AllLogs"] },
];

export const isBuiltIn = (bucketId: string) => builtIn.some((bucket) => bucket.bucketId === bucketId);

/** Creates a view that Google Cloud creates itself. */
export function addView(cloud: Cloud, project: string, bucket: string, view: string): void {
    const path = `${bucket}/views/${view}`;
    if (!cloud.store.read(loggingName(path))) {
        const [, , , location, , bucketId] = bucket.split("/");
        const state = { name: view, bucket: bucketId, location, parent: `projects/${project}`, filter: "" };
        cloud.store.create({ name: loggingName(path), project, id: path, state });
    }
}

/**
 * Creates a log bucket that Google Cloud creates with the project, when something first needs it. Its location is `global`, as long as the
 * organization has no other default.
 */
export function addBuiltIn(cloud: Cloud, path: string): void {
    const [, project = "", , location, , bucketId] = path.split("/");
    const found = builtIn.find((bucket) => bucket.bucketId === bucketId);
    if (!found || location !== "global" || !cloud.projects.find(project) || cloud.store.read(loggingName(path))) {
        return;
    }
    const { views, ...state } = found;
    const all = { ...state, project, location, name: path, lifecycleState: "ACTIVE" };
    cloud.store.create({ name: loggingName(path), project, id: path, state: all });
    for (const view of views) {
        addView(cloud, project, path, view);
    }
}

/** The path of the log bucket of a view or a link, which the provider takes from an ID or from the other arguments. */
export function bucketOf({ bucket, parent, location, project }: Inputs): string {
    return /^projects\/[^/]+\/locations\/[^/]+\/buckets\/[^/]+$/.test(bucket)
        ? bucket
        : `${parent ?? `projects/${project}`}/locations/${location}/buckets/${bucket}`;
}

/** The log bucket of a view or a link; throws if there is none. */
export function requireBucket(cloud: Cloud, path: string): Inputs {
    addBuiltIn(cloud, path);
    const found = cloud.store.read(loggingName(path));
    if (!found) {
        throw new GoogleError(404, `Bucket \`${path.split("/").at(-1)}\` does not exist`);
    }
    return found.state;
}
