import { facts } from "./facts";

/** Types of columns that Pub/Sub can write something to. */
interface WrittenTo {
    types: readonly string[];
}

/**
 * The columns that a BigQuery subscription needs in addition to the fields of a schema, by name: `data` unless a schema decides the columns, the others
 * with `writeMetadata`.
 */
export const messageColumns = facts<WrittenTo>()({
    subject: "Columns of the table of a BigQuery subscription",
    source: "https://cloud.google.com/pubsub/docs/bigquery",
    checked: "2026-11-29",
    rows: {
        data: { types: ["BYTES", "STRING", "JSON"] },
        subscription_name: { types: ["STRING"] },
        message_id: { types: ["STRING"] },
        publish_time: { types: ["TIMESTAMP"] },
        attributes: { types: ["STRING", "JSON"] },
    },
});

/**
 * The types of columns that Pub/Sub can write the fields of a schema to, by the type that such fields get in a new table: the types of all
 * Avro and Protocol Buffers types that have this one.
 */
export const schemaColumns = facts<WrittenTo>()({
    subject: "Types of columns for the fields of a topic's schema",
    source: "https://cloud.google.com/pubsub/docs/bigquery",
    checked: "2026-11-29",
    rows: {
        BOOLEAN: { types: ["BOOLEAN"] },
        INTEGER: { types: ["INTEGER", "NUMERIC", "BIGNUMERIC", "DATE", "DATETIME", "TIMESTAMP"] },
        FLOAT: { types: ["FLOAT", "NUMERIC", "BIGNUMERIC"] },
        NUMERIC: { types: ["NUMERIC", "BIGNUMERIC"] },
        BIGNUMERIC: { types: ["NUMERIC", "BIGNUMERIC"] },
        BYTES: { types: ["BYTES", "NUMERIC", "BIGNUMERIC"] },
        STRING: { types: ["STRING", "JSON", "TIMESTAMP", "DATETIME", "DATE", "TIME", "NUMERIC", "BIGNUMERIC"] },
        DATE: { types: ["DATE"] },
        TIME: { types: ["TIME"] },
        TIMESTAMP: { types: ["TIMESTAMP"] },
        RECORD: { types: ["RECORD"] },
    },
});
