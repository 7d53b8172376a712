import * as pulumi from "@pulumi/pulumi";
import {
    allow,
    BigQueryDataset,
    type BigQueryRoutine,
    BigQueryTable,
    type BigQueryView,
    ContainerImage,
    ContainerRegistry,
    Deployer,
    EnvironmentProject,
    ManagedFolder,
    PubSubSubscription,
    PubSubTopic,
    RegionalSecret,
    Schedule,
    Secret,
    ServerlessFunction,
    StorageBucket,
    Workflow,
} from "slipway";
import type { SecretFile, SecretVariable } from "slipway/iam";
import { use } from "../../lib/iam/capability";
import { addresses, connectors } from "./everythingAddresses";
import { applications } from "./everythingAppEngine";
import { clusters } from "./everythingClusters";
import { databases } from "./everythingDatabases";
import { dataflowJobs } from "./everythingDataflow";
import { deployments } from "./everythingDeployments";
import { zones } from "./everythingDns";
import { environments } from "./everythingEnvironments";
import { functions } from "./everythingFunctions";
import { instanceGroups } from "./everythingGroups";
import { jobs } from "./everythingJobs";
import { keys } from "./everythingKeys";
import { logBuckets } from "./everythingLogs";
import { machines } from "./everythingMachines";
import { modelEndpoints, vertexModels } from "./everythingModels";
import { networks } from "./everythingNetworks";
import { observers } from "./everythingObservers";
import { packages } from "./everythingPackages";
import { services } from "./everythingServices";
import { tags } from "./everythingTags";
import { folderOf } from "./folders";

/** A program with all components, options and combinations. */
export function everything(folder: string): void {
    functions(folder);
    services();
    jobs();
    machines();
    dataflowJobs();
    vertexModels();
    modelEndpoints();
    instanceGroups();
    clusters();
    databases(folder);
    deployments();
    environments();
    networks(folder);
    addresses();
    connectors();
    applications(folder);
    observers();
    keys();
    packages();
    logBuckets();
    tags();
    zones();
    projects();
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    new Deployer("github", {
        github: {
            repository: "acme/sales",
            repositoryId: "12",
            ownerId: "3",
            environment: "dev",
            ref: "refs/heads/main",
        },
        roles: ["roles/pubsub.admin", "projects/acme-dev/roles/deployer"],
    });
    new Deployer("gitlab", {
        gitlab: { project: "acme/sales", host: "gitlab.acme.com", environment: "prod", ref: "refs/tags/v1" },
        roles: ["roles/pubsub.admin"],
        grantable: ["roles/bigquery.jobUser"],
        accountId: "pipelines",
        poolId: "pipelines",
    });
    new Deployer("previewer", { github: { repository: "acme/sales", pullRequests: true }, roles: [] });
    new StorageBucket("bare");
    const models = new StorageBucket("models", {
        name: "acme-models",
        location: "EU",
        storageClass: "NEARLINE",
        versioning: false,
        upload: folder,
        labels,
    });
    const key = "projects/acme-keys/locations/europe/keyRings/data/cryptoKeys/all";
    const models2024 = new ManagedFolder("models-2024", {
        bucket: models,
        path: "models/2024",
    });
    allow(models2024.reader, "group:analysts@acme.com");
    new StorageBucket("archive", {
        location: "EU",
        dataLocations: ["europe-west1", "europe-west4"],
        rpo: "ASYNC_TURBO",
        autoclass: { terminalStorageClass: "ARCHIVE" },
        softDelete: false,
        lifecycleRules: [
            {
                action: "Delete",
                condition: { age: "0 days", isLive: false, numNewerVersions: 3, matchesPrefix: ["tmp/"] },
            },
            { action: "AbortIncompleteMultipartUpload", condition: { age: "1 day" } },
        ],
        retention: { period: "30 days", locked: true },
        objectRetention: true,
        defaultEventBasedHold: true,
        encryptionKey: pulumi.output(key),
        ipFilter: {
            ranges: ["203.0.113.0/24"],
            networks: [{ network: "projects/acme-dev/global/networks/apps", ranges: ["10.0.0.0/8"] }],
            otherOrganizations: false,
            serviceAgents: true,
        },
        cors: [{ origins: ["*"], methods: ["GET"], responseHeaders: ["ETag"], maxAge: "1 minute" }],
        website: { mainPageSuffix: "index.html", notFoundPage: "404.html" },
        accessLogs: { bucket: models, prefix: "archive" },
        upload: { source: folder, prefix: "code/", cacheControl: "no-store" },
    });
    new StorageBucket("moved", {
        lifecycleRules: [{ action: "SetStorageClass", storageClass: "COLDLINE", condition: { age: "90 days" } }],
    });
    new BigQueryDataset("bare");
    const rows = new BigQueryDataset("rows", {
        datasetId: "sales",
        location: "EU",
        description: pulumi.output("What was sold."),
        tables: {
            predictions: {
                schema: [
                    {
                        name: "sold_at",
                        type: "TIMESTAMP",
                        mode: "REQUIRED",
                        policyTags: { names: [pulumi.output("tag")] },
                    },
                    { name: "store", type: "INT64", description: "Where." },
                ],
                description: "What will be sold.",
                partition: { time: { field: "sold_at", type: "HOUR", expiration: "90 days" } },
                requirePartitionFilter: true,
                clustering: ["store"],
                primaryKey: ["store"],
                expirationTime: "2050-01-01T00:00:00Z",
                protection: true,
                labels,
            },
        },
        labels,
    });
    const reports = new BigQueryDataset("reports", {
        defaultTableExpiration: "30 days",
        defaultPartitionExpiration: "7 days",
        timeTravel: "2 days",
        storageBillingModel: "PHYSICAL",
        encryptionKey: key,
        tables: { daily: {} },
        routines: {
            half: {
                expression: "x / 2",
                arguments: { x: "FLOAT64" },
                returns: "FLOAT64",
                masking: true,
                reads: { rows },
            },
            double: {
                javascript: pulumi.output("return 2 * x;"),
                arguments: { x: "FLOAT64" },
                returns: "FLOAT64",
                libraries: ["gs://acme-libraries/double.js"],
                deterministic: true,
            },
            since: {
                query: ({ daily }) => `SELECT 1 AS one FROM ${daily}`,
                arguments: { day: "ANY TYPE" },
                returns: "TABLE<one INT64>",
                reads: { rows },
                description: "Since a day.",
            },
            clear: { procedure: "SET done = TRUE;", arguments: { done: { type: "BOOL", mode: "OUT" } } },
        },
        views: {
            latest: { query: ({ daily }) => `SELECT * FROM ${daily}`, description: "All.", reads: { rows }, labels },
        },
        materializedViews: {
            best: { query: pulumi.output("SELECT 1"), refresh: "1 hour" },
            worst: { query: "SELECT 1", refresh: "manual" },
        },
        scheduledQueries: {
            sum: {
                query: ({ latest }, { rows }) => `SELECT 1 FROM ${latest}, ${rows}.predictions`,
                schedule: { cron: "every day 03:00", paused: true },
                destination: { table: "daily", write: "WRITE_TRUNCATE" },
                reads: { rows },
            },
        },
    });
    new BigQueryDataset("shared", {
        access: {
            analysts: { reader: "group:analysts@acme.com" },
            loaders: { writer: pulumi.output<"domain:acme.com">("domain:acme.com") },
            owners: { owner: "user:ana@acme.com" },
            latest: { view: reports.views.latest as BigQueryView },
            earlier: { view: "projects/acme-dev/datasets/reports/tables/earlier" },
            reports: { dataset: reports },
            mask: { routine: "projects/acme-dev/datasets/tools/routines/mask" },
            half: { routine: reports.routines.half as BigQueryRoutine },
        },
    });
    const stores = new BigQueryTable("stores", {
        dataset: rows,
        tableId: pulumi.output("all-stores"),
        schema: [{ name: "store", type: "INTEGER" }],
        partition: { range: { field: "store", start: 0, end: 100, interval: 10 } },
    });
    new BigQueryTable("bare", { dataset: rows, partition: { ingestion: {} } });
    new PubSubTopic("bare");
    const sales = new PubSubTopic("sales", { name: pulumi.output("sale-range"), retention: "3 days", labels });
    new PubSubSubscription("bare", { topic: sales, pull: {} });
    const range = new PubSubSubscription("range", {
        topic: sales,
        pull: {},
        name: "predict-range",
        ackDeadline: "20 seconds",
        retention: "1 day",
        labels,
    });
    messaging(sales, models);
    const answer = new ServerlessFunction("answer", { source: folder, trigger: { http: { public: true } } });
    new PubSubSubscription("push", { topic: sales, push: answer, deadLetter: { maxDeliveryAttempts: 5 } });
    new ServerlessFunction("record", {
        source: folder,
        trigger: { topic: sales, retries: true },
        entryPoint: "answer",
        uses: {
            READ: models.reader,
            WRITE: models.writer,
            KEEP: models.creator,
            CALL: answer.invoker,
            QUERY: rows.reader,
            FILL: rows.writer,
        },
    });
    new ServerlessFunction("store", {
        source: folder,
        trigger: { bucket: models, event: "deleted" },
        runtime: "python312",
        entryPoint: "answer",
        uses: {
            PUBLISH: sales.publisher,
            SUBSCRIBE: sales.subscriber,
            TAKE: range.subscriber,
            LOOK: stores.reader,
            ADD: stores.writer,
        },
        env: { LEVEL: "info", API_KEY: pulumi.secret("canary") },
        scaling: { min: 1, max: 2, concurrency: 3 },
        memory: "4Gi",
        cpu: 2,
        timeout: "540 seconds",
        name: "stored",
        labels,
    });
    secrets(sales);
    schedules(sales, answer);
    containers();
}

function containers(): void {
    const registry = new ContainerRegistry("images");
    new ContainerRegistry("all-images", {
        name: pulumi.output("all"),
        region: "europe",
        immutableTags: false,
        cleanup: { keep: 3, untaggedOlderThan: "7 days", dryRun: true },
        vulnerabilityScanning: true,
        encryptionKey: key("europe"),
        description: pulumi.output("Images"),
        labels: { team: "forecast" },
    });
    new ContainerRegistry("kept-images", { cleanup: false, vulnerabilityScanning: false });
    new ContainerImage("tagged", { registry, tag: pulumi.output("1.4.0") });
    new ContainerImage("known", { registry, image: "team/known", digest: `sha256:${"0a".repeat(32)}` });
    new ContainerImage("built", { registry, source: "test/unit/container", build: { args: { RANGE: "20" } } });
    const elsewhere = new ContainerImage("elsewhere", {
        reference: pulumi.output(`ghcr.io/acme/predict:1@sha256:${"0b".repeat(32)}`),
    });
    elsewhere.ranBy(registry.repository);
    use("pushes", { READ: registry.reader, WRITE: registry.writer }, "serviceAccount:ci@acme-dev.example", {});
}

const key = (location: string) => `projects/acme-dev/locations/${location}/keyRings/data/cryptoKeys/secrets`;

function secrets(topic: PubSubTopic): void {
    new Secret("generated");
    const given = new Secret("given", {
        value: pulumi.secret(pulumi.output("canary")),
        name: pulumi.output("api-key"),
        version: "latest",
        replaced: "disable",
        destroyDelay: "30 days",
        replicas: {
            "europe-west4": { encryptionKey: key("europe-west4") },
            "europe-west1": { encryptionKey: key("europe-west1") },
        },
        expiration: { at: "2099-01-01T00:00:00Z" },
        notifications: { topics: [topic], rotation: { every: "30 days", start: "2098-01-01T00:00:00Z" } },
        annotations: { owner: pulumi.output("sales") },
        labels: { team: "forecast" },
    });
    const several = new Secret("several", {
        versions: {
            old: { value: pulumi.secret("canary"), disabled: true, replaced: "keep" },
            new: { generate: { length: 32 } },
        },
        version: "new",
    });
    const regional = new RegionalSecret("regional", {
        versions: { one: { value: pulumi.secret("canary") } },
        name: pulumi.output("regional-key"),
        region: "europe-west4",
        version: "one",
        replaced: "disable",
        destroyDelay: "30 days",
        encryptionKey: key("europe-west4"),
        expiration: { at: "2099-01-01T00:00:00Z" },
        notifications: { topics: [topic], rotation: { every: "30 days", start: "2098-01-01T00:00:00Z" } },
        annotations: { owner: pulumi.output("sales") },
        labels: { team: "forecast" },
    });
    new RegionalSecret("regional-generated");
    const external = new Secret("external", {
        external: true,
        encryptionKey: key("global"),
        expiration: { after: "90 days" },
    });
    const member = "serviceAccount:reader@acme-dev.iam.gserviceaccount.com";
    use<SecretFile | SecretVariable>(
        "reader",
        {
            GIVEN: given.reader,
            EXTERNAL: external.file("/secrets/external/text"),
            SEVERAL: several.reader,
            REGIONAL: regional.accessor,
        },
        member,
        {},
    );
}

function schedules(topic: PubSubTopic, answer: ServerlessFunction): void {
    new Schedule("call", { cron: "0 3 * * *", call: answer });
    new Schedule("request", {
        cron: pulumi.output("*/5 9-17 * * MON-FRI"),
        timeZone: "Europe/Berlin",
        call: {
            invoke: answer,
            path: "/refresh",
            method: "PUT",
            body: { range: pulumi.output(3) },
            headers: { "X-Range": "3" },
        },
        timeout: "30 minutes",
        retries: { max: 5, maxDuration: "1 hour", minBackoff: "10 seconds", maxBackoff: "10 minutes", maxDoublings: 3 },
        paused: true,
        description: "refreshes the range",
        region: "europe-west3",
        name: "refresh",
    });
    new Schedule("outside", {
        cron: "0 0 1 JAN,JUL *",
        call: { url: "https://example.com/hook", audience: "https://example.com", body: pulumi.secret("canary") },
    });
    new Schedule("api", {
        cron: "0 0 * * 0",
        call: { url: "https://run.googleapis.com/v2/…:run", scope: "https://www.googleapis.com/auth/cloud-platform" },
    });
    new Workflow("workflow", {
        source: folderOf({ "main.yaml": "- end:\n      return: 1\n" }),
        uses: { ANSWER: answer.invoker },
        env: { LEVEL: pulumi.output("info") },
        schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 1 },
        callLogLevel: "LOG_ALL_CALLS",
        executionHistoryLevel: "EXECUTION_HISTORY_DETAILED",
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all",
        description: pulumi.output("Asks each night."),
        labels: { team: "forecast" },
    });
    new Schedule("message", { cron: "0 * * * *", topic, message: "tick", attributes: { kind: pulumi.output("tick") } });
}

/** All deliveries of messages. */
function messaging(topic: PubSubTopic, bucket: StorageBucket): void {
    const encrypted = new PubSubTopic("encrypted", {
        encryptionKey: "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1"], enforceInTransit: true },
    });
    new PubSubSubscription("once", {
        topic: encrypted,
        pull: {},
        exactlyOnceDelivery: true,
        messageOrdering: true,
        filter: "attributes:region",
        retainAckedMessages: true,
        expiration: "31 days",
        retries: { minBackoff: "1 second", maxBackoff: "1 minute" },
    });
    new PubSubSubscription("call", {
        topic,
        push: {
            endpoint: pulumi.output("https://acme.com/push"),
            audience: "acme",
            account: "caller@acme-dev.iam.gserviceaccount.com",
            noWrapper: { writeMetadata: true },
            attributes: { "x-goog-version": "v1" },
        },
        retries: false,
        deadLetter: encrypted,
    });
    const records = new PubSubTopic("records", {
        schema: { avro: { type: "record", name: "Sale", fields: [{ name: "id", type: "string" }] } },
    });
    const dataset = new BigQueryDataset("messages");
    const rows = new PubSubSubscription("rows", {
        topic: records,
        bigQuery: { dataset, writeMetadata: true, dropUnknownFields: true },
    });
    if (rows.table) {
        new PubSubSubscription("other-rows", { topic: records, bigQuery: rows.table });
        new PubSubSubscription("json-rows", { topic, bigQuery: { table: rows.table, useTableSchema: true } });
    }
    new PubSubTopic("binary", { schema: { protobuf: "message Sale { required string id = 1; }", encoding: "BINARY" } });
    new PubSubSubscription("own-records", {
        topic: records,
        bucket: { bucket, format: { avro: { useTopicSchema: true } } },
    });
    new PubSubSubscription("lines", { topic, bucket, deadLetter: false });
    new PubSubSubscription("records", {
        topic,
        bucket: {
            bucket,
            filenamePrefix: "sales/",
            filenameSuffix: ".avro",
            filenameDatetimeFormat: "YYYY-MM-DDThh:mm:ssZ",
            format: { avro: { writeMetadata: true } },
            maxSize: "1 KB",
            maxDuration: "1 minute",
            maxMessages: 1000,
        },
    });
}

const hosting = {
    projectId: "acme-host-dev",
    kind: "development",
    parent: { organization: "123456789012" },
    sharedVpc: "host",
} as const;

/** Projects of environments, created and adopted. */
function projects(): void {
    const billingAccount = "012345-6789AB-CDEF01";
    new EnvironmentProject("bare", {
        projectId: "acme-sales-dev",
        kind: "development",
        parent: { organization: "123456789012" },
        billingAccount,
    });
    new EnvironmentProject("full", {
        projectId: "acme-sales-prod",
        kind: "production",
        parent: { folder: pulumi.output("folders/123456789012") },
        billingAccount: pulumi.output(billingAccount),
        displayName: "Sales in production",
        labels: { team: "sales" },
        apis: ["run.googleapis.com", "appengine.googleapis.com"],
        auditLogs: ["ADMIN_READ", "DATA_WRITE"],
        budget: {
            amount: 99.5,
            currency: "EUR",
            period: "QUARTER",
            thresholds: [90],
            forecastThresholds: [100, 150],
            alertEmails: ["sales@acme.example"],
            topic: "projects/acme-billing/topics/budgets",
        },
        lien: true,
        policies: {
            "gcp.resourceLocations": { allow: ["in:eu-locations"] },
            "compute.vmExternalIpAccess": "inherit",
            "iam.disableServiceAccountKeyUpload": {
                rules: [
                    { enforce: true },
                    {
                        enforce: false,
                        condition: {
                            expression: "resource.matchTag('123456789012/environment', 'test')",
                            title: "test",
                            description: "Keys of tests.",
                        },
                    },
                ],
            },
            "essentialcontacts.managed.allowedContactDomains": {
                rules: [{ enforce: true, parameters: { allowedDomains: ["@acme.example"] } }],
            },
            "sql.restrictPublicIp": { enforced: false, dryRun: true },
        },
        quotaProject: "acme-foundation",
        sharedVpc: { host: new EnvironmentProject("host", { ...hosting, billingAccount }) },
    });
    new EnvironmentProject("old", {
        projectId: "acme-old",
        kind: "staging",
        adopt: true,
        sharedVpc: { host: pulumi.output("acme-host-prod") },
        budget: { amount: 10, currency: "USD" },
        lien: true,
    });
}
