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

/** "Create Cloud Storage subscriptions": roles that allow the required operations. */
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
    const missingRoles = Object.entries(bucketRoles).filter(([, names]) => {
        const roles = [...names, "admin"].map((name) => `roles/storage.${name}`);
        return !hasAnyRole(cloud, places, roles, account);
    });
    verifyPermissions(
        account,
        "Cloud Storage bucket",
        missingRoles.map(([permission]) => permission),
    );
}

/** Whether an account has any of the roles on any of the resources. */
export function hasAnyRole(cloud: Cloud, places: string[], roles: string[], account: string): boolean {
    return places.some((place) => cloud.iam.has(place, roles, `serviceAccount:${account}`));
}

/** Throws if permissions on a destination are missing. */
export function verifyPermissions(account: string, destination: string, missingPermissions: string[]): void {
    if (missingPermissions.length > 0) {
        throw new GoogleError(
            400,
            `Service account ${account} is missing permissions required to write to the ${destination}: ${missingPermissions.join(", ")}.`,
        );
    }
}
