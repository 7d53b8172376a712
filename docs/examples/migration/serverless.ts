import { PubSubTopic, Secret, ServerlessFunction, StorageBucket } from "slipway";

const orders = new PubSubTopic("orders");
const uploads = new StorageBucket("uploads");
const apiKey = new Secret("api-key");

// What all functions have in common: what was below "provider".
const shared = {
    source: "./predict",
    entryPoint: "predict",
    memory: "512 MiB",
    timeout: "120 seconds",
    labels: { team: "forecast" },
} as const;
const env = { LOG_LEVEL: "info" };

const predict = new ServerlessFunction("predict", {
    ...shared,
    trigger: { http: {} },
    scaling: { min: 1, max: 5 },
    uses: { API_KEY: apiKey.reader },
    env,
});
new ServerlessFunction("predict-order", {
    ...shared,
    trigger: { topic: orders, retries: true },
    memory: "1 GiB",
    env,
});
new ServerlessFunction("predict-upload", {
    ...shared,
    trigger: { bucket: uploads },
    env: { LOG_LEVEL: "debug" },
});

export const url = predict.url;
