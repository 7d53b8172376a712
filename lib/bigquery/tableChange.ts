import { deferredError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { type Field, modeOf, typeOf } from "./field";
import { type Partitioning, partitionArgs } from "./partition";

/** The inputs that decide whether a change replaces the table. */
interface ReplacementInputs {
    /** The full name of the table. */
    table?: unknown;
    /** The columns, as returned by `schemaText`. */
    schema?: unknown;
    /** The partitioning column. */
    partition?: unknown;
    /** Its partitions, as returned by `partitionSpec`; undefined if an earlier release created the table. */
    partitions?: unknown;
}

/** What BigQuery does not change of the partitioning of a table, besides the column, of which a change replaces the table. */
export function partitionSpec(partitioning: Partitioning | undefined): string {
    const { timePartitioning: time, rangePartitioning } = partitionArgs(partitioning);
    const range = rangePartitioning?.range;
    return range ? `from ${range.start} to ${range.end} by ${range.interval}` : (time?.type ?? "none");
}

/** The reason for a replacement; undefined without one, or if the old inputs are unknown. */
export function replacementReason(before: ReplacementInputs, now: ReplacementInputs): string | undefined {
    if (before.table === undefined) {
        return undefined;
    }
    if (before.table !== now.table) {
        return "its name or dataset changes";
    }
    if (JSON.stringify(before.partition) !== JSON.stringify(now.partition)) {
        return "the column of its partitions changes";
    }
    const oldColumns = parseColumns(before.schema);
    const newColumns = parseColumns(now.schema);
    return oldColumns && newColumns && schemaChange(oldColumns, newColumns, "");
}

function parseColumns(schema: unknown): Field[] | undefined {
    return typeof schema === "string" ? JSON.parse(schema) : undefined;
}

/**
 * The first {@link https://cloud.google.com/bigquery/docs/managing-table-schemas schema change} that replaces the table, by
 * the rules of the provider: it can add columns or drop them in place, but not both in one update, and relax `REQUIRED` to
 * `NULLABLE`.
 */
function schemaChange(before: Field[], now: Field[], prefix: string): string | undefined {
    const dropped = before.filter(({ name }) => !findColumn(now, name));
    const added = now.filter(({ name }) => !findColumn(before, name));
    const names = (columns: Field[]) => columns.map(({ name }) => `${prefix}${name}`).join(", ");
    const required = added.filter((column) => modeOf(column) === "REQUIRED");
    if (required.length > 0) {
        return `${names(required)} is new and REQUIRED`;
    }
    if (dropped.length > 0 && prefix) {
        return `${names(dropped)} is dropped from a record`;
    }
    if (dropped.length > 0 && added.length > 0) {
        return `${names(dropped)} is dropped while ${names(added)} is added`;
    }
    for (const column of before) {
        const after = findColumn(now, column.name);
        const reason = after && columnChange(column, after, prefix);
        if (reason) {
            return reason;
        }
    }
    return undefined;
}

function columnChange(before: Field, now: Field, prefix: string): string | undefined {
    const name = `${prefix}${now.name}`;
    if (typeOf(before) !== typeOf(now)) {
        return `${name} changes from ${typeOf(before)} to ${typeOf(now)}`;
    }
    if (modeOf(before) !== modeOf(now) && !(modeOf(before) === "REQUIRED" && modeOf(now) === "NULLABLE")) {
        return `${name} changes from ${modeOf(before)} to ${modeOf(now)}`;
    }
    return schemaChange(before.fields ?? [], now.fields ?? [], `${name}.`);
}

const findColumn = (columns: Field[], name: string) => columns.find((column) => column.name === name);

/** The warning about a replacement, which loses the rows. */
export function replacementWarning(
    component: string,
    before: ReplacementInputs,
    now: ReplacementInputs,
): string | undefined {
    const reason = replacementReason(before, now);
    if (!reason) {
        refuseOtherPartitions(component, before.partitions, now.partitions);
    }
    return (
        reason &&
        `${component}: ${reason}, which BigQuery cannot change in place: the table is replaced and its rows are lost. To keep` +
            " them, create a second table, copy the rows, then remove this one."
    );
}

/** The partitions of a table are {@link https://cloud.google.com/bigquery/docs/partitioned-tables#limitations defined when it is created}. */
function refuseOtherPartitions(component: string, before: unknown, now: unknown): void {
    if (before !== undefined && before !== now) {
        const reason = `cannot change the partitions of a table from ${before} to ${now}. Keep them, or create a second table, copy the rows, then remove this one.`;
        throw deferredError(component, [check.problem("partition", "bigquery/partitions-changed", reason)]);
    }
}
