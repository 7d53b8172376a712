import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryDatasetArgs, type BigQueryRoutine } from "slipway/bigquery";
import { refused, registered, registeredOptions } from "../registered";

const dataset = (routines: unknown, args: BigQueryDatasetArgs = {}) =>
    new BigQueryDataset("sale-range", { ...args, routines: routines as BigQueryDatasetArgs["routines"] });

const on = { project: "acme-dev", datasetId: "sale_range" };
const json = JSON.stringify;

test("a function in SQL reads tables by name, and has its types in the form that BigQuery returns", async () => {
    const made = await registered(() =>
        dataset(
            {
                with_tax: {
                    expression: ({ rates }: Record<string, string>) => `price * (SELECT MAX(rate) FROM ${rates})`,
                    arguments: { price: "numeric", any: "ANY TYPE" },
                    returns: "NUMERIC",
                    masking: true,
                    description: "With taxes.",
                },
                bare: { expression: pulumi.output("1") },
            },
            { tables: { rates: {} } },
        ),
    );
    expect(made["Routine sale-range-with_tax"]).toEqual({
        ...on,
        routineId: "with_tax",
        routineType: "SCALAR_FUNCTION",
        language: "SQL",
        definitionBody: "price * (SELECT MAX(rate) FROM `acme-dev.sale_range.rates`)",
        arguments: [
            { name: "price", argumentKind: "FIXED_TYPE", dataType: '{"typeKind":"NUMERIC"}' },
            { name: "any", argumentKind: "ANY_TYPE" },
        ],
        returnType: '{"typeKind":"NUMERIC"}',
        dataGovernanceType: "DATA_MASKING",
        description: "With taxes.",
    });
    expect(made["Routine sale-range-bare"]).toEqual({
        ...on,
        routineId: "bare",
        routineType: "SCALAR_FUNCTION",
        language: "SQL",
        definitionBody: "1",
    });
});

test("a function in JavaScript has its libraries, and says whether it is deterministic", async () => {
    const javascript = { javascript: "return x;", returns: "STRING" };
    const made = await registered(() =>
        dataset({
            always: { ...javascript, arguments: { x: "STRING" }, libraries: ["gs://acme/a.js"], deterministic: true },
            never: { ...javascript, deterministic: false },
        }),
    );
    const common = { ...on, routineType: "SCALAR_FUNCTION", language: "JAVASCRIPT", definitionBody: "return x;" };
    expect(made["Routine sale-range-always"]).toEqual({
        ...common,
        routineId: "always",
        arguments: [{ name: "x", argumentKind: "FIXED_TYPE", dataType: '{"typeKind":"STRING"}' }],
        returnType: '{"typeKind":"STRING"}',
        importedLibraries: ["gs://acme/a.js"],
        determinismLevel: "DETERMINISTIC",
    });
    expect(made["Routine sale-range-never"]).toMatchObject({ ...common, determinismLevel: "NOT_DETERMINISTIC" });
});

test("a table function takes and returns tables, and a procedure sets arguments", async () => {
    const made = await registered(() =>
        dataset({
            above: {
                query: "SELECT price FROM more WHERE price > least",
                arguments: { least: "NUMERIC", more: "TABLE<price NUMERIC, tags ARRAY<STRING>>" },
                returns: "TABLE<price NUMERIC>",
            },
            clear: {
                procedure: "SET done = TRUE;",
                arguments: { before: "DATE", since: { type: "DATE" }, done: { type: "BOOL", mode: "OUT" } },
            },
        }),
    );
    expect(made["Routine sale-range-above"]).toEqual({
        ...on,
        routineId: "above",
        routineType: "TABLE_VALUED_FUNCTION",
        language: "SQL",
        definitionBody: "SELECT price FROM more WHERE price > least",
        arguments: [
            { name: "least", argumentKind: "FIXED_TYPE", dataType: '{"typeKind":"NUMERIC"}' },
            {
                name: "more",
                argumentKind: "FIXED_TABLE",
                tableType: {
                    columns: [
                        { name: "price", type: '{"typeKind":"NUMERIC"}' },
                        { name: "tags", type: '{"arrayElementType":{"typeKind":"STRING"},"typeKind":"ARRAY"}' },
                    ],
                },
            },
        ],
        returnTableType: '{"columns":[{"name":"price","type":{"typeKind":"NUMERIC"}}]}',
    });
    expect(made["Routine sale-range-clear"]).toEqual({
        ...on,
        routineId: "clear",
        routineType: "PROCEDURE",
        language: "SQL",
        definitionBody: "SET done = TRUE;",
        arguments: [
            { name: "before", argumentKind: "FIXED_TYPE", dataType: '{"typeKind":"DATE"}' },
            { name: "since", argumentKind: "FIXED_TYPE", dataType: '{"typeKind":"DATE"}' },
            { name: "done", argumentKind: "FIXED_TYPE", mode: "OUT", dataType: '{"typeKind":"BOOL"}' },
        ],
    });
});

const int = { typeKind: "INT64" };
const types: [string, object][] = [
    ["INTEGER", int],
    [" Int64 ", int],
    ["FLOAT", { typeKind: "FLOAT64" }],
    ["BOOLEAN", { typeKind: "BOOL" }],
    ["INTERVAL", { typeKind: "INTERVAL" }],
    ["array<int64>", { arrayElementType: int, typeKind: "ARRAY" }],
    ["RANGE<DATETIME>", { rangeElementType: { typeKind: "DATETIME" }, typeKind: "RANGE" }],
    [
        "STRUCT< name STRING,ARRAY<INT64>, inner STRUCT<a INT64>>",
        {
            structType: {
                fields: [
                    { name: "name", type: { typeKind: "STRING" } },
                    { type: { arrayElementType: int, typeKind: "ARRAY" } },
                    { name: "inner", type: { structType: { fields: [{ name: "a", type: int }] }, typeKind: "STRUCT" } },
                ],
            },
            typeKind: "STRUCT",
        },
    ],
];

test.each(types)("the type %s becomes JSON with sorted keys", async (returns, type) => {
    const made = await registered(() => dataset({ f: { expression: "x", returns } }));
    expect(made["Routine sale-range-f"]).toMatchObject({ returnType: json(type) });
});

test("a routine waits for the tables, materialized views and routines before it, and views and scheduled queries wait for routines", async () => {
    const program = () =>
        dataset(
            { one: { expression: "1" }, two: { expression: ({ one }: Record<string, string>) => `${one}() + 1` } },
            {
                tables: { rates: {} },
                materializedViews: { best: { query: "SELECT 1" } },
                views: { latest: { query: ({ two }) => `SELECT ${two}()` } },
                scheduledQueries: { run: { query: ({ two }) => `SELECT ${two}()`, schedule: "every day 03:00" } },
            },
        );
    const options = await registeredOptions(program);
    const tables = ["Table sale-range-rates", "Table sale-range-best"];
    expect(options["Routine sale-range-one"]).toMatchObject({
        parent: "BigQueryDataset sale-range",
        deleteBeforeReplace: true,
        after: expect.arrayContaining(tables),
    });
    const routines = ["Routine sale-range-one", "Routine sale-range-two"];
    expect(options["Routine sale-range-one"]?.after).not.toContain("Routine sale-range-two");
    expect(options["Routine sale-range-two"]?.after).toEqual(expect.arrayContaining(["Routine sale-range-one"]));
    expect(options["Table sale-range-best"]?.after).not.toContain("Routine sale-range-one");
    expect(options["Table sale-range-latest"]?.after).toEqual(expect.arrayContaining([...tables, ...routines]));
    expect(options["DataTransferConfig sale-range-run"]?.after).toEqual(expect.arrayContaining(routines));
    const made = await registered(program);
    expect(made).toMatchObject({
        "Routine sale-range-two": { definitionBody: "`acme-dev.sale_range.one`() + 1" },
        "Table sale-range-latest": { view: { query: "SELECT `acme-dev.sale_range.two`()" } },
        "DataTransferConfig sale-range-run": { params: { query: "SELECT `acme-dev.sale_range.two`()" } },
    });
});

test("a routine is authorized on the datasets that it reads and that name it, and again when its definition changes", async () => {
    const program = (transform?: object) => () => {
        const sales = new BigQueryDataset("sales", { tables: { orders: {} } });
        const query = (_: unknown, { sales }: Record<string, string>) => `SELECT * FROM ${sales}.orders`;
        const tools = dataset({ all: { query, reads: { sales } } }, { transform: { routine: transform ?? {} } });
        new BigQueryDataset("more", { access: { all: { routine: tools.routines.all as BigQueryRoutine } } });
    };
    const routine = { projectId: "acme-dev", datasetId: "sale_range", routineId: "all" };
    expect(await registered(program())).toMatchObject({
        "Routine sale-range-all": { definitionBody: "SELECT * FROM `acme-dev.sales`.orders" },
        "DatasetAccess sale-range-all-reads-sales": { project: "acme-dev", datasetId: "sales", routine },
        "DatasetAccess more-all": { project: "acme-dev", datasetId: "more", routine },
    });
    const options = await registeredOptions(program());
    expect(options["Routine sale-range-all"]?.after).toContain("Table sales-orders");
    const hashes = async (...given: object[]) => {
        const changed = await registeredOptions(program(...given));
        return ["DatasetAccess sale-range-all-reads-sales", "DatasetAccess more-all"].map((access) => {
            expect(changed[access]).toMatchObject({ deleteBeforeReplace: true });
            return changed[access]?.replacementTrigger;
        });
    };
    const [first] = await hashes();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashes()).toEqual([first, first]);
    const [other] = await hashes({ description: "All." });
    expect(other).not.toBe(first);
    expect(await hashes({ description: "All." })).toEqual([other, other]);
});

test("a routine has its name in queries", async () => {
    let name = "";
    await registered(() => {
        const { one } = dataset({ one: { expression: "1" } }).routines;
        one?.name.apply((text) => {
            name = text;
        });
    });
    expect(name).toBe("acme-dev.sale_range.one");
});

const kinds = "A routine has one of expression (SQL), javascript, query (a table function) and procedure.";
const type =
    "must be a type of GoogleSQL without a length or precision, such as STRING, ARRAY<INT64> or STRUCT<name STRING, price NUMERIC>";
const table = "must be the columns of a table with different names, such as TABLE<name STRING, price NUMERIC>";
const refusals: [string, object, string][] = [
    [
        "an ID with a hyphen",
        { "a-b": { expression: "1" } },
        'a-b: must have 1 to 256 letters, digits and _ (got "a-b").',
    ],
    ["no kind", { f: {} }, "f: must have exactly one of expression, javascript, query, procedure (got {})."],
    [
        "two languages",
        { f: { expression: "1", javascript: "return 1;" } },
        'f: must have exactly one of expression, javascript, query, procedure (got { expression: "1", javascript: "return 1;" }).',
    ],
    ["a language", { f: { expression: "1", language: "SQL" } }, `f.language: unknown option "language". ${kinds}`],
    ["JavaScript without a return type", { f: { javascript: "return 1;" } }, "f.returns: is missing."],
    [
        "JavaScript that reads a dataset",
        { f: { javascript: "return 1;", returns: "STRING", reads: {} } },
        'f.reads: unknown option "reads". A function in JavaScript cannot read tables.',
    ],
    [
        "JavaScript with an integer",
        { f: { javascript: "return 1;", returns: "STRING", arguments: { returns: "ARRAY<INTEGER>" } } },
        "f.arguments.returns: [bigquery/javascript-integer]",
    ],
    [
        "JavaScript that returns an integer",
        { f: { javascript: "return 1;", returns: "INT64" } },
        "f.returns: [bigquery/javascript-integer]",
    ],
    [
        "an argument twice",
        { f: { expression: "1", arguments: { x: "STRING", X: "STRING" } } },
        "f.arguments.X: [bigquery/argument-twice]",
    ],
    [
        "an argument that starts with a digit",
        { f: { expression: "1", arguments: { "1x": "STRING" } } },
        'f.arguments.1x: must be a name of letters, digits and _, not starting with a digit (got "1x").',
    ],
    [
        "JavaScript with any type",
        { f: { javascript: "return 1;", returns: "STRING", arguments: { x: "ANY TYPE" } } },
        `f.arguments.x: ${type} (got "ANY TYPE").`,
    ],
    [
        "a function that returns a table",
        { f: { expression: "1", returns: "TABLE<a STRING>" } },
        `f.returns: ${type} (got "TABLE<a STRING>").`,
    ],
    [
        "a table function that returns a value",
        { f: { query: "SELECT 1", returns: "STRING" } },
        `f.returns: ${table} (got "STRING").`,
    ],
    [
        "a mode of a function's argument",
        { f: { query: "SELECT 1", arguments: { x: { type: "STRING", mode: "OUT" } } } },
        `f.arguments.x: ${type} (got { type: "STRING", mode: "OUT" }).`,
    ],
    [
        "a procedure with a result",
        { f: { procedure: "SELECT 1;", returns: "STRING" } },
        'f.returns: unknown option "returns". A procedure has no result: give an argument the mode OUT.',
    ],
    [
        "a procedure that is authorized by reads",
        { f: { procedure: "SELECT 1;", reads: {} } },
        'f.reads: unknown option "reads". An authorized procedure can also change and delete what it reads. If you want that, authorize it in the access of the other dataset: access: { load: { routine: tools.routines.load } }.',
    ],
    [
        "an unknown mode",
        { f: { procedure: "SELECT 1;", arguments: { x: { type: "STRING", mode: "RETURN" } } } },
        'f.arguments.x.mode: must be one of IN, OUT, INOUT (got "RETURN").',
    ],
    [
        "a library without a scheme",
        { f: { javascript: "return 1;", returns: "STRING", libraries: ["a.js"] } },
        'f.libraries.0: must be a file such as gs://acme-dev-libraries/tax.js (got "a.js").',
    ],
    [
        "a statement as an expression",
        { f: { expression: "create or replace function f() AS (1)" } },
        'f.expression: must be an expression, without CREATE FUNCTION (got "create or replace function f() AS (1)"). Write a query in it in parentheses; the query of a table function is the option query.',
    ],
    [
        "a query as an expression",
        { f: { expression: " SELECT 1" } },
        'f.expression: must be an expression, without CREATE FUNCTION (got " SELECT 1"). Write a query in it in parentheses; the query of a table function is the option query.',
    ],
    [
        "a statement as the query of a table function",
        { f: { query: "CREATE TABLE FUNCTION f() AS SELECT 1" } },
        'f.query: must be a query, without CREATE TABLE FUNCTION (got "CREATE TABLE FUNCTION f() AS SELECT 1").',
    ],
    [
        "an empty procedure",
        { f: { procedure: " " } },
        'f.procedure: must be statements, without CREATE PROCEDURE (got " ").',
    ],
    [
        "a statement as JavaScript",
        { f: { javascript: "CREATE TEMP FUNCTION f() …", returns: "STRING" } },
        'f.javascript: must be the body of a function, without CREATE FUNCTION (got "CREATE TEMP FUNCTION f() …").',
    ],
    ...[
        "STRING(10)",
        "ARRAY<ARRAY<STRING>>",
        "ARRAY",
        "RANGE<STRING>",
        "STRUCT<>",
        "TEXT",
        "STRING STRING",
        "ARRAY<STRING",
        "constructor",
    ].map((returns): [string, object, string] => [
        `the type ${returns}`,
        { f: { expression: "1", returns } },
        `f.returns: ${type} (got "${returns}").`,
    ]),
    ...["TABLE<STRING>", "TABLE<a STRING, A STRING>", "TABLE<>", "TABLE<a STRING> x"].map(
        (returns): [string, object, string] => [
            `the table ${returns}`,
            { f: { query: "SELECT 1", returns } },
            `f.returns: ${table} (got "${returns}").`,
        ],
    ),
];

test.each(refusals)("%s is refused for a routine", async (_, routines, problem) => {
    expect(await refused(() => dataset(routines))).toBe(`BigQueryDataset "sale-range": routines.${problem}`);
});

test("queries in the forms of expressions, and statements that create tables, are accepted", async () => {
    const routines = {
        one: { expression: "(SELECT 1)" },
        two: { expression: "WITH(a AS 1, a + 1)" },
        three: { procedure: "CREATE OR REPLACE TABLE sales.days AS SELECT 1;" },
    };
    expect(Object.keys(await registered(() => dataset(routines)))).toHaveLength(4);
});

test("a routine with the ID of a table is refused", async () => {
    expect(await refused(() => dataset({ orders: { expression: "1" } }, { tables: { orders: {} } }))).toBe(
        'BigQueryDataset "sale-range": routines.orders: [bigquery/table-id-twice]',
    );
});
