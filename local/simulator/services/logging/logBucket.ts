import { logBucketTimes, nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { addView, bucketPath, isBuiltIn, isLogLocation, loggingName } from "./bucketNames";
import { api } from "./filter";

/** "Deletes a log bucket": https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets/delete */
const daysBlocked = 7;

const invalid = (message: string) => new GoogleError(400, message);

/** The service account that encrypts log buckets: https://cloud.google.com/logging/docs/routing/managed-encryption-storage */
export const encrypterOf = (cloud: Cloud, project: string) =>
    `cmek-p${cloud.projects.number(project)}@gcp-sa-logging.iam.gserviceaccount.com`;

function verifyKey({ cmekSettings, project, location }: Inputs, cloud: Cloud): void {
    const key = cmekSettings?.kmsKeyName;
    const account = encrypterOf(cloud, project);
    if (key && keyLocation(key) !== location) {
        throw invalid(`The KMS key ${key} must be in the location of the bucket, ${location}.`);
    }
    if (key && !canEncrypt(cloud, key, account)) {
        throw invalid(
            `The service account ${account} does not have the permission to encrypt and decrypt with the KMS key ${key}.`,
        );
    }
}

/** "Configure log buckets", "Configure CMEK for log buckets", and the fields of the API's reference. */
function verifyChange(inputs: Inputs, old: Inputs): void {
    if (old.locked && !inputs.locked) {
        throw invalid("Locked buckets cannot be unlocked");
    }
    if (old.locked && inputs.retentionDays !== old.retentionDays) {
        throw invalid("The retention of a locked bucket cannot be changed");
    }
    if ((old.cmekSettings !== undefined) !== (inputs.cmekSettings !== undefined)) {
        // The words: https://github.com/hashicorp/terraform-provider-google/issues/14193
        throw invalid(
            old.enableAnalytics
                ? "This bucket has advanced analytics enabled. CMEK is not compatible with advanced analytics buckets"
                : "CMEK cannot be enabled or disabled for an existing bucket",
        );
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, location, bucketId, retentionDays, indexConfigs = [] } = inputs;
    const path = bucketPath(inputs);
    const found = old ?? cloud.store.read(loggingName(path))?.state;
    if (!isLogLocation(location)) {
        throw invalid(`The location ${location} is not supported`);
    }
    if (!isBuiltIn(bucketId) && !nameFormats.rows.logBucket.pattern.test(bucketId)) {
        throw invalid(`Bucket ID "${bucketId}" is invalid.`);
    }
    if (cloud.blocked.has(loggingName(path))) {
        // The provider finds the deleted bucket, and changes it. The words:
        // https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/pull/1898
        throw invalid("Buckets must be in an ACTIVE state to be modified");
    }
    const max = Number.parseInt(String(logBucketTimes.rows.retention.max), 10);
    if (retentionDays < 0 || retentionDays > max) {
        throw invalid(`Retention days must be between 1 and ${max}`);
    }
    if (bucketId === "_Required") {
        throw invalid("The _Required bucket cannot be modified");
    }
    for (const { type } of indexConfigs as Inputs[]) {
        if (!["INDEX_TYPE_STRING", "INDEX_TYPE_INTEGER"].includes(type)) {
            throw invalid(
                `Invalid value at 'bucket.index_configs' (type.googleapis.com/google.logging.v2.IndexType), "${type}"`,
            );
        }
    }
    if (found) {
        verifyChange({ ...inputs, project }, found);
    }
    verifyKey(inputs, cloud);
}

const logBuckets = "logging.projects.locations.buckets";

/**
 * A log bucket of a project. The provider changes an existing one of the same name, and leaves the two that exist in each project:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/logging/resource_logging_bucket_config.go
 */
export const logBucket: TypeRules = {
    noun: "Bucket",
    generatedNoun: "LoggingProjectBucketConfig",
    api,
    id: bucketPath,
    errorPrefix: (verb, inputs) =>
        verb === "create" && !isBuiltIn(inputs.bucketId)
            ? "Error creating Bucket"
            : `Error updating Logging Bucket Config ${JSON.stringify(bucketPath(inputs))}`,
    deleteErrorPrefix: (inputs) => `Error deleting Logging Bucket Config ${JSON.stringify(bucketPath(inputs))}`,
    alreadyExists: () => undefined,
    verify,
    state: (inputs, { cloud }, old) => ({
        name: bucketPath(inputs),
        lifecycleState: "ACTIVE",
        description: inputs.description ?? "",
        retentionDays: inputs.retentionDays || 30,
        // "Cannot be disabled once enabled": the provider sends no other value.
        ...(old?.enableAnalytics && { enableAnalytics: true }),
        ...(inputs.cmekSettings && {
            cmekSettings: {
                ...inputs.cmekSettings,
                name: `${bucketPath(inputs)}/cmekSettings`,
                kmsKeyVersionName: "",
                serviceAccountId: encrypterOf(cloud, inputs.project),
            },
        }),
    }),
    afterStore: (state, { cloud }) => {
        addView(cloud, state.project, bucketPath(state), "_AllLogs");
        if (state.bucketId === "_Default") {
            addView(cloud, state.project, bucketPath(state), "_Default");
        }
    },
    isRetained: ({ bucketId }) => isBuiltIn(bucketId),
    verifyRemoval: ({ locked, bucketId, ...state }, { cloud }) => {
        // The words: https://github.com/hashicorp/terraform-provider-google/issues/16099
        if (locked) {
            throw invalid("Locked buckets currently cannot be deleted");
        }
        const links = cloud.store.list(`${loggingName(bucketPath({ ...state, bucketId }))}/links`);
        if (links.length > 0) {
            throw invalid(`Bucket ${bucketId} has a linked dataset, which must be deleted first`);
        }
    },
    remove: (state, { cloud }) => {
        const name = loggingName(bucketPath(state));
        for (const view of cloud.store.list(`${name}/views`)) {
            cloud.store.remove(view.name);
        }
        cloud.blocked.reserve(name, state.project, daysBlocked);
    },
    calls: {
        // The provider looks for an existing log bucket, such as _Default, which it updates.
        create: ({ bucketId }) => [
            `${logBuckets}.get`,
            bucketId === "_Default" ? `${logBuckets}.patch` : `${logBuckets}.createAsync`,
        ],
        update: ({ enableAnalytics }, _, old) => [
            ...(enableAnalytics && !old?.enableAnalytics ? [`${logBuckets}.updateAsync`] : []),
            `${logBuckets}.patch`,
            `${logBuckets}.get`,
        ],
    },
};

/**
 * The settings of a project. Reading them creates the service account that encrypts log buckets:
 * https://cloud.google.com/logging/docs/routing/managed-encryption-storage
 */
export function getProjectSettings({ project }: Inputs, { cloud }: Context): Inputs {
    const kmsServiceAccountId = encrypterOf(cloud, project);
    cloud.iam.requestAgent(project, kmsServiceAccountId);
    const name = `projects/${project}/settings`;
    const loggingServiceAccountId = `service-${cloud.projects.number(project)}@gcp-sa-logging.iam.gserviceaccount.com`;
    return {
        id: name,
        name,
        project,
        disableDefaultSink: false,
        kmsKeyName: "",
        storageLocation: "",
        kmsServiceAccountId,
        loggingServiceAccountId,
    };
}
