import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    BigQueryDataset,
    BigQueryTable,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    ContainerImage,
    ContainerRegistry,
    EnvironmentProject,
    Network,
    NetworkEndpointGroup,
    PersistentDisk,
    PubSubSubscription,
    PubSubTopic,
    RegionalSecret,
    Secret,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
    UnmanagedInstanceGroup,
    VertexEndpoint,
    VertexModel,
    VirtualMachine,
} from "slipway";
import { collected, existing, more } from "./everything";
import { image } from "./serving";

/** The environment to which everything may refer, whose project is `acme-shared`. */
export const crossProject = "shared";
export const key = "projects/acme-shared/locations/europe-west1/keyRings/data/cryptoKeys/other";
export const digest = `sha256:${"9".repeat(64)}`;
export const secret = pulumi.secret("canary");
/** An image without a digest, which needs `insecure`. */
export const moving = "docker.io/acme/moving:7";

/** A program with the arguments that neither `everything` nor the examples have. Most of it refers to another project. */
export function everythingElse(folder: string): void {
    more(common(), folder);
    existingResources();
}

/** What most of its components have. */
function common() {
    const account = ServiceAccount.existing("worker@acme-shared.iam.gserviceaccount.com", { crossProject });
    const registry = ContainerRegistry.existing("shared", { project: "acme-shared", region: "europe" });
    const image = new ContainerImage("other-image", { registry, digest });
    const network = new Network("other-network", {
        subnets: {
            one: {
                range: "10.1.0.0/20",
                flowLogs: {
                    interval: "5 minutes",
                    sampling: 10,
                    metadata: "EXCLUDE_ALL_METADATA",
                },
                secondaryRanges: { pods: "10.32.0.0/14", services: "10.36.0.0/20" },
            },
            two: { range: "10.2.0.0/24", region: "europe-west4", secondaryRanges: { extra: "10.40.0.0/20" } },
        },
        proxyOnlySubnets: { "europe-west1": "10.129.0.0/23", "europe-west4": "10.129.2.0/23" },
        privateServiceConnect: {
            endpoints: {
                orders: {
                    serviceAttachment: "projects/acme-shared/regions/europe-west4/serviceAttachments/orders",
                    subnet: "two",
                    address: "10.2.0.7",
                },
            },
        },
        crossProject,
    });
    return { account, image, network, bucket: new StorageBucket("other-files"), alerts: oncall() };
}

/** Alerts with a threshold for each signal. */
function oncall(): Alerts {
    return new Alerts("other-oncall", {
        to: {
            slack: { channel: "#oncall", token: secret },
            pagerDuty: { serviceKey: secret },
            webhook: { url: "https://hooks.acme.com/oncall", token: secret },
            channels: ["projects/acme-shared/notificationChannels/12"],
        },
        thresholds: {
            backlog: { threshold: 2001, for: "2 minutes" },
            backlogAge: { threshold: "302 seconds", for: "3 minutes" },
            certificateEnd: false,
            connections: { threshold: 74, for: "6 minutes" },
            cpu: { threshold: 75, for: "7 minutes" },
            deadLetters: { threshold: 6, for: "8 minutes" },
            disk: { threshold: 77, for: "9 minutes" },
            errors: { threshold: 8, for: "11 minutes" },
            failedRuns: { threshold: 9, for: "12 minutes" },
            instances: { threshold: 71, for: "13 minutes" },
            latency: { threshold: "1211 milliseconds", for: "14 minutes" },
            logEntries: { threshold: 12, for: "16 minutes" },
            logValues: { threshold: 13, for: "17 minutes" },
            memory: { threshold: 72, for: "18 minutes" },
            quota: { threshold: 2, for: "19 minutes" },
            replicationLag: { threshold: "16 seconds", for: "21 minutes" },
            restarts: { threshold: 17, for: "22 minutes" },
            unavailable: { threshold: 18, for: "23 minutes" },
        },
        runbook: "https://acme.com/runbook",
        crossProject,
    });
}

export type Given = ReturnType<typeof common>;

export const place = { project: "acme-shared", region: "europe-west4" };
const { project } = place;

/** Everything that exists already, whose outputs and roles a job uses. */
export function existingResources(): void {
    const account = ServiceAccount.existing(`reports@${project}.iam.gserviceaccount.com`, { crossProject });
    const model = VertexModel.existing("irises", { ...place, version: "champion" });
    const endpoint = VertexEndpoint.existing("irises-1a2b3c", place);
    const machine = VirtualMachine.existing("trainer", { project, zone: "europe-west4-a" });
    const disk = PersistentDisk.existing("models", { project, zone: "europe-west4-a" });
    const regionDisk = PersistentDisk.existing("orders", { project, region: "europe-west4" });
    const group = UnmanagedInstanceGroup.existing("shop", { project, zone: "europe-west4-a" });
    const endpoints = NetworkEndpointGroup.existing("shop", { project, zone: "europe-west4-a" });
    const regionalSecret = RegionalSecret.existing("api-key", { ...place, version: "3" });
    const secret = Secret.existing("api-key", { project, version: "3" });
    const subscription = PubSubSubscription.existing("orders-daily", { project });
    const topic = PubSubTopic.existing("orders", { project });
    const bucket = StorageBucket.existing("acme-orders", { project });
    const dataset = BigQueryDataset.existing("orders", { project });
    const table = BigQueryTable.existing("orders.lines", { project });
    const answer = ServerlessFunction.existing("answer", place);
    const service = CloudRunService.existing("front", place);
    const job = CloudRunJob.existing("import", place);
    const pool = CloudRunWorkerPool.existing("ship", place);
    const registry = ContainerRegistry.existing("images", { project, region: place.region });
    const data = EnvironmentProject.existing("acme-data");
    const environment = {
        ACCOUNT: account.email,
        ACCOUNT_ID: account.accountId,
        ACCOUNT_NAME: account.account.name,
        ACCOUNT_MEMBER: account.account.member,
        MODEL: model.name,
        MODEL_VERSION: model.version,
        ENDPOINT: endpoint.name,
        ENDPOINT_URL: endpoint.url,
        DISK: disk.disk.selfLink,
        REGION_DISK: regionDisk.disk.name,
        MACHINE: machine.instance.name,
        MACHINE_PROJECT: machine.instance.project,
        MACHINE_ZONE: machine.instance.zone,
        MACHINE_ADDRESS: machine.privateAddress,
        GROUP: group.group.id,
        GROUP_NAME: group.group.name,
        GROUP_PROJECT: group.group.project,
        GROUP_ZONE: group.group.zone,
        ENDPOINT_GROUP: endpoints.group.id,
        ENDPOINT_GROUP_NAME: endpoints.group.name,
        ENDPOINT_GROUP_PROJECT: endpoints.group.project,
        ENDPOINT_GROUP_ZONE: endpoints.group.zone,
        REGIONAL_SECRET_ID: regionalSecret.secret.id,
        REGIONAL_SECRET_NAME: regionalSecret.secret.secretId,
        REGIONAL_SECRET_REGION: regionalSecret.secret.location,
        SECRET_ID: secret.secret.id,
        SECRET_NAME: secret.secret.secretId,
        SUBSCRIPTION: subscription.subscription.id,
        SUBSCRIPTION_NAME: subscription.subscription.name,
        TOPIC: topic.topic.id,
        TOPIC_NAME: topic.topic.name,
        BUCKET: bucket.bucket.name,
        BUCKET_LOCATION: bucket.bucket.location,
        BUCKET_URL: bucket.bucket.url,
        DATASET: dataset.dataset.datasetId,
        DATASET_PROJECT: dataset.dataset.project,
        DATASET_LOCATION: dataset.dataset.location.apply(String),
        DATASET_ENCRYPTION: dataset.encryptionKey ?? "",
        TABLE: table.table.tableId,
        TABLE_DATASET: table.table.datasetId,
        TABLE_PROJECT: table.table.project,
        FUNCTION_URL: answer.url,
        SERVICE_URL: service.url,
        SERVICE_NAME: service.service.name,
        SERVICE_LOCATION: service.service.location,
        SERVICE_INGRESS: service.service.ingress,
        SERVICE_HIDDEN: service.service.defaultUriDisabled.apply(String),
        JOB_URL: job.runUrl,
        REGISTRY_URL: registry.url,
        REGISTRY: registry.repository.repositoryId,
        REGISTRY_PROJECT: registry.repository.project,
        REGISTRY_LOCATION: registry.repository.location,
        DATA: data.projectId,
        DATA_NUMBER: data.number,
    };
    const uses = {
        USE_ACCOUNT: account.user,
        IMPERSONATE: account.impersonator,
        ACCOUNT_ROLE: account.role("roles/iam.serviceAccountViewer"),
        PREDICT: endpoint.predictor,
        ENDPOINT_ROLE: endpoint.role("roles/aiplatform.viewer"),
        MACHINE_ROLE: machine.role("roles/compute.viewer"),
        SECRET: secret.reader,
        SECRET_FILE: secret.file("/secrets/api/key"),
        REGIONAL_SECRET_ACCESS: regionalSecret.accessor,
        REGIONAL_SECRET_ROLE: regionalSecret.role("roles/secretmanager.viewer"),
        SECRET_ACCESS: secret.accessor,
        SECRET_ROLE: secret.role("roles/secretmanager.viewer"),
        TAKE: subscription.subscriber,
        SUBSCRIPTION_ROLE: subscription.role("roles/pubsub.viewer"),
        PUBLISH: topic.publisher,
        SUBSCRIBE: topic.subscriber,
        TOPIC_ROLE: topic.role("roles/pubsub.viewer"),
        READ: bucket.reader,
        WRITE: bucket.writer,
        CREATE: bucket.creator,
        BUCKET_ROLE: bucket.role("roles/storage.legacyBucketReader"),
        QUERY: dataset.reader,
        FILL: dataset.writer,
        DATASET_ROLE: dataset.role("roles/bigquery.metadataViewer"),
        LOOK: table.reader,
        ADD: table.writer,
        TABLE_ROLE: table.role("roles/bigquery.metadataViewer"),
        ASK: answer.invoker,
        FUNCTION_ROLE: answer.role("roles/run.viewer"),
        CALL: service.invoker,
        SERVICE_ROLE: service.role("roles/run.viewer"),
        RUN: job.runner,
        OVERRIDE: job.runnerWithOverrides,
        JOB_ROLE: job.role("roles/run.viewer"),
        POOL_ROLE: pool.role("roles/run.viewer"),
        PULL: registry.reader,
        PUSH: registry.writer,
        REGISTRY_ROLE: registry.role("roles/artifactregistry.repoAdmin"),
        DATA_ROLE: data.role("roles/bigquery.jobUser"),
    };
    new CloudRunJob("uses-existing", { image, env: environment, uses, crossProject });
    existing();
}

type Inputs = Record<string, unknown>;

/** What Google Cloud answers about them. */
export const answers = {
    config: { "slipway:environments": JSON.stringify({ dev: "acme-dev", shared: "acme-shared" }) },
    call: (token: string, { name, project, ...inputs }: Inputs): object | undefined => {
        const called = token.split(":").at(-1) as string;
        switch (called) {
            case "getAccount": {
                const email = inputs.accountId;
                return { email, member: `serviceAccount:${email}`, name: `projects/-/serviceAccounts/${email}` };
            }
            case "getInstance":
                return { networkInterfaces: [{ networkIp: "10.4.0.9" }] };
            case "getInstanceGroup":
                return { namedPorts: [{ name: "http", port: 8080 }] };
            case "getRegionalSecret":
                return { id: `projects/${project}/locations/${inputs.location}/secrets/${inputs.secretId}` };
            case "getSecret":
                return { id: `projects/${project}/secrets/${inputs.secretId}` };
            case "getSubscription":
                return { id: `projects/${project}/subscriptions/${name}`, name };
            case "getTopic":
                return { id: `projects/${project}/topics/${name}`, name };
            case "getBucket":
                return { name, location: "EU", url: `gs://${name}` };
            case "getDataset":
                return { location: "US", defaultEncryptionConfigurations: [{ kmsKeyName: `projects/${project}/key` }] };
            case "getFunction":
                return { serviceConfigs: [{ uri: `https://${name}-9z8y7x-ez.a.run.app` }] };
            case "getService":
                return project === "acme-shared"
                    ? {
                          uri: `https://${name}-9z8y7x-ez.a.run.app`,
                          ingress: "INGRESS_TRAFFIC_ALL",
                          defaultUriDisabled: false,
                      }
                    : undefined;
            default:
                return collected("answers")[called]?.({ name, project, ...inputs });
        }
    },
    read: (type: string, id: string): object | undefined => {
        switch (type) {
            case "gcp:container/cluster:Cluster":
                return {
                    id,
                    name: "main-1a2b3c",
                    project: "acme-dev",
                    location: "europe-west4",
                    endpoint: "10.0.0.3",
                    controlPlaneEndpointsConfig: {
                        dnsEndpointConfig: { endpoint: "gke-9z8y7x.europe-west4.gke.goog", allowExternalTraffic: true },
                    },
                    masterAuth: { clusterCaCertificate: "LS0tLS1CRUdJTg==" },
                    network: "projects/acme-shared/global/networks/apps",
                    nodeConfig: { serviceAccount: "nodes@acme-dev.iam.gserviceaccount.com" },
                    clusterAutoscaling: {},
                    enableAutopilot: false,
                };
            case "gcp:sql/databaseInstance:DatabaseInstance":
                return {
                    id,
                    name: "sales-1a2b3c",
                    project: "acme-dev",
                    region: "europe-west4",
                    databaseVersion: "MYSQL_5_7",
                    connectionName: "acme-dev:europe-west4:sales-1a2b3c",
                    privateIpAddress: "10.65.0.3",
                    publicIpAddress: "203.0.113.8",
                    serverCaCerts: [{ cert: "-----BEGIN CERTIFICATE-----" }],
                };
            default:
                return undefined;
        }
    },
};
