import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs } from "../../rules/rules";
import { bucketName, findBucket } from "../storage/names";
import { agent, topicName } from "./names";

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

/**
 * The state of an export. "Cannot write to the destination because enforceInTransit is set to true and the destination locations are not in
 * the allowed regions". Multi-regions are not compared, of which Google says nothing.
 * https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions
 */
export function exportState(cloud: Cloud, { topic, project, bigqueryConfig, cloudStorageConfig }: Inputs): string {
    const { messageStoragePolicy: policy } = (cloud.store.read(topicName(topic, project))?.state ?? {}) as Inputs;
    const [owner, dataset] = String(bigqueryConfig?.table).split(/[.:]/);
    const destination = cloudStorageConfig
        ? findBucket(cloud, cloudStorageConfig.bucket)
        : cloud.store.read(`//bigquery.googleapis.com/projects/${owner}/datasets/${dataset}`);
    const location = String((destination?.state as Inputs | undefined)?.location).toLowerCase();
    const isElsewhere = isRegion(location, "storage") && !policy?.allowedPersistenceRegions?.includes(location);
    return policy?.enforceInTransit && isElsewhere ? "IN_TRANSIT_LOCATION_RESTRICTION" : "ACTIVE";
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
