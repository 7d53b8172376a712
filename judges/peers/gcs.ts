import { ProjectAutokeyConfig } from "@pulumi/gcp/kms/projectAutokeyConfig";
import { allow, Environment, KmsKey, KmsKeyHandle, ManagedFolder, PubSubTopic, StorageBucket, TagKey } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple bucket example",
        hcl: 188,
        kind: "components",
        program: () => {
            new StorageBucket("my-bucket", { location: "EU", labels: { "cost-center": "devops" } });
        },
    },
    {
        title: "External keys",
        hcl: 736,
        kind: "components",
        program: () => {
            const key = new KmsKey("bucket", { location: "europe" });
            new StorageBucket("my-bucket", { location: "EU", encryptionKey: key });
        },
    },
    {
        title: "KMS Autokey",
        hcl: 215,
        kind: "components",
        given: () => {
            const dependsOn = Environment.current().enable("cloudkms.googleapis.com");
            new ProjectAutokeyConfig("autokey", { keyProjectResolutionMode: "RESOURCE_PROJECT" }, { dependsOn });
        },
        program: () => {
            const location = "europe-west8";
            const resourceType = "storage.googleapis.com/Bucket";
            const encryptionKey = new KmsKeyHandle("default", { resourceType, location });
            new StorageBucket("my-bucket", { location, encryptionKey });
        },
    },
    {
        title: "Retention policy, soft delete policy and logging",
        hcl: 301,
        kind: "components",
        given: () => {
            new StorageBucket("log-bucket", { name: "acme-usage-logs" });
        },
        program: () => {
            new StorageBucket("my-bucket", {
                location: "EU",
                retention: { period: "100 seconds", locked: true },
                softDelete: "90 days",
                accessLogs: { bucket: StorageBucket.existing("acme-usage-logs") },
            });
        },
    },
    {
        title: "Retention policy, soft delete policy and logging (2)",
        hcl: 380,
        kind: "components",
        given: () => {
            new StorageBucket("log-bucket", { name: "acme-shared-logs" });
        },
        program: () => {
            const buckets = { logs: StorageBucket.existing("acme-shared-logs") };
            new StorageBucket("my-bucket", {
                location: "EU",
                retention: { period: "100 seconds", locked: true },
                softDelete: "90 days",
                accessLogs: { bucket: buckets.logs },
            });
        },
    },
    {
        title: "Lifecycle rule",
        hcl: 257,
        kind: "components",
        program: () => {
            new StorageBucket("my-bucket", {
                location: "EU",
                lifecycleRules: [
                    { action: "SetStorageClass", storageClass: "STANDARD", condition: { age: "30 days" } },
                ],
            });
        },
    },
    {
        title: "GCS notifications",
        hcl: 586,
        kind: "components",
        program: () => {
            const topic = new PubSubTopic("gcs-notification-topic");
            new StorageBucket("my-bucket", {
                location: "EU",
                notifications: { uploads: { topic, events: ["finalized"] } },
            });
        },
    },
    {
        title: "Object upload",
        hcl: 263,
        kind: "components",
        program: () => {
            new StorageBucket("my-bucket", { location: "EU", upload: "./files/assets" });
        },
    },
    {
        title: "IP Filter",
        hcl: 367,
        kind: "components",
        program: () => {
            new StorageBucket("my-bucket", {
                location: "EU",
                ipFilter: {
                    ranges: ["8.8.8.8/32", "8.8.4.4/32"],
                    networks: [{ network: "projects/acme-net/global/networks/apps", ranges: ["10.0.0.0/8"] }],
                },
            });
        },
    },
    {
        title: "IAM",
        hcl: 268,
        kind: "components",
        program: () => {
            const bucket = new StorageBucket("my-bucket", { location: "EU" });
            allow(bucket.role("roles/storage.admin"), "group:ops@acme.com");
        },
    },
    {
        title: "IAM (2)",
        hcl: 509,
        kind: "components",
        program: () => {
            const bucket = new StorageBucket("my-bucket", { location: "EU" });
            const roles = "['roles/storage.objectAdmin', 'roles/storage.objectViewer']";
            allow(bucket.role("roles/storage.admin"), "group:ops@acme.com", {
                condition: {
                    title: "delegated-role-grants",
                    expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(${roles})`,
                },
            });
        },
    },
    {
        title: "IAM (3)",
        hcl: 515,
        kind: "components",
        program: () => {
            const bucket = new StorageBucket("my-bucket", { location: "EU" });
            const roles = "['roles/storage.objectAdmin', 'roles/storage.objectViewer']";
            allow(bucket.role("roles/storage.admin"), "group:ops@acme.com", {
                condition: {
                    title: "delegated-role-grants",
                    expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(${roles})`,
                },
            });
        },
    },
    {
        title: "Tag Bindings",
        hcl: 428,
        kind: "components",
        program: () => {
            const environment = new TagKey("environment", {
                parent: { organization: "123456789012" },
                description: "Environment specification.",
                values: { dev: {}, prod: {}, sandbox: {} },
            });
            new StorageBucket("my-bucket", {
                location: "EU",
                resourceManagerTags: { sandbox: environment.value("sandbox") },
            });
        },
    },
    {
        title: "Managed Folders",
        hcl: 272,
        kind: "components",
        given: () => {
            new StorageBucket("my-bucket", { name: "acme-folders" });
        },
        program: () => {
            const bucket = StorageBucket.existing("acme-folders");
            const folder = new ManagedFolder("folder1", { bucket });
            new ManagedFolder("subfolder", { bucket, path: "folder1/subfolder" });
            allow(folder.role("roles/storage.admin"), "user:ana@acme.com");
        },
    },
    {
        title: "Hierarchical Namespace",
        hcl: 206,
        kind: "components",
        program: () => {
            new StorageBucket("my-bucket", { location: "EU", hierarchicalNamespace: true });
        },
    },
];
