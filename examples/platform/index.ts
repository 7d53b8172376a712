import { PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

// The models, as train.py writes them. Uploading a new one changes one object.
const models = new StorageBucket("models", { upload: "./models" });

// Predicts for each request the range of a product's sales in the coming week.
const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { MODELS: models.reader },
});

// The same for messages: each prediction becomes an object.
const sales = new PubSubTopic("sale-range");
const results = new StorageBucket("results");

new ServerlessFunction("record", {
    source: "./record",
    trigger: { topic: sales, retries: true },
    uses: { MODELS: models.reader, RESULTS: results.writer },
});

// Other teams pull the same messages with their own programs.
const subscription = new PubSubSubscription("predict-range", { topic: sales, pull: {} });

export const predictUrl = predict.url;
export const topic = sales.topic.id;
export const predictRange = subscription.subscription.id;
export const resultsBucket = results.bucket.url;
