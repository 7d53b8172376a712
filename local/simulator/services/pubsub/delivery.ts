import { pubSubLimits } from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs } from "../../rules/rules";
import { bucketName, findBucket } from "../storage/names";
import { agent, topicName, verifyDuration } from "./names";

export function verifyPush(
    { pushConfig, enableExactlyOnceDelivery, bigqueryConfig, cloudStorageConfig }: Inputs,
    { cloud }: Context,
): void {
    const { pushEndpoint, oidcToken, attributes = {} } = pushConfig ?? {};
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
    // https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions#PushConfig
    const version = attributes["x-goog-version"];
    if (version !== undefined && !["v1beta1", "v1", "v1beta2"].includes(version)) {
        throw new GoogleError(
            400,
            `Invalid push attribute x-goog-version: ${version}. It must be v1, v1beta1 or v1beta2.`,
        );
    }
    // "Exactly-once delivery": only the pull subscription type supports it.
    const kind = pushEndpoint ? "push" : bigqueryConfig ? "BigQuery" : cloudStorageConfig ? "Cloud Storage" : undefined;
    if (kind && enableExactlyOnceDelivery) {
        throw new GoogleError(400, `Exactly-once delivery is not supported for ${kind} subscriptions.`);
    }
}

/** https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription#assign_roles_to_service_accounts */
const writing = ["storage.objects.create", "storage.buckets.get"];

export function verifyBucket({ cloudStorageConfig, project }: Inputs, { cloud }: Context): void {
    if (!cloudStorageConfig) {
        return;
    }
    verifyFiles(cloudStorageConfig);
    const bucket = findBucket(cloud, cloudStorageConfig.bucket);
    if (!bucket) {
        throw new GoogleError(404, "The specified bucket does not exist.");
    }
    const account = cloudStorageConfig.serviceAccountEmail ?? agent(cloud, project);
    const missing = writing.filter((permission) => !isAllowedOn(cloud, account, permission, bucketName(bucket.id)));
    verifyPermissions(account, "Cloud Storage bucket", missing);
}

const { fileDuration, fileMessages, fileSize } = pubSubLimits.rows;

/** "File names": https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription#file_names */
function isDatetimeFormat(format: string): boolean {
    const part = /YYYY|YY|MM|DD|hh|mm|ss|T|Z/g;
    const parts = (format.match(part) ?? []).map((each) => each.replace("YYYY", "YY"));
    const isComplete = ["YY", "MM", "DD", "hh", "mm", "ss"].every((each) => parts.includes(each));
    return isComplete && new Set(parts).size === parts.length && /^[-_:/]*$/.test(format.replaceAll(part, ""));
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions#CloudStorageConfig */
function verifyFiles(config: Inputs): void {
    const { filenameSuffix = "", filenameDatetimeFormat, maxDuration, maxBytes, maxMessages, bucket } = config;
    const invalid = (field: string, reason: string) =>
        new GoogleError(400, `Invalid [cloud_storage_config.${field}]: ${reason}.`);
    if (/^gs:/.test(bucket)) {
        throw invalid("bucket", `${bucket}. It must be a name without gs://`);
    }
    if (filenameSuffix.endsWith("/")) {
        throw invalid("filename_suffix", `${filenameSuffix}. It must not end in "/"`);
    }
    if (filenameDatetimeFormat && !isDatetimeFormat(filenameDatetimeFormat)) {
        throw invalid(
            "filename_datetime_format",
            `${filenameDatetimeFormat}. It must have YYYY or YY, MM, DD, hh, mm and ss once each`,
        );
    }
    verifyDuration("subscription.cloud_storage_config.max_duration", maxDuration, fileDuration);
    if (maxBytes && (maxBytes < fileSize.min || maxBytes > fileSize.max)) {
        throw invalid("max_bytes", `${maxBytes}. It must be from ${fileSize.min} to ${fileSize.max}`);
    }
    if (maxMessages && maxMessages < fileMessages.min) {
        throw invalid("max_messages", `${maxMessages}. It must be at least ${fileMessages.min}`);
    }
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
