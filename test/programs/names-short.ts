import {
    AutoscaledInstanceGroup,
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ContainerRegistry,
    DataflowJob,
    LoadBalancer,
    Network,
    PubSubTopic,
    Schedule,
    Secret,
    ServerlessFunction,
    StorageBucket,
    VertexBatchPrediction,
    VertexEndpoint,
    VertexModel,
    VertexTrainingJob,
    VirtualMachine,
    Workflow,
} from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const n = new Network("n", {
    subnets: { a: { range: "10.0.0.0/20" } },
    privateServices: true,
    proxyOnlySubnets: true,
    firewall: { f: { allow: ["tcp:80"], sources: { ranges: ["10.0.0.0/8"] } } },
    nat: { addresses: 1 },
});
const web = new CloudRunService("w", {
    image,
    public: true,
    ingress: "load-balancer",
    triggers: { t: { topic: new PubSubTopic("ttt") } },
});
new LoadBalancer("l", {
    domains: "a.acme.com",
    routes: { "/*": web, "/b/*": { service: web, backend: "b" } },
    securityPolicy: true,
});
new LoadBalancer("r", {
    type: "regional-external",
    network: n,
    insecure: true,
    securityPolicy: false,
    routes: { "/*": web },
});
new AutoscaledInstanceGroup("g", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    network: n,
    ports: { http: 80 },
    health: "/",
    scaling: { min: 1, max: 3, cpu: 60 },
});
new VirtualMachine("v", {
    network: n,
    snapshots: { retention: "7 days" },
    schedule: { start: "0 8 * * *" },
    disks: { d: { size: "10 GB" } },
});
new CloudRunJob("j", { image, schedule: "0 3 * * *" });
new CloudRunWorkerPool("p", { image, network: n });
new ServerlessFunction("f", { source: "./predict", trigger: { http: {} }, entryPoint: "predict" });
new StorageBucket("b");
new Schedule("s", { cron: "0 3 * * *", topic: new PubSubTopic("sss"), message: "x" });
new Secret("e", { external: true });
new Workflow("o", {
    source: "./workflows/nightly.yaml",
    uses: { PREDICT: web.invoker, PREDICTIONS: new PubSubTopic("ooo").publisher },
    schedule: "0 3 * * *",
});
const m = new VertexModel("m", { source: "./iris", container: { framework: "scikit-learn", version: "1.6" } });
new VertexEndpoint("q", { models: { latest: { model: m, machineType: "n1-standard-2" } } });
new VertexTrainingJob("y", { image, output: new StorageBucket("z"), schedule: "0 3 * * *" });
new VertexBatchPrediction("x", {
    model: m,
    input: { bucket: new StorageBucket("i"), files: "*.jsonl" },
    output: { bucket: new StorageBucket("u") },
    schedule: "0 3 * * *",
});
new BigQueryDataset("d", { tables: { t: { schema: [{ name: "a", type: "DATE" }] } } });
new CloudSqlInstance("c", {
    network: n,
    databases: { a: {} },
    users: { u: {} },
    exports: { bucket: new StorageBucket("k"), schedule: "0 1 * * *" },
});
new ContainerRegistry("h");
new DataflowJob("a", {
    template: "Word_Count",
    uses: { output: new StorageBucket("aa").writer },
    parameters: { inputFile: "gs://dataflow-samples/shakespeare/kinglear.txt" },
    schedule: "0 3 * * *",
});
