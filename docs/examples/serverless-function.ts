import { ServerlessFunction, StorageBucket } from "slipway";

const uploads = new StorageBucket("uploads");
const thumbnails = new StorageBucket("thumbnails");

new ServerlessFunction("thumbnail", {
    source: "./thumbnail",
    trigger: { bucket: uploads, retry: true },
    uses: { UPLOADS: uploads.reader, THUMBNAILS: thumbnails.writer },
});

const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true } },
    scaling: { max: 20, concurrency: 40 },
    memory: "1Gi",
});

export const url = predict.url;
