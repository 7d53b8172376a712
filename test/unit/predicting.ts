import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerlessFunction, type ServerlessFunctionArgs } from "slipway";
import { folderOf } from "./folders";

/** Common parts of tests of functions: a function, and its resources. */
export const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
/** The archive of this source, which is the same on every machine. */
export const hash = "c15b7e205a4ea75aaeda82efd0544b207e0ffd130dc89e90437888a1c18173d0";
export const archive = { file: join(tmpdir(), `slipway-archives-${process.getuid?.() ?? ""}`, `${hash}.zip`) };

export const member = (name: string) => `serviceAccount:${name}@acme-dev.iam.gserviceaccount.com`;

/** The resources of a bare function with this name. */
export const made = (name: string) => ({
    [`Account ${name}-run`]: { accountId: `${name}-run`, displayName: `Runs the function ${name}` },
    [`Account ${name}-build`]: { accountId: `${name}-build`, displayName: `Builds the function ${name}` },
    [`Bucket ${name}-source`]: {
        name: `acme-dev-${name}-source`,
        location: "europe-west1",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: true,
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
    },
    [`BucketObject ${name}-archive`]: { bucket: `acme-dev-${name}-source`, name: `${hash}.zip`, source: archive },
    [`Repository ${name}-images`]: {
        repositoryId: name,
        location: "europe-west1",
        format: "DOCKER",
        description: `Images of the function ${name}`,
    },
    [`BucketIAMMember ${name}-build-source`]: {
        bucket: `acme-dev-${name}-source`,
        role: "roles/storage.objectViewer",
        member: member(`${name}-build`),
    },
    [`IAMMember ${name}-build-copied-source`]: {
        project: "acme-dev",
        role: "roles/storage.objectViewer",
        member: member(`${name}-build`),
        condition: {
            title: "Source code of functions",
            expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
        },
    },
    [`RepositoryIamMember ${name}-build-images`]: {
        project: "acme-dev",
        location: "europe-west1",
        repository: name,
        role: "roles/artifactregistry.writer",
        member: member(`${name}-build`),
    },
    [`IAMMember ${name}-build-log`]: {
        project: "acme-dev",
        role: "roles/logging.logWriter",
        member: member(`${name}-build`),
    },
    [`Function ${name}`]: bare(name),
});

export const bare = (name: string) => ({
    name,
    location: "europe-west1",
    buildConfig: {
        runtime: "python313",
        entryPoint: "predict",
        serviceAccount: `projects/acme-dev/serviceAccounts/${name}-build@acme-dev.iam.gserviceaccount.com`,
        dockerRepository: `projects/acme-dev/locations/europe-west1/repositories/${name}`,
        source: { storageSource: { bucket: `acme-dev-${name}-source`, object: `${hash}.zip` } },
        automaticUpdatePolicy: {},
    },
    serviceConfig: {
        serviceAccountEmail: `${name}-run@acme-dev.iam.gserviceaccount.com`,
        environmentVariables: {},
        availableMemory: "512Mi",
        availableCpu: "1",
        maxInstanceRequestConcurrency: 1,
        minInstanceCount: 0,
        maxInstanceCount: 3,
        timeoutSeconds: 60,
        ingressSettings: "ALLOW_INTERNAL_AND_GCLB",
        allTrafficOnLatestRevision: true,
    },
});

export const invoker = (key: string, name: string, whom: string) => ({
    [`ServiceIamMember ${key}`]: {
        project: "acme-dev",
        location: "europe-west1",
        name,
        role: "roles/run.invoker",
        member: whom,
    },
});

export const predicting = (args: Partial<ServerlessFunctionArgs> = {}) =>
    new ServerlessFunction("predict", { source, trigger: { http: {} }, ...args } as ServerlessFunctionArgs);

export const triggered = (eventTrigger: object) => ({
    ...made("predict"),
    "Account predict-trigger": {
        accountId: "predict-trigger",
        displayName: "Calls the function predict for its events",
    },
    "Function predict": {
        ...bare("predict"),
        serviceConfig: { ...bare("predict").serviceConfig, ingressSettings: "ALLOW_INTERNAL_ONLY" },
        eventTrigger: {
            triggerRegion: "europe-west1",
            serviceAccountEmail: "predict-trigger@acme-dev.iam.gserviceaccount.com",
            retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
            ...eventTrigger,
        },
    },
    ...invoker("predict-invoker-trigger", "predict", member("predict-trigger")),
});

export const topic = { "Topic sales": { name: "sales" } };
export const messages = {
    eventType: "google.cloud.pubsub.topic.v1.messagePublished",
    pubsubTopic: "projects/acme-dev/topics/sales",
};

export const bucket = {
    "Bucket sales": {
        name: "acme-dev-sales",
        location: "europe-west1",
        storageClass: "STANDARD",
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 7, withState: "ANY" } }],
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: true,
    },
};
export const receiver = {
    "IAMMember predict-trigger-receiver": {
        project: "acme-dev",
        role: "roles/eventarc.eventReceiver",
        member: member("predict-trigger"),
    },
};
