import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, type PubSubTopicArgs, StorageBucket } from "slipway";
import { canonicalJson, jsonFault } from "../../../../lib/internal/arguments/json";
import { plainHint } from "../../../../lib/internal/arguments/value";
import { refused } from "../../registered";

/** Refers to itself, like many framework objects. */
const circular: Record<string, unknown> = { name: "sales" };
circular.self = circular;

const shown: [unknown, string][] = [
    [null, "null"],
    [7n, "7"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Symbol("sales"), "Symbol(sales)"],
    [() => "sales", "a function"],
    [new Date(0), "a Date"],
    [Object.create(null), "a thing"],
    [pulumi.output("sales"), "an output, which is known only at deployment"],
    [Promise.resolve("sales"), "an output, which is known only at deployment"],
    [["a", 1, []], '["a", 1, []]'],
    [{ a: [{}, { b: 1 }] }, "{ a: [{}, { … }] }"],
    [{ a: { b: pulumi.output("sales") } }, "{ a: { b: an output, which is known only at deployment } }"],
    [[[["a"]]], "[[[…]]]"],
    [circular, '{ name: "sales", self: { name: "sales", self: { … } } }'],
    ["s".repeat(78), `"${"s".repeat(78)}"`],
    ["s".repeat(79), `"${"s".repeat(78)}…`],
    ["two\nlines", '"two\\nlines"'],
];

test.each(shown)("an error shows the given value in a short line: %#", async (retention, text) => {
    const remedy = text.includes("an output") ? ` ${plainHint}` : "";
    expect(await refused(() => new PubSubTopic("sales", { retention } as PubSubTopicArgs))).toBe(
        `PubSubTopic "sales": retention: must be a duration such as "90 seconds" or "7 days" (got ${text}).${remedy}`,
    );
});

test("an error names a component by its class", async () => {
    const program = () => new PubSubTopic("sales", { retention: { of: new StorageBucket("sales") } } as never);
    expect(await refused(program, {}, ["Bucket sales"])).toBe(
        'PubSubTopic "sales": retention: must be a duration such as "90 seconds" or "7 days" (got { of: a StorageBucket }).',
    );
});

test("JSON is canonical if the keys of all objects are sorted", () => {
    expect(canonicalJson({ b: null, a: [{ d: 1, c: [2, 1] }], e: { g: "x", f: undefined } })).toBe(
        '{"a":[{"c":[2,1],"d":1}],"b":null,"e":{"g":"x"}}',
    );
});

test.each([
    ['{"a": [1, -0.5e+3, "\\u00e9", true, null]}', undefined],
    ["", { line: 1, column: 1, expected: "a value" }],
    ["{\n  a: 1}", { line: 2, column: 3, expected: "a name in double quotes" }],
    ['{"a" 1}', { line: 1, column: 6, expected: '":"' }],
    ["[1 2]", { line: 1, column: 4, expected: '"," or "]"' }],
    ["[1,]", { line: 1, column: 4, expected: "a value" }],
    ["[01]", { line: 1, column: 2, expected: "a value" }],
    ["{} {}", { line: 1, column: 4, expected: "nothing more" }],
])("the fault of the JSON %j", (text, fault) => {
    expect(jsonFault(text)).toEqual(fault);
});
