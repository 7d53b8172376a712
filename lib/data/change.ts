import { type Field, modeOf, typeOf } from "./field";

/** What of a table cannot change in place, as its component writes it down. */
export interface Lasting {
    /** The dataset and the id in it. */
    table?: unknown;
    /** The columns, as `schemaText` writes them. */
    schema?: unknown;
    /** The column that partitions are made by. */
    partition?: unknown;
}

/** Why a table is made anew, without its rows; nothing where it is not, or where what was is not known. */
export function replacementOf(before: Lasting, now: Lasting): string | undefined {
    if (before.table === undefined) {
        return undefined;
    }
    if (before.table !== now.table) {
        return "its name or dataset changes";
    }
    if (JSON.stringify(before.partition) !== JSON.stringify(now.partition)) {
        return "the column of its partitions changes";
    }
    const columns = columnsIn(before.schema);
    const wanted = columnsIn(now.schema);
    return columns && wanted && difference(columns, wanted, "");
}

function columnsIn(schema: unknown): Field[] | undefined {
    return typeof schema === "string" ? JSON.parse(schema) : undefined;
}

/**
 * The first change that BigQuery does not do in place ("Modify table schemas"), as the provider decides it: columns may be
 * added at the end or dropped, not both at once, and `REQUIRED` may become `NULLABLE`.
 */
function difference(before: Field[], now: Field[], above: string): string | undefined {
    const dropped = before.filter(({ name }) => !named(now, name));
    const added = now.filter(({ name }) => !named(before, name));
    const called = (columns: Field[]) => columns.map(({ name }) => `${above}${name}`).join(", ");
    const required = added.filter((column) => modeOf(column) === "REQUIRED");
    if (required.length > 0) {
        return `${called(required)} is new and REQUIRED`;
    }
    if (dropped.length > 0 && above) {
        return `${called(dropped)} is dropped from a record`;
    }
    if (dropped.length > 0 && added.length > 0) {
        return `${called(dropped)} is dropped while ${called(added)} is added`;
    }
    for (const column of before) {
        const after = named(now, column.name);
        const reason = after && columnDifference(column, after, above);
        if (reason) {
            return reason;
        }
    }
    return undefined;
}

function columnDifference(before: Field, now: Field, above: string): string | undefined {
    const name = `${above}${now.name}`;
    if (typeOf(before) !== typeOf(now)) {
        return `${name} changes from ${typeOf(before)} to ${typeOf(now)}`;
    }
    if (modeOf(before) !== modeOf(now) && !(modeOf(before) === "REQUIRED" && modeOf(now) === "NULLABLE")) {
        return `${name} changes from ${modeOf(before)} to ${modeOf(now)}`;
    }
    return difference(before.fields ?? [], now.fields ?? [], `${name}.`);
}

const named = (columns: Field[], name: string) => columns.find((column) => column.name === name);

/** What to warn of before a table is made anew. */
export function lostRows(component: string, before: Lasting, now: Lasting): string | undefined {
    const reason = replacementOf(before, now);
    return (
        reason &&
        `${component}: ${reason}, which BigQuery does not do in place: the table is made anew and its rows are lost. To keep` +
            " them, make a second table beside it, copy the rows, then remove this one."
    );
}
