import { GoogleError } from "../cloud/errors";
import { projectName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import { type Context, type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { verifyKey } from "./pubsub/key";
import { bucketName, findBucket } from "./storage/names";

const api = "pubsub.googleapis.com";

/** The API with its title, for the services whose events are messages. */
export const pubsubApi: [string, string] = [api, "Cloud Pub/Sub API"];

/** The path of a topic or subscription that may be given by its short name too. */
const path = (kind: "topics" | "subscriptions", name: string, project: string) =>
    name.includes("/") ? name : `projects/${project}/${kind}/${name}`;

export const topicName = (topic: string, project: string) => `//${api}/${path("topics", topic, project)}`;

export const noResource = (name: string) => new GoogleError(404, `Resource not found (resource=${lastPart(name)}).`);

/** What topics and subscriptions have in common. */
function named(kind: "topics" | "subscriptions") {
    return {
        api,
        autoname: "name",
        id: ({ project, name }: Inputs) => `projects/${project}/${kind}/${name}`,
        taken: ({ name }: Inputs) => new GoogleError(409, `Resource already exists in the project (resource=${name}).`),
    };
}

/** "Create a topic: guidelines to name a topic". */
function verifyName(kind: string, { project, name }: Inputs): void {
    if (!/^[A-Za-z][\w.~+%-]{2,254}$/.test(name) || name.startsWith("goog")) {
        throw new GoogleError(
            400,
            `Invalid resource name given (name=projects/${project}/${kind}/${name}). Refer to https://cloud.google.com/pubsub/docs/admin#resource_names for more information.`,
        );
    }
}

/** Refuses a duration such as `604800s` that is outside of a range of seconds. */
function verifyDuration(field: string, value: string | undefined, least: number, most: number): void {
    const seconds = Number(value?.replace(/s$/, ""));
    if (value !== undefined && !(seconds >= least && seconds <= most)) {
        throw new GoogleError(400, `Invalid [${field}]: ${value}. Must be between ${least} and ${most} seconds.`);
    }
}

const topic: TypeRules = {
    noun: "Topic",
    generatedNoun: "PubsubTopic",
    ...named("topics"),
    defaults: {
        "ingestionDataSourceSettings.cloudStorage.textFormat.delimiter": "\n",
        "ingestionDataSourceSettings.platformLogsSettings.severity": "SEVERITY_UNSPECIFIED",
        "messageTransforms.disabled": false,
        "schemaSettings.encoding": "ENCODING_UNSPECIFIED",
    },
    values: {
        "ingestionDataSourceSettings.platformLogsSettings.severity": [
            "SEVERITY_UNSPECIFIED",
            "DISABLED",
            "DEBUG",
            "INFO",
            "WARNING",
            "ERROR",
        ],
        "schemaSettings.encoding": ["ENCODING_UNSPECIFIED", "JSON", "BINARY"],
    },
    replaceOnChange: ["name", "project", "tags"],
    sets: ["messageStoragePolicy.allowedPersistenceRegions"],
    verify: (inputs, { cloud }) => {
        verifyName("topics", inputs);
        verifyKey(inputs, cloud);
        verifyDuration("message_retention_duration", inputs.messageRetentionDuration, 600, 2_678_400);
    },
    // Its subscriptions stay, with what they have not delivered; a new topic of the same name is not theirs.
    remove: ({ project, name }, { cloud }) => {
        for (const each of cloud.projects.all()) {
            for (const subscription of cloud.store.list(`//${api}/projects/${each}/subscriptions`)) {
                if (subscription.state.topic === path("topics", name, project)) {
                    const state = { ...subscription.state, topic: "_deleted-topic_" };
                    cloud.store.write({ ...subscription, state });
                }
            }
        }
    },
};

const subscription: TypeRules = {
    noun: "Subscription",
    generatedNoun: "PubsubSubscription",
    ...named("subscriptions"),
    defaults: {
        messageRetentionDuration: "604800s",
        "cloudStorageConfig.maxDuration": "300s",
        "messageTransforms.disabled": false,
    },
    exclusive: [{ properties: ["bigqueryConfig", "cloudStorageConfig", "pushConfig"] }],
    refused: {
        filter: (filter) =>
            /^[\s\S]{0,256}$/.test(filter)
                ? undefined
                : `"filter" (${JSON.stringify(filter)}) doesn't match regexp "^[\\\\s\\\\S]{0,256}$"`,
    },
    replaceOnChange: ["name", "project", "topic", "filter", "enableMessageOrdering", "tags"],
    compared: { topic: lastPart },
    computed: [
        "cloudStorageConfig.state",
        "cloudStorageConfig.textConfig",
        "cloudStorageConfig.textConfig.state",
        "retryPolicy.maximumBackoff",
        "retryPolicy.minimumBackoff",
    ],
    verify: (inputs, context) => {
        verifyName("subscriptions", inputs);
        for (const name of [inputs.topic, inputs.deadLetterPolicy?.deadLetterTopic]) {
            if (name !== undefined && !context.cloud.store.read(topicName(name, inputs.project))) {
                throw noResource(name);
            }
        }
        verifyTimes(inputs);
        verifyPush(inputs, context);
        verifyBucket(inputs, context);
    },
    state: ({ topic: name, project, ackDeadlineSeconds, expirationPolicy, retryPolicy, cloudStorageConfig }) => ({
        topic: path("topics", name, project),
        ackDeadlineSeconds: ackDeadlineSeconds || 10,
        expirationPolicy: expirationPolicy ?? { ttl: "2678400s" },
        ...(retryPolicy && { retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s", ...retryPolicy } }),
        ...(cloudStorageConfig && {
            cloudStorageConfig: {
                ...cloudStorageConfig,
                state: "ACTIVE",
                ...(!cloudStorageConfig.avroConfig && { textConfig: { state: "" } }),
            },
        }),
    }),
};

/** "Subscription properties". */
function verifyTimes(inputs: Inputs): void {
    const { ackDeadlineSeconds: deadline = 10, deadLetterPolicy, retryPolicy, expirationPolicy } = inputs;
    if (deadline !== 0 && (deadline < 10 || deadline > 600)) {
        throw new GoogleError(
            400,
            `Invalid ack deadline given (ack_deadline_secs=${deadline}). The value must be between 10 and 600 seconds.`,
        );
    }
    const attempts = deadLetterPolicy?.maxDeliveryAttempts || 5;
    if (attempts < 5 || attempts > 100) {
        throw new GoogleError(400, `Invalid [max_delivery_attempts]: ${attempts}. Must be between 5 and 100.`);
    }
    verifyDuration("message_retention_duration", inputs.messageRetentionDuration, 600, 2_678_400);
    verifyDuration("minimum_backoff", retryPolicy?.minimumBackoff, 0, 600);
    verifyDuration("maximum_backoff", retryPolicy?.maximumBackoff, 0, 600);
    verifyDuration("expiration_policy.ttl", expirationPolicy?.ttl || undefined, 86_400, Number.POSITIVE_INFINITY);
}

function verifyPush({ pushConfig }: Inputs, { cloud }: Context): void {
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
}

/** "Create Cloud Storage subscriptions": the roles that may do what Pub/Sub must do in the bucket. */
const bucketRoles: Record<string, string[]> = {
    "storage.objects.create": ["objectCreator", "objectUser", "objectAdmin", "legacyBucketWriter", "legacyBucketOwner"],
    "storage.buckets.get": ["legacyBucketReader", "legacyBucketWriter", "legacyBucketOwner", "bucketViewer"],
};

function verifyBucket({ cloudStorageConfig, project }: Inputs, { cloud }: Context): void {
    if (!cloudStorageConfig) {
        return;
    }
    const bucket = findBucket(cloud, cloudStorageConfig.bucket);
    if (!bucket) {
        throw new GoogleError(404, "The specified bucket does not exist.");
    }
    const agent = `service-${cloud.projects.number(project)}@gcp-sa-pubsub.iam.gserviceaccount.com`;
    const account = cloudStorageConfig.serviceAccountEmail ?? agent;
    const lacks = Object.entries(bucketRoles).filter(([, names]) => {
        const roles = [...names, "admin"].map((name) => `roles/storage.${name}`);
        return ![bucketName(bucket.id), projectName(bucket.project)].some((on) =>
            cloud.iam.has(on, roles, `serviceAccount:${account}`),
        );
    });
    if (lacks.length > 0) {
        const permissions = lacks.map(([permission]) => permission).join(", ");
        throw new GoogleError(
            400,
            `Service account ${account} is missing permissions required to write to the Cloud Storage bucket: ${permissions}.`,
        );
    }
}

function policies(kind: "topic" | "subscription") {
    const id = (inputs: Inputs) => path(`${kind}s`, inputs[kind], inputs.project);
    return policyTypes({
        token: `gcp:pubsub/${kind}IAM`,
        property: kind,
        beside: ["project"],
        asGiven: kind === "subscription",
        api: pubsubApi,
        id,
        name: (inputs) => `//${api}/${id(inputs)}`,
        described: (inputs) => `pubsub ${kind} "${id(inputs)}"`,
        missing: (inputs) => noResource(inputs[kind]),
    });
}

const service: Service = {
    titles: Object.fromEntries([pubsubApi]),
    types: {
        "gcp:pubsub/topic:Topic": topic,
        "gcp:pubsub/subscription:Subscription": subscription,
        ...policies("topic"),
        ...policies("subscription"),
    },
};

export default service;
