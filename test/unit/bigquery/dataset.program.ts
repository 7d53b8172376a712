import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryRoutine, BigQueryTable, type BigQueryView } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, type Given, key } from "../everythingElse";
import { call, onProject, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

export function program(): void {
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    const key = "projects/acme-keys/locations/europe/keyRings/data/cryptoKeys/all";
    new BigQueryDataset("bare");
    const rows = new BigQueryDataset("rows", {
        datasetId: "sales",
        location: "EU",
        description: pulumi.output("What was sold."),
        tables: {
            predictions: {
                schema: [
                    {
                        name: "sold_at",
                        type: "TIMESTAMP",
                        mode: "REQUIRED",
                        policyTags: { names: [pulumi.output("tag")] },
                    },
                    { name: "store", type: "INT64", description: "Where." },
                ],
                description: "What will be sold.",
                partition: { time: { field: "sold_at", type: "HOUR", expiration: "90 days" } },
                requirePartitionFilter: true,
                clustering: ["store"],
                primaryKey: ["store"],
                expirationTime: "2050-01-01T00:00:00Z",
                protection: true,
                labels,
            },
        },
        labels,
    });
    const reports = new BigQueryDataset("reports", {
        defaultTableExpiration: "30 days",
        defaultPartitionExpiration: "7 days",
        timeTravel: "2 days",
        storageBillingModel: "PHYSICAL",
        encryptionKey: key,
        tables: { daily: {} },
        routines: {
            half: {
                expression: "x / 2",
                arguments: { x: "FLOAT64" },
                returns: "FLOAT64",
                masking: true,
                reads: { rows },
            },
            double: {
                javascript: pulumi.output("return 2 * x;"),
                arguments: { x: "FLOAT64" },
                returns: "FLOAT64",
                libraries: ["gs://acme-libraries/double.js"],
                deterministic: true,
            },
            since: {
                query: ({ daily }) => `SELECT 1 AS one FROM ${daily}`,
                arguments: { day: "ANY TYPE" },
                returns: "TABLE<one INT64>",
                reads: { rows },
                description: "Since a day.",
            },
            clear: { procedure: "SET done = TRUE;", arguments: { done: { type: "BOOL", mode: "OUT" } } },
        },
        views: {
            latest: { query: ({ daily }) => `SELECT * FROM ${daily}`, description: "All.", reads: { rows }, labels },
        },
        materializedViews: {
            best: { query: pulumi.output("SELECT 1"), refresh: "1 hour" },
            worst: { query: "SELECT 1", refresh: "manual" },
        },
        scheduledQueries: {
            sum: {
                query: ({ latest }, { rows }) => `SELECT 1 FROM ${latest}, ${rows}.predictions`,
                schedule: { cron: "every day 03:00", paused: true },
                destination: { table: "daily", write: "WRITE_TRUNCATE" },
                reads: { rows },
            },
        },
    });
    new BigQueryDataset("shared", {
        access: {
            analysts: { reader: "group:analysts@acme.com" },
            loaders: { writer: pulumi.output<"domain:acme.com">("domain:acme.com") },
            owners: { owner: "user:ana@acme.com" },
            latest: { view: reports.views.latest as BigQueryView },
            earlier: { view: "projects/acme-dev/datasets/reports/tables/earlier" },
            reports: { dataset: reports },
            mask: { routine: "projects/acme-dev/datasets/tools/routines/mask" },
            half: { routine: reports.routines.half as BigQueryRoutine },
        },
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ alerts }: Given): void {
    const labels = { team: "other" };
    const table = {
        schema: [
            { name: "id", type: "INT64", mode: "REQUIRED" },
            { name: "at", type: "TIMESTAMP" },
        ] as [{ name: string; type: "INT64"; mode: "REQUIRED" }, { name: string; type: "TIMESTAMP" }],
        displayName: "Others",
        description: "The others.",
        primaryKey: ["id"],
        expirationTime: "2051-01-01T00:00:00Z",
        protection: true,
        labels,
    };
    const reads = { rows: new BigQueryDataset("other-rows", { tables: { rows: {} } }) };
    const view = { displayName: "Other view", description: "A view.", reads, labels };
    const dataset = new BigQueryDataset("other-dataset", {
        tables: {
            others: {
                ...table,
                partition: { time: { field: "at", type: "MONTH" } },
                requirePartitionFilter: true,
                clustering: ["id"],
            },
        },
        views: { some: { ...view, query: ({ others }, { rows }) => `SELECT 1 FROM ${others}, ${rows}.rows` } },
        materializedViews: {
            stored: { ...view, query: ({ others }) => `SELECT 2 FROM ${others}`, refresh: "45 minutes" },
        },
        scheduledQueries: { all: { query: "SELECT 3", schedule: "every day 04:00" } },
        encryptionKey: key,
        alerts,
        crossProject,
    });
    new BigQueryTable("other-table", {
        dataset,
        ...table,
        transform: { table: { project: "acme-shared" } },
        crossProject,
    });
}

export const bigQuery = "https://cloud.google.com/bigquery/docs/access-control";
// Deployers may grant only listed roles on the project.
const readSessions = {
    remedy: ["big-query-dataset", 'Environment.current().role("roles/bigquery.readSessionUser")'] as [string, string],
};
export const readRows = [
    call("Client.query", "bigquery.jobs.create", onProject),
    call("Client.query_and_wait", "bigquery.tables.getData"),
    call("Client.get_table", "bigquery.tables.get"),
    call("Client.list_rows", "bigquery.tables.getData"),
    call("RowIterator.to_dataframe", "bigquery.readsessions.create", { ...onProject, ...readSessions }),
    call("BigQueryReadClient.read_rows", "bigquery.readsessions.getData", { ...onProject, ...readSessions }),
];
const readTables = [
    ...readRows,
    call("Client.get_dataset", "bigquery.datasets.get"),
    call("Client.list_tables", "bigquery.tables.list"),
];
export const writeRows = [
    call("Client.insert_rows_json", "bigquery.tables.updateData"),
    call("BigQueryWriteClient.append_rows", "bigquery.tables.updateData"),
    call("Client.load_table_from_dataframe", "bigquery.tables.updateData"),
    call("Client.get_table", "bigquery.tables.get"),
    call("Client.update_table", "bigquery.tables.update"),
    call("node: table.insert", "bigquery.tables.updateData"),
];

export const sampleCalls: SampleCalls = {
    "BigQueryDataset.reader": {
        offer: () => new BigQueryDataset("offered").reader,
        source: bigQuery,
        calls: readTables,
    },
    "BigQueryDataset.writer": {
        offer: () => new BigQueryDataset("offered").writer,
        source: bigQuery,
        calls: [
            ...readTables,
            ...writeRows,
            call("Client.load_table_from_uri", "bigquery.jobs.create", onProject),
            call("Client.create_table", "bigquery.tables.create"),
            call("Client.delete_table", "bigquery.tables.delete"),
        ],
    },
    "BigQueryView.reader": {
        offer: () => {
            const { views } = new BigQueryDataset("offered", { views: { latest: { query: "SELECT 1" } } });
            return (views.latest as BigQueryView).reader;
        },
        source: bigQuery,
        calls: readRows.filter(({ method }) => method.startsWith("Client.") && method !== "Client.list_rows"),
    },
};

export const longestNames: LongestNames = {
    "bigquery/dataset:Dataset datasetId": nameFormats.rows.bigQueryDataset.max,
    "gcp:bigquery/dataTransferConfig:DataTransferConfig displayName": "unlimited",
    "gcp:bigquery/datasetAccess:DatasetAccess routine.routineId": "unlimited",
    "gcp:bigquery/routine:Routine arguments.name": "unlimited",
    "gcp:bigquery/routine:Routine routineId": "unlimited",
};

export const sameWithout = {
    "BigQueryDataset.routines":
        "its component shares grants with others, so that it is refused in a program of its own",
    "BigQueryDataset.scheduledQueries.<name>.reads":
        "its component shares grants with others, so that it is refused in a program of its own",
    "BigQueryDataset.tables.<name>.partition.ingestion.type": "programs have its default",
};

export const otherNames = {
    "BigQueryDataset.location": "datasets can be in multi-regions",
};
