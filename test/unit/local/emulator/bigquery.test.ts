import { findTable } from "../../../../local/runtime/services/bigquery/tables";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";
import { Emulator, eventually, project, reader, topic } from "./served";

const columns = [
    { name: "product", type: "STRING", mode: "REQUIRED" },
    { name: "units", type: "INTEGER", mode: "NULLABLE" },
    { name: "price", type: "FLOAT" },
    { name: "sold", type: "BOOLEAN" },
    { name: "at", type: "TIMESTAMP" },
    { name: "on", type: "DATE" },
    { name: "details", type: "JSON" },
    { name: "stores", type: "RECORD", mode: "REPEATED", fields: [{ name: "number", type: "INT64" }] },
];

const dataset = "projects/acme-dev/datasets/sales";

/** Creates a table in the dataset `sales`, like a deployment. */
function makeTable(world: World, name: string, schema: object[], more: Inputs = {}): void {
    const put = (id: string, state: Inputs) =>
        world.cloud.store.write({ name: `//bigquery.googleapis.com/${id}`, project: "acme-dev", id, state });
    put(dataset, { datasetId: "sales", location: "EU", creationTime: 1_780_000_000_000 });
    put(`${dataset}/tables/${name}`, {
        tableId: name,
        schema: JSON.stringify(schema),
        type: "TABLE",
        creationTime: 1_780_000_000_001,
        ...more,
    });
}

async function started(schema = columns as object[]): Promise<Emulator> {
    const world = project();
    makeTable(world, "range", schema);
    return Emulator.of(world);
}

async function rest(emulator: Emulator, path: string, body?: object): Promise<[number, Inputs]> {
    const answer = await fetch(
        `${emulator.url}/bigquery/v2/${path}`,
        body && { method: "POST", body: JSON.stringify(body) },
    );
    return [answer.status, (await answer.json()) as Inputs];
}

const insert = (emulator: Emulator, rows: Inputs[], more = {}) =>
    rest(emulator, `${dataset}/tables/range/insertAll`, { rows: rows.map((json) => ({ json })), ...more });

/** The rows of a table, as another process reads them. */
const storedRows = (emulator: Emulator): Inputs[] =>
    findTable(emulator.world.cloud, "acme-dev", "sales", "range").rows();

test("inserted rows are listed, with values in the format of their types, and stored", async () => {
    const emulator = await started();
    const row = {
        product: "tea",
        units: "241",
        price: 2.2,
        sold: "true",
        at: "2026-06-01 10:00:00.5+02:00",
        on: "2026-06-01",
        details: { a: [1] },
        stores: [{ number: 1 }, { number: 2 }],
    };
    expect(await insert(emulator, [row, { product: "mate", sold: "False", at: 1_780_300_800 }])).toEqual([
        200,
        { kind: "bigquery#tableDataInsertAllResponse" },
    ]);
    expect(storedRows(emulator)).toEqual([
        {
            product: "tea",
            units: 241,
            price: 2.2,
            sold: true,
            at: "2026-06-01T08:00:00.500000Z",
            on: "2026-06-01",
            details: '{"a":[1]}',
            stores: [{ number: 1 }, { number: 2 }],
        },
        { product: "mate", sold: false, at: "2026-06-01T08:00:00.000000Z" },
    ]);
    const stores = [{ v: { f: [{ v: "1" }] } }, { v: { f: [{ v: "2" }] } }];
    const values = ["tea", "241", "2.2", "true", "1780300800500000", "2026-06-01", '{"a":[1]}', stores];
    const [status, listed] = await rest(
        emulator,
        `${dataset}/tables/range/data?formatOptions.useInt64Timestamp=True&maxResults=1`,
    );
    expect([status, listed]).toEqual([
        200,
        { kind: "bigquery#tableDataList", totalRows: "2", pageToken: "1", rows: [{ f: values.map((v) => ({ v })) }] },
    ]);
    const [, second] = await rest(emulator, `${dataset}/tables/range/data?pageToken=1&selectedFields=product,units,at`);
    expect(second).toEqual({
        kind: "bigquery#tableDataList",
        totalRows: "2",
        rows: [{ f: [{ v: "mate" }, { v: null }, { v: "1780300800" }] }],
    });
});

test.each([
    ["STRING", "äö", "äöü"],
    ["BYTES", "AAA=", "AAAA"],
])("a value of type %s has a maximum length", async (type, value, long) => {
    const emulator = await started([{ name: "code", type, maxLength: "2" }]);
    const [, { insertErrors }] = await insert(emulator, [{ code: long }]);
    expect(insertErrors[0].errors[0]).toMatchObject({
        location: "code",
        message: `Field code: ${type}(2) has maximum length 2 but got a value with length 3`,
    });
    expect(await insert(emulator, [{ code: value }])).toEqual([200, { kind: "bigquery#tableDataInsertAllResponse" }]);
});

test.each<[string, unknown, string | null, Inputs?]>([
    ["DATE", "2026-6-1", "2026-06-01"],
    ["TIME", "8:00:00", "08:00:00"],
    ["TIME", "11:41:43.07616", "11:41:43.076160"],
    ["DATETIME", "2026-06-01 8:00:00.5", "2026-06-01T08:00:00.500000"],
    ["TIMESTAMP", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999000000Z"],
    ["TIMESTAMP", "0001-01-01 00:00:00-00:30", "0001-01-01T00:30:00.000000000000Z"],
    [
        "TIMESTAMP",
        "2026-06-01T08:00:00.123456789012Z",
        "2026-06-01T08:00:00.123456789012Z",
        { timestampPrecision: "12" },
    ],
    ["TIMESTAMP", "2026-06-01T08:00:00.123456789012Z", "2026-06-01T08:00:00.123456000000Z"],
    ["FLOAT", "+inf", "Infinity"],
    ["FLOAT", "-Infinity", "-Infinity"],
    ["FLOAT", "nan", "NaN"],
    ["BYTES", "DQo=\n", "DQo="],
    ["GEOGRAPHY", "POINT(-135.0000 90.0)", "POINT(-135 90)"],
    ["INTERVAL", "P7Y11M9DT4H15M37.123456S", "7-11 9 4:15:37.123456"],
    ["INTERVAL", "P-1Y-2M-3DT-4H", "-1-2 -3 -4:0:0"],
    ["INTERVAL", "-1-2 3 -4:5:6.5", "-1-2 3 -4:5:6.5"],
    ["RANGE", "[2026-06-01, 2026-07-01)", "[2026-06-01, 2026-07-01)"],
    ["RANGE", { start: "2026-06-01" }, "[2026-06-01, UNBOUNDED)"],
    [
        "RANGE",
        "[NULL, 2026-06-01)",
        "[UNBOUNDED, 2026-06-01T00:00:00.000000000000Z)",
        { rangeElementType: { type: "TIMESTAMP" } },
    ],
    ["TIMESTAMP", "2026-02-30", null],
    ["TIMESTAMP", "2026-06-01T25:00:00Z", null],
    ["DATE", "2026-06-01T00:00:00", null],
    ["DATETIME", "2026-06-01T00:00:00Z", null],
    ["TIME", "24:00:00", null],
    ["INTERVAL", "P", null],
    ["RANGE", "2026-06-01", null],
    ["RANGE", "[2026-06-01, June)", null],
])("a value of type %s is read and shown in its canonical form: %s is %s", async (type, value, shown, more = {}) => {
    const emulator = await started([{ name: "value", type, ...more }]);
    const [, { insertErrors }] = await insert(emulator, [{ value }]);
    expect(insertErrors !== undefined).toBe(shown === null);
    const data = `${dataset}/tables/range/data?formatOptions.timestampOutputFormat=ISO8601_STRING`;
    const [, { rows = [{ f: [{ v: null }] }] }] = await rest(emulator, data);
    expect(rows[0]?.f[0].v ?? null).toBe(shown);
});

test("times have one format in an answer", async () => {
    const query = "formatOptions.useInt64Timestamp=true&formatOptions.timestampOutputFormat=INT64";
    expect((await rest(await started(), `${dataset}/tables/range/data?${query}`))[0]).toBe(400);
});

test("inserted rows without a value get the default value of the column", async () => {
    const expressions = { text: "'a'", number: "1.5", yes: "TRUE", none: "NULL", on: "DATE '2026-06-01'" };
    const types: Record<string, string> = { number: "FLOAT", yes: "BOOLEAN", on: "DATE" };
    const now = ["CURRENT_TIMESTAMP", "current_timestamp()"].map((defaultValueExpression, index) => {
        return { name: `at${index}`, type: "TIMESTAMP", defaultValueExpression };
    });
    const literals = Object.entries(expressions).map(([name, defaultValueExpression]) => {
        return { name, type: types[name] ?? "STRING", defaultValueExpression };
    });
    const emulator = await started([...literals, ...now]);
    await insert(emulator, [{}, { TEXT: "b", number: null }]);
    const at = expect.stringMatching(/^20/);
    const common = { yes: true, on: "2026-06-01", at0: at, at1: at };
    expect(storedRows(emulator)).toEqual([
        { text: "a", number: 1.5, ...common },
        { text: "b", ...common },
    ]);
});

test("a default value that is not evaluated refuses the rows", async () => {
    const emulator = await started([{ name: "who", type: "STRING", defaultValueExpression: "SESSION_USER()" }]);
    expect(await insert(emulator, [{}])).toMatchObject([
        501,
        { error: { message: expect.stringContaining("does not evaluate the default value SESSION_USER()") } },
    ]);
});

test.each<[string, Inputs, string, string]>([
    ["an unknown column", { product: "tea", colour: "red" }, "colour", "no such field: colour."],
    ["a missing required value", { units: 1 }, "product", "Missing required field: product."],
    [
        "a string instead of a number",
        { product: "tea", units: "many" },
        "units",
        "Cannot convert value to integer (bad value): many",
    ],
    ["a wrong date", { product: "tea", on: "June" }, "on", "Cannot convert value to date (bad value): June"],
    [
        "a single value for a repeated column",
        { product: "tea", stores: { number: 1 } },
        "stores",
        "Repeated field must be imported as a JSON array.",
    ],
    [
        "an invalid nested value",
        { product: "tea", stores: [{ number: true }] },
        "stores.number",
        "Cannot convert value to integer (bad value): true",
    ],
])("a row with %s is refused, and all others with it", async (_, row, location, message) => {
    const emulator = await started();
    const error = (reason: string, at: string, text: string) => [
        { reason, location: at, debugInfo: "", message: text },
    ];
    expect(await insert(emulator, [row, { product: "mate" }])).toEqual([
        200,
        {
            kind: "bigquery#tableDataInsertAllResponse",
            insertErrors: [
                { index: 0, errors: error("invalid", location, message) },
                { index: 1, errors: error("stopped", "", "") },
            ],
        },
    ]);
    const [, { totalRows }] = await rest(emulator, `${dataset}/tables/range/data`);
    expect(totalRows).toBe("0");
    const [, skipped] = await insert(emulator, [row, { product: "mate" }], { skipInvalidRows: true });
    expect(skipped.insertErrors).toEqual([{ index: 0, errors: error("invalid", location, message) }]);
    expect(storedRows(emulator)).toEqual([{ product: "mate" }]);
});

test("unknown columns are ignored on request, and a row that is sent twice is inserted once", async () => {
    const emulator = await started();
    const rows = [{ insertId: "1", json: { product: "tea", colour: "red" } }];
    for (const _ of [1, 2]) {
        await rest(emulator, `${dataset}/tables/range/insertAll`, { rows, ignoreUnknownValues: true });
    }
    expect(storedRows(emulator)).toEqual([{ product: "tea" }]);
});

test("a recreated table has no rows, and rows persist between runs", async () => {
    const emulator = await started();
    await insert(emulator, [{ product: "tea" }]);
    const again = await Emulator.of(emulator.world);
    const rows = async () => (await rest(again, `${dataset}/tables/range/data`))[1].totalRows;
    expect(await rows()).toBe("1");
    makeTable(emulator.world, "range", columns, { creationTime: 1_790_000_000_000 });
    expect(await rows()).toBe("0");
});

test("datasets and tables are described and listed", async () => {
    const emulator = await started();
    makeTable(emulator.world, "seen", [], { type: "VIEW" });
    const reference = { projectId: "acme-dev", datasetId: "sales" };
    expect(await rest(emulator, dataset)).toMatchObject([
        200,
        { id: "acme-dev:sales", datasetReference: reference, location: "EU" },
    ]);
    const range = { id: "acme-dev:sales.range", tableReference: { ...reference, tableId: "range" }, type: "TABLE" };
    expect(await rest(emulator, `${dataset}/tables/range`)).toMatchObject([
        200,
        { ...range, numRows: "0", schema: { fields: columns } },
    ]);
    const [, { tables, totalItems }] = await rest(emulator, `${dataset}/tables`);
    expect([totalItems, tables]).toMatchObject([2, [range, { id: "acme-dev:sales.seen", type: "VIEW" }]]);
});

test.each<[string, string, object | undefined, number, string]>([
    ["a missing data set", "projects/acme-dev/datasets/none", undefined, 404, "Not found: Dataset acme-dev:none"],
    ["a missing table", `${dataset}/tables/none`, undefined, 404, "Not found: Table acme-dev:sales.none"],
    [
        "a query",
        "projects/acme-dev/queries",
        { query: "SELECT 1" },
        501,
        "The local Google Cloud does not run legacy SQL: set useLegacySql to false.",
    ],
    [
        "a new table",
        `${dataset}/tables`,
        {},
        501,
        `The local Google Cloud does not support POST /bigquery/v2/${dataset}/tables: create datasets and tables with a deployment.`,
    ],
    ["no rows", `${dataset}/tables/range/insertAll`, {}, 400, "No rows present in the request."],
])("%s is refused", async (_, path, body, code, message) => {
    expect(await rest(await started(), path, body)).toMatchObject([code, { error: { code, message } }]);
});

describe("a BigQuery subscription", () => {
    const retryPolicy = { minimumBackoff: "0.01s", maximumBackoff: "0.01s" };

    /** A local cloud with a subscription to a table of these columns. */
    async function writing(bigqueryConfig: Inputs, schema: object[], avro?: object): Promise<Emulator> {
        const world = project();
        makeTable(world, "range", schema);
        const { store } = world.cloud;
        if (avro) {
            const path = "projects/acme-dev/schemas/sale";
            store.write({
                name: `//pubsub.googleapis.com/${path}`,
                project: "acme-dev",
                id: path,
                state: { type: "AVRO", definition: JSON.stringify(avro) },
            });
            const entry = store.read(`//pubsub.googleapis.com/${topic}`) as NonNullable<ReturnType<typeof store.read>>;
            store.write({ ...entry, state: { ...entry.state, schemaSettings: { schema: path, encoding: "JSON" } } });
        }
        const made = world.make("Subscription", { name: "reader", topic: "sales", retryPolicy });
        const entry = store.read(`//pubsub.googleapis.com/${made.id}`) as NonNullable<ReturnType<typeof store.read>>;
        store.write({
            ...entry,
            state: { ...entry.state, bigqueryConfig: { table: "acme-dev.sales.range", ...bigqueryConfig } },
        });
        return Emulator.of(world);
    }

    const described = [
        { name: "subscription_name", type: "STRING" },
        { name: "message_id", type: "STRING" },
        { name: "publish_time", type: "TIMESTAMP" },
        { name: "attributes", type: "JSON" },
    ];

    test.each([
        ["STRING", "2.2"],
        ["BYTES", "Mi4y"],
        ["JSON", "2.2"],
    ])("writes the data to a column of type %s, with metadata", async (type, data) => {
        const emulator = await writing({ writeMetadata: true }, [{ name: "data", type }, ...described]);
        const [message_id] = await emulator.publish({ data: Buffer.from("2.2"), attributes: { season: "summer" } });
        const publish_time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        const row = { data, subscription_name: reader, message_id, publish_time, attributes: '{"season":"summer"}' };
        await eventually(() => expect(storedRows(emulator)).toEqual([row]));
    });

    const sale = {
        type: "record",
        name: "Sale",
        fields: [
            { name: "product", type: "string" },
            { name: "units", type: ["null", "long"] },
            { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
        ],
    };
    const message = JSON.stringify({ product: "tea", units: { long: 241 }, at: 1_780_300_800_123 });

    test("writes fields of the topic's schema to the columns with these names", async () => {
        const emulator = await writing({ useTopicSchema: true }, columns, sale);
        await emulator.publish(message);
        await eventually(() =>
            expect(storedRows(emulator)).toEqual([{ product: "tea", units: 241, at: "2026-06-01T08:00:00.123000Z" }]),
        );
    });

    test.each([true, false])(
        "writes a message with an unknown field if unknown fields are dropped: %s",
        async (dropUnknownFields) => {
            const emulator = await writing({ useTableSchema: true, dropUnknownFields }, columns);
            const [id] = await emulator.publish('{ "product": "tea", "colour": "red" }');
            await eventually(() =>
                dropUnknownFields
                    ? expect(storedRows(emulator)).toEqual([{ product: "tea" }])
                    : expect(emulator.lines[0]).toBe(
                          `${reader}: message ${id} will be redelivered: no such field: colour.`,
                      ),
            );
        },
    );

    test("without a schema requires a column for each kind of metadata", async () => {
        const emulator = await writing({ writeMetadata: true, dropUnknownFields: true }, [
            { name: "data", type: "STRING" },
        ]);
        await emulator.publish("a");
        const missing = expect.stringMatching(/will be redelivered: no such field: subscription_name\.$/);
        await eventually(() => expect(emulator.lines[0]).toEqual(missing));
    });
});
