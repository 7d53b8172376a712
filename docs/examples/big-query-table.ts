import { BigQueryDataset, BigQueryTable, ServerlessFunction } from "slipway";

const predictions = new BigQueryTable("predictions", {
    dataset: new BigQueryDataset("forecast"),
    schema: [
        { name: "predicted_at", type: "TIMESTAMP", mode: "REQUIRED" },
        { name: "store", type: "STRING" },
        {
            name: "range",
            type: "RECORD",
            fields: [
                { name: "low", type: "FLOAT" },
                { name: "high", type: "FLOAT" },
            ],
        },
    ],
    partition: { time: { field: "predicted_at", type: "MONTH", expiration: "400 days" } },
    requirePartitionFilter: true,
    clustering: ["store"],
});

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { PREDICTIONS: predictions.writer },
});
