import { partitionSpec, replacementReason, replacementWarning } from "../../../lib/bigquery/tableChange";
import { refusalOf } from "../local/world";
import { identified } from "../registered";

interface Column {
    name: string;
    type?: string;
    mode?: string;
    fields?: Column[];
}

const schema = (...columns: Column[]) => JSON.stringify(columns.map((column) => ({ type: "STRING", ...column })));
const table = (...columns: Column[]) => ({ table: "acme-dev.sales.orders", schema: schema(...columns) });
const a = { name: "a" };
const b = { name: "b" };
const record = (...fields: Column[]) => ({
    name: "r",
    type: "RECORD",
    fields: fields.map((field) => ({ type: "STRING", ...field })),
});

test.each([
    ["a column that is added", table(a), table(a, b)],
    ["a column that is dropped", table(a, b), table(a)],
    ["columns in another order", table(a, b), table(b, a)],
    ["a column that becomes nullable", table({ ...a, mode: "REQUIRED" }), table({ ...a, mode: "NULLABLE" })],
    ["the same type by another name", table({ ...a, type: "INT64" }), table({ ...a, type: "INTEGER" })],
    ["a column that is added to a record", table(record(a)), table(record(a, b))],
    ["a table of an earlier release", {}, table(a)],
    ["an unknown schema", table(a), { ...table(a), schema: { unknown: true } }],
    ["columns where there were none", { table: "acme-dev.sales.orders" }, table(a)],
])("%s keeps the rows", (_, before, now) => {
    expect(replacementReason(before, now)).toBe(undefined);
    expect(replacementWarning('BigQueryTable "orders"', before, now)).toBe(undefined);
});

test.each([
    ["another type", table(a), table({ ...a, type: "DATE" }), "a changes from STRING to DATE"],
    [
        "a list of what was required",
        table({ ...a, mode: "REQUIRED" }),
        table({ ...a, mode: "REPEATED" }),
        "a changes from REQUIRED to REPEATED",
    ],
    [
        "what was a list",
        table({ ...a, mode: "REPEATED" }),
        table({ ...a, mode: "NULLABLE" }),
        "a changes from REPEATED to NULLABLE",
    ],
    ["a list", table(a), table({ ...a, mode: "REPEATED" }), "a changes from NULLABLE to REPEATED"],
    [
        "a column that becomes required",
        table(a),
        table({ ...a, mode: "REQUIRED" }),
        "a changes from NULLABLE to REQUIRED",
    ],
    ["a new required column", table(a), table(a, { ...b, mode: "REQUIRED" }), "b is new and REQUIRED"],
    ["another name of a column", table(a), table(b), "a is dropped while b is added"],
    ["a column that is dropped from a record", table(record(a, b)), table(record(a)), "r.b is dropped from a record"],
    [
        "another type in a record",
        table(record(a)),
        table(record({ ...a, type: "DATE" })),
        "r.a changes from STRING to DATE",
    ],
    ["another id", table(a), { ...table(a), table: "acme-dev.sales.bills" }, "its name or dataset changes"],
    ["other partitions", { ...table(a), partition: "a" }, table(a), "the column of its partitions changes"],
])("%s loses the rows", (_, before, now, reason) => {
    expect(replacementReason(before, now)).toBe(reason);
    expect(replacementWarning('BigQueryTable "orders"', before, now)).toBe(
        `BigQueryTable "orders": ${reason}, which BigQuery cannot change in place: the table is replaced and its rows are lost. To keep them, create a second table, copy the rows, then remove this one.`,
    );
});

const byDay = { time: { field: "a" } };
const byMonth = { time: { field: "a", type: "MONTH" } } as const;
const byTens = { range: { field: "n", start: 0, end: 100, interval: 10 } };
const partitioned = (partitioning?: Parameters<typeof partitionSpec>[0], field?: string) => ({
    ...table(a),
    partition: field,
    partitions: partitionSpec(partitioning),
});

test.each([
    ["months for days", partitioned(byDay, "a"), partitioned(byMonth, "a")],
    [
        "hours for months of ingestion",
        partitioned({ ingestion: { type: "MONTH" } }),
        partitioned({ ingestion: { type: "HOUR" } }),
    ],
    ["partitions by ingestion where there were none", partitioned(), partitioned({ ingestion: {} })],
    ["no partitions where there were some by ingestion", partitioned({ ingestion: {} }), partitioned()],
    ["other ranges", partitioned(byTens, "n"), partitioned({ range: { ...byTens.range, end: 200 } }, "n")],
])("%s are refused", (_, before, now) => {
    expect(identified(refusalOf(() => replacementWarning('BigQueryTable "orders"', before, now)))).toBe(
        'BigQueryTable "orders": partition: [bigquery/partitions-changed]',
    );
});

test.each([
    ["a table of an earlier release", table(a), { ...partitioned(byMonth), partition: undefined }],
    ["another expiration", partitioned(byDay, "a"), partitioned({ time: { field: "a", expiration: "90 days" } }, "a")],
    ["the default length", partitioned(byDay, "a"), partitioned({ time: { field: "a", type: "DAY" } }, "a")],
])("%s keeps the partitions", (_, before, now) => {
    expect(replacementWarning('BigQueryTable "orders"', before, now)).toBe(undefined);
});

test("a table that is replaced can have other partitions", () => {
    const now = { ...partitioned(byMonth, "a"), table: "acme-dev.sales.bills" };
    expect(replacementWarning('BigQueryTable "orders"', partitioned(byDay, "a"), now)).toContain(
        "the table is replaced",
    );
});
