import {
    Alerts,
    AppEngineApp,
    AutoscaledInstanceGroup,
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ComposerEnvironment,
    ContainerRegistry,
    DataflowJob,
    DnsZone,
    IpAddress,
    KmsKey,
    LoadBalancer,
    Network,
    NetworkLoadBalancer,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    Secret,
    ServerlessFunction,
    ServiceAccount,
    ServiceAttachment,
    StorageBucket,
    TagKey,
    UptimeCheck,
    VertexBatchPrediction,
    VertexEndpoint,
    VertexModel,
    VertexPipeline,
    VertexTrainingJob,
    VirtualMachine,
    VpcConnector,
    Workflow,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";

// Arguments transfer from component to component: calls that use the names and values of the table of spellings in
// docs/development/spellings.md, by family. Other arguments are only those that a component requires.

const apps = new Network("apps");
const oncall = new Alerts("oncall", { to: { email: "ml@acme.example" } });
const sales = new PubSubTopic("sales", { retention: "7 days", alerts: oncall, labels: { team: "ml" } });
const models = new StorageBucket("models", {
    location: "EU",
    lifecycleRules: [{ action: "Delete", condition: { age: "30 days" } }],
});
const account = new ServiceAccount("worker", { displayName: "Worker", disabled: false });
const key = new Secret("key", {
    generate: {},
    notifications: { topics: [sales], rotation: { every: "30 days", start: "2027-01-01T00:00:00Z" } },
});
const image = "europe-docker.pkg.dev/acme/app/app@sha256:00";
const common = { alerts: oncall, account, labels: { team: "ml" } };

// Serving.
new ServerlessFunction("answer", {
    ...common,
    source: "./answer",
    runtime: "python313",
    env: { LEVEL: "info" },
    uses: { KEY: key.reader },
    cpu: 1,
    memory: "512 MiB",
    timeout: "60 seconds",
    scaling: { min: 0, max: 10, concurrency: 20 },
    network: { network: apps, egress: "all-traffic" },
    trigger: { http: { ingress: "internal" } },
    region: "europe-west1",
});
const web = new CloudRunService("web", {
    ...common,
    image,
    env: { LEVEL: "info" },
    uses: { KEY: key.reader },
    cpu: 1,
    memory: "512 MiB",
    timeout: "60 seconds",
    scaling: { min: 0, max: 10, concurrency: 20 },
    health: { startup: { path: "/ready", interval: "5 seconds" }, liveness: "/alive" },
    network: { network: apps, egress: "all-traffic" },
    ingress: "load-balancer",
    region: "europe-west1",
});
new CloudRunService("model", { image, gpu: "nvidia-l4", scaling: 1, health: "/ready" });
new AppEngineApp("shop", {
    region: "europe-west1",
    services: {
        default: {
            source: "./shop",
            runtime: "python313",
            env: { LEVEL: "info" },
            scaling: { min: 0, max: 10, cpu: 60, concurrency: 20 },
            network: { network: apps, range: "10.8.0.0/28" },
        },
        custom: {
            source: "./custom",
            flexible: true,
            runtime: { name: "python" },
            resources: { cpu: 2, memory: "4 GB", diskSize: "20 GB" },
            scaling: { min: 1, max: 5, cpu: 60, initialization: "3 minutes" },
            health: { liveness: { path: "/alive", interval: "30 seconds", timeout: "4 seconds" } },
        },
    },
});
const model = new VertexModel("range", {
    container: { image, port: 8080, health: "/ready", predictRoute: "/predict", env: { LEVEL: "info" } },
    region: "europe-west1",
});
new VertexEndpoint("answers", {
    models: { latest: { model, machineType: "g2-standard-4", gpu: "nvidia-l4", scaling: { min: 1, max: 3, cpu: 60 } } },
    timeout: "60 seconds",
    region: "europe-west1",
    alerts: oncall,
});

// Machines and clusters.
new VirtualMachine("trainer", {
    ...common,
    zone: "europe-west1-b",
    machineType: "g2-standard-4",
    gpu: "nvidia-l4",
    bootDisk: { size: "100 GB" },
    disks: { data: { size: "200 GB" } },
    env: { LEVEL: "info" },
    uses: { KEY: key.reader },
    network: apps,
    interfaces: [{ network: "partners", subnet: "partners" }],
    publicAddress: false,
    schedule: { start: "0 7 * * MON-FRI", stop: "0 19 * * *", timeZone: "Europe/Berlin" },
    snapshots: { every: "6 hours", retention: "30 days" },
});
const servers = new AutoscaledInstanceGroup("servers", {
    ...common,
    machineType: "g2-standard-4",
    gpu: { type: "nvidia-l4", count: 1 },
    bootDisk: { size: "100 GB" },
    scaling: { min: 1, max: 5, cpu: 60, schedules: { day: { cron: "0 7 * * MON-FRI", duration: "10 hours", min: 3 } } },
    health: { path: "/alive", port: 8080, interval: "10 seconds", timeout: "5 seconds" },
    network: apps,
    region: "europe-west1",
});
const cluster = new GkeCluster("cluster", {
    region: "europe-west1",
    network: apps,
    nodePools: {
        gpus: { machineType: "g2-standard-4", gpu: "nvidia-l4", diskSize: "100 GB", scaling: { min: 0, max: 4 } },
        fixed: { machineType: "e2-standard-4", scaling: 2 },
    },
});
new AutoscaledDeployment("scorer", {
    cluster,
    image,
    port: 8080,
    env: { LEVEL: "info" },
    uses: { EVENTS: sales.publisher },
    resources: { requests: { cpu: "1", memory: "512 MiB" } },
    gpu: "nvidia-l4",
    scaling: { min: 1, max: 10, gpu: 60 },
    expose: { gateway: { domain: "scorer.acme.example", public: true } },
    canary: { template: { env: { LEVEL: "debug" } }, split: { latest: 90, canary: 10 } },
    health: { readiness: "/ready", liveness: { path: "/alive", interval: "10 seconds" } },
    terminationGracePeriod: "60 seconds",
    alerts: oncall,
});
new ComposerEnvironment("pipelines", {
    ...common,
    dags: "./dags",
    env: { LEVEL: "info" },
    workloads: { worker: { cpu: 1, memory: "4 GB", diskSize: "10 GB", scaling: { min: 1, max: 3 } } },
    snapshots: { bucket: models, schedule: "0 4 * * *" },
    network: apps,
    region: "europe-west1",
});

// Jobs.
new CloudRunJob("train", {
    ...common,
    image,
    env: { LEVEL: "info" },
    uses: { KEY: key.reader },
    cpu: 1,
    memory: "1 GiB",
    gpu: "nvidia-l4",
    timeout: "1 hour",
    retries: 3,
    schedule: { cron: "0 5 * * *", timeZone: "Europe/Berlin", paused: true, retries: 1 },
    runOnDeploy: true,
    region: "europe-west1",
});
new CloudRunWorkerPool("workers", {
    ...common,
    image,
    env: { LEVEL: "info" },
    cpu: 1,
    memory: "512 MiB",
    scaling: { min: 1, max: 10 },
    region: "europe-west1",
});
new VertexTrainingJob("tune", {
    ...common,
    image,
    output: models,
    env: { LEVEL: "info" },
    uses: { DATA: models.reader },
    machineType: "g2-standard-4",
    gpu: "nvidia-l4",
    disk: { size: "200 GB" },
    timeout: "1 day",
    schedule: "0 5 * * *",
    runOn: ["2026-11"],
    network: apps,
    region: "europe-west1",
});
new VertexBatchPrediction("predict", {
    ...common,
    model,
    input: { bucket: models, files: "days/*.jsonl" },
    output: { bucket: models },
    gpu: { type: "nvidia-l4", count: 1 },
    machineType: "g2-standard-4",
    schedule: { cron: "0 5 * * *", paused: true },
    runOnDeploy: true,
    region: "europe-west1",
});
new VertexPipeline("steps", {
    ...common,
    source: "./pipeline.yaml",
    pipelineRoot: models,
    schedule: { cron: "0 5 * * *", timeZone: "Europe/Berlin", paused: true },
    runOnDeploy: true,
    network: apps,
    region: "europe-west1",
});
new DataflowJob("score", {
    ...common,
    templateFile: "gs://acme-templates/score.json",
    type: "batch",
    machineType: "n2-standard-2",
    diskSize: "50 GB",
    scaling: { min: 1, max: 5 },
    publicAddress: false,
    schedule: "0 5 * * *",
    network: apps,
    region: "europe-west1",
});

// Messages and calls.
new PubSubSubscription("store", {
    topic: sales,
    pull: {},
    retention: "7 days",
    ackDeadline: "60 seconds",
    retries: { minBackoff: "10 seconds", maxBackoff: "10 minutes" },
    alerts: oncall,
    labels: { team: "ml" },
});
new Schedule("daily", {
    call: web,
    cron: "0 5 * * *",
    timeZone: "Europe/Berlin",
    paused: true,
    retries: { max: 3, minBackoff: "5 seconds", maxBackoff: "1 hour" },
    timeout: "3 minutes",
    region: "europe-west1",
    alerts: oncall,
});
new Workflow("steps", {
    ...common,
    source: "./steps.yaml",
    env: { LEVEL: "info" },
    uses: { URL: web.invoker },
    schedule: { cron: "0 5 * * *", timeZone: "Europe/Berlin" },
    region: "europe-west1",
});

// Data.
new CloudSqlInstance("orders", {
    cpu: 2,
    memory: "8 GB",
    storage: { size: "20 GB", maxSize: "100 GB" },
    backups: { keep: 7, start: "03:00" },
    network: apps,
    region: "europe-west1",
    protection: "none",
    alerts: oncall,
    labels: { team: "ml" },
});
new BigQueryDataset("reports", {
    location: "EU",
    scheduledQueries: { daily: { query: "SELECT 1", schedule: "every 24 hours" } },
    alerts: oncall,
    labels: { team: "ml" },
});
new ContainerRegistry("images", { region: "europe", cleanup: { keep: 10, untaggedOlderThan: "30 days" } });

// The edge.
const edgeAddress = new IpAddress("edge", { type: "global-external" });
new LoadBalancer("edge", { domains: "acme.example", routes: { "/*": web }, address: edgeAddress, alerts: oncall });
new UptimeCheck("alive", { target: web, path: "/alive", interval: "5 minutes", timeout: "10 seconds", alerts: oncall });

// Existing ones, all in the same way.
CloudRunService.existing("web", { project: "acme-dev", region: "europe-west1" });
ServerlessFunction.existing("answer", { project: "acme-dev", region: "europe-west1" });
PubSubTopic.existing("sales", { project: "acme-dev" });
StorageBucket.existing("models", { project: "acme-dev" });
new NetworkLoadBalancer("ledger", {
    type: "external-passthrough",
    network: apps,
    region: "europe-west1",
    group: servers,
    ports: [8080],
    public: true,
    address: new IpAddress("ledger"),
    health: { path: "/alive", port: 8080, interval: "10 seconds", timeout: "5 seconds" },
    drainTimeout: "30 seconds",
    labels: { team: "models" },
});
IpAddress.existing("edge", { project: "acme-dev", type: "global-external" });

// Networks, and what passes them.
const connector = new VpcConnector("apps", {
    network: apps,
    range: "10.8.0.0/28",
    region: "europe-west1",
    scaling: { min: 2, max: 4 },
    machineType: "e2-micro",
});
new CloudRunService("connected", { image, network: { connector, egress: "all-traffic" } });
const inner = new LoadBalancer("inner", {
    type: "regional-internal",
    network: apps,
    insecure: true,
    logging: { sampling: 10 },
    routes: { "/*": { service: web, logging: false } },
});
new ServiceAttachment("inner", { target: inner, accept: { "acme-shop": 10 }, description: "The models" });

// Short forms, of what an argument obviously has.
new KmsKey("data", { rotation: "90 days" });
new Secret("expiring", {
    generate: {},
    expiration: "30 days",
    notifications: { topics: [sales], rotation: "30 days" },
    replicas: ["europe-west1", "europe-west4"],
});
new VirtualMachine("small", { image: "debian-12", bootDisk: "50 GB", disks: { data: "100 GB" }, account });
new AutoscaledInstanceGroup("small", {
    image: "debian-12",
    bootDisk: "50 GB",
    disks: { data: "100 GB" },
    health: { protocol: "TCP", port: 8080 },
});
new CloudSqlInstance("small", { storage: "100 GB", databases: ["orders"], backups: true, passwordPolicy: true });
new VertexTrainingJob("small", { image, output: models, disk: "200 GB" });
new VertexEndpoint("small", { models: model, uses: { DATA: models.reader } });
new VertexEndpoint("named", { models: { latest: model } });
new VertexBatchPrediction("small", {
    model,
    input: { bucket: models, files: "days/*.jsonl" },
    output: { bucket: models },
    uses: { DATA: models.reader },
});
new PubSubSubscription("rows", { topic: sales, bigQuery: "sales.orders", retries: true, deadLetter: true });
new PubSubSubscription("calls", { topic: sales, push: { endpoint: "https://acme.example", account } });
new CloudRunJob("small", { image, retries: { max: 3 } });
new CloudRunService("existing", { image, account: "worker@acme-dev.iam.gserviceaccount.com" });
new Network("partners", {
    firewall: {
        web: {
            sources: { serviceAccounts: [account] },
            targets: { serviceAccounts: ["worker@acme-dev.iam.gserviceaccount.com"] },
            allow: ["tcp:443"],
        },
    },
});
new VertexBatchPrediction("rows", { model, input: { table: "sales.orders" }, output: { bucket: models } });
new Network("small", {
    subnets: { apps: { range: "10.0.0.0/20", flowLogs: true } },
    firewall: { web: { sources: ["10.0.0.0/8"], allow: ["TCP:443"] } },
});
new TagKey("environment", { values: ["dev", "prod"] });
new ComposerEnvironment("small", { snapshots: models });
new ServiceAccount("reader", { uses: { DATA: models.reader } });
new NetworkLoadBalancer("small", { network: apps, group: servers, ports: [8080], protocol: "TCP" });
new LoadBalancer("small", {
    domains: "small.acme.example",
    routes: { "/*": { group: servers, protocol: "HTTPS", health: { protocol: "HTTP", path: "/alive" } } },
    securityPolicy: { rateLimit: true, attacks: true },
});
const answers = [{ type: "regionalL4ilb", address: "10.0.0.4", port: 53, protocol: "UDP", network: apps } as const];
new DnsZone("small", {
    domain: "small.internal",
    networks: [apps],
    records: { api: { A: { weighted: [{ weight: 1, loadBalancers: answers }] } } },
});
new AutoscaledDeployment("small", {
    cluster,
    image,
    egress: [{ ranges: ["10.0.0.0/20"], ports: [5432], protocol: "tcp" }],
});
new CloudRunService("few", { image, scaling: 2 });
new DataflowJob("few", { templateFile: "gs://acme-templates/score.json", type: "batch", scaling: 2 });
new StorageBucket("encrypted", { encryptionKey: "projects/acme/locations/eu/keyRings/data/cryptoKeys/models" });

// What has no obvious value.
// @ts-expect-error: a connector always scales
new VpcConnector("fixed", { network: apps, range: "10.8.0.0/28", scaling: 3 });
// @ts-expect-error: the machines of a training do not scale
new VertexTrainingJob("scaled", { image, output: models, replicas: { min: 1, max: 4 } });
// @ts-expect-error: the component, not its email address
new CloudRunService("email", { image, account: account.email });
// @ts-expect-error: the number of attempts belongs to the dead letters
new PubSubSubscription("five", { topic: sales, pull: {}, retries: 5 });
// @ts-expect-error: a range is no traffic
new Network("open", { firewall: { web: { allow: ["10.0.0.0/8"] } } });

// What the table replaces.
// @ts-expect-error
new CloudRunService("old", { image, minInstances: 1 });
// @ts-expect-error
new ServerlessFunction("old", { source: "./answer", timeoutSeconds: 60 });
// @ts-expect-error
new VirtualMachine("old", { machineType: "g2-standard-4", accelerator: "nvidia-l4" });
// @ts-expect-error
new CloudSqlInstance("old", { network: apps, storage: { size: 20 } });
// @ts-expect-error
new UptimeCheck("old", { target: web, period: "5 minutes" });
