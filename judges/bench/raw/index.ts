import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const platform = `${__dirname}/../../../examples/platform`;
const project = new pulumi.Config("gcp").require("project");
const region = new pulumi.Config("gcp").require("region");
const isProduction = new pulumi.Config("slipway").require("kind") === "production";
const stack = pulumi.getStack();

const provider = new gcp.Provider(stack, { project, region, defaultLabels: { environment: stack } });

const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run", "storage"].map(
    (api) => {
        const service = `${api}.googleapis.com`;
        return new gcp.projects.Service(api, { project, service, disableOnDestroy: false }, { provider });
    },
);
const options = { provider, dependsOn: apis };
const daysSinceNoncurrentTime = isProduction ? 90 : 7;
const keptVersions = [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime, withState: "ANY" } }];

const models = new gcp.storage.Bucket(
    "models",
    {
        name: `${project}-models`,
        location: region,
        storageClass: "STANDARD",
        versioning: { enabled: true },
        lifecycleRules: keptVersions,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: !isProduction,
    },
    { ...options, protect: isProduction },
);
new gcp.storage.BucketObject(
    "models-sale-range.json",
    {
        bucket: models.name,
        name: "sale-range.json",
        contentType: "application/json",
        source: new pulumi.asset.FileAsset(`${platform}/models/sale-range.json`),
    },
    options,
);
const results = new gcp.storage.Bucket(
    "results",
    {
        name: `${project}-results`,
        location: region,
        storageClass: "STANDARD",
        versioning: { enabled: true },
        lifecycleRules: keptVersions,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: !isProduction,
    },
    { ...options, protect: isProduction },
);

const sales = new gcp.pubsub.Topic("sale-range", { name: "sale-range" }, { ...options, protect: isProduction });

const pubSub = new gcp.projects.ServiceIdentity(
    "pubsub-agent",
    { project, service: "pubsub.googleapis.com" },
    { ...options, retainOnDelete: true },
);
const deadLetters = new gcp.pubsub.Topic(
    "predict-range-dead-letter",
    { name: "predict-range-dead-letter" },
    { ...options, protect: isProduction },
);
new gcp.pubsub.Subscription(
    "predict-range-dead-letter",
    {
        name: "predict-range-dead-letter",
        topic: deadLetters.id,
        messageRetentionDuration: "2678400s",
        expirationPolicy: { ttl: "" },
    },
    { ...options, protect: isProduction },
);
const sendsDeadLetters = new gcp.pubsub.TopicIAMMember(
    "pubsub-agent-predict-range-dead-letter-publisher",
    { topic: deadLetters.id, role: "roles/pubsub.publisher", member: pubSub.member },
    { ...options, retainOnDelete: true },
);
const subscription = new gcp.pubsub.Subscription(
    "predict-range",
    {
        name: "predict-range",
        topic: sales.id,
        ackDeadlineSeconds: 10,
        messageRetentionDuration: "604800s",
        expirationPolicy: { ttl: "" },
        deadLetterPolicy: { deadLetterTopic: deadLetters.id, maxDeliveryAttempts: 10 },
        retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
    },
    { ...options, dependsOn: [...apis, sendsDeadLetters], protect: isProduction },
);
new gcp.pubsub.SubscriptionIAMMember(
    "pubsub-agent-predict-range-subscriber",
    { subscription: subscription.id, role: "roles/pubsub.subscriber", member: pubSub.member },
    { ...options, retainOnDelete: true },
);

const eventarc = new gcp.projects.ServiceIdentity(
    "eventarc-agent",
    { project, service: "eventarc.googleapis.com" },
    { ...options, retainOnDelete: true },
);
const eventarcRole = new gcp.projects.IAMMember(
    "eventarc-agent-serviceAgent",
    { project, role: "roles/eventarc.serviceAgent", member: eventarc.member },
    { ...options, retainOnDelete: true },
);

const predictAccount = new gcp.serviceaccount.Account(
    "predict-run",
    { accountId: "predict-run", displayName: "Runs the function predict" },
    options,
);
const predictReadsModels = new gcp.storage.BucketIAMMember(
    "predict-models-object-viewer",
    { bucket: models.name, role: "roles/storage.objectViewer", member: predictAccount.member },
    options,
);
const predictFindsModels = new gcp.storage.BucketIAMMember(
    "predict-models-storage-bucket-viewer",
    { bucket: models.name, role: "roles/storage.bucketViewer", member: predictAccount.member },
    options,
);
const predictBuild = buildOf("predict");
const predict = new gcp.cloudfunctionsv2.Function(
    "predict",
    {
        name: "predict",
        location: region,
        buildConfig: predictBuild.config,
        serviceConfig: {
            serviceAccountEmail: predictAccount.email,
            environmentVariables: { MODELS: models.name },
            availableMemory: "512Mi",
            availableCpu: "1",
            maxInstanceRequestConcurrency: 1,
            minInstanceCount: isProduction ? 1 : 0,
            maxInstanceCount: isProduction ? 100 : 3,
            timeoutSeconds: 60,
            ingressSettings: "ALLOW_INTERNAL_AND_GCLB",
            allTrafficOnLatestRevision: true,
        },
    },
    { provider, dependsOn: [...apis, ...predictBuild.grants, predictReadsModels, predictFindsModels] },
);

const recordAccount = new gcp.serviceaccount.Account(
    "record-run",
    { accountId: "record-run", displayName: "Runs the function record" },
    options,
);
const recordReadsModels = new gcp.storage.BucketIAMMember(
    "record-models-object-viewer",
    { bucket: models.name, role: "roles/storage.objectViewer", member: recordAccount.member },
    options,
);
const recordFindsModels = new gcp.storage.BucketIAMMember(
    "record-models-storage-bucket-viewer",
    { bucket: models.name, role: "roles/storage.bucketViewer", member: recordAccount.member },
    options,
);
const recordWritesResults = new gcp.storage.BucketIAMMember(
    "record-results-object-user",
    { bucket: results.name, role: "roles/storage.objectUser", member: recordAccount.member },
    options,
);
const recordFindsResults = new gcp.storage.BucketIAMMember(
    "record-results-storage-bucket-viewer",
    { bucket: results.name, role: "roles/storage.bucketViewer", member: recordAccount.member },
    options,
);
const triggerAccount = new gcp.serviceaccount.Account(
    "record-trigger",
    { accountId: "record-trigger", displayName: "Calls the function record for its events" },
    options,
);
const recordBuild = buildOf("record");
const record = new gcp.cloudfunctionsv2.Function(
    "record",
    {
        name: "record",
        location: region,
        buildConfig: recordBuild.config,
        serviceConfig: {
            serviceAccountEmail: recordAccount.email,
            environmentVariables: { MODELS: models.name, RESULTS: results.name },
            availableMemory: "512Mi",
            availableCpu: "1",
            maxInstanceRequestConcurrency: 1,
            minInstanceCount: 0,
            maxInstanceCount: isProduction ? 100 : 3,
            timeoutSeconds: 60,
            ingressSettings: "ALLOW_INTERNAL_ONLY",
            allTrafficOnLatestRevision: true,
        },
        eventTrigger: {
            triggerRegion: region,
            serviceAccountEmail: triggerAccount.email,
            retryPolicy: "RETRY_POLICY_RETRY",
            eventType: "google.cloud.pubsub.topic.v1.messagePublished",
            pubsubTopic: sales.id,
        },
    },
    {
        provider,
        dependsOn: [
            ...apis,
            ...recordBuild.grants,
            recordReadsModels,
            recordFindsModels,
            recordWritesResults,
            recordFindsResults,
            eventarcRole,
        ],
    },
);
new gcp.cloudrunv2.ServiceIamMember(
    "record-invoker-trigger",
    { project, location: region, name: record.name, role: "roles/run.invoker", member: triggerAccount.member },
    { provider },
);

/** The requirements of Cloud Build for building a function's image. */
function buildOf(name: string) {
    const bucket = new gcp.storage.Bucket(
        `${name}-source`,
        {
            name: `${project}-${name}-source`,
            location: region,
            versioning: { enabled: true },
            lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
            uniformBucketLevelAccess: true,
            publicAccessPrevention: "enforced",
            forceDestroy: true,
        },
        options,
    );
    const archive = new gcp.storage.BucketObject(
        `${name}-archive`,
        { bucket: bucket.name, source: new pulumi.asset.FileArchive(`${platform}/${name}`) },
        options,
    );
    const repository = new gcp.artifactregistry.Repository(
        `${name}-images`,
        { repositoryId: name, location: region, format: "DOCKER", description: `Images of the function ${name}` },
        options,
    );
    const account = new gcp.serviceaccount.Account(
        `${name}-build`,
        { accountId: `${name}-build`, displayName: `Builds the function ${name}` },
        options,
    );
    const { member } = account;
    const grants = [
        new gcp.storage.BucketIAMMember(
            `${name}-build-source`,
            { bucket: bucket.name, role: "roles/storage.objectViewer", member },
            options,
        ),
        new gcp.projects.IAMMember(
            `${name}-build-copied-source`,
            {
                project,
                role: "roles/storage.objectViewer",
                member,
                condition: {
                    title: "Source code of functions",
                    expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
                },
            },
            options,
        ),
        new gcp.artifactregistry.RepositoryIamMember(
            `${name}-build-images`,
            { project, location: region, repository: repository.name, role: "roles/artifactregistry.writer", member },
            options,
        ),
        new gcp.projects.IAMMember(`${name}-build-log`, { project, role: "roles/logging.logWriter", member }, options),
    ];
    const config = {
        runtime: "python313",
        entryPoint: name,
        automaticUpdatePolicy: {},
        serviceAccount: account.name,
        dockerRepository: repository.id,
        source: { storageSource: { bucket: bucket.name, object: archive.name } },
    };
    return { config, grants };
}

export const predictUrl = predict.serviceConfig.apply((service) => service?.uri);
export const topic = sales.id;
export const predictRange = subscription.id;
export const resultsBucket = results.url;
