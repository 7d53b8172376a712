import { PubSubSubscription, PubSubTopic } from "slipway/pubsub";
import { filterProblem } from "../../../lib/pubsub/filter";
import { refused } from "../registered";

test.each([
    "attributes:name",
    "NOT attributes:name",
    'attributes.name = "com"',
    'attributes.name != "com"',
    'hasPrefix(attributes.name, "co")',
    'NOT hasPrefix(attributes."iana.org/language_tag", "co")',
    'attributes.is-even = "false"',
    'attributes.2nd_try="1"',
    'attributes:"\\u307F\\u3093\\u306A"',
    'attributes.a = "say \\"hello\\""',
    'attributes.name = "com" AND -attributes:"iana.org/language_tag"',
    'attributes:a AND (attributes.name = "net" OR attributes.name = "org") AND NOT (attributes:b)',
    'attributes.a = "1" OR attributes.b = "2" OR attributes.c = "3"',
    'attributes.AND = "OR"',
    " ( attributes:name ) ",
])("%s is a valid filter", (filter) => {
    expect(filterProblem(filter)).toBe(undefined);
});

const start = "attributes, hasPrefix, NOT or (";
test.each([
    ["", 1, start],
    ["  ", 3, start],
    ["name", 1, start],
    ['"com" = attributes.name', 1, start],
    ["attributes.name", 16, "= or !="],
    ['attributes.name > "a"', 17, "an attribute"],
    ["attributes.name = attributes.website", 19, 'a text in "double quotes"'],
    ["attributes.name = 'com'", 19, "an attribute"],
    ['attributes.name = "com', 19, 'a text that ends with "'],
    ["attributes:\\u307F", 12, "an attribute"],
    ["attributes = 3", 12, "."],
    ["attributes.=", 12, "the key of an attribute"],
    ["attributes:", 12, "the key of an attribute"],
    ['attributes:a AND attributes.b = "1" OR attributes:c', 37, "parentheses where AND and OR meet"],
    ["attributes:a OR attributes:b AND attributes:c", 30, "parentheses where AND and OR meet"],
    ['attributes.name = "com" AND ("net" OR "org")', 30, start],
    ["attributes:a and attributes:b", 14, "AND, OR or the end"],
    ["(attributes:a", 14, ")"],
    ["attributes:a)", 13, "AND, OR or the end"],
    ['hasSuffix(attributes.a, "b")', 1, start],
    ['hasPrefix(attributes:a, "b")', 21, "."],
    ["hasPrefix(attributes.a, b)", 25, 'a text in "double quotes"'],
    ['hasPrefix(attributes.a, "b"', 28, ")"],
])("%s is an invalid filter", (filter, column, expected) => {
    expect(filterProblem(filter)).toBe(`at column ${column}: expected ${expected}`);
});

test("a filter has at most 256 bytes, which can be fewer characters", async () => {
    const filtered = (letters: string) => () => {
        const topic = new PubSubTopic("sales");
        return new PubSubSubscription("range", { topic, pull: {}, filter: `attributes.name = "${letters}"` });
    };
    const most = "é".repeat(118);
    expect(await refused(filtered(`${most}é`), {}, ["Topic sales"])).toBe(
        `PubSubSubscription "range": filter: must have 256 bytes at most (got "attributes.name = \\"${"é".repeat(58)}…).`,
    );
    await expect(refused(filtered(most))).rejects.toThrow("Nothing was refused");
});
