import { CloudRunService, CloudSqlInstance, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

// A function that computes something for each message, with models from a bucket.
const models = new StorageBucket("models", { upload: "./models", softDelete: "14 days" });
const orders = new PubSubTopic("orders", { retention: "3 days" });
new ServerlessFunction("predict", {
    source: "./predict",
    runtime: "python313",
    entryPoint: "predict",
    trigger: { topic: orders, retries: true },
    memory: "1 GiB",
    cpu: 1,
    timeout: "120 seconds",
    scaling: { min: 1, max: 5, concurrency: 8 },
    uses: { MODELS: models.reader },
    env: { LOG_LEVEL: "info" },
});

// A service with a database.
const database = new CloudSqlInstance("shop", {
    engine: "postgres",
    version: "17",
    edition: "ENTERPRISE",
    tier: "db-custom-2-8192",
    highAvailability: true,
    storage: { type: "PD_SSD", size: "20 GB", autoIncrease: true },
    backups: { start: "02:00", keep: 14, pointInTimeRecovery: true },
    maintenance: { window: { day: "sunday", start: "03:00" } },
    insights: true,
    databases: { shop: {} },
    protection: "maximum",
});
const shop = new CloudRunService("shop", {
    image: "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    uses: { DATABASE: database.client },
    port: 8000,
    cpu: 1,
    memory: "1 GiB",
    timeout: "60 seconds",
    scaling: { min: 1, max: 10, concurrency: 40 },
    startupBoost: true,
    executionEnvironment: "gen2",
    ingress: "all",
    public: true,
});

export const url = shop.url;
