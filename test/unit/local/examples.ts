import { types } from "../../../local/rules/catalogue";
import type { Inputs } from "../../../local/rules/rules";
import { textAsset, upload, type World } from "./world";

const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run"];

/** What the examples refer to. */
export function prepare(world: World): void {
    world.enable(...apis);
    world.account("example");
    world.make("Topic", { name: "sales" });
    world.make("Topic", { name: "dead" });
    world.make("Subscription", { name: "reader", topic: "sales" });
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    world.make("Bucket", { name: "acme-files", location: "europe-west1" });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    const project = "acme-dev";
    const agent = `serviceAccount:service-${world.number}@gs-project-accounts.iam.gserviceaccount.com`;
    world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
    world.make("ProjectIAMMember", { project, role: "roles/pubsub.publisher", member: agent });
    const eventarc = world.make("ServiceIdentity", { service: "eventarc.googleapis.com" }).state.member;
    world.make("ProjectIAMMember", { project, role: "roles/eventarc.serviceAgent", member: eventarc });
    const pubsub = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state.member;
    world.make("BucketIAMMember", { bucket: "acme-files", role: "roles/storage.admin", member: pubsub });
    world.make("Function", { name: "called", location: "europe-west1", ...code });
}

const code = {
    buildConfig: {
        runtime: "python312",
        entryPoint: "main",
        source: { storageSource: { bucket: "acme-files", object: "code.zip" } },
    },
};

const message = {
    eventType: "google.cloud.pubsub.topic.v1.messagePublished",
    pubsubTopic: "projects/acme-dev/topics/sales",
};

/** Of each type one example with as little as it can have, and one with every block in which the server sets something. */
export const examples: Record<string, Inputs[]> = {
    "gcp:artifactregistry/repository:Repository": [
        { repositoryId: "little", format: "DOCKER" },
        {
            repositoryId: "much",
            format: "maven",
            location: "us",
            labels: { team: "forecast" },
            cleanupPolicies: [{ id: "old", action: "DELETE", condition: { olderThan: "30d" } }],
            mavenConfig: { allowSnapshotOverwrites: true },
            vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
        },
        {
            repositoryId: "remote",
            format: "DOCKER",
            mode: "REMOTE_REPOSITORY",
            remoteRepositoryConfig: { dockerRepository: { publicRepository: "DOCKER_HUB" } },
        },
    ],
    "gcp:cloudfunctionsv2/function:Function": [
        { location: "europe-west1", ...code },
        {
            name: "much",
            location: "us-central1",
            labels: { team: "forecast" },
            buildConfig: {
                ...code.buildConfig,
                dockerRepository: "projects/acme-dev/locations/europe-west1/repositories/images",
                onDeployUpdatePolicy: {},
                environmentVariables: { BUILD: "1" },
            },
            serviceConfig: {
                availableMemory: "2Gi",
                environmentVariables: { MODEL: "one" },
                secretVolumes: [{ mountPath: "/secret", projectId: "acme-dev", secret: "key" }],
            },
            eventTrigger: { ...message, triggerRegion: "europe-west1", retryPolicy: "RETRY_POLICY_RETRY" },
        },
    ],
    "gcp:projects/service:Service": [
        { service: "redis.googleapis.com" },
        { service: "run.googleapis.com", disableOnDestroy: true },
    ],
    "gcp:projects/serviceIdentity:ServiceIdentity": [{ service: "secretmanager.googleapis.com" }],
    "gcp:pubsub/subscription:Subscription": [
        { topic: "sales" },
        {
            name: "much",
            topic: "projects/acme-dev/topics/sales",
            labels: { team: "forecast" },
            cloudStorageConfig: { bucket: "acme-files" },
            deadLetterPolicy: { deadLetterTopic: "projects/acme-dev/topics/dead" },
            expirationPolicy: { ttl: "" },
            messageTransforms: [{ javascriptUdf: { code: "", functionName: "f" } }],
            retryPolicy: {},
        },
        {
            name: "push",
            topic: "sales",
            pushConfig: {
                pushEndpoint: "https://acme.com/",
                oidcToken: { serviceAccountEmail: "example@acme-dev.iam.gserviceaccount.com" },
            },
        },
    ],
    "gcp:pubsub/topic:Topic": [
        {},
        {
            name: "much",
            labels: { team: "forecast" },
            ingestionDataSourceSettings: {
                cloudStorage: { bucket: "acme-files", textFormat: {} },
                platformLogsSettings: {},
            },
            messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1", "europe-west4"] },
            messageTransforms: [{ javascriptUdf: { code: "", functionName: "f" } }],
            schemaSettings: { schema: "projects/acme-dev/schemas/sale" },
        },
    ],
    "gcp:serviceaccount/account:Account": [
        { accountId: "little" },
        { accountId: "much-account", displayName: "Much", disabled: false },
    ],
    "gcp:storage/bucket:Bucket": [
        { location: "europe-west1" },
        {
            name: "acme-much",
            location: "eu",
            labels: { team: "forecast" },
            autoclass: { enabled: true },
            encryption: {
                customerManagedEncryptionEnforcementConfig: { restrictionMode: "NOT_RESTRICTED" },
                customerSuppliedEncryptionEnforcementConfig: { restrictionMode: "NOT_RESTRICTED" },
                googleManagedEncryptionEnforcementConfig: { restrictionMode: "NOT_RESTRICTED" },
            },
            lifecycleRules: [
                { action: { type: "Delete" }, condition: { age: 30 } },
                { action: { type: "Delete" }, condition: { age: 30, withState: "ARCHIVED" } },
            ],
            logging: { logBucket: "acme-files" },
            retentionPolicy: { retentionPeriod: "60" },
            softDeletePolicy: {},
            versioning: { enabled: true },
            website: { mainPageSuffix: "index.html" },
        },
        {
            name: "acme-placed",
            location: "EU",
            customPlacementConfig: { dataLocations: ["EUROPE-WEST1", "EUROPE-WEST4"] },
        },
    ],
    "gcp:storage/bucketObject:BucketObject": [
        { bucket: "acme-files", content: "text" },
        {
            bucket: "acme-files",
            name: "folder/much.json",
            source: textAsset("{}"),
            contentType: "application/json",
            contexts: { customs: [{ key: "season", value: "summer" }] },
            customerEncryption: { encryptionKey: "key" },
            metadata: { season: "summer" },
        },
    ],
    "gcp:storage/notification:Notification": [
        { bucket: "acme-files", payloadFormat: "NONE", topic: "projects/acme-dev/topics/sales" },
        {
            bucket: "acme-files",
            payloadFormat: "JSON_API_V1",
            topic: "//pubsub.googleapis.com/projects/acme-dev/topics/sales",
            eventTypes: ["OBJECT_FINALIZE", "OBJECT_DELETE"],
        },
    ],
    ...policyExamples(
        "gcp:artifactregistry/repositoryIam",
        { repository: "images", location: "europe-west1" },
        "roles/artifactregistry.reader",
    ),
    ...policyExamples(
        "gcp:cloudfunctionsv2/functionIam",
        { cloudFunction: "called", location: "europe-west1" },
        "roles/cloudfunctions.viewer",
    ),
    ...policyExamples("gcp:cloudrunv2/serviceIam", { name: "called", location: "europe-west1" }, "roles/run.invoker"),
    ...policyExamples("gcp:projects/iAM", { project: "acme-dev" }, "roles/viewer"),
    ...policyExamples("gcp:pubsub/subscriptionIAM", { subscription: "reader" }, "roles/pubsub.subscriber"),
    ...policyExamples("gcp:pubsub/topicIAM", { topic: "sales" }, "roles/pubsub.publisher"),
    ...policyExamples(
        "gcp:serviceaccount/iAM",
        { serviceAccountId: "projects/acme-dev/serviceAccounts/example@acme-dev.iam.gserviceaccount.com" },
        "roles/iam.serviceAccountUser",
    ),
    ...policyExamples("gcp:storage/bucketIAM", { bucket: "acme-files" }, "roles/storage.objectViewer"),
};

/** The three types of a policy, with and without a condition. */
function policyExamples(token: string, parent: Inputs, role: string): Record<string, Inputs[]> {
    const member = "serviceAccount:example@acme-dev.iam.gserviceaccount.com";
    const members = [member, "user:Zoe@acme.com", "group:all@acme.com"];
    const condition = { title: "until 2030", expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' };
    const policyData = JSON.stringify({ bindings: [{ role, members }] });
    const of = (kind: string) => Object.keys(types).find((each) => each.startsWith(`${token}${kind}:`)) as string;
    return {
        [of("Member")]: [
            { ...parent, role, member },
            { ...parent, role, member: "user:Zoe@acme.com", condition },
        ],
        [of("Binding")]: [
            { ...parent, role, members },
            { ...parent, role, members, condition },
        ],
        [of("Policy")]: [{ ...parent, policyData }],
    };
}
