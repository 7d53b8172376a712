import { join } from "node:path";
import { PubSubTopic, type TopicSchema } from "slipway/pubsub";
import { ProtobufError, parseProtobuf, protobufColumns } from "../../../lib/pubsub/schema/protobuf";
import { parseSchema } from "../../../lib/pubsub/schema/schema";
import { AvroSchema } from "../../../local/runtime/services/pubsub/schemas/avro";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions } from "../registered";

const sale = {
    type: "record",
    name: "Sale",
    fields: [
        { name: "id", type: "string" },
        { name: "price", type: "double", default: 0 },
    ],
};
const proto = 'syntax = "proto3";\n\nmessage Sale {\n  string id = 1;\n}\n';
const folder = folderOf({
    "sale.avsc": JSON.stringify(sale, undefined, 2),
    "sale.proto": proto,
    "no.avsc": '{ "a" 1 }',
});

const topic = (schema: TopicSchema, name?: string) => () => new PubSubTopic("sales", { schema, name });

const schemas: [string, TopicSchema, object, string][] = [
    ["an object", { avro: sale }, { type: "AVRO", definition: JSON.stringify(sale) }, "JSON"],
    ["a text", { avro: JSON.stringify(sale) }, { type: "AVRO", definition: JSON.stringify(sale) }, "JSON"],
    [
        "a file",
        { avro: join(folder, "sale.avsc") },
        { type: "AVRO", definition: JSON.stringify(sale, undefined, 2) },
        "JSON",
    ],
    [
        "a binary encoding",
        { avro: sale, encoding: "BINARY" },
        { type: "AVRO", definition: JSON.stringify(sale) },
        "BINARY",
    ],
    [
        "a file of Protocol Buffers",
        { protobuf: join(folder, "sale.proto") },
        { type: "PROTOCOL_BUFFER", definition: proto },
        "JSON",
    ],
    [
        "a text of Protocol Buffers",
        { protobuf: proto, encoding: "BINARY" },
        { type: "PROTOCOL_BUFFER", definition: proto },
        "BINARY",
    ],
];

test.each(schemas)("a topic's schema is %s", async (_, schema, made, encoding) => {
    expect(await registered(topic(schema, "sale-range"))).toEqual({
        "Schema sales": { name: "sale-range", ...made },
        "Topic sales": {
            name: "sale-range",
            schemaSettings: { schema: "projects/acme-dev/schemas/sale-range", encoding },
        },
    });
});

test("a schema is the topic's child, created before it, and protected in production", async () => {
    const { "Schema sales": schema, "Topic sales": made } = await registeredOptions(topic({ avro: sale }), {
        kind: "production",
    });
    const child = { parent: "PubSubTopic sales", provider: "Provider dev", protect: true };
    expect(schema).toEqual({ ...child, after: ["Service pubsub"] });
    expect(made).toEqual({ ...child, after: ["Schema sales", "Service pubsub"] });
});

const field = (type: unknown, more: object = {}) => ({ ...sale, fields: [{ name: "a", type, ...more }] });
const named = { type: "enum", name: "Kind", symbols: ["NEW", "OLD"] };
test.each([
    ["every primitive", ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]],
    ["a name that was defined before", [named, { type: "map", values: "Kind" }]],
    [
        "a name in a namespace",
        [
            { ...named, namespace: "com.acme" },
            { type: "array", items: "com.acme.Kind" },
        ],
    ],
    [
        "a whole name, also where one with the namespace before it exists",
        [
            { ...named, namespace: "a" },
            {
                ...sale,
                name: "Inner",
                namespace: "b",
                fields: [
                    { name: "one", type: { ...named, namespace: "b.a", symbols: ["OTHER"] } },
                    { name: "two", type: "a.Kind", default: "NEW" },
                ],
            },
        ],
    ],
    [
        "the nearest of two names",
        [
            { ...named, symbols: ["OTHER"] },
            {
                ...sale,
                name: "Inner",
                namespace: "b",
                fields: [
                    { name: "one", type: { ...named, namespace: "b" } },
                    { name: "two", type: "Kind", default: "NEW" },
                ],
            },
        ],
    ],
    [
        "a whole name in another namespace",
        [
            { ...named, name: "com.acme.Kind", namespace: "other" },
            { type: "array", items: "com.acme.Kind" },
        ],
    ],
    ["itself", ["null", "Sale"]],
    ["a name in an object", [named, { type: "array", items: { type: "Kind" } }]],
    ["a fixed size", [{ type: "fixed", name: "Id", size: 16 }]],
    ["a size of one byte", [{ type: "fixed", name: "Id", size: 1 }]],
    ["a logical type", [{ type: "long", logicalType: "timestamp-micros" }]],
])("an Avro schema accepts %s, and the local cloud decodes its messages", async (_, type) => {
    await expect(refused(topic({ avro: field(type) }))).rejects.toThrow("Nothing was refused");
    expect(new AvroSchema(JSON.stringify(field(type)))).toBeInstanceOf(AvroSchema);
});

test.each([
    ["null", ["null", "int"], null],
    ["a member of a union", ["null", "int"], 3],
    ["a symbol", named, "OLD"],
    ["true", "boolean", true],
    ["a number", "double", 1.5],
    ["a text", "string", "a"],
    ["an empty list", { type: "array", items: "string" }, []],
    ["a list", { type: "array", items: "string" }, ["a"]],
    ["a map", { type: "map", values: "long" }, { a: 1 }],
    ["a record", { ...sale, name: "Inner" }, { id: "a" }],
    ["a whole record", { ...sale, name: "Inner" }, { id: "a", price: 1.5 }],
])("an Avro field accepts %s as its default", async (_, type, value) => {
    await expect(refused(topic({ avro: field(type, { default: value }) }))).rejects.toThrow("Nothing was refused");
});

const avroProblems: [string, unknown, string][] = [
    ["another type than a record", { type: "array", items: "int" }, ": [pubsub/avro-without-record]"],
    ["the text of a type that is no record", '["int"]', ": [pubsub/avro-without-record]"],
    ["a record without a name", { ...sale, name: undefined }, ".name: [pubsub/avro-type-name-invalid]"],
    ["a name with a hyphen", { ...sale, name: "sale-range" }, ".name: [pubsub/avro-type-name-invalid]"],
    ["a namespace that is no text", { ...sale, namespace: true }, ".namespace: [pubsub/avro-namespace-invalid]"],
    ["a namespace with a hyphen", { ...sale, namespace: "acme-dev" }, ".namespace: [pubsub/avro-namespace-invalid]"],
    [
        "a field whose name is no text",
        { ...sale, fields: [{ name: true, type: "int" }] },
        ".fields.0.name: [pubsub/avro-field-name-invalid]",
    ],
    ["no fields", { ...sale, fields: undefined }, ".fields: [pubsub/avro-fields-missing]"],
    ["an invalid field", { ...sale, fields: ["a"] }, ".fields.0: [pubsub/avro-field-invalid]"],
    [
        "two fields of a name",
        { ...sale, fields: [sale.fields[0], sale.fields[0]] },
        ".fields.1.name: [pubsub/avro-field-name-twice]",
    ],
    ["an unknown type", field("strin"), ".fields.0.type: [pubsub/avro-type-unknown]"],
    [
        "an unknown type with a default, of which nothing is known",
        field("strin", { default: "a" }),
        ".fields.0.type: [pubsub/avro-type-unknown]",
    ],
    ["an unknown type in an object", field({ type: "strin" }), ".fields.0.type.type: [pubsub/avro-type-unknown]"],
    ["an object whose type is a number", field({ type: 3 }), ".fields.0.type.type: [pubsub/avro-type-name-missing]"],
    ["a type that is a number", field(3), ".fields.0.type: [pubsub/avro-type-invalid]"],
    ["a list of nothing", field({ type: "array" }), ".fields.0.type.items: [pubsub/avro-type-invalid]"],
    ["a map of nothing", field({ type: "map", items: "int" }), ".fields.0.type.values: [pubsub/avro-type-invalid]"],
    ["a union of nothing", field([]), ".fields.0.type: [pubsub/avro-union-empty]"],
    ["a union twice of a type", field(["int", "int"]), ".fields.0.type.1: [pubsub/avro-union-type-twice]"],
    ["a union in a union", field(["null", ["int"]]), ".fields.0.type.1: [pubsub/avro-union-in-union]"],
    [
        "symbols twice",
        field({ ...named, symbols: ["A", "A"] }),
        ".fields.0.type.symbols: [pubsub/avro-symbols-invalid]",
    ],
    ...[undefined, "A", {}, [true], ["a-b"]].map((symbols): [string, unknown, string] => [
        `the symbols ${JSON.stringify(symbols)}`,
        field({ ...named, symbols }),
        ".fields.0.type.symbols: [pubsub/avro-symbols-invalid]",
    ]),
    ...[0, -1, 1.5].map((size): [string, unknown, string] => [
        `the size ${size}`,
        field({ type: "fixed", name: "Id", size }),
        ".fields.0.type.size: [pubsub/avro-size-invalid]",
    ]),
    [
        "an invalid size",
        field({ type: "fixed", name: "Id", size: "16" }),
        ".fields.0.type.size: [pubsub/avro-size-invalid]",
    ],
    [
        "a name twice",
        field([named, { ...named, type: "fixed", size: 1 }]),
        ".fields.0.type.1.name: [pubsub/avro-type-name-twice]",
    ],
    [
        "a default of another type",
        field("int", { default: "a" }),
        ".fields.0.default: [pubsub/avro-default-of-other-type]",
    ],
    [
        "a default that is no symbol",
        field(named, { default: "NONE" }),
        ".fields.0.default: [pubsub/avro-default-of-other-type]",
    ],
    ...(
        [
            ["null", 0],
            ["boolean", "true"],
            ["boolean", 1],
            ["long", 1.5],
            ["double", "1"],
            ["bytes", 1],
            ["string", 1],
            [{ type: "array", items: "string" }, { length: 0 }],
            [{ type: "array", items: "string" }, ["a", 1]],
            [{ type: "map", values: "long" }, "a"],
            [
                { type: "map", values: "long" },
                { a: 1, b: "a" },
            ],
            [{ ...sale, name: "Inner" }, "a"],
            [
                { ...sale, name: "Inner" },
                { id: "a", price: "1" },
            ],
            [["null", "int"], "a"],
        ] as const
    ).map(([type, value]): [string, unknown, string] => [
        `the default ${JSON.stringify(value)} of ${JSON.stringify(type)}`,
        field(type, { default: value }),
        ".fields.0.default: [pubsub/avro-default-of-other-type]",
    ]),
];

test.each(avroProblems)("an Avro schema with %s is refused, with its position", async (_, avro, problem) => {
    expect(await refused(topic({ avro: avro as object }))).toBe(`PubSubTopic "sales": schema.avro${problem}`);
});

test("every error of a schema is reported with its path", async () => {
    const avro = {
        ...sale,
        fields: [
            { name: "1", type: "int" },
            { name: "b", type: "text" },
        ],
    };
    expect(await refused(topic({ avro }))).toBe(
        ["fields.0.name: [pubsub/avro-field-name-invalid]", "fields.1.type: [pubsub/avro-type-unknown]"]
            .map((problem) => `PubSubTopic "sales": schema.avro.${problem}`)
            .join("\n"),
    );
});

test("an unknown type that is twice in a union is reported twice, and not as twice in the union", async () => {
    const at = 'PubSubTopic "sales": schema.avro.fields.0.type';
    expect(await refused(topic({ avro: field(["strin", "strin"]) }))).toBe(
        [0, 1].map((index) => `${at}.${index}: [pubsub/avro-type-unknown]`).join("\n"),
    );
});

const decimal = (precision: number, scale?: number) => ({ type: "bytes", logicalType: "decimal", precision, scale });
const columnOf = (type: object) => parseSchema({ avro: field(type) }).parsed?.columns;

test.each([
    ["NUMERIC", [29, undefined]],
    ["NUMERIC", [38, 9]],
    ["BIGNUMERIC", [30, undefined]],
    ["BIGNUMERIC", [38, undefined]],
    ["BIGNUMERIC", [39, 10]],
    ["BIGNUMERIC", [76, 38]],
] as const)("the column of a decimal is %s for the digits and those after the point %j", (type, [precision, scale]) => {
    expect(columnOf(decimal(precision, scale))).toEqual({
        columns: [{ name: "a", type, mode: "NULLABLE" }],
        unmapped: [],
    });
});

const several = "is a union of more than null and one type";
test.each([
    ["a decimal with too many digits before the point", decimal(39), "has more digits than a BIGNUMERIC"],
    ["a decimal with too many digits after the point", decimal(40, 39), "has more digits than a BIGNUMERIC"],
    ["a union of one type", ["int"], several],
    ["a union of null", ["null"], several],
    ["a union of two types", ["int", "string"], several],
    ["a union of null and two types", ["null", "int", "string"], several],
    ["a list of a union", { type: "array", items: ["int", "string"] }, several],
    ["a list of what may be null", { type: "array", items: ["int", "null"] }, "is a list of what may be null"],
    ["a map of a union", { type: "map", values: ["int", "string"] }, several],
])("%s has no column", (_, type, why) => {
    expect(columnOf(type)).toEqual({ columns: [], unmapped: [{ path: "fields.0", why }] });
});

test("a map and a list of a message that has itself have no column", () => {
    const protobuf = message("map<string, Sale> parts = 1;\nrepeated Sale others = 2;");
    expect(parseSchema({ protobuf }).parsed?.columns).toEqual({
        columns: [],
        unmapped: ["parts", "others"].map((name) => ({ path: `Sale.${name}`, why: "has itself in it" })),
    });
});

test("an annotation for another type has no effect on the column", () => {
    const column = (type: string) => ({ columns: [{ name: "a", type, mode: "NULLABLE" }], unmapped: [] });
    expect(columnOf({ type: "string", logicalType: "decimal", precision: 9 })).toEqual(column("STRING"));
    expect(columnOf({ type: "bytes", logicalType: "duration" })).toEqual(column("BYTES"));
    expect(columnOf({ type: "bytes", logicalType: "money", precision: 9 })).toEqual(column("BYTES"));
});

test("the description of a column has at most 1,024 characters", () => {
    const { columns } = parseSchema({ avro: field("int", { doc: `About ${"a".repeat(1019)}` }) }).parsed?.columns ?? {};
    expect(columns?.[0]?.description).toBe(`About ${"a".repeat(1018)}`);
});

test("a schema can have 300 KB", () => {
    const avro = (length: number) => JSON.stringify({ ...sale, doc: "x".repeat(length) });
    const rest = avro(0).length;
    expect(parseSchema({ avro: avro(307_200 - rest) }).problems).toEqual([]);
    expect(parseSchema({ avro: avro(307_201 - rest) }).problems).toHaveLength(1);
});

const refusals: [string, unknown, string][] = [
    ["a text that is not valid JSON", { avro: '{\n  "type" "record"\n}' }, "schema.avro: [pubsub/schema-not-json]"],
    ["a file that is not valid JSON", { avro: join(folder, "no.avsc") }, "schema.avro: [pubsub/schema-not-json]"],
    ["a missing file", { avro: "/no/sale.avsc" }, "schema.avro: [pubsub/schema-file-missing]"],
    ["a folder", { protobuf: folder }, "schema.protobuf: [pubsub/schema-file-missing]"],
    [
        "a large schema",
        { avro: JSON.stringify({ ...sale, doc: "x".repeat(307_200) }) },
        "schema.avro: [pubsub/schema-too-large]",
    ],
    [
        "two schemas",
        { avro: sale, protobuf: proto },
        `schema: must have exactly one of avro, protobuf (got { avro: { type: "record", name: "Sale", fields: […] }, protobuf: "syntax = \\"pr…).`,
    ],
    [
        "an unknown encoding",
        { avro: sale, encoding: "json" },
        'schema.encoding: must be one of JSON, BINARY (got "json").',
    ],
    ["a schema that is a number", { avro: 3 }, "schema.avro: must be a record: an object, JSON, or a file (got 3)."],
];

test.each(refusals)("%s is refused for a topic", async (_, schema, problem) => {
    expect(await refused(topic(schema as TopicSchema))).toBe(`PubSubTopic "sales": ${problem}`);
});

test("the error of a schema that is not valid JSON has its position, and the file", () => {
    const reasons = (avro: string) => parseSchema({ avro }).problems.map(({ reason }) => reason);
    expect(reasons('{\n  "type" "record"\n}')).toEqual([expect.stringContaining('line 2, column 10 must have ":"')]);
    const file = join(folder, "no.avsc");
    expect(reasons(file)).toEqual([expect.stringContaining(`line 1, column 7 of ${file} must have ":"`)]);
});

const message = (body: string) => `syntax = "proto3"; message Sale {\n${body}\n}`;
test("all syntaxes of Protocol Buffers are accepted", async () => {
    const definitions = [
        'edition = "2023";\nmessage Sale { string id = 1; }',
        "message Sale { required string id = 1; map<string, int32> n = 2; oneof which { bool a = 3; } extensions 9; }",
        message("message Inner { Sale sale = 1; }\noptional Inner inner = 2; // What = 3"),
        'syntax = "proto3"; package acme.sales; message Sale { acme.sales.Sale next = 1; reserved 2, 4 to 6; }',
        'syntax = "proto2"; message Sale { optional Kind kind = 1 [default = NEW]; enum Kind { NEW = 0; } };',
    ];
    for (const protobuf of definitions) {
        await expect(refused(topic({ protobuf }))).rejects.toThrow("Nothing was refused");
    }
});

test.each([1, 18_999, 20_000, 536_870_911])("a field can have the number %d", async (number) => {
    const schema = topic({ protobuf: message(`string id = ${number};`) });
    await expect(refused(schema)).rejects.toThrow("Nothing was refused");
});

const protobufs: [string, string, string][] = [
    [
        "an import",
        `import "other.proto";\n${proto}`,
        'it must have one message and no import (got import "other.proto", Sale)',
    ],
    ["two messages", `${proto}\nmessage Other {}`, "it must have one message and no import (got Sale, Other)"],
    ["no message", 'syntax = "proto3";', "it must have one message and no import (got none)"],
    ["a wrong word at its beginning", "mesage Sale {}", "line 1, column 1 has an illegal token 'mesage'"],
    ["a wrong word after a message", "message Sale {}\nenumm Kind {}", "line 2, column 1 has an illegal token 'enumm'"],
    ["a field without a number", message("  string id;"), "line 2, column 12 must have ="],
    ["a field without an end", message("  string id = 1"), "line 3, column 1 must have ;"],
    ["an unknown type", message("  strin id = 1;"), "Sale must have types that the file has, not strin"],
    ["a number twice", message("string a = 1;\nstring b = 1;"), "line 3 must have a number that no other field has"],
    ["a name twice", message("string a = 1;\nint32 a = 2;"), "line 3 must have a name that no other field has"],
    [
        "an extension of a message that it does not have",
        'syntax = "proto2"; message Sale { extend Other { optional int32 a = 1; } }',
        "Error: unresolvable extensions: 'extend Other' in .Sale",
    ],
    [
        "the number 0",
        message("string a = 0;"),
        "Sale.a must have a field's number from 1 to 536870911, and none from 19000 to 19999 (got 0)",
    ],
    [
        "the last number of the implementation's",
        message("message Store { string a = 19999; }"),
        "Sale.Store.a must have a field's number from 1 to 536870911, and none from 19000 to 19999 (got 19999)",
    ],
    [
        "a number of the implementation's",
        message("string a = 19000;"),
        "Sale.a must have a field's number from 1 to 536870911, and none from 19000 to 19999 (got 19000)",
    ],
    [
        "a map by what is no key",
        message("map<double, string> a = 1;"),
        "line 2, column 5 must have a type of keys: a whole number, bool or string",
    ],
    [
        "a number that is too large",
        message("string a = 536870912;"),
        "Sale.a must have a field's number from 1 to 536870911, and none from 19000 to 19999 (got 536870912)",
    ],
    [
        "an invalid field number",
        message("string a = b;"),
        "line 2, column 12 must have a field's number from 1 to 536870911, and none from 19000 to 19999",
    ],
    ["an invalid name", message("string 1a = 1;"), "line 2, column 8 must have a name"],
    ["an invalid type", message("map<string, 1> a = 1;"), "line 2, column 13 must have a type"],
    [
        "an enum with a number twice",
        message("enum Kind { A = 0;\nB = 0; }\nKind kind = 1;"),
        "line 3 must have a number that no other field has",
    ],
    ["a required field", message("required string a = 1;"), "line 2, column 1 has an illegal token 'required'"],
    ["a service", `${proto}service Sales {}`, "it must have one message and no import (got Sale, Sales)"],
    [
        "an option of a field that another file declares",
        message("message Store { string id = 1 [deprecated = true, (google.api.field_behavior) = REQUIRED]; }"),
        "Sale.Store.id must have no custom option, which needs an import (got (google.api.field_behavior))",
    ],
    [
        "an option of a file that another file declares",
        `${proto}option (acme.owner) = "sales";`,
        "the file must have no custom option, which needs an import (got (acme.owner))",
    ],
    [
        "an option of a message that another file declares",
        message("option (acme.owner) = 'sales';"),
        "Sale must have no custom option, which needs an import (got (acme.owner))",
    ],
    [
        "an option of a oneof that another file declares",
        message("oneof kind { option (acme.owner) = 1; string a = 1; }"),
        "Sale.kind must have no custom option, which needs an import (got (acme.owner))",
    ],
    [
        "an option of an enum that another file declares",
        message("enum Kind { option (acme.owner) = 1; NONE = 0; }"),
        "Sale.Kind must have no custom option, which needs an import (got (acme.owner))",
    ],
    [
        "an option of an enum's value that another file declares",
        message("enum Kind { NONE = 0 [(acme.label) = 'none']; }"),
        "Sale.Kind.NONE must have no custom option, which needs an import (got (acme.label))",
    ],
    [
        "an enum that starts with another number than 0",
        message("enum Kind { A = 1; }"),
        "Sale.Kind must have 0 as its first number (got A = 1)",
    ],
    [
        "a reserved number",
        message("reserved 2, 8 to 10; string a = 2;"),
        "Sale.a must have a number that is not reserved (got 2)",
    ],
    [
        "a reserved name",
        message("reserved 'a'; string a = 2;"),
        "line 2, column 27 must have a name that is not reserved",
    ],
    [
        "an edition that cannot be read",
        'edition = "2042";\nmessage Sale { string a = 1; }',
        "line 1, column 11 must have edition 2023 or a syntax",
    ],
    [
        "a group in a oneof",
        'syntax = "proto2";\nmessage Sale { oneof kind { group A = 1 { optional int32 b = 2; } } }',
        "line 2, column 65 must have no option or group that cannot be read",
    ],
    ["no end", 'syntax = "proto3"; message Sale {', "line 1, column 34 must have }"],
    [
        "a field that does not say how often it comes",
        "message Sale {\n  string id = 1;\n}",
        'line 2, column 3 must have optional, required or repeated, because the file has no syntax = "proto3"',
    ],
    [
        "such a field in the old syntax",
        'syntax = "proto2";\nmessage Sale { string id = 1; }',
        'line 2, column 16 must have optional, required or repeated, because the file has no syntax = "proto3"',
    ],
];

test.each(protobufs)(
    "a Protocol Buffers schema with %s is refused, with its position",
    async (_, protobuf, problem) => {
        expect(await refused(topic({ protobuf }))).toBe(
            'PubSubTopic "sales": schema.protobuf: [pubsub/schema-protobuf-invalid]',
        );
        expect(() => protobufColumns(parseProtobuf(protobuf))).toThrow(new ProtobufError(problem));
    },
);
