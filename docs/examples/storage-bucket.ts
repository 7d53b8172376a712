import { ServerlessFunction, StorageBucket } from "slipway";

const models = new StorageBucket("models", { upload: "./models" });

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { MODELS: models.reader },
});

export const url = models.bucket.url;
