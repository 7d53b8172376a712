import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "../../../../local/rules/rules";
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

/** The rows of a table on disk. */
function storedRows(emulator: Emulator): Inputs[] {
    const folder = join(emulator.world.cloud.folder, "rows", "acme-dev", "sales");
    const [file = ""] = readdirSync(folder);
    return readFileSync(join(folder, file), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
}

test("inserted rows are listed, with values in the format of their types, and stored as JSON lines", async () => {
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
        "The local Google Cloud runs no queries of BigQuery. List the rows of a table, or try the query in a project.",
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
