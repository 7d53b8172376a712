import { failedChecks, importDifferences, pattern } from "./checks";
import { flat } from "./evaluator";
import type { StateCheck } from "./tests";

const bucket = "gcp:storage/bucket:Bucket";

test("attributes have the paths of Terraform's state", () => {
    expect(flat({ name: "a", size: 3, none: null, labels: { env: "dev" }, disk: [{ boot: true, tags: [] }] })).toEqual({
        name: "a",
        size: "3",
        "labels.%": "1",
        "labels.env": "dev",
        "disk.#": "1",
        "disk.0.boot": "true",
        "disk.0.tags.#": "0",
    });
});

test.each([
    ["(?i)not FOUND", "Error 404: Not found", true],
    ["(?s)^a.b$", "a\nb", true],
    ["a.b", "a\nb", false],
    ["(?P<code>40[34])", "Error 403", true],
])("the pattern %s is Go's", (go, text, expected) => {
    expect(pattern(go).test(text)).toBe(expected);
});

const state = {
    "google_shop.a": { id: "7", name: "sales", labels: null, open: false, room: [{ size: 3 }] },
    "google_shop.b[1]": { id: "8", name: "sales" },
};

test.each<[StateCheck["check"], string[], string | undefined]>([
    ["TestCheckResourceAttr", ["google_shop.a", "room.0.size", "3"], undefined],
    ["TestCheckResourceAttr", ["google_shop.a", "open", "false"], undefined],
    ["TestCheckResourceAttr", ["google_shop.a", "room.0.size", "4"], "it is '3'"],
    ["TestCheckResourceAttr", ["google_shop.a", "labels.%", "0"], undefined],
    ["TestCheckResourceAttr", ["google_shop.a", "labels.env", "dev"], "it is not set"],
    ["TestCheckResourceAttr", ["google_shop.b.1", "id", "8"], undefined],
    ["TestCheckResourceAttrSet", ["google_shop.a", "id"], undefined],
    ["TestCheckResourceAttrSet", ["google_shop.c", "id"], "it is not set"],
    ["TestCheckNoResourceAttr", ["google_shop.a", "labels.%"], undefined],
    ["TestCheckNoResourceAttr", ["google_shop.a", "name"], "it is 'sales'"],
    ["TestMatchResourceAttr", ["google_shop.a", "name", "^s.*s$"], undefined],
    ["TestMatchResourceAttr", ["google_shop.a", "name", "^S"], "it is 'sales'"],
    ["TestCheckResourceAttrPair", ["google_shop.a", "name", "google_shop.b[1]", "name"], undefined],
    ["TestCheckResourceAttrPair", ["google_shop.a", "id", "google_shop.b[1]", "id"], "it is '7', and the other is '8'"],
    ["TestCheckOutput", ["total", "2"], undefined],
    ["TestCheckOutput", ["total", "3"], "it is '2'"],
])("%s of %s: %s", (check, given, failed) => {
    const expected = failed === undefined ? [] : [`${check}(${given.join(", ")}): ${failed}`];
    expect(failedChecks([{ check, arguments: given }], state, { total: 2 })).toEqual(expected);
});

const rule = (age: number, more = {}) => ({ action: { type: "Delete" }, condition: { age, ...more } });

test.each([
    ["nothing", {}, {}, [], []],
    ["a text", { location: "EU" }, { location: "US" }, [], ["location"]],
    ["an ignored text", { location: "EU" }, { location: "US" }, ["location"], []],
    ["what is empty", { labels: {}, storageClass: "" }, {}, [], []],
    [
        "an item of a list of blocks",
        { lifecycleRules: [rule(3), rule(4)] },
        { lifecycleRules: [rule(3), rule(5)] },
        [],
        ["lifecycle_rules.1.condition.0.age"],
    ],
    [
        "blocks that are ignored by their name",
        { lifecycleRules: [rule(3)] },
        { lifecycleRules: [] },
        ["lifecycle_rule"],
        [],
    ],
    [
        "an attribute of a block that is ignored",
        { lifecycleRules: [rule(3, { numNewerVersions: 1 })] },
        { lifecycleRules: [rule(4)] },
        ["lifecycle_rule.0.condition.0.num_newer_versions"],
        ["lifecycle_rules.0.condition.0.age"],
    ],
    ["blocks that are not read", { cors: [{ origins: ["*"] }] }, {}, [], ["cors"]],
])("an import differs by %s", (_, outputs, imported, ignored, expected) => {
    expect(importDifferences(bucket, outputs, imported, ignored)).toEqual(expected);
});
