import { facts } from "./facts";

/** The column types that BigQuery accepts for clustering. */
export const clusteringColumns = facts<object>()({
    subject: "Types of clustering columns",
    source: "https://cloud.google.com/bigquery/docs/clustered-tables#cluster_column_types",
    checked: "2026-11-30",
    rows: {
        BIGNUMERIC: {},
        BOOLEAN: {},
        DATE: {},
        DATETIME: {},
        GEOGRAPHY: {},
        INTEGER: {},
        NUMERIC: {},
        RANGE: {},
        STRING: {},
        TIMESTAMP: {},
    },
});
