import { ContainerRegistry, ServerlessFunction, StorageBucket } from "slipway";

const images = new ContainerRegistry("app");
const models = new StorageBucket("models", { upload: "./models" });
const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true } },
    uses: { MODELS: models.reader },
});

export const push = images.url;
export const url = predict.url;
