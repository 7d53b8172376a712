import { BigQueryDataset, type BigQueryRoutine, TagKey } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple dataset with access configuration",
        hcl: 503,
        kind: "components",
        program: () => {
            // Owners of the project own its datasets by default.
            new BigQueryDataset("my-dataset", {
                location: "EU",
                access: {
                    readers: { reader: "group:analysts@acme.com" },
                    owner: { owner: "user:ana@acme.com" },
                    view: { view: "projects/acme-bigquery-dataset-1/datasets/my_dataset/tables/my-table" },
                },
            });
        },
    },
    {
        title: "IAM roles",
        hcl: 293,
        kind: "components",
        program: () => {
            new BigQueryDataset("my-dataset", {
                location: "EU",
                access: { owner: { owner: "user:ana@acme.com" }, reader: { reader: "user:ben@acme.com" } },
            });
        },
    },
    {
        title: "Authorized Views, Datasets, and Routines",
        hcl: 1669,
        kind: "components",
        program: () => {
            const tools = new BigQueryDataset("auth-routine-dataset", {
                location: "EU",
                routines: {
                    auth_routine: {
                        query: "SELECT 1 + value AS value",
                        arguments: { value: "INT64" },
                        returns: "TABLE<value INT64>",
                    },
                },
            });
            const trusted = new BigQueryDataset("auth-dataset", { location: "EU" });
            const hidden = new BigQueryDataset("private-dataset", {
                location: "EU",
                access: {
                    trusted: { dataset: trusted },
                    routine: { routine: tools.routines.auth_routine as BigQueryRoutine },
                },
            });
            new BigQueryDataset("auth-view-dataset", {
                location: "EU",
                views: { auth_view: { query: "SELECT * FROM private_dataset.private_table", reads: { hidden } } },
            });
        },
    },
    {
        title: "Authorized Views, Datasets, and Routines (2)",
        hcl: 527,
        kind: "components",
        program: () => {
            const views = "projects/acme-views/datasets/views/tables";
            new BigQueryDataset("my-dataset", {
                location: "EU",
                access: {
                    view_1: { view: `${views}/view_id_1` },
                    view_2: { view: `${views}/view_id_2` },
                    view_3: { view: `${views}/view_id_3` },
                },
            });
        },
    },
    {
        title: "Dataset options",
        hcl: 272,
        kind: "components",
        // The kind decides whether a dataset is deleted with its tables.
        config: { "slipway:kind": "production" },
        program: () => {
            new BigQueryDataset("my-dataset", {
                location: "EU",
                defaultTableExpiration: "1 hour",
                timeTravel: "7 days",
            });
        },
    },
    {
        title: "Tables, views and routines",
        hcl: 360,
        kind: "components",
        program: () => {
            new BigQueryDataset("my-dataset", {
                location: "EU",
                tables: {
                    countries: {
                        schema: [
                            { name: "country", type: "STRING" },
                            { name: "population", type: "INT64" },
                        ],
                        protection: true,
                        displayName: "Countries",
                    },
                },
            });
        },
    },
    {
        title: "Tables, views and routines (2)",
        hcl: 421,
        kind: "components",
        program: () => {
            new BigQueryDataset("my-dataset", {
                location: "EU",
                tables: {
                    table_a: {
                        schema: [
                            { name: "country", type: "STRING" },
                            { name: "population", type: "INT64" },
                        ],
                        partition: { ingestion: { type: "DAY" } },
                        protection: true,
                        displayName: "Table a",
                    },
                },
            });
        },
    },
    {
        title: "Tables, views and routines (3)",
        hcl: 662,
        kind: "transform",
        program: () => {
            new BigQueryDataset("my-dataset", {
                location: "EU",
                tables: {
                    countries: {
                        schema: [
                            { name: "country", type: "STRING" },
                            { name: "population", type: "INT64" },
                        ],
                        protection: true,
                        displayName: "Countries",
                    },
                },
                views: {
                    population: { query: ({ countries }) => `SELECT SUM(population) AS total FROM ${countries}` },
                },
                transform: {
                    view: {
                        friendlyName: "Population",
                        schema: JSON.stringify([{ name: "total", type: "INT64", description: "Total population" }]),
                        deletionProtection: true,
                    },
                },
            });
        },
    },
    {
        title: "Tables, views and routines (4)",
        hcl: 421,
        kind: "components",
        program: () => {
            new BigQueryDataset("my-dataset", {
                location: "EU",
                routines: {
                    custom_masking_routine: {
                        expression: "SAFE.REGEXP_REPLACE(ssn, '[0-9]', 'X')",
                        arguments: { ssn: "STRING" },
                        returns: "STRING",
                        masking: true,
                    },
                },
            });
        },
    },
    {
        title: "Tag bindings",
        hcl: 412,
        kind: "components",
        program: () => {
            const environment = new TagKey("environment", {
                parent: { organization: "123456789012" },
                values: { dev: {}, prod: {}, sandbox: {} },
            });
            new BigQueryDataset("my-dataset", {
                location: "EU",
                resourceManagerTags: { sandbox: environment.value("sandbox") },
            });
        },
    },
];
