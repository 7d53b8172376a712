import { type Made, refusalOf, tokenOf, World } from "./world";

const fields = (...given: [name: string, type: unknown][]) => given.map(([name, type]) => ({ name, type }));
const avro = (...given: [string, unknown][]) => ({
    type: "AVRO",
    definition: JSON.stringify({ type: "record", name: "Sale", fields: fields(...given) }),
});
const sale = { name: "sale", ...avro(["id", "string"], ["price", "double"]) };

function prepared(): { world: World; schema: Made } {
    const world = new World();
    world.enable("pubsub", "bigquery");
    return { world, schema: world.make("Schema", sale) };
}

test("a schema has a revision, and a new one when its definition changes", () => {
    const { world, schema } = prepared();
    expect(schema).toMatchObject({
        id: "projects/acme-dev/schemas/sale",
        state: { ...sale, project: "acme-dev", revisionId: expect.stringMatching(/^[0-9a-f]{8}$/) },
    });
    const more = { ...sale, ...avro(["id", "string"], ["price", "double"], ["day", "int"]) };
    expect(world.changed(schema, more)).toEqual(["definition"]);
    expect(
        world.provider.diff(tokenOf("Schema"), world.checked(tokenOf("Schema"), more), schema.inputs, schema.state),
    ).toMatchObject({
        replaced: [],
    });
    expect(world.update(schema, more).state.revisionId).not.toBe(schema.state.revisionId);
});

const refusals: [string, object, string][] = [
    ["whose name is taken", sale, "Error 409: Resource already exists in the project (resource=sale)."],
    [
        "without a type",
        { name: "other", definition: sale.definition },
        "Error 400: Invalid schema type: TYPE_UNSPECIFIED.",
    ],
    [
        "that is not JSON",
        { type: "AVRO", definition: "" },
        "Error 400: AVRO schema definition is not valid: Tried to parse invalid JSON.",
    ],
    [
        "that is not a record",
        { type: "AVRO", definition: '"int"' },
        "Error 400: AVRO schema definition is not valid: A record with a name and fields is needed.",
    ],
    [
        "that is too large",
        { type: "AVRO", definition: " ".repeat(307_201) },
        "Error 400: The schema definition exceeds the maximum size of 300KB.",
    ],
    [
        "that is invalid",
        { type: "PROTOCOL_BUFFER", definition: "message Sale {" },
        "Error 400: Protocol buffer schema definition is not valid: ",
    ],
    [
        "with two messages",
        { type: "PROTOCOL_BUFFER", definition: "message A {} message B {}" },
        "exactly one message type and no import are needed.",
    ],
    [
        "with an import",
        { type: "PROTOCOL_BUFFER", definition: 'import "a.proto"; message A {}' },
        "exactly one message type and no import are needed.",
    ],
    [
        "with a field without a type",
        { type: "PROTOCOL_BUFFER", definition: 'syntax = "proto3"; message A { B b = 1; }' },
        "Protocol buffer schema definition is not valid: no such",
    ],
    [
        "whose name begins with a digit",
        { ...sale, name: "1sale" },
        "Error 400: Invalid resource name given (name=projects/acme-dev/schemas/1sale).",
    ],
];

test.each(refusals)("a schema %s is refused", (_, inputs, message) => {
    const refusal = refusalOf(() => prepared().world.make("Schema", inputs));
    expect(refusal).toMatch(/^Error creating Schema: googleapi: Error 4\d\d: /);
    expect(refusal).toContain(message);
});

test("an incompatible revision is refused", () => {
    const { world, schema } = prepared();
    const refused = (inputs: object) => refusalOf(() => world.update(schema, { ...sale, ...inputs }));
    const start = `Error updating Schema "projects/acme-dev/schemas/sale": googleapi: Error 400: Compatibility checking failed to commit a schema revision. Revision is incompatible with previous revision: ${schema.state.revisionId}.`;
    expect(refused(avro(["id", "long"], ["price", "double"]))).toBe(
        `${start} id of type "long" is not compatible with id of type "string".`,
    );
    expect(refused({ type: "PROTOCOL_BUFFER", definition: "message Sale {}" })).toBe(
        `${start} The type PROTOCOL_BUFFER is not AVRO.`,
    );
});

test("a topic requires an existing schema, and has none after the schema is deleted", () => {
    const { world, schema } = prepared();
    const topic = world.make("Topic", { name: "sales", schemaSettings: { schema: schema.id, encoding: "JSON" } });
    const other = { name: "other", schemaSettings: { schema: "projects/acme-dev/schemas/none", encoding: "JSON" } };
    expect(refusalOf(() => world.make("Topic", other))).toBe(
        "Error creating Topic: googleapi: Error 404: Resource not found (resource=projects/acme-dev/schemas/none).",
    );
    world.remove(schema);
    expect(world.refreshed(topic)?.state.schemaSettings).toEqual({ schema: "_deleted-schema_", encoding: "JSON" });
});

test("a topic's messages are stored in existing regions", () => {
    const policy = (region: string) => ({
        name: "sales",
        messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1", region] },
    });
    const { world } = prepared();
    expect(refusalOf(() => world.make("Topic", policy("europe-west99")))).toBe(
        "Error creating Topic: googleapi: Error 400: Invalid message storage policy: europe-west99 is not a valid region.",
    );
    expect(world.make("Topic", policy("europe-west4")).id).toBe("projects/acme-dev/topics/sales");
});

test("a schema has an IAM policy", () => {
    const { world, schema } = prepared();
    const grant = { schema: "sale", role: "roles/pubsub.viewer", member: "user:zoe@acme.com" };
    const token = "gcp:pubsub/schemaIamMember:SchemaIamMember";
    expect(world.makeAny(token, grant)).toMatchObject({
        id: `${schema.id}/roles/pubsub.viewer/user:zoe@acme.com`,
        state: { schema: schema.id },
    });
    expect(refusalOf(() => world.makeAny(token, { ...grant, schema: "none" }))).toContain(
        "Error 404: Resource not found (resource=projects/acme-dev/schemas/none).",
    );
});

interface Column {
    name: string;
    type: string;
    mode?: string;
}

/** A topic with a schema and a table with these columns, which Pub/Sub can write to. */
function written(columns: Column[], config: object = { useTopicSchema: true }, schema: object = {}) {
    const { world } = prepared();
    const made = world.make("Schema", { ...sale, ...schema, name: "own" });
    world.make("Topic", { name: "sales", schemaSettings: { schema: made.id, encoding: "JSON" } });
    world.make("Dataset", { datasetId: "rows" });
    world.make("Table", { datasetId: "rows", tableId: "all", schema: JSON.stringify(columns) });
    const { member } = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state;
    const place = { datasetId: "rows", tableId: "all" };
    const grant = { ...place, role: "roles/bigquery.dataEditor", member };
    world.makeAny("gcp:bigquery/iamMember:IamMember", grant);
    const bigqueryConfig = { table: "acme-dev.rows.all", ...config };
    return () => world.make("Subscription", { name: "rows", topic: "sales", bigqueryConfig });
}

const id = { name: "id", type: "STRING" };
const price = { name: "price", type: "NUMERIC" };
const metadata = [
    { name: "subscription_name", type: "STRING" },
    { name: "message_id", type: "STRING" },
    { name: "publish_time", type: "TIMESTAMP" },
    { name: "attributes", type: "JSON" },
];
const proto = (message: string) => ({ type: "PROTOCOL_BUFFER", definition: `syntax = "proto3"; ${message}` });

const right: [string, Column[], object, object][] = [
    ["for the topic's schema", [id, price], { useTopicSchema: true }, {}],
    ["with more columns", [id, price, { name: "day", type: "DATE" }], { useTopicSchema: true }, {}],
    ["with fewer columns, if unknown fields are dropped", [id], { useTopicSchema: true, dropUnknownFields: true }, {}],
    ["with the metadata", [id, price, ...metadata], { useTopicSchema: true, writeMetadata: true }, {}],
    ["for messages without a schema", [{ name: "data", type: "JSON" }], {}, {}],
    ["with its own schema", [{ name: "day", type: "DATE" }], { useTableSchema: true }, {}],
    [
        "for lists, maps and nullable fields",
        [
            { name: "l", type: "INTEGER", mode: "REPEATED" },
            { name: "n", type: "TIMESTAMP" },
        ],
        { useTopicSchema: true },
        avro(
            ["l", { type: "array", items: "long" }],
            ["n", ["null", { type: "long", logicalType: "timestamp-micros" }]],
        ),
    ],
    [
        "for Protocol Buffers",
        [
            { name: "id", type: "BIGNUMERIC" },
            { name: "at", type: "TIMESTAMP", mode: "REPEATED" },
            { name: "kind", type: "INTEGER" },
        ],
        { useTopicSchema: true },
        proto("message Sale { uint64 id = 1; repeated int64 at = 2; Kind kind = 3; enum Kind { NONE = 0; } }"),
    ],
];

test.each(right)("messages are written to a table %s", (_, columns, config, schema) => {
    expect(written(columns, config, schema)().state.bigqueryConfig).toEqual({ table: "acme-dev.rows.all", ...config });
});

const topical = { useTopicSchema: true };
const wrong: [string, Column[], object, object, string][] = [
    [
        "another type",
        [{ name: "id", type: "INTEGER" }, price],
        topical,
        {},
        "schema type for field id: expected STRING, got INTEGER.",
    ],
    ["a missing column", [id], topical, {}, "schema: field price is not in the BigQuery table."],
    [
        "a column that is not repeated",
        [{ name: "l", type: "STRING" }],
        topical,
        avro(["l", { type: "array", items: "string" }]),
        "schema mode for field l: expected REPEATED, got NULLABLE.",
    ],
    [
        "a repeated column for a single value",
        [{ ...id, mode: "REPEATED" }, price],
        topical,
        {},
        "schema mode for field id: expected NULLABLE, got REPEATED.",
    ],
    [
        "a column that becomes required",
        [id, price, { name: "day", type: "DATE", mode: "REQUIRED" }],
        topical,
        {},
        "schema mode for field day: it must be NULLABLE.",
    ],
    [
        "a union",
        [id],
        topical,
        avro(["id", ["int", "string"]]),
        "schema type for field id: expected a type that can be mapped, got STRING.",
    ],
    [
        "no metadata",
        [id, price],
        { ...topical, writeMetadata: true },
        {},
        "schema: field subscription_name is not in the BigQuery table.",
    ],
    ["no data", [id], {}, {}, "schema: field data is not in the BigQuery table."],
    [
        "a oneof",
        [id],
        topical,
        proto("message Sale { oneof k { string id = 1; } }"),
        "schema type for field id: expected a type that can be mapped, got STRING.",
    ],
];

test.each(wrong)("a table with %s is refused for messages", (_, columns, config, schema, message) => {
    expect(refusalOf(written(columns, config, schema))).toBe(
        `Error creating Subscription: googleapi: Error 400: Incompatible ${message}`,
    );
});

test("a missing table, a table that Pub/Sub cannot write to, and two schemas are refused", () => {
    const { world } = prepared();
    world.make("Topic", { name: "sales" });
    world.make("Dataset", { datasetId: "rows" });
    const make = (config: object = {}) =>
        refusalOf(() =>
            world.make("Subscription", { topic: "sales", bigqueryConfig: { table: "acme-dev.rows.all", ...config } }),
        );
    const start = "Error creating Subscription: googleapi: Error";
    expect(make()).toBe(`${start} 404: The BigQuery table or dataset specified cannot be found.`);
    const schema = JSON.stringify([{ name: "data", type: "STRING" }]);
    world.make("Table", { datasetId: "rows", tableId: "all", schema });
    const { email, member } = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state;
    expect(make()).toBe(
        `${start} 400: Service account ${email} is missing permissions required to write to the BigQuery table: bigquery.tables.get, bigquery.tables.updateData.`,
    );
    world.makeAny("gcp:bigquery/datasetIamMember:DatasetIamMember", {
        datasetId: "rows",
        role: "roles/bigquery.dataEditor",
        member,
    });
    expect(make({ useTopicSchema: true, useTableSchema: true })).toBe(
        `${start} 400: Only one of use_topic_schema and use_table_schema can be set.`,
    );
    expect(make({ useTopicSchema: true })).toBe(
        `${start} 400: The topic does not have a schema, which use_topic_schema needs.`,
    );
    expect(make).toThrow("nothing was refused");
});
