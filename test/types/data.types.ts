import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryField, BigQueryTable, type BigQueryView, type Partitioning } from "slipway";

const columns: BigQueryField[] = [
    { name: "sold_at", type: "TIMESTAMP", mode: "REQUIRED", defaultValueExpression: "CURRENT_TIMESTAMP()" },
    { name: "price", type: "NUMERIC", precision: 10, scale: 2 },
    { name: "items", type: "STRUCT", mode: "REPEATED", fields: [{ name: "sku", type: "STRING", maxLength: 16 }] },
    { name: "days", type: "RANGE", rangeElementType: { type: "DATE" } },
];
const partition: Partitioning = { time: { field: "sold_at", type: "MONTH", expiration: "90 days" } };
const sales = new BigQueryDataset("sales", {
    tables: { orders: { schema: columns, partition, clustering: ["price"] }, stores: { schema: "./stores.json" } },
    views: { latest: { query: ({ orders }) => `SELECT * FROM ${orders}` } },
    materializedViews: { best: { query: pulumi.output("SELECT 1"), refresh: "manual" } },
    access: { analysts: { reader: "group:analysts@acme.com" }, ana: { owner: pulumi.output("user:a@b.c" as const) } },
    defaultTableExpiration: "30 days",
});
new BigQueryDataset("reports", {
    access: { latest: { view: sales.views.latest as BigQueryView }, sales: { dataset: sales } },
    scheduledQueries: {
        sum: {
            query: (_, { sales }) => `SELECT 1 FROM ${sales}.orders`,
            schedule: "every day 03:00",
            destination: { table: "sums", write: "WRITE_APPEND" },
            reads: { sales },
        },
    },
});
const table = new BigQueryTable("predict-range", { dataset: sales, tableId: pulumi.output("ranges") });
const id: pulumi.Output<string> = table.table.tableId;
pulumi.log.info(pulumi.interpolate`${id}`.toString());

// @ts-expect-error: a table requires a dataset.
new BigQueryTable("ranges", {});

// @ts-expect-error: a dataset is a component.
new BigQueryTable("ranges", { dataset: "sales" });

// @ts-expect-error: a column requires a type.
const untyped: BigQueryField = { name: "a" };

// @ts-expect-error: an unknown type.
const text: BigQueryField = { name: "a", type: "TEXT" };

// @ts-expect-error: a record requires columns.
const empty: BigQueryField = { name: "a", type: "RECORD" };

// @ts-expect-error: a date has no length.
const long: BigQueryField = { name: "a", type: "DATE", maxLength: 3 };

// @ts-expect-error: a range requires an element type.
const range: BigQueryField = { name: "a", type: "RANGE" };

// @ts-expect-error: partitions have one type.
const two: Partitioning = { time: { field: "a" }, ingestion: {} };

// @ts-expect-error: weekly partitions are not supported.
const week: Partitioning = { ingestion: { type: "WEEK" } };

// @ts-expect-error: a range requires an end.
const endless: Partitioning = { range: { field: "a", start: 0, interval: 1 } };

// @ts-expect-error: a dataset cannot be public.
new BigQueryDataset("sales", { access: { all: { reader: "allUsers" } } });

// @ts-expect-error: an access entry has one member.
new BigQueryDataset("sales", { access: { ana: { reader: "user:a@b.c", writer: "user:a@b.c" } } });

// @ts-expect-error: a view requires a query.
new BigQueryDataset("sales", { views: { latest: {} } });

// @ts-expect-error: only materialized views are refreshed.
new BigQueryDataset("sales", { views: { latest: { query: "SELECT 1", refresh: "1 hour" } } });

new BigQueryDataset("sales", {
    // @ts-expect-error: a destination requires a write disposition.
    scheduledQueries: { sum: { query: "SELECT 1", schedule: "every day 03:00", destination: { table: "a" } } },
});

// @ts-expect-error: a duration requires a unit.
new BigQueryDataset("sales", { defaultTableExpiration: 3600000 });

// @ts-expect-error: an unknown child.
new BigQueryDataset("sales", { transform: { table: {} } });

export const unused = [untyped, text, empty, long, range, two, week, endless];
