import type { ExistingTable } from "./table";

/** The ID of a table with its dataset, and possibly its project: `sales.orders`. */
const tableId = /^(?:([a-z][a-z0-9-]+)\.)?(\w+\.[^.]+)$/;

/** Whether a value is the ID of a table, which is short for the table. */
export const isTableId = (value: unknown): boolean => typeof value === "string" && tableId.test(value);

/** The table with an ID, which exists already. */
export function tableOf(id: string): ExistingTable {
    const [, project, name = ""] = tableId.exec(id) ?? [];
    // A program without such a table does not load the component.
    const { BigQueryTable }: typeof import("./table") = require("./table");
    return BigQueryTable.existing(name, { project });
}
