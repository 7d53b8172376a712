import { matchesFilter, parseFilter } from "../../../../lib/formats";

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
])("%s matches a message of summer: %s", (filter, passes) => {
    expect(matchesFilter(parseFilter(filter), summer)).toBe(passes);
});

test("a quotation mark in a value is escaped with a backslash", () => {
    expect(matchesFilter(parseFilter('attributes.name = "the \\"best\\""'), { name: 'the "best"' })).toBe(true);
});

test.each([
    ["attributes.season", "at column 18: expected = or !="],
    ["attributes.season = summer", 'at column 21: expected a text in "double quotes"'],
    ["attributes:a AND attributes:b OR attributes:c", "at column 31: expected parentheses where AND and OR meet"],
    ["attributes:a attributes:b", "at column 14: expected AND, OR or the end"],
    ["(attributes:a", "at column 14: expected )"],
    ["attributes:a and attributes:b", "at column 14: expected AND, OR or the end"],
    ["data = 1", "at column 1: expected attributes, hasPrefix, NOT or ("],
    ["attributes.price > 2", "at column 18: expected an attribute"],
])("%s is an invalid filter", (filter, why) => {
    expect(() => parseFilter(filter)).toThrow(new Error(why));
});
