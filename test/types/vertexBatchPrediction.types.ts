import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    ComposerEnvironment,
    ServiceAccount,
    StorageBucket,
    VertexBatchPrediction,
    type VertexBatchPredictionArgs,
    VertexModel,
} from "slipway";

const model = new VertexModel("iris", {
    source: "./iris",
    container: { framework: "scikit-learn", version: "1.6" },
});
const bucket = new StorageBucket("orders");
const dataset = new BigQueryDataset("sales");
const input = { bucket, files: "orders/*.jsonl" };
const output = { bucket };

const bare = new VertexBatchPrediction("bare", { model, input, output });
new VertexBatchPrediction("tables", {
    model: pulumi.output("projects/acme-dev/locations/europe-west1/models/iris@3"),
    input: { table: new BigQueryTable("orders", { dataset }) },
    output: { dataset: BigQueryDataset.existing("scores") },
    instances: { type: "object", key: "id" },
});
const full: VertexBatchPredictionArgs = {
    model,
    input: { bucket: StorageBucket.existing("acme-orders"), files: ["a.csv", "b.csv"], format: "csv" },
    output: { bucket, folder: "scores" },
    gpu: "nvidia-l4",
    machineType: "g2-standard-4",
    replicas: 2,
    explain: true,
    runOn: [bucket.object("a.csv"), "2026-11"],
    schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin" },
    account: new ServiceAccount("scoring"),
    uses: [bucket.reader],
    transform: { job: { wait: false } },
};
new ComposerEnvironment("pipelines", { uses: { ORDERS: new VertexBatchPrediction("full", full).runner } });
const predictions: pulumi.Output<string> | undefined = bare.predictions;

export { predictions };

// @ts-expect-error the input is required
new VertexBatchPrediction("none", { model, output });

// @ts-expect-error one input only
new VertexBatchPrediction("two", { model, input: { ...input, table: "bq://acme-dev.sales.orders" }, output });

// @ts-expect-error a table is no output
new VertexBatchPrediction("table", { model, input, output: { dataset, table: "scores" } });

// @ts-expect-error no such format
new VertexBatchPrediction("format", { model, input: { ...input, format: "parquet" }, output });

// @ts-expect-error Spot VMs are not in v1
new VertexBatchPrediction("spot", { model, input, output, spot: true });
