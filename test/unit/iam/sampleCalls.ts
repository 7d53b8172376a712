import {
    AppEngineApp,
    BigQueryDataset,
    BigQueryTable,
    CloudRunJob,
    CloudRunService,
    CloudSqlInstance,
    ContainerRegistry,
    KmsKey,
    LogBucket,
    ManagedFolder,
    Network,
    PackageRegistry,
    PubSubSubscription,
    PubSubTopic,
    RegionalSecret,
    Secret,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
    Workflow,
} from "slipway";
import type { Attachment, Capability } from "slipway/iam";
import { VertexEndpoint } from "slipway/vertex";
import type { Enqueued } from "../../../lib/appengine";
import type { BigQueryView } from "../../../lib/bigquery";
import { folderOf } from "../folders";

/**
 * What Google's samples call on what a component offers (python-docs-samples at 683bf45f, nodejs-docs-samples at 0f9be642, and the samples of the
 * client libraries), and the permission that each method requires. Checked: 2026-11-29.
 */
export interface SampleCall {
    /** The method in Python, or with `node:` in Node.js. */
    method: string;
    permission: string;
    /** Where the permission is required. @default "resource" */
    on?: "resource" | "project";
    /** What the page says instead, if the capability has no role for it: the page, and a text on it. */
    remedy?: [page: string, text: string];
}

interface Offer {
    offer: () => Capability<Attachment>;
    /** The page with the permissions of the methods. */
    source: string;
    calls: SampleCall[];
}

const call = (method: string, permission: string, more: Partial<SampleCall> = {}): SampleCall => {
    return { method, permission, ...more };
};
const onProject = { on: "project" } as const;
const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
const steps = folderOf({ "main.yaml": "- end:\n      return: 1\n" });

const storage = "https://cloud.google.com/storage/docs/access-control/iam-json";
const getBucket = call("Client.get_bucket", "storage.buckets.get");
const readBucket = [
    getBucket,
    call("Bucket.get_blob", "storage.objects.get"),
    call("Blob.download_as_bytes", "storage.objects.get"),
    call("Client.list_blobs", "storage.objects.list"),
    call("node: bucket.getMetadata", "storage.buckets.get"),
    call("node: bucket.getFiles", "storage.objects.list"),
    call("Blob.generate_signed_url", "iam.serviceAccounts.signBlob", { remedy: ["storage-bucket", "impersonator"] }),
];
const createObjects = [
    call("Blob.upload_from_string", "storage.objects.create"),
    call("node: file.save", "storage.objects.create"),
];
const writeObjects = [
    ...createObjects,
    call("Blob.delete", "storage.objects.delete"),
    call("Blob.patch", "storage.objects.update"),
    call("Bucket.copy_blob", "storage.objects.get"),
];
const ofFolder = (calls: SampleCall[]) =>
    calls.map((each) =>
        each.permission === "storage.buckets.get"
            ? { ...each, remedy: ["managed-folder", "client.bucket(name)"] as [string, string] }
            : each,
    );
const folder = () => new ManagedFolder("offered", { bucket: new StorageBucket("data") });

const pubSub = "https://cloud.google.com/pubsub/docs/access-control";
const seeTopic = { remedy: ["pub-sub-topic", 'role("roles/pubsub.viewer")'] as [string, string] };
const subscribed = () => new PubSubSubscription("offered", { topic: new PubSubTopic("sales"), pull: {} });
const seeSubscription = { remedy: ["pub-sub-subscription", 'role("roles/pubsub.viewer")'] as [string, string] };
const receive = [
    call("SubscriberClient.subscribe", "pubsub.subscriptions.consume"),
    call("SubscriberClient.pull", "pubsub.subscriptions.consume"),
    call("SubscriberClient.acknowledge", "pubsub.subscriptions.consume"),
    call("SubscriberClient.seek", "pubsub.subscriptions.consume"),
    call("SubscriberClient.get_subscription", "pubsub.subscriptions.get", seeSubscription),
];

const bigQuery = "https://cloud.google.com/bigquery/docs/access-control";
// Deployers may grant only listed roles on the project.
const readSessions = {
    remedy: ["big-query-dataset", 'Environment.current().role("roles/bigquery.readSessionUser")'] as [string, string],
};
const readRows = [
    call("Client.query", "bigquery.jobs.create", onProject),
    call("Client.query_and_wait", "bigquery.tables.getData"),
    call("Client.get_table", "bigquery.tables.get"),
    call("Client.list_rows", "bigquery.tables.getData"),
    call("RowIterator.to_dataframe", "bigquery.readsessions.create", { ...onProject, ...readSessions }),
    call("BigQueryReadClient.read_rows", "bigquery.readsessions.getData", { ...onProject, ...readSessions }),
];
const readTables = [
    ...readRows,
    call("Client.get_dataset", "bigquery.datasets.get"),
    call("Client.list_tables", "bigquery.tables.list"),
];
const writeRows = [
    call("Client.insert_rows_json", "bigquery.tables.updateData"),
    call("BigQueryWriteClient.append_rows", "bigquery.tables.updateData"),
    call("Client.load_table_from_dataframe", "bigquery.tables.updateData"),
    call("Client.get_table", "bigquery.tables.get"),
    call("Client.update_table", "bigquery.tables.update"),
    call("node: table.insert", "bigquery.tables.updateData"),
];

const secrets = "https://cloud.google.com/secret-manager/docs/access-control";
const readSecret = [
    call("SecretManagerServiceClient.access_secret_version", "secretmanager.versions.access"),
    call("node: client.accessSecretVersion", "secretmanager.versions.access"),
];

const run = "https://cloud.google.com/run/docs/reference/iam/permissions";
const runJob = [
    call("JobsClient.run_job", "run.jobs.run"),
    call("Operation.result", "run.operations.get", {
        ...onProject,
        remedy: ["cloud-run-job", 'Environment.current().role("roles/run.viewer")'],
    }),
];
const request = [
    call("requests.get with fetch_id_token", "run.routes.invoke"),
    call("node: getIdTokenClient", "run.routes.invoke"),
];

const kms = "https://cloud.google.com/kms/docs/reference/permissions-and-roles";
const key = () => KmsKey.existing("sales", { keyRing: "data", location: "europe-west1" });

const app = () => {
    const web = folderOf({ "main.py": "app = print\n" });
    return new AppEngineApp("shop", {
        services: { default: { source: web, ingress: "all" } },
        queues: { mails: {} },
    });
};

const artifacts = "https://cloud.google.com/artifact-registry/docs/access-control";
const packages = () => new PackageRegistry("packages", { format: "python" });

const logs = "https://cloud.google.com/logging/docs/access-control";
const listEntries = [
    call("Client.list_entries(resource_names=[view])", "logging.views.access"),
    call("Logger.list_entries", "logging.logEntries.list", { ...onProject, remedy: ["log-bucket", "resource_names"] }),
];

/** By `Component.capability`. */
export const sampleCalls: Record<string, Offer> = {
    "StorageBucket.reader": { offer: () => new StorageBucket("offered").reader, source: storage, calls: readBucket },
    "StorageBucket.writer": {
        offer: () => new StorageBucket("offered").writer,
        source: storage,
        calls: [...readBucket, ...writeObjects],
    },
    "StorageBucket.creator": {
        offer: () => new StorageBucket("offered").creator,
        source: storage,
        calls: [getBucket, ...createObjects],
    },
    "ManagedFolder.reader": { offer: () => folder().reader, source: storage, calls: ofFolder(readBucket) },
    "ManagedFolder.writer": {
        offer: () => folder().writer,
        source: storage,
        calls: ofFolder([...readBucket, ...writeObjects]),
    },
    "ManagedFolder.creator": {
        offer: () => folder().creator,
        source: storage,
        calls: ofFolder([getBucket, ...createObjects]),
    },
    "PubSubTopic.publisher": {
        offer: () => new PubSubTopic("offered").publisher,
        source: pubSub,
        calls: [
            call("PublisherClient.publish", "pubsub.topics.publish"),
            call("node: topic.publishMessage", "pubsub.topics.publish"),
            call("PublisherClient.get_topic", "pubsub.topics.get", seeTopic),
            call("node: topic.get", "pubsub.topics.get", seeTopic),
        ],
    },
    "PubSubTopic.subscriber": {
        offer: () => new PubSubTopic("offered").subscriber,
        source: pubSub,
        calls: [call("SubscriberClient.create_subscription", "pubsub.topics.attachSubscription")],
    },
    "PubSubSubscription.subscriber": { offer: () => subscribed().subscriber, source: pubSub, calls: receive },
    "DeadLetters.subscriber": {
        offer: () => subscribed().deadLetter?.subscriber as Capability,
        source: pubSub,
        calls: receive,
    },
    "BigQueryDataset.reader": {
        offer: () => new BigQueryDataset("offered").reader,
        source: bigQuery,
        calls: readTables,
    },
    "BigQueryDataset.writer": {
        offer: () => new BigQueryDataset("offered").writer,
        source: bigQuery,
        calls: [
            ...readTables,
            ...writeRows,
            call("Client.load_table_from_uri", "bigquery.jobs.create", onProject),
            call("Client.create_table", "bigquery.tables.create"),
            call("Client.delete_table", "bigquery.tables.delete"),
        ],
    },
    "BigQueryTable.reader": {
        offer: () => BigQueryTable.existing("sales.orders").reader,
        source: bigQuery,
        calls: readRows,
    },
    "BigQueryTable.writer": {
        offer: () => BigQueryTable.existing("sales.orders").writer,
        source: bigQuery,
        calls: [
            ...writeRows,
            call("Client.load_table_from_uri", "bigquery.jobs.create", {
                ...onProject,
                remedy: ["big-query-table", "they need `reader` too"],
            }),
        ],
    },
    "BigQueryView.reader": {
        offer: () => {
            const { views } = new BigQueryDataset("offered", { views: { latest: { query: "SELECT 1" } } });
            return (views.latest as BigQueryView).reader;
        },
        source: bigQuery,
        calls: readRows.filter(({ method }) => method.startsWith("Client.") && method !== "Client.list_rows"),
    },
    "Secret.accessor": { offer: () => new Secret("offered").accessor, source: secrets, calls: readSecret },
    "RegionalSecret.accessor": {
        offer: () => new RegionalSecret("offered").accessor,
        source: secrets,
        calls: readSecret,
    },
    "ServerlessFunction.invoker": {
        offer: () =>
            new ServerlessFunction("offered", { source, entryPoint: "predict", trigger: { http: {} } }).invoker,
        source: run,
        calls: request,
    },
    "CloudRunService.invoker": {
        offer: () => new CloudRunService("offered", { image }).invoker,
        source: run,
        calls: request,
    },
    "CloudRunJob.runner": { offer: () => new CloudRunJob("offered", { image }).runner, source: run, calls: runJob },
    "CloudRunJob.runnerWithOverrides": {
        offer: () => new CloudRunJob("offered", { image }).runnerWithOverrides,
        source: run,
        calls: [...runJob, call("JobsClient.run_job with overrides", "run.jobs.runWithOverrides")],
    },
    "VertexEndpoint.predictor": {
        offer: () => VertexEndpoint.existing("iris-1a2b3c").predictor,
        source: "https://cloud.google.com/vertex-ai/docs/general/iam-permissions",
        calls: [
            call("Endpoint", "aiplatform.endpoints.get"),
            call("Endpoint.predict", "aiplatform.endpoints.predict"),
            call("Endpoint.explain", "aiplatform.endpoints.explain"),
            call("node: predictionServiceClient.predict", "aiplatform.endpoints.predict"),
        ],
    },
    "Enqueued.enqueuer": {
        offer: () => (app().queues.mails as Enqueued).enqueuer,
        source: "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks",
        calls: [
            call("CloudTasksClient.create_task", "cloudtasks.tasks.create"),
            call("node: client.createTask", "cloudtasks.tasks.create"),
            call("CloudTasksClient.create_task with app_engine_http_request", "appengine.applications.get", onProject),
            call("CloudTasksClient.create_task with oidc_token", "iam.serviceAccounts.actAs", {
                remedy: ["app-engine-app", "`user` of the `ServiceAccount`"],
            }),
        ],
    },
    "Workflow.invoker": {
        offer: () => new Workflow("offered", { source: steps }).invoker,
        source: "https://cloud.google.com/workflows/docs/access-control",
        calls: [
            call("ExecutionsClient.create_execution", "workflows.executions.create"),
            call("ExecutionsClient.get_execution", "workflows.executions.get"),
        ],
    },
    "KmsKey.encrypter": {
        offer: () => key().encrypter,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.encrypt", "cloudkms.cryptoKeyVersions.useToEncrypt"),
            call("KeyManagementServiceClient.get_public_key", "cloudkms.cryptoKeyVersions.viewPublicKey", {
                remedy: ["kms-key", 'role("roles/cloudkms.publicKeyViewer")'],
            }),
        ],
    },
    "KmsKey.decrypter": {
        offer: () => key().decrypter,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.decrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"),
            call("KeyManagementServiceClient.asymmetric_decrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"),
        ],
    },
    "KmsKey.signer": {
        offer: () => key().signer,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.asymmetric_sign", "cloudkms.cryptoKeyVersions.useToSign"),
            call("KeyManagementServiceClient.mac_sign", "cloudkms.cryptoKeyVersions.useToSign"),
        ],
    },
    "KmsKey.verifier": {
        offer: () => key().verifier,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.get_public_key", "cloudkms.cryptoKeyVersions.viewPublicKey"),
            call("KeyManagementServiceClient.mac_verify", "cloudkms.cryptoKeyVersions.useToVerify"),
        ],
    },
    "ContainerRegistry.reader": {
        offer: () => new ContainerRegistry("offered").reader,
        source: artifacts,
        calls: [
            call("docker pull", "artifactregistry.repositories.downloadArtifacts"),
            call("ArtifactRegistryClient.list_docker_images", "artifactregistry.dockerimages.list"),
        ],
    },
    "ContainerRegistry.writer": {
        offer: () => new ContainerRegistry("offered").writer,
        source: artifacts,
        calls: [call("docker push", "artifactregistry.repositories.uploadArtifacts")],
    },
    "PackageRegistry.reader": {
        offer: () => packages().reader,
        source: artifacts,
        calls: [call("pip install", "artifactregistry.repositories.downloadArtifacts")],
    },
    "PackageRegistry.writer": {
        offer: () => packages().writer,
        source: artifacts,
        calls: [call("twine upload", "artifactregistry.repositories.uploadArtifacts")],
    },
    "LogBucket.viewer": { offer: () => new LogBucket("offered").viewer, source: logs, calls: listEntries },
    "LogBucketView.viewer": {
        offer: () =>
            new LogBucket("offered", { views: { errors: { filter: 'LOG_ID("stderr")' } } }).view("errors").viewer,
        source: logs,
        calls: listEntries,
    },
    "SubnetRoles.user": {
        offer: () => new Network("offered").subnet("default").user,
        source: "https://cloud.google.com/compute/docs/access/iam",
        calls: [call("InstancesClient.insert with the subnet", "compute.subnetworks.use")],
    },
    "ServiceAccount.impersonator": {
        offer: () => new ServiceAccount("offered").impersonator,
        source: "https://cloud.google.com/iam/docs/service-account-permissions",
        calls: [
            call("impersonated_credentials.Credentials", "iam.serviceAccounts.getAccessToken"),
            call("Credentials.sign_bytes", "iam.serviceAccounts.signBlob"),
        ],
    },
    "ServiceAccount.user": {
        offer: () => new ServiceAccount("offered").user,
        source: "https://cloud.google.com/iam/docs/service-account-permissions",
        calls: [call("InstancesClient.insert with the account", "iam.serviceAccounts.actAs")],
    },
    "CloudSqlInstance.client": {
        offer: () =>
            new CloudSqlInstance("offered", { engine: "postgres", version: "17", databases: { shop: {} } }).client,
        source: "https://cloud.google.com/sql/docs/postgres/roles-and-permissions",
        calls: [
            call("Connector.connect", "cloudsql.instances.connect", onProject),
            call("Connector.connect", "cloudsql.instances.get", onProject),
            call("Connector.connect(enable_iam_auth=True)", "cloudsql.instances.login", onProject),
        ],
    },
};

/** Capabilities that no client library of Google is for, with the reason. */
export const withoutClient: Record<string, string> = {
    "AutoscaledDeployment.caller": "Requests in the cluster need no role.",
    "CloudSqlInstance.as": "The same role as client, and a password.",
    "GkeCluster.developer": "kubectl reads what the cluster serves.",
    "LogBucket.writer": "The writers of log sinks are service agents.",
    "ModelGardenEndpoint.predictor": "The same role as that of a VertexEndpoint.",
    "Secret.file": "The same grant as accessor; the code reads a file.",
    "Secret.reader": "The same grant as accessor; the code reads a variable.",
    "TagKey.user": "Deployers bind tags.",
    "TagKeyValue.user": "Deployers bind tags.",
    "TagKeyValue.viewer": "People and deployers read tags.",
    "TagKey.viewer": "People and deployers read tags.",
    "VertexBatchPrediction.runner": "DAGs and workflows run it by the job of the component.",
};
