import type { Cloud, Inputs } from "../../../../simulator";
import { partsOf, type Table, tablesOf } from "../tables";
import { type Column, type Row, typeOf } from "../values";
import type { Source } from "./engine";

const text = (...names: string[]): Column[] => names.map((name) => ({ name, type: "STRING", mode: "NULLABLE" }));

/** Standard SQL names of types, as the schema has others. */
const standard: Record<string, string> = { INTEGER: "INT64", FLOAT: "FLOAT64", BOOLEAN: "BOOL" };

function standardType(column: Column): string {
    const { mode, fields = [] } = column;
    const type = typeOf(column);
    const single =
        type === "RECORD"
            ? `STRUCT<${fields.map((field) => `${field.name} ${standardType(field)}`).join(", ")}>`
            : (standard[type] ?? type);
    return mode === "REPEATED" ? `ARRAY<${single}>` : single;
}

interface View {
    columns: Column[];
    /** Columns that this Google Cloud does not fill. */
    missing: string[];
    rows(tables: Table[]): Row[];
}

const types: Record<string, string> = { TABLE: "BASE TABLE", VIEW: "VIEW", MATERIALIZED_VIEW: "MATERIALIZED VIEW" };

const views: Record<string, View> = {
    /** https://cloud.google.com/bigquery/docs/information-schema-tables */
    TABLES: {
        columns: [
            ...text("table_catalog", "table_schema", "table_name", "table_type", "is_insertable_into", "is_typed"),
            { name: "creation_time", type: "TIMESTAMP", mode: "NULLABLE" },
        ],
        missing: [
            ...["managed_table_type", "is_fine_grained_mutations_enabled", "is_change_history_enabled"],
            ...["base_table_catalog", "base_table_schema", "base_table_name", "snapshot_time_ms"],
            ...["replica_source_catalog", "replica_source_schema", "replica_source_name", "replication_status"],
            ...["replication_error", "ddl", "default_collation_name", "sync_status", "upsert_stream_apply_watermark"],
        ],
        rows: (tables) =>
            tables.map(({ entry, type }) => {
                const [table_catalog, table_schema, table_name] = partsOf(entry);
                return {
                    ...{ table_catalog, table_schema, table_name },
                    table_type: types[type] ?? type,
                    is_insertable_into: type === "TABLE" ? "YES" : "NO",
                    is_typed: "NO",
                    creation_time: new Date(Number(entry.state.creationTime ?? 0)).toISOString().replace("Z", "000Z"),
                };
            }),
    },
    /** https://cloud.google.com/bigquery/docs/information-schema-columns */
    COLUMNS: {
        columns: [
            ...text("table_catalog", "table_schema", "table_name", "column_name"),
            { name: "ordinal_position", type: "INTEGER", mode: "NULLABLE" },
            ...text("is_nullable", "data_type", "is_hidden", "is_system_defined", "is_partitioning_column"),
            { name: "clustering_ordinal_position", type: "INTEGER", mode: "NULLABLE" },
        ],
        missing: [
            ...["is_generated", "generation_expression", "is_stored", "is_updatable", "collation_name"],
            ...["column_default", "rounding_mode", "data_policies.name", "policy_tags"],
        ],
        rows: (tables) =>
            tables.flatMap(({ entry, columns }) => {
                const [table_catalog, table_schema, table_name] = partsOf(entry);
                const { timePartitioning, rangePartitioning, clusterings = [] } = entry.state as Inputs;
                const partition = timePartitioning?.field ?? rangePartitioning?.field;
                return columns.map((column, index) => {
                    const clustered = clusterings.indexOf(column.name);
                    return {
                        ...{ table_catalog, table_schema, table_name, column_name: column.name },
                        ordinal_position: index + 1,
                        is_nullable: column.mode === "REQUIRED" ? "NO" : "YES",
                        data_type: standardType(column),
                        ...{ is_hidden: "NO", is_system_defined: "NO" },
                        is_partitioning_column: column.name === partition ? "YES" : "NO",
                        ...(clustered >= 0 && { clustering_ordinal_position: clustered + 1 }),
                    };
                });
            }),
    },
};

/** A view of a dataset's information schema; undefined for others. */
export function informationSchema(
    cloud: Cloud,
    project: string,
    dataset: string,
    name: string,
    isVisible: (table: Table) => boolean,
): { source: Source; rows: Row[] } | undefined {
    const view = views[name];
    if (!view) {
        return undefined;
    }
    const tables = tablesOf(cloud, project, dataset).filter(isVisible);
    return { source: { columns: view.columns, missing: view.missing }, rows: view.rows(tables) };
}
