import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, PubSubTopic, Schedule, Secret } from "slipway";
import { avroColumns, parseAvro } from "../../../lib/pubsub/schema/avro";
import { parseProtobuf, protobufColumns } from "../../../lib/pubsub/schema/protobuf";
import { folderOf } from "../folders";
import { refused, withoutFolders } from "../registered";
import { readers } from "./readers";

// What generated texts found: each ended the program by an error of the runtime, or without one, or took minutes.

jest.spyOn(pulumi.log, "warn").mockResolvedValue();

/** The error for a text. */
function refusal(reader: string, text: string): string {
    try {
        readers[reader]?.read(text, folderOf({}));
    } catch (error) {
        return withoutFolders((error as Error).message);
    }
    throw new Error("Nothing was refused.");
}

/** Lists of ten lists each, ten times, by aliases. */
const bomb = `a: &a [x, x]\n${"bcdefghijk".replaceAll(/./g, (key) => `${key}: &${key} [${Array(9).fill(`*${String.fromCharCode(key.charCodeAt(0) - 1)}`)}]\n`)}`;

const yaml = "text: is not valid YAML or JSON: <folder>/workflow.yaml: ";

test.each([
    ["a filter of Pub/Sub", "parentheses", "(".repeat(200), "at column 102: expected at most 100 levels"],
    ["a filter of Cloud Logging", "negations", "NOT ".repeat(4000), "at column 405: expected at most 100 levels"],
    ["a filter of Cloud Logging", "values", `a = ${"(".repeat(4000)}`, "at column 106: expected at most 100 levels"],
    ["a filter of Cloud Logging", "calls", "f(".repeat(4000), "at column 203: expected at most 100 levels"],
    ["a type of GoogleSQL", "deep types", "ARRAY<STRUCT<".repeat(5000), "text: must be a type of GoogleSQL"],
    [
        "the columns of a table",
        "deep columns",
        '[{"name":"a","type":"RECORD","fields":'.repeat(5000),
        "line 1, column 9502 of <folder>/schema.json must have at most 500 levels",
    ],
    [
        "an Avro schema",
        "deep types",
        '{"type":"array","items":'.repeat(5000),
        "schema.avro: is not JSON: line 1, column 12002 must have at most 500 levels.",
    ],
    [
        "an Avro schema",
        "a name that is an object",
        '{"type":"record","name":"A","fields":[{"name":{"toString":1},"type":"int"}]}',
        "schema.avro.fields.0.name: must be a name of letters",
    ],
    [
        "app.yaml of the standard environment",
        "deep lists",
        "[".repeat(20_000),
        "app.yaml:1:101: is not valid YAML: There are more than 100 levels.",
    ],
    [
        "app.yaml of the standard environment",
        "large aliases",
        `${bomb}runtime: *k\n`,
        "app.yaml:12: runtime: must be a string",
    ],
    [
        "app.yaml of the standard environment",
        "a list in itself",
        "runtime: &a [*a]\n",
        "app.yaml:1:14: is not valid YAML: The alias is in its own anchor: a.",
    ],
    [
        "app.yaml of the standard environment",
        "a key for a hundred thousand times",
        "runtime: go125\n".repeat(100_000),
        "app.yaml:11:1: is not valid YAML: Map keys must be unique.",
    ],
    [
        "a definition of Workflows",
        "an alias of nothing",
        "main: [a: *b]\n",
        `${yaml}Unresolved alias (the anchor must be set before the alias): b at line 1, column 11`,
    ],
    [
        "a definition of Workflows",
        "deep keys",
        "? ".repeat(500),
        `${yaml}There are more than 100 levels at line 1, column 201`,
    ],
    ["a definition of Workflows", "a list as a key", "? [a]\n: b\n", `${yaml}A key must be a text at line 1, column 3`],
    ["a definition of Workflows", "large aliases", `${bomb}main: *k\n`, "at line 12, column 7"],
    [
        "a compiled pipeline",
        "an alias of nothing",
        "root: *b\n",
        "(the anchor must be set before the alias): b at line 1, column 7",
    ],
    [
        "a compiled pipeline",
        "a map in itself",
        "root: &a {b: *a}\n",
        "The alias is in its own anchor: a at line 1, column 14",
    ],
    [
        "a .dockerignore",
        "a range that ends before it starts",
        "a\n[z-a]\n",
        'context: has a pattern that Docker refuses: line 2 of <folder>/.dockerignore (got "[z-a]"). Correct the range in its brackets, or shorten it. [artifactregistry/ignore-pattern-invalid]',
    ],
    [
        "a package.json",
        "null",
        "null",
        "source: has a package.json that is not valid JSON: line 1 must have {, the start of an object (got null)",
    ],
    [
        "a package.json",
        "scripts that are a text",
        '{"scripts": "start"}',
        "source: has no script start in package.json",
    ],
    [
        "a package.json",
        "values of other types",
        '{"main": {"a": 1}, "scripts": 3, "dependencies": "a"}',
        "source: has no script start in package.json",
    ],
    [
        "a Pulumi.yaml",
        "nothing",
        "",
        "<folder>/Pulumi.yaml has no name, which Pulumi needs. Add it, such as name: sales.",
    ],
    [
        "a Pulumi.yaml",
        "a list without end",
        "[name: a",
        "<folder>/Pulumi.yaml is not valid YAML: Flow sequence must end with a ] at line 1, column 9.",
    ],
    ["the file of another stack", "a list without end", "config: [\n", "<folder>/Pulumi.prod.yaml is not valid YAML: "],
    [
        "the Go of a function",
        "a name on two lines",
        'package sales\nfunc init() { functions.HTTP("a\nb", c) }\n',
        "the package does not define it",
    ],
])("%s: %s", (reader, _, text, reason) => {
    expect(refusal(reader, text)).toContain(reason);
});

test.each([
    ["the file of another stack", "nothing", ""],
    ["the file of another stack", "a configuration that is a text", "config: a\n"],
    [
        "a .gcloudignore",
        "a line that is longer than a path, and an included folder",
        `${"[]".repeat(30_000)}\n#!include:.\n`,
    ],
    ["a .dockerignore", "many folders in a pattern", `${"**/".repeat(200)}a\n`],
    [
        "a package.json",
        "a mark at its start, and an odd version",
        '\uFEFF{"scripts": {"start": "node ."}, "engines": {"node": {"toString": 1}}}',
    ],
    [
        "an Avro schema",
        "a logical type that is an object",
        '{"type":"record","name":"A","fields":[{"name":"a","type":{"type":"int","logicalType":{"toString":1}}}]}',
    ],
    [
        "an Avro schema",
        "a field with the name of what all objects have",
        '{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"toString","type":"string"}]},"default":{}}]}',
    ],
    [
        "a Dockerfile",
        "arguments of ten of the argument before, for a hundred times",
        `ARG A0=python\n${Array.from({ length: 100 }, (_, index) => `ARG A${index + 1}=${`$A${index}`.repeat(10)}\n`).join("")}FROM $A100 AS build\n`,
    ],
    ["a Dockerfile", "a hundred thousand stages", `FROM python:3 AS build\n${"FROM build\n".repeat(100_000)}`],
    [
        "a Dockerfile",
        "a hundred thousand heredocs, of which one ends",
        `FROM python:3 AS build\n${"RUN <<EOF\n".repeat(100_000)}EOF\n${"RUN <<EOF\n".repeat(100_000)}`,
    ],
    [
        "a Dockerfile",
        "an instruction of a hundred thousand lines",
        `FROM python:3 AS build\nRUN a ${"\\\n && b ".repeat(100_000)}\n`,
    ],
    [
        "a Dockerfile",
        "variables with the names of what all objects have",
        "ARG constructor\nARG a=$toString\nFROM python:$constructor AS build\n",
    ],
])("%s can have %s", (reader, _, text) => {
    expect(() => readers[reader]?.read(text, folderOf({}))).not.toThrow();
});

test("a logical type of Avro that all objects have is ignored", () => {
    const field = { name: "a", type: { type: "long", logicalType: "constructor" } };
    const { record } = parseAvro({ type: "record", name: "A", fields: [field] });
    expect(avroColumns(record).columns).toEqual([{ name: "a", type: "INTEGER", mode: "NULLABLE" }]);
});

describe("records that name each other have only as many columns as a table", () => {
    const letters = [..."ABCDEFGHIJKLMNOP"];
    const nine = [...Array(9).keys()];
    /** The records of the last letter have text, and the others nine fields of the next letter. */
    const limits = [/^is in more than 15 levels of records$/, /^comes after the 10000 columns that a table can have$/];

    test("in Avro", () => {
        const recordOf = (index: number): object => ({
            type: "record",
            name: letters[index],
            fields: nine.map((each) => ({
                name: `f${each}`,
                type: index === letters.length - 1 ? "string" : each === 0 ? recordOf(index + 1) : letters[index + 1],
            })),
        });
        const { unmapped } = avroColumns(parseAvro(recordOf(0)).record);
        expect(unmapped.filter(({ why }) => !limits.some((limit) => limit.test(why)))).toEqual([]);
        expect(unmapped.length).toBeGreaterThan(9);
    });

    test("in Protocol Buffers", () => {
        const messages = letters.slice(1).map((name, index) => {
            const type = letters[index + 2] ?? "string";
            return `message ${name} { ${nine.map((each) => `${type} f${each} = ${each + 1};`).join(" ")} }`;
        });
        const text = `syntax = "proto3"; message A { ${messages.join(" ")} B b = 1; }`;
        const { unmapped } = protobufColumns(parseProtobuf(text));
        expect(unmapped.filter(({ why }) => !limits.some((limit) => limit.test(why)))).toEqual([]);
        expect(unmapped.length).toBeGreaterThan(9);
    });
});

describe("arguments that ended the program by an error of the runtime", () => {
    const inItself: Record<string, unknown> = {};
    inItself.team = inItself;

    test.each<[string, () => unknown, string]>([
        [
            "a schedule without a prototype",
            () => new Schedule("tick", { cron: Object.create(null), call: { url: "https://example.com" } }),
            'Schedule "tick": cron: must be an object literal, not one without a prototype. Copy it: { ...value }.',
        ],
        [
            "a schema that is in itself",
            () => new PubSubTopic("sales", { schema: { avro: inItself } }),
            'PubSubTopic "sales": schema.avro: must be an object that JSON can have (got { team: { team: { … } } }).',
        ],
        [
            "a body with ten thousand levels",
            () => {
                const body = Array.from({ length: 10_000 }).reduce<Record<string, unknown>>((inner) => ({ inner }), {});
                return new Schedule("tick", { cron: "0 3 * * *", call: { url: "https://example.com", body } });
            },
            'Schedule "tick": call: must have at most 500 levels of lists and objects.',
        ],
        [
            "a transform that is no object literal",
            () => new Secret("key", { transform: { secret: new Date(0) } } as never),
            'Secret "key": transform.secret: must be an object or a function (got a Date).',
        ],
        [
            "a tag whose ID is no output",
            () =>
                new Secret("key", { resourceManagerTags: { env: { id: Symbol("a"), namespacedName: "a" } } } as never),
            'Secret "key": resourceManagerTags.env: must be a value of a TagKey, an ID such as tagValues/281478395625645, or a namespaced name such as 123456789012/environment/prod (got { id: Symbol(a), namespacedName: "a" }).',
        ],
        [
            "a line break in a value",
            () =>
                new CloudSqlInstance("sales", {
                    engine: "mysql",
                    version: "8.4",
                    databases: { orders: { charset: "a\n", collation: "latin1_bin" } },
                }),
            'CloudSqlInstance "sales": databases.orders.collation: [sql/collation-of-charset]',
        ],
    ])("%s is refused", async (_, program, problem) => {
        expect(await refused(program)).toBe(problem);
    });
});
