import { BigQueryDataset, BigQueryTable, VertexBatchPrediction, VertexModel } from "slipway";

const m = new VertexModel("iris", {
    source: "./iris",
    container: { framework: "xgboost", version: "2.1" },
    keep: 3,
});
const ds = new BigQueryDataset("d");
const tb = new BigQueryTable("t", { dataset: ds, schema: [{ name: "a", type: "FLOAT" }] });
new VertexBatchPrediction("b", {
    model: m,
    input: { table: tb },
    output: { dataset: ds },
    machineType: "n1-standard-8",
    wait: "2 hours",
});
