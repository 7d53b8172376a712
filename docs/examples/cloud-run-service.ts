import { CloudRunService, PubSubTopic, Secret, StorageBucket } from "slipway";

const models = new StorageBucket("models");
const orders = new PubSubTopic("orders");
const apiKey = new Secret("api-key");
// A ContainerImage, or the name of an image with its digest.
const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

const predict = new CloudRunService("predict", {
    image,
    uses: { MODELS: models.reader, API_KEY: apiKey.reader },
    health: { startup: "/ready", liveness: "/live" },
    memory: "2 GiB",
    triggers: { orders: { topic: orders, retries: true } },
});
const web = new CloudRunService("web", {
    image,
    uses: { PREDICT: predict.invoker },
    env: { LOG_LEVEL: "info" },
    scaling: { max: 20, concurrency: 40 },
    public: true,
    traffic: { split: { latest: 10, previous: 90 }, tags: { candidate: "latest" } },
});

export const url = web.url;
export const candidate = web.tagged("candidate");
