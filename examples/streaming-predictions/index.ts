import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    ContainerRegistry,
    DataflowJob,
    PubSubSubscription,
    PubSubTopic,
    ServerlessFunction,
    StorageBucket,
} from "slipway";

const models = new StorageBucket("models", { upload: "./models" });
const sales = new PubSubTopic("sale-range", { schema: { avro: "./schemas/sale.avsc" } });
const predictions = new PubSubTopic("predicted-range", { schema: { avro: "./schemas/prediction.avsc" } });

// Publishes sales every five minutes.
new ServerlessFunction("produce", {
    source: "./produce",
    trigger: { schedule: "*/5 * * * *" },
    uses: { SALES: sales.publisher },
});

// By pull: programs take the sales when they have time for them, as predict/consume.py does.
const predictRange = new PubSubSubscription("predict-range", { topic: sales, pull: {} });

// By push: each sale is a request to a function, which publishes its prediction.
const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { MODELS: models.reader, PREDICTIONS: predictions.publisher },
});
// A message may take as long as a call of the function.
new PubSubSubscription("predict-range-push", { topic: sales, push: predict, ackDeadline: "60 seconds" });

// Into tables, whose columns are the fields of the messages.
const history = new BigQueryDataset("history");
new PubSubSubscription("sale-range-table", { topic: sales, bigQuery: { dataset: history, tableId: "sales" } });
new PubSubSubscription("predicted-range-table", {
    topic: predictions,
    bigQuery: { dataset: history, tableId: "predictions" },
});

// By a pipeline: Dataflow scores each sale and writes a row. Its worker is billed all the time, so that it only runs on demand.
if (new pulumi.Config().getBoolean("dataflow")) {
    const rejected = new PubSubTopic("sale-rejected");
    new PubSubSubscription("sale-rejected", { topic: rejected, pull: {} });
    new DataflowJob("score", {
        source: "./score",
        registry: new ContainerRegistry("pipelines"),
        type: "streaming",
        uses: {
            sales: new PubSubSubscription("score-range", { topic: sales, pull: {} }).subscriber,
            models: models.reader,
            scored: new BigQueryTable("scored", { dataset: history, schema: "./schemas/scored.json" }).writer,
            rejected: rejected.publisher,
        },
    });
}

export const topic = sales.topic.id;
export const subscription = predictRange.subscription.id;
export const modelsBucket = models.bucket.name;
export const dataset = history.dataset.id;
