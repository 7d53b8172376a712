import { PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

// The models, as train.py writes them; a new one is one object's change.
const models = new StorageBucket("models", { upload: "./models" });

// Answers a request with the range in which the sales of the coming week will lie.
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

// For programs of other teams, which ask for the same messages in their own time.
const subscription = new PubSubSubscription("predict-range", { topic: sales, pull: {} });

export const predictUrl = predict.url;
export const topic = sales.topic.id;
export const predictRange = subscription.subscription.id;
export const resultsBucket = results.bucket.url;
