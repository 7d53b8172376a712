import type { BigQueryField } from "../../bigquery/field";
import { bigQueryLimits } from "../../facts/limits/bigQuery";

/** The columns for the fields of a schema, and the fields without a column. */
export interface Columns {
    columns: BigQueryField[];
    unmapped: { path: string; why: string }[];
}

/** The column type of a field, or the reason why there is none. */
export type MappedColumn = { column: ColumnType } | { why: string };

/** A column without its name. */
export interface ColumnType {
    type: string;
    mode: "NULLABLE" | "REPEATED";
    fields?: BigQueryField[];
}

/**
 * A nullable column. Fields that a schema requires need
 * {@link https://cloud.google.com/pubsub/docs/create-bigquery-subscription not be required} in the table, and BigQuery
 * cannot add required columns for a later revision of the schema.
 */
export const nullable = (type: string): { column: ColumnType } => ({ column: { type, mode: "NULLABLE" } });

/** A repeated column; BigQuery supports neither nested arrays nor arrays of nullable elements. */
export function repeated(mapped: MappedColumn): MappedColumn {
    if ("why" in mapped) {
        return mapped;
    }
    return mapped.column.mode === "REPEATED"
        ? { why: "is a list of lists" }
        : { column: { ...mapped.column, mode: "REPEATED" } };
}

/** The records that the mapping of a schema has visited: a schema that names a record often has far more columns than lines. */
export class Visited {
    private fields = 0;

    /**
     * The column of a record.
     *
     * @param parents the records that it is in
     * @param columnsOf maps the fields of a record, with it as the last of the parents
     */
    record<Type>(type: Type, parents: Type[], columnsOf: (parents: Type[]) => BigQueryField[]): MappedColumn {
        const { nesting, columns } = bigQueryLimits.rows;
        if (parents.includes(type)) {
            return { why: "has itself in it" };
        }
        if (parents.length > nesting.max) {
            return { why: `is in more than ${nesting.max} levels of records` };
        }
        if (this.fields >= columns.max) {
            return { why: `comes after the ${columns.max} columns that a table can have` };
        }
        this.fields++;
        const fields = columnsOf([...parents, type]);
        this.fields += fields.length;
        return { column: { type: "RECORD", mode: "NULLABLE", fields } };
    }
}

/** A map as a repeated record of `key` and `value`. */
export function mapEntries(key: { column: ColumnType }, value: MappedColumn): MappedColumn {
    if ("why" in value) {
        return value;
    }
    const fields = [namedColumn("key", key.column), namedColumn("value", value.column)];
    return { column: { type: "RECORD", mode: "REPEATED", fields } };
}

/** A column with a name; BigQuery limits the length of descriptions. */
export function namedColumn(name: string, column: ColumnType, description?: string): BigQueryField {
    const described = description
        ? { description: description.slice(0, bigQueryLimits.rows.columnDescription.max) }
        : {};
    return { name, ...column, ...described } as BigQueryField;
}

/** The columns for the {@link https://cloud.google.com/pubsub/docs/create-bigquery-subscription metadata} of a message. */
export const metadataColumns: BigQueryField[] = [
    { name: "subscription_name", type: "STRING" },
    { name: "message_id", type: "STRING" },
    { name: "publish_time", type: "TIMESTAMP" },
    { name: "attributes", type: "JSON" },
];

/** The column for the data of a message. */
export const dataColumn: BigQueryField = { name: "data", type: "BYTES" };
