import { BigQueryDataset, ServerlessFunction } from "slipway";

const sales = new BigQueryDataset("sales", {
    tables: {
        orders: {
            schema: "./orders.json",
            partition: { time: { field: "sold_at" } },
            clustering: ["store"],
        },
        daily: {
            schema: [
                { name: "day", type: "DATE" },
                { name: "total", type: "NUMERIC" },
            ],
        },
    },
    views: { latest: { query: ({ orders }) => `SELECT * FROM ${orders} WHERE DATE(sold_at) = CURRENT_DATE()` } },
    scheduledQueries: {
        sum: {
            query: ({ orders }) => `SELECT DATE(sold_at) day, SUM(price) total FROM ${orders} GROUP BY day`,
            schedule: "every day 03:00",
            destination: { table: "daily", write: "WRITE_TRUNCATE" },
        },
    },
    access: { analysts: { reader: "group:analysts@acme.com" } },
});

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { SALES: sales.reader },
});
