import { isAllowedOn } from "../../cloud/access";
import { GoogleError } from "../../cloud/errors";
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

/** https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription#assign_roles_to_service_accounts */
const writing = ["storage.objects.create", "storage.buckets.get"];

export function verifyBucket({ cloudStorageConfig, project }: Inputs, { cloud }: Context): void {
    if (!cloudStorageConfig) {
        return;
    }
    const bucket = findBucket(cloud, cloudStorageConfig.bucket);
    if (!bucket) {
        throw new GoogleError(404, "The specified bucket does not exist.");
    }
    const account = cloudStorageConfig.serviceAccountEmail ?? agent(cloud, project);
    const missing = writing.filter((permission) => !isAllowedOn(cloud, account, permission, bucketName(bucket.id)));
    verifyPermissions(account, "Cloud Storage bucket", missing);
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
