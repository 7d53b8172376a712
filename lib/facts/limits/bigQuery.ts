import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of BigQuery. */
export const bigQueryLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of BigQuery",
    source: "https://cloud.google.com/bigquery/quotas",
    checked: "2026-11-20",
    rows: {
        /** Of a table. */
        partitions: { min: 1, max: 10_000, unit: "ranges" },
        datasetId: {
            max: 1024,
            unit: "characters",
            source: "https://cloud.google.com/bigquery/docs/datasets",
        },
        columnDescription: {
            max: 1024,
            unit: "characters",
            source: "https://cloud.google.com/bigquery/docs/schemas",
        },
        /** Of a table, with nested columns. */
        columns: { max: 10_000, unit: "columns" },
        /** Of columns of a column. */
        nesting: {
            max: 15,
            unit: "levels",
            source: "https://cloud.google.com/bigquery/docs/nested-repeated",
            checked: "2026-11-25",
        },
        /** Of a table. */
        clustering: {
            min: 1,
            max: 4,
            unit: "columns",
            source: "https://cloud.google.com/bigquery/docs/creating-clustered-tables",
            checked: "2026-11-25",
        },
        /** Of a table. */
        primaryKey: {
            min: 1,
            max: 16,
            unit: "columns",
            source: "https://cloud.google.com/bigquery/docs/information-schema-table-constraints",
            checked: "2026-11-25",
        },
        /** The default of the tables of a dataset. */
        tableExpiration: { min: "1 hour", source: "https://cloud.google.com/bigquery/docs/updating-datasets" },
        timeTravel: { min: "2 days", max: "7 days", source: "https://cloud.google.com/bigquery/docs/time-travel" },
        /** Between refreshes of a materialized view. */
        refresh: {
            min: "1 minute",
            max: "7 days",
            source: "https://cloud.google.com/bigquery/docs/materialized-views-manage",
        },
    },
});
