import { CloudRunService, CloudSqlInstance, Network, Secret, StorageBucket } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const network = new Network("apps", { subnets: { apps: { range: "10.8.0.0/20" } } });
const bucket = new StorageBucket("files");
const secret = new Secret("key", { generate: {} });
const sql = new CloudSqlInstance("db", { network, tier: "db-custom-1-3840", databases: { app: {} } });
export const web = new CloudRunService("web", {
    image,
    command: ["/bin/app"],
    args: ["--x"],
    workingDirectory: "/srv",
    port: 3000,
    http2: true,
    cpuAlways: true,
    startupBoost: false,
    sessionAffinity: true,
    timeout: "3600 seconds",
    executionEnvironment: "gen2",
    defaultUrl: false,
    ingress: "internal",
    customAudiences: ["https://api.acme.com"],
    network,
    description: "The web.",
    labels: { team: "a" },
    uses: { BUCKET: bucket.writer, KEY: secret.reader, DATABASE: sql.client },
    env: { PRIMARY_KEY: "id", CSRF_TOKEN: "x" },
    sidecars: { proxy: { image, cpu: "0.5", memory: "256 MiB", startAfter: [] } },
    scaling: 2,
});
