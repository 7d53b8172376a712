import { bigQueryLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { bigQueryName, invalid, notFound } from "./names";
import { type Field, parseSchema } from "./schema";

/** Throws if the keys of a table are not columns: https://cloud.google.com/bigquery/docs/primary-foreign-keys */
export function verifyConstraints({ tableConstraints }: Inputs, fields: Field[], cloud: Cloud): void {
    const { primaryKey, foreignKeys = [] } = tableConstraints ?? {};
    const { max } = bigQueryLimits.rows.primaryKey;
    const key: string[] = primaryKey?.columns ?? [];
    if (key.length > max) {
        throw invalid(`Too many columns in the primary key: ${key.length}, max allowed is ${max}.`);
    }
    if (new Set(key.map((name) => name.toLowerCase())).size < key.length) {
        throw invalid(`Duplicate columns in the primary key: ${key.join(", ")}.`);
    }
    verifyKeyColumns("primary key", key, fields);
    for (const { referencedTable, columnReferences } of foreignKeys) {
        const references = [columnReferences].flat();
        const { projectId, datasetId, tableId } = referencedTable;
        const path = `projects/${projectId}/datasets/${datasetId}/tables/${tableId}`;
        const referenced = cloud.store.read(bigQueryName(path));
        verifyKeyColumns(
            "foreign key",
            references.map(({ referencingColumn }) => referencingColumn),
            fields,
        );
        if (!referenced) {
            throw notFound("Table", path);
        }
        const other: string[] = (referenced.state as Inputs).tableConstraints?.primaryKey?.columns ?? [];
        const unknown = references.find(({ referencedColumn }) => !includes(other, referencedColumn));
        if (unknown) {
            throw invalid(`The column ${unknown.referencedColumn} is not in the primary key of the referenced table.`);
        }
        verifyKeyColumns("foreign key", other, parseSchema(referenced.state.schema as string));
    }
}

const includes = (names: string[], name: string) => names.some((each) => each.toLowerCase() === name.toLowerCase());

function verifyKeyColumns(what: string, names: string[], fields: Field[]): void {
    // The columns of a table without a schema come with its first rows.
    for (const name of fields.length > 0 ? names : []) {
        const column = fields.find((field) => includes([field.name], name));
        if (!column) {
            throw invalid(`The column ${name} of the ${what} cannot be found in the schema.`);
        }
        if (column.mode?.toUpperCase() === "REPEATED" || column.fields) {
            throw invalid(`The column ${name} of the ${what} cannot be REPEATED or a RECORD.`);
        }
    }
}
