import {
    AppEngineApp,
    BigQueryDataset,
    BigQueryTable,
    Budget,
    CloudRunJob,
    CloudRunService,
    CloudSqlInstance,
    ComposerEnvironment,
    Dashboard,
    DataflowJob,
    Deployer,
    EnvironmentProject,
    LoadBalancer,
    LogExclusion,
    LogMetric,
    LogSink,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    ServerlessFunction,
    ServiceAccount,
    ServiceObjective,
    StorageBucket,
    UptimeCheck,
    Workflow,
    WorkloadIdentityPool,
} from "slipway";
import { clusters, endpoints, machines, models, pipelines, running } from "./everythingElseWorkloads";
import { common, crossProject, digest, existingResources, type Given, key, moving, secret } from "./everythingExisting";
import { regions } from "./everythingRegions";
import { folderOf } from "./folders";

/** A program with the arguments that neither `everything` nor the examples have. Most of it refers to another project. */
export function everythingElse(folder: string): void {
    const given = common();
    running(given);
    code(given, folder);
    applications(given, folder);
    machines(given);
    clusters(given);
    databases(given);
    data(given);
    pipelines(given);
    models(given);
    endpoints(given);
    networks(given);
    observers(given);
    projects();
    existingResources();
    regions(folder);
}

/** Functions, workflows, schedules and Airflow. */
function code({ account, alerts, network }: Given, folder: string): void {
    const call = new ServerlessFunction("other-function", {
        source: folder,
        trigger: { http: {} },
        entryPoint: "answer",
        runtime: "python399" as "python313",
        env: { OTHER_TOKEN: "plain" },
        account,
        alerts,
        allowUnlisted: true,
        insecure: true,
        crossProject,
    });
    new Schedule("other-call", { cron: "1 2 * * *", call, alerts, crossProject });
    new Schedule("other-request", {
        cron: "2 2 * * *",
        call: { url: "http://acme-shared.ew.r.appspot.com/other" },
        insecure: true,
        crossProject,
    });
    new Workflow("other-workflow", {
        source: folderOf({ "main.yaml": "- end:\n    return: other\n" }),
        env: { OTHER_TOKEN: "plain" },
        account,
        name: "other-name",
        alerts,
        insecure: true,
        crossProject,
    });
    new ComposerEnvironment("other-airflow", {
        version: "composer-3-airflow-2.99.9" as "composer-3-airflow-2.11.1",
        dags: folderOf({ "sum.py": "import missing\n" }),
        checkDags: false,
        env: { OTHER_TOKEN: "plain" },
        account,
        name: "other-airflow-name",
        region: "europe-west4",
        network,
        alerts: {
            to: alerts,
            failedRuns: { threshold: 3, for: "26 minutes" },
            unavailable: { threshold: 30, for: "27 minutes" },
            owners: {
                data: {
                    pubSub: PubSubTopic.existing("failures", { project: "acme-shared" }),
                    channels: ["projects/acme-shared/notificationChannels/13"],
                },
                scoring: {
                    webhook: { url: "https://hooks.acme.com/scoring", username: "scoring", password: secret },
                    pagerDuty: { serviceKey: secret },
                },
            },
            others: {
                email: "others@acme.com",
                slack: { channel: "#others", token: secret },
                webhook: { url: "https://hooks.acme.com/others", token: secret },
                pubSub: new PubSubTopic("other-other-failures"),
            },
        },
        allowUnlisted: true,
        insecure: true,
        crossProject,
    });
}

function applications({ account, alerts }: Given, folder: string): void {
    const retries = {
        max: 3,
        maxDuration: "2 hours",
        minBackoff: "3 seconds",
        maxBackoff: "5 minutes",
        maxDoublings: 2,
    } as const;
    new AppEngineApp("other-app", {
        services: {
            default: {
                source: folder,
                entrypoint: "gunicorn main:answer",
                runtime: "python399" as "python313",
                env: { OTHER_TOKEN: "plain" },
                account,
            },
        },
        iap: { members: ["user:ada@gmail.com"], personalAccounts: true },
        domains: { "other.acme.com": { certificate: "none", override: true } },
        cron: {
            other: {
                cron: "4 5 * * *",
                path: "/other",
                method: "PUT",
                body: "other",
                headers: { "X-Other": "4" },
                service: "default",
                version: "v4",
                retries: {
                    max: 3,
                    maxDuration: "3 hours",
                    minBackoff: "4 seconds",
                    maxBackoff: "6 minutes",
                    maxDoublings: 4,
                },
                timeout: "9 minutes",
                paused: true,
                description: "Others",
            },
        },
        queues: {
            others: {
                rate: 7,
                concurrency: 8,
                retries,
                service: "default",
                version: "v3",
                paused: true,
                logged: 25,
                name: "others",
            },
        },
        alerts,
        allowUnlisted: true,
        insecure: true,
        crossProject,
    });
}

/** Cloud SQL and Pub/Sub. */
function databases({ account, alerts, network, bucket }: Given): void {
    const database = new CloudSqlInstance("other-database", {
        version: "99" as "18",
        network: {
            network: "projects/acme-shared/global/networks/apps",
            subnet: "projects/acme-shared/regions/europe-west1/subnetworks/apps",
        },
        users: {
            orders: {
                roles: ["reader", "writer"],
                rotation: "2027-01",
                passwordPolicy: {
                    allowedFailedAttempts: 7,
                    passwordExpirationDuration: "70 days",
                    enablePasswordVerification: true,
                },
            },
        },
        iamUsers: { "group:dba@acme.com": { roles: ["dba"] } },
        replicas: { near: {} },
        databases: { orders: {} },
        flags: { max_connections: 300 },
        exports: { bucket, schedule: "7 1 * * *" },
        alerts,
        allowUnlisted: true,
        crossProject,
    });
    new CloudRunJob("other-query", {
        image: `docker.io/acme/other@${digest}`,
        uses: { DATABASE: database.client },
        crossProject,
    });
    new CloudSqlInstance("other-mysql", {
        engine: "mysql",
        network,
        databases: { orders: { charset: "latin1", collation: "latin1_bin" } },
        users: { app: { host: "10.1.%", rotation: "2027-02" } },
    });
    const topic = new PubSubTopic("other-topic", { encryptionKey: key, alerts, crossProject });
    new PubSubSubscription("other-subscription", {
        topic,
        push: { endpoint: "https://acme-shared.ew.r.appspot.com/other", account: account.email },
        deadLetter: { topic: new PubSubTopic("other-dead-letters"), maxDeliveryAttempts: 9 },
        alerts,
        crossProject,
    });
    // Its dead-letter topic has the key, too.
    new PubSubSubscription("other-pull", { topic, pull: {}, crossProject });
}

/** BigQuery, Dataflow and Cloud Storage. */
function data({ account, alerts, bucket, network, image }: Given): void {
    const labels = { team: "other" };
    const table = {
        schema: [
            { name: "id", type: "INT64", mode: "REQUIRED" },
            { name: "at", type: "TIMESTAMP" },
        ] as [{ name: string; type: "INT64"; mode: "REQUIRED" }, { name: string; type: "TIMESTAMP" }],
        displayName: "Others",
        description: "The others.",
        primaryKey: ["id"],
        expirationTime: "2051-01-01T00:00:00Z",
        protection: true,
        labels,
    };
    const reads = { rows: new BigQueryDataset("other-rows", { tables: { rows: {} } }) };
    const view = { displayName: "Other view", description: "A view.", reads, labels };
    const dataset = new BigQueryDataset("other-dataset", {
        tables: {
            others: {
                ...table,
                partition: { time: { field: "at", type: "MONTH" } },
                requirePartitionFilter: true,
                clustering: ["id"],
            },
        },
        views: { some: { ...view, query: ({ others }, { rows }) => `SELECT 1 FROM ${others}, ${rows}.rows` } },
        materializedViews: {
            stored: { ...view, query: ({ others }) => `SELECT 2 FROM ${others}`, refresh: "45 minutes" },
        },
        scheduledQueries: { all: { query: "SELECT 3", schedule: "every day 04:00" } },
        encryptionKey: key,
        alerts,
        crossProject,
    });
    new BigQueryTable("other-table", {
        dataset,
        ...table,
        transform: { table: { project: "acme-shared" } },
        crossProject,
    });
    new DataflowJob("other-flow", {
        image,
        workerImage: moving,
        type: "batch",
        account,
        network,
        runOnDeploy: false,
        schedule: { cron: "3 4 * * *", paused: true },
        alerts,
        insecure: true,
        crossProject,
    });
    const notes = { prefix: "models/", attributes: { team: "ml" }, payload: false };
    new StorageBucket("noted", {
        notifications: {
            all: { topic: new PubSubTopic("noted") },
            uploads: { topic: new PubSubTopic("uploads"), events: ["finalized"], ...notes },
        },
    });
    new StorageBucket("other-encrypted", { encryptionKey: key, accessLogs: { bucket }, crossProject });
}

/** Networks and load balancers. */
function networks({ network, alerts }: Given): void {
    new Network("other-proxies", {
        nat: { endpoints: "load-balancer-proxies" },
        subnets: { two: { range: "10.3.0.0/20" } },
    });
    const service = new CloudRunService("other-balanced", {
        image: `docker.io/acme/other@${digest}`,
        ingress: "load-balancer",
    });
    new LoadBalancer("other-balancer", {
        name: "other-name",
        domains: "other.acme.com",
        certificates: ["projects/acme-shared/locations/global/certificates/other"],
        iap: ["group:others@acme.com"],
        routes: {
            "/*": service,
            "/old/*": { redirect: { host: "old.acme.com", prefix: "/archive", status: 307, stripQuery: true } },
            "/gone/*": { redirect: { path: "/gone", status: 302 } },
            "/files/*": { service, rewrite: "/public/" },
        },
        securityPolicy: {
            attacks: { sets: ["sqli", "xss"], preview: false },
            rateLimit: { requests: 77, interval: "2 minutes", preview: true },
        },
        alerts,
        crossProject,
    });
    new LoadBalancer("other-regional", {
        type: "regional-internal",
        network,
        region: "europe-west4",
        domains: "regional.acme.com",
        alerts,
        crossProject,
        routes: { "/*": { redirect: { host: "regional.acme.com", status: 303 } } },
    });
}

function observers({ alerts }: Given): void {
    const of = new CloudRunService("other-observed", { image: `docker.io/acme/other@${digest}`, public: true });
    new LogMetric("other-statuses", {
        filter: 'resource.type="gce_instance" severity>=ERROR',
        labels: { status: { extract: "EXTRACT(jsonPayload.status)", description: "The status." } },
        alerts,
        crossProject,
    });
    new LogMetric("other-seconds", {
        filter: 'resource.type="global"',
        distribution: { extract: "jsonPayload.seconds" },
        alerts,
        crossProject,
    });
    new UptimeCheck("other-site", { target: of, alerts, crossProject });
    new ServiceObjective("other-goal", { target: of, goal: 97, alerts, crossProject });
    new Dashboard("other-dashboard", { targets: [of], crossProject });
    new LogSink("other-sink", { to: new StorageBucket("other-logs"), crossProject });
    new LogExclusion("other-exclusion", { filter: "severity<INFO", crossProject });
    new Budget("other-budget", {
        amount: 50,
        currency: "EUR",
        billingAccount: "012345-6789AB-CDEF02",
        topic: "projects/acme-shared/topics/budgets",
        crossProject,
    });
}

/** Projects and identities. */
function projects(): void {
    const project = new EnvironmentProject("other-project", {
        projectId: "acme-other",
        kind: "production",
        parent: { folder: "123456789013" },
        billingAccount: "012345-6789AB-CDEF03",
        customRoles: {
            reader: { permissions: ["storage.objects.get"], displayName: "Reader", description: "Reads." },
        },
        protection: false,
        policies: {
            "compute.vmExternalIpAccess": {
                allow: ["projects/acme-other/zones/a/instances/a"],
                deny: ["projects/acme-other/zones/a/instances/b"],
                inherit: true,
            },
            "gcp.resourceLocations": { deny: ["in:us-locations"], inherit: true },
            "run.allowedIngress": {
                rules: [
                    {
                        allow: ["internal"],
                        deny: ["all-traffic"],
                        condition: {
                            expression: "resource.matchTagId('tagKeys/1', 'tagValues/2')",
                            title: "other",
                            description: "Another condition.",
                        },
                    },
                ],
                inherit: true,
            },
            "iam.disableServiceAccountKeyUpload": { rules: [{ enforce: true, parameters: { other: 1 } }] },
            "sql.restrictPublicIp": { enforced: { deny: "all" }, dryRun: { allow: "all" } },
        },
    });
    new ServiceAccount("other-account", {
        accountId: "other-account-id",
        displayName: "Other",
        description: "Does the rest.",
        disabled: true,
        crossProject,
    });
    new WorkloadIdentityPool("other-identities", {
        poolId: "others",
        disabled: true,
        providers: { aws: { aws: { account: "123456789012" } } },
        crossProject,
    });
    new Deployer("other-deployer", {
        github: { repository: "acme/other", environment: "live" },
        roles: ["roles/pubsub.admin"],
        project,
    });
}
