import { Secret, ServerlessFunction, StorageBucket } from "slipway";

const uploads = new StorageBucket("uploads");
const thumbnails = new StorageBucket("thumbnails");
const apiKey = new Secret("api-key");

const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true } },
    uses: { API_KEY: apiKey.reader },
    scaling: { max: 20, concurrency: 40 },
    memory: "1 GiB",
});
new ServerlessFunction("thumbnail", {
    source: "./thumbnail",
    trigger: { bucket: uploads, retries: true },
    uses: { UPLOADS: uploads.reader, THUMBNAILS: thumbnails.writer },
});
new ServerlessFunction("nightly", {
    source: "./predict",
    entryPoint: "predict",
    trigger: { schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" } },
    timeout: "900 seconds",
});

export const url = predict.url;
