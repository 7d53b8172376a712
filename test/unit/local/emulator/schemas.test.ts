import { AvroSchema } from "../../../../local/runtime/services/pubsub/schemas/avro";
import { ProtobufSchema } from "../../../../local/runtime/services/pubsub/schemas/protobuf";
import { Emulator, project, textOf, topic } from "./served";

const sale = {
    type: "record",
    name: "Sale",
    namespace: "com.acme",
    fields: [
        { name: "product", type: "string" },
        { name: "price", type: ["null", "double"] },
        { name: "units", type: "long" },
        { name: "season", type: { type: "enum", name: "Season", symbols: ["WINTER", "SUMMER"] } },
        { name: "stores", type: { type: "array", items: "int" } },
        { name: "tags", type: { type: "map", values: ["null", "Season"] } },
        { name: "at", type: { type: "long", logicalType: "timestamp-micros" } },
        { name: "hash", type: { type: "fixed", name: "Hash", size: 2 } },
        { name: "cost", type: { type: "bytes", logicalType: "decimal", precision: 6, scale: 2 } },
        { name: "sold", type: "boolean" },
    ],
};
const avro = new AvroSchema(JSON.stringify(sale));

const encoded = {
    product: "tea",
    price: { double: 2.2 },
    units: 241,
    season: "SUMMER",
    stores: [1, -2],
    tags: { best: { "com.acme.Season": "WINTER" }, worst: null },
    at: 1_780_300_800_123_456,
    hash: "\u0000\u00ff",
    cost: "\u00ff\u0085",
    sold: true,
};

const plain = {
    product: "tea",
    price: 2.2,
    units: 241,
    season: "SUMMER",
    stores: [1, -2],
    tags: { best: "WINTER", worst: null },
    at: "2026-06-01T08:00:00.123456Z",
    hash: Buffer.from([0, 255]),
    cost: "-1.23",
    sold: true,
};

test("a message in Avro's JSON encoding is decoded", () => {
    expect(avro.fromJson(Buffer.from(JSON.stringify({ ...encoded, unknown: 1 })))).toEqual(plain);
});

test("a message in Avro's binary encoding is decoded", () => {
    const double = Buffer.alloc(8);
    double.writeDoubleLE(2.2);
    const bytes = Buffer.concat([
        Buffer.from([6]),
        Buffer.from("tea"),
        Buffer.from([2]),
        double,
        Buffer.from([0xe2, 0x03, 2]),
        // An array as a block with its size, and a map as two blocks.
        Buffer.from([3, 4, 2, 3, 0]),
        Buffer.from([2, 8]),
        Buffer.from("best"),
        Buffer.from([2, 0, 2, 10]),
        Buffer.from("worst"),
        Buffer.from([0, 0]),
        varint(1_780_300_800_123_456n),
        Buffer.from([0, 255, 4, 0xff, 0x85, 1]),
    ]);
    expect(avro.fromBinary(bytes)).toEqual(plain);
    expect(() => avro.fromBinary(bytes.subarray(0, -1))).toThrow("truncated buffer");
    expect(() => avro.fromBinary(Buffer.concat([bytes, Buffer.from([0])]))).toThrow("trailing data");
});

/** A positive number in Avro's binary encoding. */
function varint(value: bigint): Buffer {
    const bytes: number[] = [];
    for (let rest = value << 1n; ; rest >>= 7n) {
        bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
        if (rest <= 0x7fn) {
            return Buffer.from(bytes);
        }
    }
}

test.each([
    ["without a field", { product: undefined }, "the message has no product"],
    ["with a number instead of a string", { product: 1 }, "the message.product is not of type string"],
    ["with a fraction instead of an integer", { units: 1.5 }, "the message.units is not of type long"],
    [
        "with a plain value in a union",
        { price: 2.2 },
        'the message.price must be one of null, double, as { "type": value }',
    ],
    [
        "with another type in a union",
        { price: { string: "2" } },
        'the message.price must be one of null, double, as { "type": value }',
    ],
    ["with an unknown symbol", { season: "SPRING" }, "the message.season is not of type enum"],
    ["with a wrong element", { stores: [1, "2"] }, "the message.stores[1] is not of type int"],
    ["with too few bytes", { hash: "a" }, "the message.hash is not of type fixed"],
])("a message %s is refused", (_, change, why) => {
    expect(() => avro.fromJson(Buffer.from(JSON.stringify({ ...encoded, ...change })))).toThrow(new Error(why));
});

const definition = `syntax = "proto3";
message Sale {
    string product = 1;
    int64 unit_count = 2;
    repeated Store stores = 3;
    Season season = 4;
    message Store { int32 number = 1; }
    enum Season { WINTER = 0; SUMMER = 1; }
}`;
const proto = new ProtobufSchema(definition);
const protoSale = { product: "tea", unit_count: "241", stores: [{ number: 1 }], season: "SUMMER" };

test("a Protocol Buffers message is decoded from JSON and from its binary format", () => {
    const json = { product: "tea", unitCount: "241", stores: [{ number: 1 }], season: "SUMMER" };
    expect(proto.fromJson(Buffer.from(JSON.stringify(json)))).toEqual(protoSale);
    expect(proto.fromBinary(Buffer.from("0a0374656110f1011a0208012001", "hex"))).toEqual(protoSale);
});

test.each([
    ["with an unknown field", '{ "colour": "red" }', "the message has a field that is not in the schema: colour"],
    ["with a number instead of a string", '{ "product": 1 }', "the message.product is not of type string"],
    ["with a string instead of a number", '{ "unitCount": "many" }', "the message.unitCount is not of type int64"],
    ["with a single value for a repeated field", '{ "stores": { "number": 1 } }', "the message.stores is not a list"],
    [
        "with an invalid nested value",
        '{ "stores": [{ "number": true }] }',
        "the message.stores.number is not of type int32",
    ],
    ["that is a list", "[]", "the message is not an object"],
])("a Protocol Buffers message %s is refused", (_, json, why) => {
    expect(() => proto.fromJson(Buffer.from(json))).toThrow(new Error(why));
});

test("a topic with a schema accepts valid messages and refuses others with Google's errors", async () => {
    const world = project();
    const schema = "projects/acme-dev/schemas/sale";
    const little = { type: "record", name: "Sale", fields: [{ name: "product", type: "string" }] };
    const state = { type: "AVRO", definition: JSON.stringify(little) };
    world.cloud.store.write({ name: `//pubsub.googleapis.com/${schema}`, project: "acme-dev", id: schema, state });
    const found = world.cloud.store.read(`//pubsub.googleapis.com/${topic}`) as NonNullable<
        ReturnType<typeof world.cloud.store.read>
    >;
    world.cloud.store.write({ ...found, state: { ...found.state, schemaSettings: { schema, encoding: "JSON" } } });
    world.make("Subscription", { name: "reader", topic: "sales" });
    const emulator = await Emulator.of(world);
    await emulator.publish('{ "product": "tea" }');
    await expect(emulator.publish('{ "product": 1 }')).rejects.toThrow(
        "INVALID_ARGUMENT: Invalid data in message: Message failed schema validation. (the message.product is not of type string)",
    );
    await expect(emulator.publish("tea")).rejects.toThrow(
        "INVALID_ARGUMENT: Invalid data in message: Message failed schema",
    );
    expect((await emulator.pull()).map(textOf)).toEqual(['{ "product": "tea" }']);
    world.cloud.store.remove(`//pubsub.googleapis.com/${schema}`);
    await expect(emulator.publish('{ "product": "tea" }')).rejects.toThrow(
        `NOT_FOUND: Resource not found (resource=${schema}).`,
    );
});

test("64-bit integers and type references are supported, and defaults are ignored", () => {
    const schema = new AvroSchema(
        JSON.stringify({
            type: "record",
            name: "Sale",
            fields: [
                { name: "units", type: "long" },
                { name: "kind", type: { type: "enum", name: "Kind", symbols: ["NEW", "OLD"] } },
                { name: "before", type: ["null", { type: "Kind" }], default: "NEW" },
                { name: "next", type: ["null", { type: "Sale" }], default: null },
            ],
        }),
    );
    const sale = '{ "units": 3, "kind": "NEW", "before": { "Kind": "OLD" }, "next": null }';
    expect(schema.fromJson(Buffer.from(sale))).toEqual({ units: 3, kind: "NEW", before: "OLD", next: null });
    const most = Buffer.concat([varint(2n ** 63n - 1n), Buffer.from([2, 0, 0])]);
    expect(schema.fromBinary(most)).toEqual({ units: "9223372036854775807", kind: "OLD", before: null, next: null });
});
