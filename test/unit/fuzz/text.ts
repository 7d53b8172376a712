import * as fc from "fast-check";

/** What editors, other systems, other languages and attackers put into files. */
const oddities = [
    ...["\0", "\uFEFF", "\r\n", "\r", "\u2028", "\t", " ", "\n", "\u0007", "\ud800", "\u202e", "🚀", "é", "\u00a0"],
    ...[
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "prototype",
        "length",
        "valueOf",
        "undefined",
        "null",
    ],
    ...[
        "&a ",
        "*a",
        "*missing",
        "<<: *a",
        "!!binary ",
        "!!js/function ",
        "!",
        "? ",
        "- ",
        ": ",
        "---\n",
        "...\n",
        "%YAML 9\n",
        "|\n",
        ">-\n",
    ],
    ...["1e999", "-0", "0x10", "9".repeat(400), "0.1", "NaN", ".inf", "-1", "65536", "4294967296", "00", "1_000"],
    ...[
        "'",
        '"',
        "`",
        "\\",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "#",
        "%",
        "$",
        "${",
        "$(",
        "/*",
        "*/",
        "//",
        "--",
        ";",
        ",",
        ":",
        "=",
        "|",
        "?",
        "*",
        "**",
        "[z-a]",
        "[",
        "+",
        "^",
    ],
];

/** What begins something that can be in itself, and its end. */
const nests: [string, string][] = [
    ["(", ")"],
    ["[", "]"],
    ["{", "}"],
    ['{"a":', "}"],
    ['{"type":"array","items":', "}"],
    ['{"type":"map","values":', "}"],
    ['[{"name":"a","type":"RECORD","fields":', "}]"],
    ["ARRAY<", ">"],
    ["STRUCT<a ", ">"],
    ["message A {", "}"],
    ["NOT ", ""],
    ["NOT (", ")"],
    ["-", ""],
    ["- ", ""],
    ["a:\n ", ""],
    ["{a: ", "}"],
    ["? ", ""],
    ["\\", ""],
    ["&a [*a, ", "]"],
];

/** A change of a text; positions are fractions of its length. */
type Edit = (text: string) => string;

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, part: number) => Math.floor(part * text.length);

const range = fc.tuple(fraction, fc.oneof({ weight: 4, arbitrary: fc.nat(12) }, fc.nat(400)));

const insertion = (inserted: fc.Arbitrary<string>): fc.Arbitrary<Edit> =>
    fc.tuple(fraction, inserted).map(
        ([part, added]) =>
            (text) =>
                text.slice(0, at(text, part)) + added + text.slice(at(text, part)),
    );

/** Deep enough for a parser that calls itself to exceed the stack. */
const depth = fc.oneof(fc.integer({ min: 2, max: 40 }), fc.constantFrom(500, 5000, 20_000));

const nested = fc
    .tuple(fc.constantFrom(...nests), depth, fc.constantFrom("", "a", "1", '"string"', "STRING"), fc.boolean())
    .map(
        ([[open, close], levels, inner, isClosed]) =>
            open.repeat(levels) + inner + (isClosed ? close.repeat(levels) : ""),
    );

const edits: fc.Arbitrary<Edit>[] = [
    range.map(
        ([part, length]) =>
            (text) =>
                text.slice(0, at(text, part)) + text.slice(at(text, part) + length),
    ),
    range.map(([part, length]) => (text) => {
        const [start, end] = [at(text, part), at(text, part) + length];
        return text.slice(0, end) + text.slice(start);
    }),
    fc.tuple(range, range).map(([[one, length], [other]]) => (text) => {
        const [first, second] = [at(text, Math.min(one, other)), at(text, Math.max(one, other))];
        const end = Math.min(first + length, second);
        return text.slice(0, first) + text.slice(end, second) + text.slice(first, end) + text.slice(second);
    }),
    fraction.map((part) => (text) => text.slice(0, at(text, part))),
    insertion(fc.constantFrom(...oddities)),
    insertion(fc.string({ unit: "binary", maxLength: 5 })),
    fc.tuple(fraction, fc.constantFrom(...oddities)).map(([part, word]) => (text) => {
        const [found] = /[\w.-]+/.exec(text.slice(at(text, part))) ?? [];
        return found === undefined
            ? text
            : text.slice(0, at(text, part)) + text.slice(at(text, part)).replace(found, () => word);
    }),
    fc.constant((text) => text.replaceAll("\n", "\r\n")),
    fc.constant((text) => `\uFEFF${text}`),
];

/** Whole texts that are unlike any sample. */
const extremes: fc.Arbitrary<Edit>[] = [
    insertion(nested),
    nested.map((text) => () => text),
    insertion(
        fc
            .tuple(fc.constantFrom(...oddities, "a", "1"), fc.constantFrom(300, 3000, 60_000))
            .map(([one, count]) => one.repeat(Math.ceil(count / one.length))),
    ),
    fc.string({ unit: "binary", maxLength: 60 }).map((text) => () => text),
];

/** Texts of the words of samples, in any order. */
function soups(samples: readonly string[]): fc.Arbitrary<string> {
    const words = [...new Set(samples.flatMap((sample) => sample.match(/\w+|\s+|[^\w\s]/g) ?? []))];
    return fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((all) => all.join(""));
}

/** Samples with a few changes, texts of their words, and texts that are too long, too deep or nothing at all. */
export const textsLike = (samples: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof(
        {
            weight: 6,
            arbitrary: fc
                .tuple(fc.constantFrom(...samples), fc.array(fc.oneof(...edits), { minLength: 1, maxLength: 5 }))
                .map(([sample, changes]) => changes.reduce((text, change) => change(text), sample)),
        },
        { weight: 2, arbitrary: soups(samples) },
        {
            weight: 2,
            arbitrary: fc
                .tuple(fc.constantFrom(...samples), fc.oneof(...extremes))
                .map(([sample, change]) => change(sample)),
        },
    );
