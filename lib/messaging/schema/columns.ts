import type { BigQueryField } from "../../data";
import type { Problem } from "../../internal/check";

/** The columns that a schema's fields become, and the fields that become none. */
export interface Columns {
    columns: BigQueryField[];
    problems: Problem[];
}

/** What a value becomes: a column but for its name, or why there is none. */
export type Mapped = { column: ColumnForm } | { why: string };

/** A column without a name. */
export interface ColumnForm {
    type: string;
    mode: "NULLABLE" | "REPEATED";
    fields?: BigQueryField[];
}

/**
 * Every column may be empty: what a schema requires need not be required of the table ("Create BigQuery subscriptions"),
 * and BigQuery adds no required column to a table, so that a later revision of the schema would need a new one.
 */
export const plain = (type: string): Mapped => ({ column: { type, mode: "NULLABLE" } });

/** A list of what a value becomes; BigQuery has no lists of lists, nor of what may be empty. */
export function repeated(mapped: Mapped): Mapped {
    if ("why" in mapped) {
        return mapped;
    }
    return mapped.column.mode === "REPEATED"
        ? { why: "is a list of lists" }
        : { column: { ...mapped.column, mode: "REPEATED" } };
}

/** A map becomes a list of its entries. */
export function entries(key: Mapped, value: Mapped): Mapped {
    if ("why" in key || "why" in value) {
        return "why" in key ? key : value;
    }
    const fields = [named("key", key.column), named("value", value.column)];
    return { column: { type: "RECORD", mode: "REPEATED", fields } };
}

export function named(name: string, column: ColumnForm, description?: string): BigQueryField {
    const said = description ? { description: description.slice(0, 1024) } : {};
    return { name, ...column, ...said } as BigQueryField;
}

/** The columns that BigQuery needs for a message's metadata, and the one for its data ("Create BigQuery subscriptions"). */
export const metadataColumns: BigQueryField[] = [
    { name: "subscription_name", type: "STRING" },
    { name: "message_id", type: "STRING" },
    { name: "publish_time", type: "TIMESTAMP" },
    { name: "attributes", type: "JSON" },
];
export const dataColumn: BigQueryField = { name: "data", type: "BYTES" };
