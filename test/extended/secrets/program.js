const pulumi = require("@pulumi/pulumi");
const { Topic } = require("@pulumi/gcp/pubsub");
const slipway = require("slipway");
const key = new pulumi.Config().requireSecret("canary");
// Each place has a secret of its own.
const secret = (place) => pulumi.interpolate`${key}-${place}`;
const lower = (place) => key.apply((text) => `${text.toLowerCase()}-${place}`);
const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const labels = { owner: lower("label") };
const network = new slipway.Network("apps", {
    subnets: {
        apps: { range: "10.8.0.0/20" },
        consumers: { range: "10.9.0.0/24", purpose: "PRIVATE_SERVICE_CONNECT" },
    },
});
const topic = new slipway.PubSubTopic("sales", { labels });
const stored = new slipway.Secret("given", {
    value: secret("stored"),
    annotations: { about: secret("annotation") },
    labels,
});
new slipway.RegionalSecret("near", { region: "europe-west3", versions: { one: { value: secret("regional") } } });
const work = { image, env: { HIDDEN: secret("env") }, labels };
const sidecar = {
    image,
    command: [secret("side-command")],
    args: [secret("side-arg")],
    env: { HIDDEN: secret("side-env") },
    cpu: 1,
    memory: "512 MiB",
};
const web = new slipway.CloudRunService("web", {
    ...work,
    command: [secret("command")],
    args: [secret("arg")],
    workingDirectory: pulumi.interpolate`/${key}`,
    sidecars: { proxy: sidecar },
    customAudiences: [pulumi.interpolate`https://${key}.acme.example`],
    description: secret("service"),
    uses: { KEY: stored.reader },
});
new slipway.CloudRunJob("job", { ...work, args: [secret("job")], sidecars: { proxy: sidecar }, schedule: "0 3 * * *" });
new slipway.CloudRunWorkerPool("pool", { ...work, sidecars: { proxy: sidecar }, description: secret("pool") });
new slipway.ServerlessFunction("ask", {
    source: "./source",
    entryPoint: "answer",
    trigger: { http: {} },
    env: { HIDDEN: secret("function") },
    build: { env: { GOOGLE_HIDDEN: secret("build") } },
    description: secret("described"),
    labels,
});
new slipway.PubSubSubscription("push", {
    topic,
    push: { endpoint: pulumi.interpolate`https://hooks.acme.com/?token=${key}`, audience: secret("audience") },
    labels,
});
new slipway.PubSubSubscription("archive", {
    topic,
    bucket: {
        bucket: new slipway.StorageBucket("archive"),
        filenamePrefix: secret("prefix"),
        filenameSuffix: secret("suffix"),
    },
});
new slipway.PubSubSubscription("pull", { topic, pull: {}, filter: pulumi.interpolate`attributes.token = "${key}"` });
new slipway.Schedule("call", {
    cron: "0 * * * *",
    description: secret("schedule"),
    call: {
        url: "https://api.example.com/x",
        method: "POST",
        body: { token: secret("body") },
        headers: { Authorization: secret("header") },
    },
});
new slipway.Schedule("called", {
    cron: "0 * * * *",
    call: { url: "https://api.example.com/x", audience: pulumi.interpolate`https://${key}.acme.example` },
});
new slipway.Schedule("message", {
    cron: "0 * * * *",
    topic,
    message: { token: secret("message") },
    attributes: { token: secret("attribute") },
});
new slipway.Workflow("flow", {
    source: "./flow.yaml",
    env: { HIDDEN: secret("workflow") },
    description: secret("flow"),
    labels,
});
const machine = new slipway.VirtualMachine("machine", {
    network,
    startupScript: "./start.sh",
    env: { HIDDEN: secret("machine") },
    metadata: { token: secret("metadata") },
    labels,
});
new slipway.AutoscaledInstanceGroup("group", {
    network,
    ports: { http: 8080 },
    scaling: { min: 1, max: 2, cpu: 70 },
    health: { port: "http", path: "/ok" },
    container: { image, ports: [8080], command: [secret("group-command")], args: [secret("group-arg")] },
    env: { HIDDEN: secret("group-env") },
    labels,
    metadata: { token: secret("of-group") },
});
new slipway.CloudSqlInstance("database", {
    network,
    tier: "db-custom-1-3840",
    databases: { app: {} },
    users: { app: {} },
    labels,
});
const oncall = new slipway.Alerts("oncall", {
    to: {
        email: "a@acme.example",
        slack: { channel: "#scoring", token: secret("slack") },
        pagerDuty: { serviceKey: secret("pager") },
        webhook: { url: "https://hooks.acme.example/x", username: "acme", password: secret("webhook") },
    },
});
new slipway.UptimeCheck("up", {
    target: "https://shop.acme.example/",
    headers: { "X-Token": secret("uptime") },
    alerts: oncall,
});
const logged = (place) => secret(place).apply((text) => `textPayload="${text}"`);
new slipway.LogSink("sink", {
    to: topic,
    description: secret("sink"),
    filter: logged("sink-filter"),
    exclusions: { probes: logged("sink-exclusion") },
});
new slipway.LogMetric("metric", { description: secret("metric"), filter: logged("metric-filter") });
new slipway.DnsZone("zone", { domain: "acme.dev", records: { "@": { TXT: [secret("txt")] } } });
new slipway.BigQueryDataset("shop", {
    description: secret("dataset"),
    tables: { a: { schema: [{ name: "t", type: "STRING" }], description: secret("table") } },
    views: { v: { query: ({ a }) => pulumi.interpolate`SELECT "${key}" AS t FROM ${a}` } },
    routines: {
        twice: { javascript: pulumi.interpolate`return "${key}";`, arguments: { x: "FLOAT64" }, returns: "STRING" },
        clear: { procedure: pulumi.interpolate`SELECT "${key}";` },
        half: { expression: pulumi.interpolate`CONCAT(x, "${key}")`, arguments: { x: "STRING" }, returns: "STRING" },
    },
});
new slipway.ContainerRegistry("images", { description: secret("registry"), labels });
new slipway.PackageRegistry("npm", {
    description: secret("packages"),
    labels,
    format: "npm",
    remote: { source: "npmjs", credentials: { username: secret("username"), password: stored } },
});
const files = new slipway.StorageBucket("files", { labels });
new slipway.ServiceAccount("worker", { displayName: secret("account"), description: secret("worker") });
const bucket = new slipway.StorageBucket("work");
new slipway.DataflowJob("count", {
    template: "Word_Count",
    uses: { output: bucket.writer },
    parameters: { inputFile: pulumi.interpolate`gs://acme/${key}` },
});
new slipway.ComposerEnvironment("airflow", {
    dags: "./dags",
    network,
    env: { HIDDEN: secret("composer") },
    connections: { warehouse: pulumi.interpolate`postgres://reader:${key}@10.8.0.9/sales` },
    variables: { threshold: secret("airflow-variable") },
    alerts: { owners: { data: { slack: { channel: "#data", token: secret("owners-slack") } } } },
    labels,
});
const model = new slipway.VertexModel("iris", {
    source: "./iris",
    container: { framework: "scikit-learn", version: "1.6" },
    schemata: { instance: pulumi.interpolate`gs://acme-models/${key}.yaml` },
    labels,
});
new slipway.VertexModel("own", {
    container: {
        image: `europe-west1-docker.pkg.dev/acme-shop-dev/images/iris@${image.split("@")[1]}`,
        command: [secret("model-command")],
        args: [secret("model-arg")],
        env: { HIDDEN: secret("model-env") },
    },
});
new slipway.VertexEndpoint("iris", {
    models: { latest: { model } },
    displayName: secret("endpoint-name"),
    description: secret("endpoint"),
    labels,
});
new slipway.ModelGardenEndpoint("face", {
    model: { huggingFace: "Qwen/Qwen3-0.6B", accessToken: secret("hugging-face") },
});
new slipway.VertexBatchPrediction("nightly", {
    model,
    input: { bucket, files: "new/*.jsonl" },
    output: { bucket },
    runOnDeploy: false,
    schedule: "0 3 * * *",
    labels,
});
new slipway.VertexTrainingJob("train", {
    image,
    command: [secret("train-command")],
    args: [secret("train-arg")],
    env: { HIDDEN: secret("train-env") },
    output: bucket,
    runOn: [secret("train-on")],
    labels,
});
new slipway.VertexPipeline("pipeline", {
    source: "./pipeline.yaml",
    pipelineRoot: bucket,
    parameters: { bucket: secret("pipeline") },
    runOn: [secret("pipeline-on")],
    runOnDeploy: true,
    schedule: "0 3 * * *",
    labels,
});
new slipway.AppEngineApp("engine", {
    services: {
        default: {
            source: "./source",
            entrypoint: "gunicorn main:app",
            ingress: "all",
            env: { HIDDEN: secret("engine") },
        },
    },
    iap: {
        members: ["group:shop@acme.com"],
        oauth2ClientId: "123-abc.apps.googleusercontent.com",
        oauth2ClientSecret: secret("client-secret"),
    },
    cron: {
        hourly: {
            cron: "0 * * * *",
            path: "/",
            method: "POST",
            body: secret("cron-body"),
            headers: { "X-Hidden": secret("cron-header") },
        },
    },
});
new slipway.BigQueryTable("rows", {
    dataset: new slipway.BigQueryDataset("apart"),
    schema: [{ name: "t", type: "STRING" }],
    description: secret("rows"),
    displayName: secret("rows-name"),
    labels,
});
new slipway.LogBucket("bucket", {
    description: secret("log-bucket"),
    views: {
        errors: {
            description: secret("log-view"),
            filter: secret("log-view-filter").apply((text) => `LOG_ID("${text}")`),
        },
    },
});
new slipway.LogExclusion("probes", {
    description: secret("exclusion"),
    filter: logged("exclusion-filter"),
});
new slipway.Budget("costs", {
    amount: 300,
    currency: "EUR",
    billingAccount: "012345-6789AB-CDEF01",
    alertEmails: ["a@acme.example"],
    label: { team: lower("budget") },
});
new slipway.KmsKey("signing", { algorithm: "EC_SIGN_P256_SHA256", labels });
new slipway.IpAddress("outbound", { labels });
new slipway.EnvironmentProject("other", {
    projectId: "acme-shop-other",
    kind: "development",
    parent: { folder: "123456789012" },
    billingAccount: "012345-6789AB-CDEF01",
    displayName: lower("project"),
    labels,
});
const grouped = new slipway.UnmanagedInstanceGroup("grouped", { machines: [machine], ports: { http: 8080 } });
const balancer = new slipway.NetworkLoadBalancer("inside", { network, group: grouped, ports: [8080], labels });
new slipway.ServiceAttachment("published", { target: balancer, accept: { "acme-shop": 10 } });
new slipway.LoadBalancer("front", { routes: { "/*": { bucket: files } }, domains: "shop.acme.example", labels });
// The default provider has all of the configuration.
new Topic("raw", {}, { dependsOn: topic });
exports.described = web.service.description;
exports.environment = pulumi.output(web.service.template);
