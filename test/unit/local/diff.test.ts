import { signature, unknown } from "../../../local/machine/marks";
import { changes, replacingPaths } from "../../../local/simulator/provider/diff";
import type { Suppression } from "../../../local/simulator/rules/plan/suppression";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { flagsOfProperties } from "../../../local/simulator/schema/flags";
import type { SchemaProperties, SchemaProperty } from "../../../local/simulator/schema/schema";

const asset = (hash: string, path = "/a") => ({ [signature]: "asset", hash, path });

const changed = (...[wanted, before, state, comparison]: Parameters<typeof changes>) =>
    Object.fromEntries(changes(wanted, before, state, comparison));

test.each([
    ["an equal value", { a: 1 }, { a: 1 }, { a: 1 }, {}],
    ["another value", { a: 2 }, { a: 1 }, { a: 1 }, { a: "update" }],
    ["a new value", { a: 1 }, {}, {}, { a: "add" }],
    ["a removed value", {}, { a: 1 }, { a: 1 }, { a: "delete" }],
    ["a server default", {}, {}, { a: 1 }, {}],
    ["a server default in a block", { a: { b: 1 } }, { a: { b: 1 } }, { a: { b: 1, c: 2 } }, {}],
    ["a change by others", { a: 1 }, { a: 1 }, { a: 2 }, { a: "update" }],
    ["a removal by others", { a: 1 }, { a: 1 }, {}, { a: "add" }],
    ["a value in a block", { a: { b: 2 } }, { a: { b: 1 } }, { a: { b: 1 } }, { "a.b": "update" }],
    ["a removed value that is none", {}, { a: false, b: "", c: 0, d: [] }, { a: false, b: "", c: 0, d: [] }, {}],
    ["a removed value that is none in a block", { a: {} }, { a: { b: false } }, { a: { b: false } }, {}],
    ["a removed empty block", {}, { a: {} }, { a: {} }, { a: "delete" }],
    ["a removed key", { a: {} }, { a: { b: 1 } }, { a: { b: 1, c: 2 } }, { "a.b": "delete" }],
    ["a removed block", {}, { a: { b: 1 } }, { a: { b: 1 } }, { a: "delete" }],
    ["a value in a list", { a: [1, 3] }, { a: [1, 2] }, { a: [1, 2] }, { "a[1]": "update" }],
    ["a longer list", { a: [1, 2] }, { a: [1] }, { a: [1] }, { a: "update" }],
    ["a list in another order", { a: [2, 1] }, { a: [1, 2] }, { a: [1, 2] }, { "a[0]": "update", "a[1]": "update" }],
    ["a block in a list", { a: [{ b: 2 }] }, { a: [{ b: 1 }] }, { a: [{ b: 1, c: 1 }] }, { "a[0].b": "update" }],
    ["a server default in a list", { a: [{ b: 1 }] }, { a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, {}],
    ["an unknown value", { a: unknown }, { a: 1 }, { a: 1 }, { a: "update" }],
    ["an unknown block", { a: unknown }, { a: { b: 1 } }, { a: { b: 1 } }, { a: "update" }],
    ["Pulumi's internal properties", { __defaults: ["a"] }, { __defaults: [] }, {}, {}],
    ["a file elsewhere with the same content", { a: asset("1", "/b") }, { a: asset("1") }, { a: asset("1") }, {}],
    ["a file with another content", { a: asset("2") }, { a: asset("1") }, { a: asset("1") }, { a: "update" }],
])("%s", (_, wanted, before, state, expected) => {
    expect(changed(wanted, before, state)).toEqual(expected);
});

test("a key of a map without a value is removed", () => {
    const [before, after] = [{ labels: { team: "" } }, { labels: {} }];
    expect(changed(after, before, before, { maps: ["labels"] })).toEqual({ "labels.team": "delete" });
    expect(changed(after, before, before)).toEqual({});
});

test("a custom comparison only reports relevant changes", () => {
    const comparison = { normalize: { "a.b": (value: unknown) => String(value).toUpperCase() } };
    expect(changed({ a: { b: "us" } }, {}, { a: { b: "US" } }, comparison)).toEqual({});
    expect(changed({ a: [{ b: "us" }] }, {}, { a: [{ b: "US" }] }, comparison)).toEqual({});
    expect(changed({ a: { b: "eu" } }, {}, { a: { b: "US" } }, comparison)).toEqual({ "a.b": "update" });
    expect(changed({ a: { b: unknown } }, {}, { a: { b: "US" } }, comparison)).toEqual({ "a.b": "update" });
    expect(changed({ a: {} }, { a: { b: "US" } }, { a: { b: "US" } }, comparison)).toEqual({ "a.b": "delete" });
});

test("the order of a set is ignored, and so are server defaults in its items", () => {
    const comparison = { sets: ["a"] };
    const state = {
        a: [
            { b: 1, c: 1 },
            { b: 2, c: 2 },
            { b: 3, c: 3 },
        ],
    };
    expect(changed({ a: [{ b: 3 }, { b: 1 }, { b: 2 }] }, {}, state, comparison)).toEqual({});
    expect(changed({ a: [{ b: 3 }, { b: 4 }, { b: 2 }] }, {}, state, comparison)).toEqual({ "a[1].b": "update" });
});

describe("a replacement", () => {
    const text: SchemaProperty = { type: "string", optional: true };
    const replaceOnChange = true;
    const block = (fields: SchemaProperties): SchemaProperty => ({ type: "list", maxItems: 1, optional: true, fields });
    const flags = flagsOfProperties({
        name: { ...text, replaceOnChange },
        names: text,
        map: { type: "map", optional: true, replaceOnChange },
        block: {
            ...block({
                any: { ...block({ thing: { ...text, replaceOnChange } }), replaceOnChange },
                kept: block({ thing: text }),
            }),
            replaceOnChange,
        },
        outer: block({ inner: { ...text, replaceOnChange }, other: text }),
        list: { type: "list", optional: true, fields: { key: { ...text, replaceOnChange }, other: text } },
        custom: text,
    });
    const type = { rules: { replaceOnChange: ["custom"] }, flags };
    const replaced = (path: string, wanted = {}, state = {}) => replacingPaths([path], type, wanted, state).length > 0;

    test.each([
        ["name", true],
        ["names", false],
        ["block", true],
        ["block.any.thing", true],
        ["block.kept", false],
        ["block.kept.thing", false],
        ["map.any", true],
        ["custom", true],
        ["outer.other", false],
        ["list[3].key", true],
        ["list[3].other", false],
    ])("is caused by a change of %s: %s", (path, expected) => {
        expect(replaced(path)).toBe(expected);
    });

    test("is caused by a whole block if one of its properties causes it", () => {
        expect(replaced("outer", { outer: { inner: 1 } })).toBe(true);
        expect(replaced("outer", {}, { outer: { inner: 1 } })).toBe(true);
        expect(replaced("outer", { outer: { other: 1 } }, {})).toBe(false);
        expect(replaced("list", { list: [{ other: 1 }, { key: 1 }] })).toBe(true);
    });

    test("is not caused by a value in a block that is no difference to none for the provider", () => {
        const isSame: Suppression = (found, wanted, { block }) =>
            Boolean(found) === Boolean(wanted) || block.found.other === 1;
        const paths = (...[wanted, state]: [Inputs, Inputs]) =>
            replacingPaths(["outer"], { ...type, suppress: { "outer.inner": isSame } }, wanted, state);
        expect(paths({ outer: { inner: false } }, {})).toEqual([]);
        expect(paths({}, { outer: { inner: false } })).toEqual([]);
        expect(paths({}, { outer: { inner: true, other: 1 } })).toEqual([]);
        expect(paths({ outer: { inner: true, other: 1 } }, {})).toEqual(["outer"]);
        expect(paths({}, { outer: { inner: true } })).toEqual(["outer"]);
        expect(paths({ outer: { inner: unknown } }, {})).toEqual(["outer"]);
    });
});
