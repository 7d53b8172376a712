import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { projectName } from "../../cloud/projects";
import type { Context, Inputs } from "../../rules/rules";
import { bucketName, findBucket } from "../storage/names";
import { agent } from "./names";

export function verifyPush({ pushConfig, enableExactlyOnceDelivery }: Inputs, { cloud }: Context): void {
    const { pushEndpoint, oidcToken } = pushConfig ?? {};
    if (pushEndpoint !== undefined && !/^https:\/\/[^/]/.test(pushEndpoint)) {
        throw new GoogleError(
            400,
            `Invalid push endpoint given (endpoint=${pushEndpoint}). Refer to https://cloud.google.com/pubsub/docs/subscriber#create for more information.`,
        );
    }
    const account = oidcToken?.serviceAccountEmail;
    if (account !== undefined && !cloud.iam.hasAccount(account)) {
        throw new GoogleError(404, `Service account ${account} not found.`);
    }
    // "Exactly-once delivery": only the pull subscription type supports it.
    if (pushEndpoint !== undefined && enableExactlyOnceDelivery) {
        throw new GoogleError(400, "Exactly-once delivery is not supported for push subscriptions.");
    }
}

/** "Create Cloud Storage subscriptions": the roles that may do what Pub/Sub must do in the bucket. */
const bucketRoles: Record<string, string[]> = {
    "storage.objects.create": ["objectCreator", "objectUser", "objectAdmin", "legacyBucketWriter", "legacyBucketOwner"],
    "storage.buckets.get": ["legacyBucketReader", "legacyBucketWriter", "legacyBucketOwner", "bucketViewer"],
};

export function verifyBucket({ cloudStorageConfig, project }: Inputs, { cloud }: Context): void {
    if (!cloudStorageConfig) {
        return;
    }
    const bucket = findBucket(cloud, cloudStorageConfig.bucket);
    if (!bucket) {
        throw new GoogleError(404, "The specified bucket does not exist.");
    }
    const account = cloudStorageConfig.serviceAccountEmail ?? agent(cloud, project);
    const places = [bucketName(bucket.id), projectName(bucket.project)];
    const lacks = Object.entries(bucketRoles).filter(([, names]) => {
        const roles = [...names, "admin"].map((name) => `roles/storage.${name}`);
        return !hasOn(cloud, places, roles, account);
    });
    requireAll(
        account,
        "Cloud Storage bucket",
        lacks.map(([permission]) => permission),
    );
}

/** Whether an account has one of the roles at one of the places. */
export function hasOn(cloud: Cloud, places: string[], roles: string[], account: string): boolean {
    return places.some((place) => cloud.iam.has(place, roles, `serviceAccount:${account}`));
}

/** Refuses a destination in which permissions are lacking. */
export function requireAll(account: string, destination: string, lacking: string[]): void {
    if (lacking.length > 0) {
        throw new GoogleError(
            400,
            `Service account ${account} is missing permissions required to write to the ${destination}: ${lacking.join(", ")}.`,
        );
    }
}
