import {
    BigQueryDataset,
    BigQueryTable,
    ComposerEnvironment,
    StorageBucket,
    VertexBatchPrediction,
    VertexModel,
} from "slipway";

const iris = new VertexModel("iris", {
    source: "./iris",
    container: { framework: "scikit-learn", version: "1.6" },
});

const flowers = new StorageBucket("flowers");
const names = new StorageBucket("names");

// Predicts with each new version of the model, and every night.
const nightly = new VertexBatchPrediction("nightly", {
    model: iris,
    input: { bucket: flowers, files: "new/*.jsonl" },
    output: { bucket: names },
    replicas: 2,
    schedule: "0 3 * * *",
});

const garden = new BigQueryDataset("garden");
const measured = new BigQueryTable("measured", {
    dataset: garden,
    schema: [
        { name: "id", type: "INTEGER" },
        { name: "petal", type: "FLOAT" },
    ],
});

// Only the DAG starts it.
const named = new VertexBatchPrediction("named", {
    model: iris,
    input: { table: measured },
    output: { dataset: garden },
    instances: { key: "id" },
    runOnDeploy: false,
});

new ComposerEnvironment("pipelines", { dags: "./scoring", uses: { NAMED: named.runner } });

// The folder of the predictions, when the job has ended.
export const predictions = nightly.predictions;
