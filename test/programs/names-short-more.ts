import {
    Alerts,
    AppEngineApp,
    CloudRunService,
    ComposerEnvironment,
    Dashboard,
    Deployer,
    LogExclusion,
    LogMetric,
    LogSink,
    PubSubTopic,
    ServiceObjective,
    StorageBucket,
    UptimeCheck,
    VertexPipeline,
    WorkloadIdentityPool,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const c = new GkeCluster("c", { nodePools: { p: { machineType: "e2-standard-4", scaling: { min: 0, max: 3 } } } });
const t = new Alerts("a", { to: { email: "a@acme.example" } });
const web = new CloudRunService("w", { image, ingress: "all" });
new AutoscaledDeployment("d", {
    cluster: c,
    image,
    port: 8080,
    scaling: { min: 1, max: 2, cpu: 50 },
    uses: { B: new StorageBucket("b").reader },
});
new UptimeCheck("u", { target: web, alerts: t });
new ServiceObjective("o", { target: web, goal: 99, alerts: t });
new Dashboard("x");
new LogSink("l", { to: new PubSubTopic("lll"), filter: "severity>=ERROR" });
new LogMetric("m", { filter: "severity>=ERROR" });
new LogExclusion("e", { filter: "severity<INFO" });
new Deployer("y", { github: { repository: "acme/shop", environment: "dev" }, roles: ["roles/run.admin"] });
new AppEngineApp("g", {
    services: {
        default: { source: "./web", entrypoint: "gunicorn --bind :$PORT main:app", ingress: "all" },
    },
});
new ComposerEnvironment("f", { dags: "./dags" });
new VertexPipeline("p", {
    source: "./pipelines/forecast.yaml",
    pipelineRoot: new StorageBucket("q"),
    parameters: { weeks: 3 },
    uses: { bucket: new StorageBucket("s").reader },
    images: { train: image },
});
new WorkloadIdentityPool("i", { providers: { a: { aws: { account: "123456789012" } } } });
