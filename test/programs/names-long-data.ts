import {
    Alerts,
    BigQueryDataset,
    CloudRunService,
    CloudSqlInstance,
    ComposerEnvironment,
    ContainerRegistry,
    Dashboard,
    Deployer,
    LogExclusion,
    LogMetric,
    LogSink,
    PubSubTopic,
    Secret,
    ServiceObjective,
    StorageBucket,
    UptimeCheck,
    WorkloadIdentityPool,
} from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const n = "a123456789b123456789c123456789d123456789e12345678";
new CloudSqlInstance(`d${n}`, {
    publicAddress: true,
    network: false,
    databases: { app: {} },
    exports: { bucket: new StorageBucket("x"), schedule: "0 1 * * *" },
    replicas: { [`r${n.slice(0, 20)}`]: {} },
    users: { [`u${n.slice(0, 20)}`]: {} },
});
new BigQueryDataset(`ds${n}`, {
    tables: { [`t${n}`]: { schema: [{ name: "a", type: "DATE" }] } },
    scheduledQueries: { [`q${n}`]: { query: () => "SELECT 1", schedule: "every 24 hours" } },
});
new Secret(`s${n}${n}`, { external: true });
new ContainerRegistry(`r${n}`);
new ComposerEnvironment(`c${n.slice(0, 40)}`, { dags: "./dags" });
const web = new CloudRunService("web", { image, ingress: "all" });
const to = new Alerts(`al${n}`, { to: { email: "a@acme.example" } });
new UptimeCheck(`u${n}`, { target: web, alerts: to });
new ServiceObjective(`o${n}`, { target: web, goal: 99, alerts: to });
new Dashboard(`d${n}`);
new LogSink(`l${n}`, { to: new PubSubTopic("zzz"), filter: "severity>=ERROR" });
new LogMetric(`m${n}`, { filter: "severity>=ERROR" });
new LogExclusion(`e${n}`, { filter: "severity<INFO" });
new WorkloadIdentityPool(`i${n.slice(0, 20)}`, { providers: { aws: { aws: { account: "123456789012" } } } });
new Deployer(`dep${n.slice(0, 20)}`, {
    github: { repository: "acme/shop", environment: "dev" },
    roles: ["roles/run.admin"],
});
