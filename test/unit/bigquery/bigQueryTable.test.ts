import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryField, BigQueryTable, type BigQueryTableArgs } from "slipway/bigquery";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, registeredWhole } from "../registered";

const dataset = {
    "Dataset sales": { datasetId: "sales", location: "europe-west1", deleteContentsOnDestroy: true },
};
const bare = {
    project: "acme-dev",
    datasetId: "sales",
    tableId: "predict_range",
    deletionProtection: false,
};

/** The table of a program with one table. */
const table = (args: Omit<BigQueryTableArgs, "dataset"> = {}) =>
    new BigQueryTable("predict-range", { dataset: new BigQueryDataset("sales"), ...args });

test("a bare table has no columns and its component's name as a valid ID", async () => {
    expect(await registered(() => table())).toEqual({ ...dataset, "Table predict-range": bare });
});

test("a production table has deletion protection, unless disabled", async () => {
    const production = { kind: "production" } as const;
    const { "Table predict-range": made } = await registered(() => table(), production);
    expect(made).toEqual({ ...bare, deletionProtection: true });
    const free = () => table({ protection: false });
    expect((await registered(free, production))["Table predict-range"]).toEqual(bare);
    expect((await registeredOptions(free, production))["Table predict-range"]?.protect).toBe(undefined);
});

test("a table is the component's child, deleted before its replacement, and protected in production", async () => {
    const child = {
        parent: "BigQueryTable predict-range",
        provider: "Provider dev",
        deleteBeforeReplace: true,
        after: ["Dataset sales", "Service bigquery"],
    };
    const of = async (kind: "development" | "production") =>
        (await registeredOptions(() => table(), { kind }))["Table predict-range"];
    expect(await of("development")).toEqual(child);
    expect(await of("production")).toEqual({ ...child, protect: true });
});

test("the output of the component is the table", async () => {
    expect((await registeredOutputs(() => table()))["BigQueryTable predict-range"]).toEqual({
        table: "projects/acme-dev/datasets/sales/tables/predict_range",
    });
});

const columns: BigQueryField[] = [
    { name: "sold_at", type: "TIMESTAMP" },
    { name: "store", type: "INT64" },
    { name: "tags", type: "STRING", mode: "REPEATED" },
];
const schema =
    '[{"mode":"NULLABLE","name":"sold_at","type":"TIMESTAMP"},{"mode":"NULLABLE","name":"store","type":"INTEGER"},{"mode":"REPEATED","name":"tags","type":"STRING"}]';

const many = Array.from({ length: 16 }, (_, at) => ({ name: `c${at}`, type: "DATE" as const }));

const options: [string, Omit<BigQueryTableArgs, "dataset">, object][] = [
    ["an id", { tableId: pulumi.output("sale range") }, { tableId: "sale range" }],
    ["a description", { description: "What will be sold." }, { description: "What will be sold." }],
    ["columns", { schema: columns }, { schema }],
    [
        "partitions of a day by a column",
        { schema: columns, partition: { time: { field: "sold_at" } } },
        { schema, timePartitioning: { type: "DAY", field: "sold_at" } },
    ],
    [
        "partitions of an hour by a column, kept for a week, that a query must name",
        {
            schema: columns,
            partition: { time: { field: "sold_at", type: "HOUR", expiration: "7 days" } },
            requirePartitionFilter: true,
        },
        {
            schema,
            timePartitioning: { type: "HOUR", field: "sold_at", expirationMs: 604800000 },
            requirePartitionFilter: true,
        },
    ],
    [
        "partitions of a month by ingestion",
        { partition: { ingestion: { type: "MONTH" } } },
        { timePartitioning: { type: "MONTH" } },
    ],
    [
        "partitions by ranges of a number",
        { schema: columns, partition: { range: { field: "store", start: 0, end: 1000, interval: 10 } } },
        { schema, rangePartitioning: { field: "store", range: { start: 0, end: 1000, interval: 10 } } },
    ],
    [
        "as many partitions of a number as a table can have",
        { schema: columns, partition: { range: { field: "store", start: 0, end: 10_000, interval: 1 } } },
        { schema, rangePartitioning: { field: "store", range: { start: 0, end: 10_000, interval: 1 } } },
    ],
    [
        "one partition of a number",
        { schema: columns, partition: { range: { field: "store", start: 0, end: 10, interval: 10 } } },
        { schema, rangePartitioning: { field: "store", range: { start: 0, end: 10, interval: 10 } } },
    ],
    [
        "clustering",
        { schema: columns, clustering: ["store", "sold_at"] },
        { schema, clusterings: ["store", "sold_at"] },
    ],
    [
        "a primary key",
        { schema: columns, primaryKey: ["store", "sold_at"] },
        { schema, tableConstraints: { primaryKey: { columns: ["store", "sold_at"] } } },
    ],
    [
        "as many columns of clustering and of a primary key as a table can have",
        {
            schema: many,
            clustering: many.slice(0, 4).map(({ name }) => name),
            primaryKey: many.map(({ name }) => name),
        },
        {
            schema: JSON.stringify(many.map(({ name }) => ({ mode: "NULLABLE", name, type: "DATE" }))),
            clusterings: ["c0", "c1", "c2", "c3"],
            tableConstraints: { primaryKey: { columns: many.map(({ name }) => name) } },
        },
    ],
    ["an expiration time", { expirationTime: "2027-01-31T00:00:00+01:00" }, { expirationTime: 1801350000000 }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform", { transform: { table: { friendlyName: "Range" } } }, { friendlyName: "Range" }],
];

test.each<[string | undefined, string, BigQueryTableArgs["partition"]]>([
    ["sold_at", "DAY", { time: { field: "sold_at" } }],
    ["store", "from 0 to 10 by 10", { range: { field: "store", start: 0, end: 10, interval: 10 } }],
    [undefined, "MONTH", { ingestion: { type: "MONTH" } }],
    [undefined, "none", undefined],
])("the column %s and the partitions %s are kept, to compare later previews", async (partition, partitions, by) => {
    const { kept } = await registeredWhole(() => table({ schema: columns, partition: by }));
    expect(kept["BigQueryTable predict-range"]).toEqual({
        table: "acme-dev.sales.predict_range",
        schema,
        partitions,
        ...(partition && { partition }),
    });
});

test.each(options)("a table takes %s", async (_, args, inputs) => {
    const { "Table predict-range": made } = await registered(() => table(args));
    expect(made).toEqual({ ...bare, ...inputs });
});

const spellings: [string, unknown, object][] = [
    ["the short names of types", { type: "INT64" }, { type: "INTEGER" }],
    ["FLOAT64", { type: "FLOAT64" }, { type: "FLOAT" }],
    ["BOOL", { type: "BOOL" }, { type: "BOOLEAN" }],
    ["lowercase", { type: "string", mode: "required" }, { type: "STRING", mode: "REQUIRED" }],
    ["an empty description", { type: "DATE", description: "" }, { type: "DATE" }],
    ["no policy tags", { type: "DATE", policyTags: { names: [] } }, { type: "DATE" }],
    [
        "a policy tag",
        { type: "DATE", policyTags: { names: [pulumi.output("tag")] } },
        { type: "DATE", policyTags: { names: ["tag"] } },
    ],
    ["a collation", { type: "STRING", collation: "und:ci" }, { type: "STRING", collation: "und:ci" }],
    ["an empty collation", { type: "STRING", collation: "" }, { type: "STRING" }],
    ["lengths as numbers", { type: "BYTES", maxLength: 16 }, { type: "BYTES", maxLength: "16" }],
    [
        "digits as numbers",
        { type: "NUMERIC", precision: 10, scale: "2", roundingMode: "ROUND_HALF_EVEN" },
        { type: "NUMERIC", precision: "10", scale: "2", roundingMode: "ROUND_HALF_EVEN" },
    ],
    [
        "a range",
        { type: "RANGE", rangeElementType: { type: "date" } },
        { type: "RANGE", rangeElementType: { type: "DATE" } },
    ],
    [
        "STRUCT, in a record too",
        { type: "STRUCT", fields: [{ name: "a", type: "Struct", fields: [{ name: "b", type: "bool" }] }] },
        {
            type: "RECORD",
            fields: [
                {
                    name: "a",
                    type: "RECORD",
                    mode: "NULLABLE",
                    fields: [{ name: "b", type: "BOOLEAN", mode: "NULLABLE" }],
                },
            ],
        },
    ],
    [
        "a default value",
        { type: "TIMESTAMP", defaultValueExpression: "CURRENT_TIMESTAMP()" },
        { type: "TIMESTAMP", defaultValueExpression: "CURRENT_TIMESTAMP()" },
    ],
];

test.each(spellings)("%s in a schema are normalized as by BigQuery", async (_, given, canonical) => {
    const column = { name: "x", ...(given as object) } as BigQueryField;
    const { "Table predict-range": made } = await registered(() => table({ schema: [column] }));
    const text = (made as { schema: string }).schema;
    expect(JSON.parse(text)).toEqual([{ name: "x", mode: "NULLABLE", ...canonical }]);
    const sorted = (value: unknown): unknown =>
        Array.isArray(value)
            ? value.map(sorted)
            : typeof value === "object" && value !== null
              ? Object.fromEntries(
                    Object.entries(value)
                        .sort(([one], [other]) => (one < other ? -1 : 1))
                        .map(([key, item]) => [key, sorted(item)]),
                )
              : value;
    expect(text).toBe(JSON.stringify(sorted(JSON.parse(text))));
});

test.each([
    [[{ kmsKeyName: "projects/acme-keys/k" }], { kmsKeyName: "projects/acme-keys/k" }],
    [[], undefined],
])("a table of an existing dataset with the keys %j has the key %j", async (keys, encryptionConfiguration) => {
    const program = () => table({ dataset: BigQueryDataset.existing("orders") } as object);
    const found = { datasetId: "orders", location: "EU", defaultEncryptionConfigurations: keys };
    const { "Table predict-range": made } = await registered(program, { call: () => found });
    expect(made).toEqual({ ...bare, datasetId: "orders", ...(encryptionConfiguration && { encryptionConfiguration }) });
});

test("a schema is read from its file, with or without a byte order mark", async () => {
    const folder = folderOf({ "schema.json": `\uFEFF[\n  { "type": "int64", "name": "store" }\n]\n` });
    const { "Table predict-range": made } = await registered(() => table({ schema: join(folder, "schema.json") }));
    expect(made).toEqual({ ...bare, schema: '[{"mode":"NULLABLE","name":"store","type":"INTEGER"}]' });
});

const naming = "must have up to 300 letters, digits and _, and not start with a digit";
const nested = (depth: number): BigQueryField =>
    depth === 0
        ? { name: "leaf", type: "DATE" }
        : { name: `level_${depth}`, type: "RECORD", fields: [nested(depth - 1)] };
const level15 = `schema.0${".fields.0".repeat(15)}`;

const refusals: [string, unknown, string][] = [
    ["no dataset", { dataset: "sales" }, 'dataset: must be a BigQueryDataset (got "sales").'],
    [
        "an id with a slash",
        { tableId: "a/b" },
        'tableId: must have 1 to 1024 letters, digits, underscores, hyphens and spaces (got "a/b").',
    ],
    ["a schema that is a number", { schema: 7 }, "schema: must be a file or a list of columns (got 7)."],
    [
        "a missing file",
        { schema: "./nowhere.json" },
        `schema: is not a file: ${join(process.cwd(), "nowhere.json")} does not exist (got "./nowhere.json"). The path is relative to ${process.cwd()}.`,
    ],
    [
        "a folder as the schema",
        { schema: "./lib" },
        `schema: is not a file: ${join(process.cwd(), "lib")} is a folder (got "./lib"). Specify the JSON file of the columns.`,
    ],
    ["a column without a type", { schema: [{ name: "a" }] }, "schema.0.type: is missing."],
    ["a column without a name", { schema: [{ type: "DATE" }] }, "schema.0.name: is missing."],
    ["a name with a hyphen", { schema: [{ name: "a-b", type: "DATE" }] }, `schema.0.name: ${naming} (got "a-b").`],
    [
        "a name that starts with a digit",
        { schema: [{ name: "1a", type: "DATE" }] },
        `schema.0.name: ${naming} (got "1a").`,
    ],
    [
        "a name of 301 letters",
        { schema: [{ name: "a".repeat(301), type: "DATE" }] },
        `schema.0.name: ${naming} (got "${"a".repeat(78)}…).`,
    ],
    [
        "a reserved name",
        { schema: [{ name: "_partition_day", type: "DATE" }] },
        'schema.0.name: starts with a prefix that BigQuery reserves (got "_partition_day").',
    ],
    [
        "an unknown type",
        { schema: [{ name: "a", type: "TEXT" }] },
        'schema.0.type: must be one of STRING, BYTES, INTEGER, INT64, FLOAT, FLOAT64, NUMERIC, BIGNUMERIC, BOOLEAN, BOOL, TIMESTAMP, DATE, TIME, DATETIME, GEOGRAPHY, JSON, RANGE, RECORD, STRUCT (got "TEXT").',
    ],
    [
        "a type that is a number",
        { schema: [{ name: "a", type: 7 }] },
        "schema.0.type: must be one of STRING, BYTES, INTEGER, INT64, FLOAT, FLOAT64, NUMERIC, BIGNUMERIC, BOOLEAN, BOOL, TIMESTAMP, DATE, TIME, DATETIME, GEOGRAPHY, JSON, RANGE, RECORD, STRUCT (got 7).",
    ],
    [
        "an unknown mode",
        { schema: [{ name: "a", type: "DATE", mode: "OPTIONAL" }] },
        'schema.0.mode: must be one of NULLABLE, REQUIRED, REPEATED (got "OPTIONAL").',
    ],
    [
        "an unknown property of a column",
        { schema: [{ name: "a", type: "DATE", desciption: "" }] },
        'schema.0.desciption: unknown option "desciption"; did you mean "description"?',
    ],
    [
        "a description of 1025 characters",
        { schema: [{ name: "a", type: "DATE", description: "a".repeat(1025) }] },
        `schema.0.description: must have 1024 characters at most (got "${"a".repeat(78)}…).`,
    ],
    [
        "two names that differ in capitals",
        {
            schema: [
                { name: "a", type: "DATE" },
                { name: "A", type: "DATE" },
            ],
        },
        "schema.1.name: [bigquery/column-twice]",
    ],
    [
        "a record without columns",
        { schema: [{ name: "a", type: "RECORD" }] },
        "schema.0.fields: [bigquery/field-option-missing]",
    ],
    [
        "an empty record",
        { schema: [{ name: "a", type: "STRUCT", fields: [] }] },
        "schema.0.fields: [bigquery/fields-empty]",
    ],
    [
        "columns in a date",
        { schema: [{ name: "a", type: "DATE", fields: [{ name: "b", type: "DATE" }] }] },
        "schema.0.fields: [bigquery/field-option-of-other-type]",
    ],
    [
        "a length of a number",
        { schema: [{ name: "a", type: "INT64", maxLength: 3 }] },
        "schema.0.maxLength: [bigquery/field-option-of-other-type]",
    ],
    [
        "an invalid length",
        { schema: [{ name: "a", type: "STRING", maxLength: "many" }] },
        'schema.0.maxLength: must be a whole number (got "many").',
    ],
    [
        "an empty range",
        { schema: [{ name: "a", type: "RANGE" }] },
        "schema.0.rangeElementType: [bigquery/field-option-missing]",
    ],
    [
        "a scale without a precision",
        { schema: [{ name: "a", type: "NUMERIC", scale: 2 }] },
        "schema.0.scale: [bigquery/scale-without-precision]",
    ],
    [
        "a scale that is too large",
        { schema: [{ name: "a", type: "NUMERIC", precision: 20, scale: 10 }] },
        "schema.0.scale: [bigquery/scale-too-large]",
    ],
    [
        "a precision that is too large",
        { schema: [{ name: "a", type: "NUMERIC", precision: 32, scale: 2 }] },
        "schema.0.precision: [bigquery/precision-range]",
    ],
    [
        "a precision below the scale",
        { schema: [{ name: "a", type: "BIGNUMERIC", precision: 3, scale: 5 }] },
        "schema.0.precision: [bigquery/precision-range]",
    ],
    ["records of 16 levels", { schema: [nested(16)] }, `${level15}.fields: [bigquery/fields-nested-too-deep]`],
    [
        "a partition without a column",
        { partition: {} },
        "partition: must have exactly one of time, ingestion, range (got {}).",
    ],
    [
        "a partition by an unknown column",
        { schema: columns, partition: { time: { field: "sold" } } },
        "partition.time.field: [bigquery/partition-column-missing]",
    ],
    [
        "a partition of time by a number",
        { schema: columns, partition: { time: { field: "store" } } },
        "partition.time.field: [bigquery/partition-column-type]",
    ],
    [
        "hours of a date",
        { schema: [{ name: "a", type: "DATE" }], partition: { time: { field: "a", type: "HOUR" } } },
        "partition.time.field: [bigquery/partition-column-type]",
    ],
    [
        "a partition of weeks",
        { partition: { ingestion: { type: "WEEK" } } },
        'partition.ingestion.type: must be one of HOUR, DAY, MONTH, YEAR (got "WEEK").',
    ],
    [
        "a partition expiration of a minute",
        { partition: { ingestion: { expiration: "1 minute" } } },
        'partition.ingestion.expiration: must be from 1 hour to 36500 days (got "1 minute").',
    ],
    [
        "too many ranges",
        { schema: columns, partition: { range: { field: "store", start: 0, end: 10001, interval: 1 } } },
        "partition.range: [bigquery/partition-range-count]",
    ],
    [
        "no range",
        { schema: columns, partition: { range: { field: "store", start: 10, end: 10, interval: 1 } } },
        "partition.range: [bigquery/partition-range-count]",
    ],
    [
        "ranges in reverse",
        { schema: columns, partition: { range: { field: "sold_at", start: 10, end: 0, interval: 1 } } },
        [
            "partition.range.field: [bigquery/partition-column-type]",
            'BigQueryTable "predict-range": partition.range: [bigquery/partition-range-count]',
        ].join("\n"),
    ],
    [
        "five columns of clustering",
        { clustering: ["a", "b", "c", "d", "e"] },
        'clustering: must have 1 to 4 columns (got ["a", "b", "c", "d", "e"]).',
    ],
    [
        "clustering by a floating-point number",
        { schema: [{ name: "a", type: "FLOAT" }], clustering: ["a"] },
        "clustering.0: [bigquery/partition-column-type]",
    ],
    [
        "clustering by a list",
        { schema: columns, clustering: ["tags"] },
        "clustering.0: [bigquery/partition-column-type]",
    ],
    ["an empty primary key", { primaryKey: [] }, "primaryKey: must have 1 to 16 columns (got [])."],
    ["a primary key of an unknown column", { primaryKey: ["id"] }, "primaryKey.0: [bigquery/partition-column-missing]"],
    [
        "a partition filter without partitions",
        { requirePartitionFilter: true },
        "requirePartitionFilter: [bigquery/filter-without-partition]",
    ],
    [
        "an invalid expiration time",
        { expirationTime: "tomorrow" },
        'expirationTime: must be a time such as 2027-01-31T00:00:00Z (got "tomorrow").',
    ],
    [
        "an expiration time without a time zone",
        { expirationTime: "2027-01-31T00:00:00" },
        'expirationTime: must be a time such as 2027-01-31T00:00:00Z (got "2027-01-31T00:00:00").',
    ],
    [
        "an invalid date",
        { expirationTime: "2027-02-30T00:00:00Z" },
        'expirationTime: must be a time such as 2027-01-31T00:00:00Z (got "2027-02-30T00:00:00Z").',
    ],
    [
        "an unknown option",
        { clusterings: ["a"] },
        'clusterings: unknown option "clusterings"; did you mean "clustering"?',
    ],
];

test.each([
    ["NUMERIC", 0, 1, 29],
    ["NUMERIC", 5, 5, 34],
    ["NUMERIC", 9, 9, 38],
    ["BIGNUMERIC", 0, 1, 38],
    ["BIGNUMERIC", 38, 38, 76],
])("a %s with %d digits after the point has from %d to %d digits", async (type, scale, min, max) => {
    const made = (precision: number) => () =>
        table({ schema: [{ name: "a", type, precision, ...(scale > 0 && { scale }) }] } as never);
    for (const precision of [min, max]) {
        expect(await registered(made(precision))).toHaveProperty("Table predict-range");
    }
    for (const precision of [min - 1, max + 1]) {
        expect(await refused(made(precision), {}, ["Dataset sales"])).toContain("schema.0.precision: ");
    }
});

test.each([
    ["NUMERIC", 10],
    ["BIGNUMERIC", 39],
])("a %s with %d digits after the point is refused", async (type, scale) => {
    const made = () => table({ schema: [{ name: "a", type, precision: scale, scale }] } as never);
    expect(await refused(made, {}, ["Dataset sales"])).toContain("schema.0.scale: [bigquery/scale-too-large]");
});

test.each(refusals)("%s is refused for a table", async (_, args, problem) => {
    const made = () => table(args as Omit<BigQueryTableArgs, "dataset">);
    expect(await refused(made, {}, ["Dataset sales"])).toBe(`BigQueryTable "predict-range": ${problem}`);
});

const faults: [string, string, string][] = [
    [
        "an extra comma",
        '[\n  { "name": "a", "type": "DATE", }\n]',
        "line 2, column 34 of PATH must have a name in double quotes",
    ],
    ["a missing comma", '[{"name": "a" "type": "DATE"}]', 'line 1, column 15 of PATH must have "," or "}"'],
    ["a comment", "[\n\n// columns\n]", "line 3, column 1 of PATH must have a value"],
    ["an unexpected end", '[{"name": "a"}', 'line 1, column 15 of PATH must have "," or "]"'],
    ["empty content", "", "line 1, column 1 of PATH must have a value"],
    ["content after the end", "[] []", "line 1, column 4 of PATH must have nothing more"],
];

test.each(faults)("a schema with %s is refused with the position", async (_, text, fault) => {
    const file = join(folderOf({}), "schema.json");
    writeFileSync(file, text);
    expect(await refused(() => table({ schema: file }), {}, ["Dataset sales"])).toBe(
        `BigQueryTable "predict-range": schema: is not JSON: ${fault.replace("PATH", file)} (got "${file}"). It must be a list of columns, as bq show --schema prints it.`,
    );
});

test("a JSON schema that is not a list of columns is refused", async () => {
    const file = join(folderOf({ "schema.json": '{"fields": []}' }), "schema.json");
    expect(await refused(() => table({ schema: file }), {}, ["Dataset sales"])).toBe(
        'BigQueryTable "predict-range": schema: must be a list of columns (got { fields: [] }).',
    );
});
