import { BigQueryDataset, BigQueryTable } from "slipway";

const ds = new BigQueryDataset("shop", {
    location: "EU",
    defaultTableExpiration: "90 days",
    defaultPartitionExpiration: "30 days",
    timeTravel: "2 days",
    storageBillingModel: "PHYSICAL",
    displayName: "Shop",
    description: "d",
    tables: {
        a: {
            schema: [
                { name: "t", type: "TIMESTAMP" },
                { name: "g", type: "GEOGRAPHY" },
                { name: "j", type: "JSON" },
                { name: "n", type: "NUMERIC" },
            ],
            partition: { time: { field: "t", type: "HOUR" } },
            clustering: ["n"],
        },
    },
    views: { v: { query: ({ a }) => `SELECT n FROM ${a}` } },
    materializedViews: { m: { query: ({ a }) => `SELECT n, COUNT(*) c FROM ${a} GROUP BY n` } },
    access: { ops: { owner: "group:ops@acme.com" }, all: { reader: "domain:acme.com" } },
});
new BigQueryTable("r", {
    dataset: ds,
    schema: [{ name: "i", type: "INTEGER" }],
    partition: { range: { field: "i", start: 0, end: 100, interval: 10 } },
});
new BigQueryTable("in", {
    dataset: ds,
    schema: [{ name: "i", type: "INTEGER", mode: "REPEATED", description: "x" }],
    partition: { ingestion: { type: "DAY" } },
});
