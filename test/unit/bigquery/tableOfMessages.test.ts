import { BigQueryDataset, BigQueryTable } from "slipway/bigquery";
import { type BigQueryOptions, PubSubSubscription, PubSubTopic, type TopicSchema } from "slipway/pubsub";
import { StorageBucket } from "slipway/storage";
import { parseSchema } from "../../../lib/pubsub/schema/schema";
import { refused, registered, registeredOptions } from "../registered";

const record = (...fields: object[]) => ({ avro: { type: "record", name: "Sale", fields } });
const plain = record({ name: "id", type: "string" });

/** The columns of a table for messages of a schema, by name. */
async function columns(schema?: TopicSchema, options: object = {}) {
    const made = await registered(() => {
        const topic = new PubSubTopic("sales", { schema });
        const bigQuery = { dataset: new BigQueryDataset("forecast"), ...options };
        new PubSubSubscription("sale-rows", { topic, bigQuery, deadLetter: false });
    });
    return JSON.parse((made["Table sale-rows"] as { schema: string }).schema);
}

const scalars: [string, unknown, string][] = [
    ["null", "null", "STRING"],
    ["boolean", "boolean", "BOOLEAN"],
    ["int", "int", "INTEGER"],
    ["long", "long", "INTEGER"],
    ["float", "float", "FLOAT"],
    ["double", "double", "FLOAT"],
    ["bytes", "bytes", "BYTES"],
    ["string", "string", "STRING"],
    ["fixed", { type: "fixed", name: "Id", size: 16 }, "BYTES"],
    ["enum", { type: "enum", name: "Kind", symbols: ["A"] }, "INTEGER"],
    ["date", { type: "int", logicalType: "date" }, "DATE"],
    ["time-millis", { type: "int", logicalType: "time-millis" }, "TIME"],
    ["time-micros", { type: "long", logicalType: "time-micros" }, "TIME"],
    ["timestamp-millis", { type: "long", logicalType: "timestamp-millis" }, "TIMESTAMP"],
    ["timestamp-micros", { type: "long", logicalType: "timestamp-micros" }, "TIMESTAMP"],
    ["a decimal", { type: "bytes", logicalType: "decimal", precision: 38, scale: 9 }, "NUMERIC"],
    ["a long decimal", { type: "bytes", logicalType: "decimal", precision: 39, scale: 9 }, "BIGNUMERIC"],
    [
        "a decimal of a fixed size with many digits after the point",
        { type: "fixed", name: "rate", size: 9, logicalType: "decimal", precision: 20, scale: 10 },
        "BIGNUMERIC",
    ],
    ["a decimal without its digits", { type: "bytes", logicalType: "decimal" }, "BYTES"],
    ["uuid", { type: "string", logicalType: "uuid" }, "STRING"],
    ["a date of another type", { type: "string", logicalType: "date" }, "STRING"],
    ["what may be null", ["null", "int"], "INTEGER"],
    ["what may be null in the end", [{ type: "long", logicalType: "timestamp-micros" }, "null"], "TIMESTAMP"],
];

test.each(scalars)("Avro's %s becomes a nullable column", async (_, type, expected) => {
    expect(await columns(record({ name: "a", type, doc: "What it is." }))).toEqual([
        { name: "a", type: expected, mode: "NULLABLE", description: "What it is." },
    ]);
});

test("lists, maps and nested records become columns of the corresponding types", async () => {
    const inner = { type: "record", name: "Item", fields: [{ name: "sku", type: "string" }] };
    const schema = record(
        { name: "tags", type: { type: "array", items: "string" } },
        { name: "prices", type: { type: "map", values: ["null", "double"] } },
        { name: "items", type: { type: "array", items: inner } },
        { name: "first", type: ["null", "Item"] },
    );
    const sku = [{ name: "sku", type: "STRING", mode: "NULLABLE" }];
    expect(await columns(schema)).toEqual([
        { name: "tags", type: "STRING", mode: "REPEATED" },
        {
            name: "prices",
            type: "RECORD",
            mode: "REPEATED",
            fields: [
                { name: "key", type: "STRING", mode: "NULLABLE" },
                { name: "value", type: "FLOAT", mode: "NULLABLE" },
            ],
        },
        { name: "items", type: "RECORD", mode: "REPEATED", fields: sku },
        { name: "first", type: "RECORD", mode: "NULLABLE", fields: sku },
    ]);
});

test("fields of Protocol Buffers become columns", async () => {
    const types = {
        FLOAT: ["double", "float"],
        INTEGER: [
            "int32",
            "int64",
            "uint32",
            "sint32",
            "sint64",
            "fixed32",
            "sfixed32",
            "sfixed64",
            "Kind",
            "Sale.Kind",
        ],
        NUMERIC: ["uint64", "fixed64"],
        BOOLEAN: ["bool"],
        STRING: ["string"],
        BYTES: ["bytes"],
    };
    const all = Object.entries(types).flatMap(([column, each]) => each.map((type) => ({ column, type })));
    const fields = all.map(({ type }, index) => `  optional ${type} f${index} = ${index + 1};`);
    const protobuf = `syntax = "proto3";
package acme; // A note, and /* another */
message Sale {
${fields.join("\n")}
  enum Kind { UNKNOWN = 0; NEW = 1; }
  message Item { reserved 2, 4 to 6; string sku = 1 [deprecated = true]; }
  repeated Item items = 100;
  map<int32, Item> by_number = 101;
}`;
    const sku = [{ name: "sku", type: "STRING", mode: "NULLABLE" }];
    expect(await columns({ protobuf })).toEqual([
        ...all.map(({ column }, index) => ({ name: `f${index}`, type: column, mode: "NULLABLE" })),
        { name: "items", type: "RECORD", mode: "REPEATED", fields: sku },
        {
            name: "by_number",
            type: "RECORD",
            mode: "REPEATED",
            fields: [
                { name: "key", type: "INTEGER", mode: "NULLABLE" },
                { name: "value", type: "RECORD", mode: "NULLABLE", fields: sku },
            ],
        },
    ]);
});

const metadata = [
    { name: "subscription_name", type: "STRING", mode: "NULLABLE" },
    { name: "message_id", type: "STRING", mode: "NULLABLE" },
    { name: "publish_time", type: "TIMESTAMP", mode: "NULLABLE" },
    { name: "attributes", type: "JSON", mode: "NULLABLE" },
];

test("messages without a schema become a column of bytes, with optional metadata", async () => {
    const data = { name: "data", type: "BYTES", mode: "NULLABLE" };
    expect(await columns()).toEqual([data]);
    expect(await columns(undefined, { writeMetadata: true })).toEqual([...metadata, data]);
    expect(await columns(plain, { writeMetadata: true })).toEqual([
        ...metadata,
        { name: "id", type: "STRING", mode: "NULLABLE" },
    ]);
});

const forecast = () => new BigQueryDataset("forecast");
const rows = () =>
    new BigQueryTable("rows", {
        dataset: forecast(),
        schema: [
            { name: "data", type: "BYTES" },
            { name: "id", type: "STRING" },
        ],
    });
type Bigquery = BigQueryTable | BigQueryOptions;
const subscribed = (bigQuery: () => Bigquery, schema?: TopicSchema) => () => {
    const topic = new PubSubTopic("sales", { schema });
    return new PubSubSubscription("sale-rows", { topic, bigQuery: bigQuery(), deadLetter: false });
};

const written = (config: object) => ({
    name: "sale-rows",
    topic: "projects/acme-dev/topics/sales",
    ackDeadlineSeconds: 10,
    messageRetentionDuration: "604800s",
    expirationPolicy: { ttl: "" },
    retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
    bigqueryConfig: config,
});

const table = "acme-dev.forecast.rows";
const configs: [string, () => Bigquery, TopicSchema | undefined, object][] = [
    ["a table", rows, undefined, { table }],
    ["a table, by the topic's schema", rows, plain, { table, useTopicSchema: true }],
    ["a table, without the topic's schema", () => ({ table: rows(), useTopicSchema: false }), plain, { table }],
    [
        "a table, by its own columns",
        () => ({ table: rows(), useTableSchema: true, dropUnknownFields: true }),
        plain,
        { table, useTableSchema: true, dropUnknownFields: true },
    ],
    [
        "a dataset",
        () => ({ dataset: forecast(), dropUnknownFields: true, writeMetadata: true }),
        plain,
        { table: "acme-dev.forecast.sale_rows", useTopicSchema: true, dropUnknownFields: true, writeMetadata: true },
    ],
    ["a table's id", () => ({ dataset: forecast(), tableId: "all" }), undefined, { table: "acme-dev.forecast.all" }],
];

test.each(configs)("messages are written to %s", async (_, bigQuery, schema, config) => {
    expect((await registered(subscribed(bigQuery, schema)))["Subscription sale-rows"]).toEqual(written(config));
});

test("Pub/Sub can write to the table before the subscription is created", async () => {
    const grant = "IamMember pubsub-agent-sale-rows-data-editor";
    const program = subscribed(() => ({ dataset: forecast() }));
    const made = await registered(program, { environment: true });
    expect(made[grant]).toEqual({
        project: "acme-dev",
        datasetId: "forecast",
        tableId: "sale_rows",
        role: "roles/bigquery.dataEditor",
        member: "serviceAccount:service-123@gcp-sa-pubsub.iam.gserviceaccount.com",
    });
    const { "Subscription sale-rows": subscription, "Table sale-rows": derived } = await registeredOptions(program, {
        environment: true,
        kind: "production",
    });
    expect(subscription?.after).toEqual([grant, "Table sale-rows", "Topic sales"]);
    expect(derived).toMatchObject({ parent: "BigQueryTable sale-rows", protect: true });
    const { "BigQueryTable sale-rows": component } = await registeredOptions(program);
    expect(component?.parent).toBe("PubSubSubscription sale-rows");
});

test("the derived table can be transformed", async () => {
    const made = await registered(() => {
        const transform = { table: { timePartitioning: { type: "DAY", field: "publish_time" } } };
        const topic = new PubSubTopic("sales");
        new PubSubSubscription("rows", { topic, bigQuery: { dataset: forecast(), writeMetadata: true }, transform });
    });
    expect(made["Table rows"]).toMatchObject({ timePartitioning: { type: "DAY", field: "publish_time" } });
});

const unfitAvro = record(
    { name: "a", type: ["int", "string"] },
    { name: "b", type: { type: "array", items: { type: "array", items: "int" } } },
    { name: "c", type: ["null", { type: "array", items: "int" }] },
    { name: "d", type: { type: "array", items: ["null", "int"] } },
    { name: "e", type: ["null", "Sale"] },
    { name: "f", type: { type: "fixed", name: "D", size: 12, logicalType: "duration" } },
    { name: "g", type: { type: "bytes", logicalType: "decimal", precision: 80, scale: 2 } },
    { name: "h", type: { type: "record", name: "Store", fields: [{ name: "last", type: ["null", "Sale"] }] } },
);
const unfitProtobuf = {
    protobuf: `message Sale {
  oneof kind { string a = 1; }
  optional Sale next = 2;
  message Store { optional Sale last = 1; }
  optional Store store = 3;
}`,
};
const unfit = "bigQuery.dataset: [pubsub/column-not-creatable]";
const refusals: [string, () => object, TopicSchema | undefined, string[]][] = [
    ["neither a table nor a dataset", () => ({}), undefined, ["bigQuery: [pubsub/table-or-dataset]"]],
    [
        "both a table and a dataset",
        () => {
            const dataset = forecast();
            return { table: new BigQueryTable("rows", { dataset }), dataset };
        },
        undefined,
        ["bigQuery: [pubsub/table-or-dataset]"],
    ],
    [
        "an id of a table that there is",
        () => ({ table: rows(), tableId: "a" }),
        undefined,
        ["bigQuery.tableId: [pubsub/table-id-with-table]"],
    ],
    [
        "a table by its name",
        () => ({ table: "rows" }),
        undefined,
        ['bigQuery.table: must be a BigQueryTable (got "rows").'],
    ],
    [
        "a schema that the topic has not",
        () => ({ table: rows(), useTopicSchema: true }),
        undefined,
        ["bigQuery.useTopicSchema: [pubsub/topic-schema-missing]"],
    ],
    [
        "two schemas",
        () => ({ table: rows(), useTopicSchema: true, useTableSchema: true }),
        plain,
        ["bigQuery.useTableSchema: [pubsub/table-schema-and-topic-schema]"],
    ],
    [
        "the schema of a table that is made",
        () => ({ dataset: forecast(), useTableSchema: true, useTopicSchema: false }),
        plain,
        ["bigQuery.useTableSchema: [pubsub/table-schema-with-dataset]"],
    ],
    [
        "messages that are no JSON",
        () => ({ table: rows(), useTableSchema: true }),
        { ...plain, encoding: "BINARY" },
        ["bigQuery.useTableSchema: [pubsub/table-schema-of-binary]"],
    ],
    [
        "fields to leave out without any",
        () => ({ table: rows(), dropUnknownFields: true }),
        undefined,
        ["bigQuery.dropUnknownFields: [pubsub/drop-unknown-fields-without-schema]"],
    ],
    ["fields that no column can be", () => ({ dataset: forecast() }), unfitAvro, Array(8).fill(unfit)],
    [
        "fields of Protocol Buffers that no column can be",
        () => ({ dataset: forecast() }),
        unfitProtobuf,
        [unfit, unfit, unfit],
    ],
    [
        "changes of rows in a table without a key",
        () => ({ dataset: forecast() }),
        record({ name: "_CHANGE_TYPE", type: "string" }),
        ["bigQuery.dataset: [pubsub/primary-key-missing]"],
    ],
    [
        "names of the metadata",
        () => ({ table: rows(), writeMetadata: true }),
        record({ name: "publishTime", type: "string" }, { name: "attributes", type: "string" }),
        Array(2).fill("bigQuery.writeMetadata: [pubsub/metadata-name-taken]"),
    ],
];

test.each(refusals)("%s is refused for a table of messages", async (_, bigQuery, schema, problems) => {
    const program = subscribed(bigQuery as () => Bigquery, schema);
    const isMade = (key: string) => /^(Dataset|Table|Topic|Schema) /.test(key);
    const before = Object.keys(
        await registered(() => {
            new PubSubTopic("sales", { schema });
            bigQuery();
        }),
    ).filter(isMade);
    expect(await refused(program, {}, before)).toBe(
        problems.map((problem) => `PubSubSubscription "sale-rows": ${problem}`).join("\n"),
    );
});

test("fields without a column are found, with the reason", () => {
    const unmapped = (given: TopicSchema) => parseSchema(given).parsed?.columns.unmapped;
    expect(unmapped(unfitAvro)).toEqual([
        { path: "fields.0", why: "is a union of more than null and one type" },
        { path: "fields.1", why: "is a list of lists" },
        { path: "fields.2", why: "is a list that may be null" },
        { path: "fields.3", why: "is a list of what may be null" },
        { path: "fields.4", why: "has itself in it" },
        { path: "fields.5", why: "is a duration, whose type INTERVAL no column of a table's schema has" },
        { path: "fields.6", why: "has more digits than a BIGNUMERIC" },
        { path: "fields.7.type.fields.0", why: "has itself in it" },
    ]);
    expect(unmapped(unfitProtobuf)).toEqual([
        { path: "Sale.a", why: "is in the oneof kind" },
        { path: "Sale.next", why: "has itself in it" },
        { path: "Sale.Store.last", why: "has itself in it" },
    ]);
});

const archived = (avro: object, schema?: TopicSchema) => () => {
    const topic = new PubSubTopic("sales", { schema });
    const bucket = { bucket: new StorageBucket("archive"), format: { avro } };
    return new PubSubSubscription("archive", { topic, bucket, deadLetter: false });
};

test("objects contain records with the topic's own Avro schema", async () => {
    const made = await registered(archived({ useTopicSchema: true, writeMetadata: true }, plain));
    expect(made["Subscription archive"]).toMatchObject({
        cloudStorageConfig: { avroConfig: { useTopicSchema: true, writeMetadata: true } },
    });
});

const at = 'PubSubSubscription "archive": bucket.format.avro';
test.each([
    ["no schema", undefined, ["Bucket archive", "Topic sales"], `${at}.useTopicSchema: [pubsub/avro-schema-missing]`],
    [
        "a schema of Protocol Buffers",
        { protobuf: "message Sale {}" },
        ["Bucket archive", "Schema sales", "Topic sales"],
        `${at}.useTopicSchema: [pubsub/avro-schema-missing]`,
    ],
    [
        "a name of the metadata",
        record({ name: "message_id", type: "string" }),
        ["Bucket archive", "Schema sales", "Topic sales"],
        `${at}.writeMetadata: [pubsub/bucket-metadata-name-taken]`,
    ],
])("Avro records of a topic with %s are refused", async (_, schema, made, problem) => {
    const program = archived({ useTopicSchema: true, writeMetadata: true }, schema as TopicSchema | undefined);
    expect(await refused(program, {}, made)).toBe(problem);
});
