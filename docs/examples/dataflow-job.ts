import { BigQueryDataset, BigQueryTable, DataflowJob, PubSubSubscription, PubSubTopic, StorageBucket } from "slipway";

const sales = new PubSubTopic("sales");
const history = new BigQueryDataset("history");
const columns = [{ name: "product", type: "STRING" }] as const;

// A streaming pipeline in an image: `--sales=projects/…/subscriptions/score`, `--scored=acme-dev.history.scored`.
const score = new DataflowJob("score", {
    image: "docker.io/acme/score@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    type: "streaming",
    uses: {
        sales: new PubSubSubscription("score", { topic: sales, pull: {} }).subscriber,
        scored: new BigQueryTable("scored", { dataset: history, schema: [...columns] }).writer,
    },
    scaling: { min: 1, max: 5 },
    drainTimeout: "1 hour",
});

// A template of Google, every night.
const words = new StorageBucket("words");
new DataflowJob("count", {
    template: "Word_Count",
    uses: { output: words.writer },
    parameters: { inputFile: "gs://dataflow-samples/shakespeare/kinglear.txt" },
    runOnDeploy: false,
    schedule: "0 3 * * *",
});

export const job = score.job?.jobId;
