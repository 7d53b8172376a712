import { PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

// The models, and messages that are predicted.
const models = new StorageBucket("models", { upload: "./models" });
const orders = new PubSubTopic("orders");

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { topic: orders, retries: true },
    uses: { MODELS: models.reader },
    env: { LOG_LEVEL: "info" },
    memory: "1 GiB",
    timeout: "120 seconds",
    scaling: { max: 5, concurrency: 8 },
});
