import { parseFilter } from "../../../../local/emulator/pubsub/filter";

const summer = { season: "summer", "iana.org/language_tag": "en" };

test.each([
    ["attributes:season", true],
    ["attributes:price", false],
    ['attributes.season = "summer"', true],
    ['attributes.season="winter"', false],
    ['attributes.season != "winter"', true],
    ['attributes.price != "2"', true],
    ['attributes:"iana.org/language_tag"', true],
    ['attributes."iana.org/language_tag" = "en"', true],
    ['hasPrefix(attributes.season, "sum")', true],
    ['hasPrefix(attributes.season,"win")', false],
    ['hasPrefix(attributes.price, "")', false],
    ["NOT attributes:price", true],
    ["-attributes:season", false],
    ['NOT hasPrefix(attributes.season, "sum")', false],
    ['attributes:season AND attributes.season = "winter"', false],
    ['attributes.season = "winter" OR attributes.season = "summer"', true],
    ['(attributes:price OR attributes:season) AND NOT attributes.season = "winter"', true],
    ["attributes:price AND (attributes:season OR attributes:price)", false],
    ['attributes.season = "sum\\"mer"', false],
    ['attributes.season = "s\\u0075mmer"', true],
    ["attributes:AND-more OR attributes:season", true],
])("%s lets a message of summer through: %s", (filter, passes) => {
    expect(parseFilter(filter)(summer)).toBe(passes);
});

test("a quotation mark in a value is written after a backslash", () => {
    expect(parseFilter('attributes.name = "the \\"best\\""')({ name: 'the "best"' })).toBe(true);
});

test.each([
    ["attributes.season", "it ends after 'attributes . season'"],
    ["attributes.season = summer", "'summer' cannot stand after 'attributes . season ='"],
    ["attributes:a AND attributes:b OR attributes:c", "'OR' cannot stand after 'attributes : a AND attributes : b'"],
    ["attributes:a attributes:b", "'attributes' cannot stand after 'attributes : a'"],
    ["(attributes:a", "it ends after '( attributes : a'"],
    ["attributes:a and attributes:b", "'and' cannot stand after 'attributes : a'"],
    ["data = 1", "'data' cannot stand after ''"],
    ["attributes.price > 2", "'> 2' cannot be read"],
])("%s is no filter", (filter, why) => {
    expect(() => parseFilter(filter)).toThrow(new Error(why));
});
