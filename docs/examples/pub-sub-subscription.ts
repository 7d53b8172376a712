import { BigQueryDataset, PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

const sales = new PubSubTopic("sale-range");

// A program asks for messages when it is ready.
const predictRange = new PubSubSubscription("predict-range", { topic: sales, pull: {}, ackDeadline: "60 seconds" });

// A function is called with each message of Europe.
const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
new PubSubSubscription("predict-now", {
    topic: sales,
    push: predict,
    filter: 'attributes.region = "europe"',
    deadLetter: { maxDeliveryAttempts: 20 },
});

// Every message becomes a row of a table, and a line of an object.
const forecast = new BigQueryDataset("forecast");
new PubSubSubscription("sale-rows", { topic: sales, bigQuery: { dataset: forecast, writeMetadata: true } });
new PubSubSubscription("sale-archive", { topic: sales, bucket: new StorageBucket("archive") });

export const subscription = predictRange.subscription.id;
