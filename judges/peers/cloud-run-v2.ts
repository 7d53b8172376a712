import { readFileSync } from "node:fs";
import { secret } from "@pulumi/pulumi";
import {
    allow,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    KmsKey,
    PubSubTopic,
    Secret,
    ServiceAccount,
    StorageBucket,
    TagKey,
    VpcConnector,
} from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "IAM and environment variables",
        hcl: 490,
        kind: "components",
        given: () => new Secret("credentials", { value: secret("manual foo bar spam") }),
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                env: { VAR1: "VALUE1", VAR2: "VALUE2" },
                uses: { SECRET1: Secret.existing("credentials", { version: "1" }).reader },
                public: true,
            });
        },
    },
    {
        title: "Mounting secrets as volumes",
        hcl: 433,
        kind: "components",
        given: () => new Secret("credentials", { value: secret("manual foo bar spam") }),
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                uses: { CREDENTIALS: Secret.existing("credentials").file("/credentials/my-secret") },
            });
        },
    },
    {
        title: "Mounting GCS buckets",
        hcl: 496,
        kind: "components",
        given: () => new StorageBucket("bucket", { name: "acme-models" }),
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                volumes: {
                    bucket: {
                        bucket: StorageBucket.existing("acme-models"),
                        path: "/bucket",
                        options: ["metadata-cache-ttl-secs=120s", "type-cache-max-size-mb=4"],
                    },
                },
            });
        },
    },
    {
        title: "Connecting to Cloud SQL database",
        hcl: 383,
        kind: "components",
        program: () => {
            const database = new CloudSqlInstance("db", { publicAddress: true });
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                uses: { DATABASE: database.client },
            });
        },
    },
    {
        title: "Direct VPC Egress",
        hcl: 435,
        kind: "components",
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                network: { subnet: "apps", tags: ["tag1", "tag2", "tag3"], egress: "all-traffic" },
                executionEnvironment: "gen2",
                scaling: { max: 20 },
            });
        },
    },
    {
        title: "VPC Access Connector",
        hcl: 369,
        kind: "components",
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                network: { connector: "connector", egress: "all-traffic" },
            });
        },
    },
    {
        title: "VPC Access Connector (2)",
        hcl: 364,
        kind: "components",
        program: () => {
            const connector = new VpcConnector("example-hello", {
                range: "10.10.10.0/28",
                network: { network: "apps" },
                scaling: { min: 3, max: 10 },
            });
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                network: { connector },
            });
        },
    },
    {
        title: "VPC Access Connector (3)",
        hcl: 490,
        kind: "components",
        program: () => {
            const connector = new VpcConnector("example-hello", {
                machineType: "e2-standard-4",
                network: { subnet: "projects/acme-network/regions/europe-west1/subnetworks/apps" },
            });
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                network: { connector },
            });
        },
    },
    {
        title: "Using Customer-Managed Encryption Key",
        hcl: 819,
        kind: "components",
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                encryptionKey: new KmsKey("key-regional"),
            });
        },
    },
    {
        title: "Deploying OpenTelemetry Collector sidecar",
        hcl: 1107,
        kind: "components",
        program: () => {
            const config = new Secret("otel-config", { value: secret(readFileSync("files/otel-config.yaml", "utf8")) });
            const probe = { path: "/", port: 13133, timeout: "30 seconds", interval: "30 seconds" } as const;
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                port: 3000,
                startAfter: ["collector"],
                sidecars: {
                    collector: {
                        image: "us-docker.pkg.dev/cloud-ops-agents-artifacts/google-cloud-opentelemetry-collector/otelcol-google:0.122.1",
                        health: { startup: probe, liveness: probe },
                        uses: { CONFIG: config.file("/etc/otelcol-google/config.yaml") },
                    },
                },
            });
        },
    },
    {
        title: "PubSub",
        hcl: 337,
        kind: "components",
        given: () => new PubSubTopic("topic"),
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                triggers: { "topic-1": { topic: PubSubTopic.existing("topic") } },
            });
        },
    },
    {
        title: "Audit logs",
        hcl: 753,
        kind: "components",
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                triggers: {
                    setiampolicy: {
                        audit: { service: "cloudresourcemanager.googleapis.com", method: "SetIamPolicy" },
                    },
                },
            });
        },
    },
    {
        title: "GCS bucket",
        hcl: 938,
        kind: "components",
        given: () => new StorageBucket("bucket", { name: "test-my-bucket" }),
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                triggers: { "bucket-upload": { bucket: StorageBucket.existing("test-my-bucket"), path: "/webhook" } },
            });
        },
    },
    {
        title: "Cloud Run Invoker IAM Disable",
        hcl: 293,
        kind: "components",
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                public: true,
            });
        },
    },
    {
        title: "Cloud Run Service Account",
        hcl: 401,
        kind: "components",
        program: () => {
            const account = new ServiceAccount("example-hello", {
                roles: [
                    "roles/logging.logWriter",
                    "roles/monitoring.metricWriter",
                    "roles/cloudsql.client",
                    "roles/cloudsql.instanceUser",
                ],
            });
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                account,
            });
        },
    },
    {
        title: "Cloud Run Service Account (2)",
        hcl: 329,
        kind: "components",
        given: () => new ServiceAccount("fixture-service-account"),
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                account: ServiceAccount.existing("fixture-service-account"),
            });
        },
    },
    {
        title: "Creating Cloud Run Jobs",
        hcl: 360,
        kind: "components",
        program: () => {
            const job = new CloudRunJob("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                env: { VAR1: "VALUE1", VAR2: "VALUE2" },
            });
            allow(job.runner, "group:ops@acme.com");
        },
    },
    {
        title: "Tag bindings",
        hcl: 999,
        kind: "components",
        program: () => {
            const environment = new TagKey("run_environment", {
                description: "Environment specification.",
                values: { dev: {}, prod: {}, sandbox: {} },
            });
            const args = {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                resourceManagerTags: { "env-sandbox": environment.value("sandbox") },
            };
            new CloudRunService("hello-service", args);
            new CloudRunJob("hello-job", args);
        },
    },
    {
        title: "IAP Configuration",
        hcl: 317,
        kind: "components",
        program: () => {
            new CloudRunService("example-hello", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                iap: ["group:ops@acme.com"],
            });
        },
    },
    {
        title: "Adding GPUs",
        hcl: 429,
        kind: "components",
        program: () => {
            new CloudRunJob("example-job", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                gpu: "nvidia-l4",
                cpu: 4,
                memory: "16 GiB",
            });
        },
    },
    {
        title: "Adding GPUs (2)",
        hcl: 471,
        kind: "components",
        program: () => {
            new CloudRunService("service", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                gpu: "nvidia-l4",
                cpu: 4,
                memory: "16 GiB",
            });
        },
    },
    {
        title: "Adding GPUs (3)",
        hcl: 434,
        kind: "components",
        program: () => {
            new CloudRunWorkerPool("worker", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                gpu: "nvidia-l4",
                cpu: 4,
                memory: "16 GiB",
            });
        },
    },
    {
        title: "Multi-Region Service",
        hcl: 382,
        kind: "components",
        program: () => {
            new CloudRunService("example-mr", {
                image: "us-docker.pkg.dev/cloudrun/container/hello",
                insecure: true,
                regions: ["europe-west8", "europe-west1"],
                ingress: "load-balancer",
            });
        },
    },
];
