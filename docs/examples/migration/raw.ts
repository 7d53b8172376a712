import { resolve } from "node:path";
import * as gcp from "@pulumi/gcp";
import { asset, Config } from "@pulumi/pulumi";

const config = new Config("gcp");
const project = config.require("project");
const region = config.require("region");
const names = ["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run", "storage"];
const apis = names.map(
    (name) => new gcp.projects.Service(name, { service: `${name}.googleapis.com`, disableOnDestroy: false }),
);
const options = { dependsOn: apis };

// The models, and messages that are predicted.
const safe = { location: region, uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" };
const models = new gcp.storage.Bucket(
    "models",
    { name: `${project}-models`, versioning: { enabled: true }, ...safe },
    options,
);
new gcp.storage.BucketObject("model", {
    bucket: models.name,
    name: "model.json",
    contentType: "application/json",
    source: new asset.FileAsset(resolve("models/model.json")),
});
const orders = new gcp.pubsub.Topic("orders", { name: "orders" }, options);

// The function runs as an account that may read the models.
const account = new gcp.serviceaccount.Account("predict-run", { accountId: "predict-run" }, options);
const reads = new gcp.storage.BucketIAMMember("predict-models", {
    bucket: models.name,
    role: "roles/storage.objectViewer",
    member: account.member,
});

// It is built by an account that may read the code, write the image, and write logs.
const builder = new gcp.serviceaccount.Account("predict-build", { accountId: "predict-build" }, options);
const builds = ["roles/artifactregistry.writer", "roles/logging.logWriter", "roles/storage.objectViewer"].map(
    (role) => new gcp.projects.IAMMember(`predict-build-${role}`, { project, role, member: builder.member }),
);
const code = new gcp.storage.Bucket("predict-source", { name: `${project}-predict-source`, ...safe }, options);
const archive = new gcp.storage.BucketObject("predict-source", {
    bucket: code.name,
    source: new asset.FileArchive(resolve("predict")),
});

// It is called by an account that may call it, for which Eventarc needs its agent.
const caller = new gcp.serviceaccount.Account("predict-trigger", { accountId: "predict-trigger" }, options);
const agent = new gcp.projects.ServiceIdentity("eventarc", { project, service: "eventarc.googleapis.com" }, options);
const receives = new gcp.projects.IAMMember("eventarc", {
    project,
    role: "roles/eventarc.serviceAgent",
    member: agent.member,
});
const predict = new gcp.cloudfunctionsv2.Function(
    "predict",
    {
        name: "predict",
        location: region,
        buildConfig: {
            runtime: "python313",
            entryPoint: "predict",
            serviceAccount: builder.id,
            source: { storageSource: { bucket: code.name, object: archive.name } },
        },
        serviceConfig: {
            availableMemory: "1Gi",
            availableCpu: "1",
            timeoutSeconds: 120,
            maxInstanceCount: 5,
            maxInstanceRequestConcurrency: 8,
            ingressSettings: "ALLOW_INTERNAL_ONLY",
            serviceAccountEmail: account.email,
            environmentVariables: { MODELS: models.name, LOG_LEVEL: "info" },
        },
        eventTrigger: {
            eventType: "google.cloud.pubsub.topic.v1.messagePublished",
            pubsubTopic: orders.id,
            triggerRegion: region,
            retryPolicy: "RETRY_POLICY_RETRY",
            serviceAccountEmail: caller.email,
        },
    },
    { dependsOn: [reads, receives, ...builds] },
);
new gcp.cloudrunv2.ServiceIamMember("predict-invoker", {
    name: predict.name,
    location: region,
    role: "roles/run.invoker",
    member: caller.member,
});
