import { Routine } from "@pulumi/gcp/bigquery/routine";
import { BigQueryDataset, TagKey } from "slipway";
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
        kind: "raw",
        program: () => {
            const tools = new BigQueryDataset("auth-routine-dataset", { location: "EU" });
            const routine = new Routine("auth-routine", {
                datasetId: tools.dataset.datasetId,
                routineId: "auth_routine",
                routineType: "TABLE_VALUED_FUNCTION",
                language: "SQL",
                definitionBody: "SELECT 1 + value AS value",
                arguments: [
                    { name: "value", argumentKind: "FIXED_TYPE", dataType: JSON.stringify({ typeKind: "INT64" }) },
                ],
                returnTableType: JSON.stringify({ columns: [{ name: "value", type: { typeKind: "INT64" } }] }),
            });
            const trusted = new BigQueryDataset("auth-dataset", { location: "EU" });
            const hidden = new BigQueryDataset("private-dataset", {
                location: "EU",
                access: { trusted: { dataset: trusted }, routine: { routine: routine.id } },
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
        kind: "raw",
        program: () => {
            const { dataset } = new BigQueryDataset("my-dataset", { location: "EU" });
            const text = JSON.stringify({ typeKind: "STRING" });
            new Routine("mask", {
                datasetId: dataset.datasetId,
                routineId: "custom_masking_routine",
                routineType: "SCALAR_FUNCTION",
                language: "SQL",
                dataGovernanceType: "DATA_MASKING",
                definitionBody: "SAFE.REGEXP_REPLACE(ssn, '[0-9]', 'X')",
                returnType: text,
                arguments: [{ name: "ssn", dataType: text }],
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
