import * as fc from "fast-check";

/** How long texts with a repeated part are: more than any file of a person, as a program would write it. */
const longest = 1_000_000;

/** How often a part is there, unless the text becomes too long. */
const counts = fc.constantFrom(600, 10_000, longest);

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** A part of a text between two offsets, as often as it fits. */
function repeat(text: string, start: number, end: number, count: number): string {
    const part = text.slice(start, end);
    const fits = Math.floor(longest / Math.max(1, part.length));
    return text.slice(0, start) + part.repeat(Math.max(1, Math.min(count, fits))) + text.slice(end);
}

/** The offsets at which lines start, and the end. */
const linesOf = (text: string): number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];

/** One of several, by a fraction. */
const pick = <Item>(all: readonly Item[], part: number): Item | undefined => all[Math.floor(part * all.length)];

/** What is between brackets, or is their content: offsets of the opening and behind the closing one. */
function pairsOf(text: string): [number, number][] {
    const closing: Record<string, string> = { "(": ")", "[": "]", "{": "}", "<": ">" };
    const open: [string, number][] = [];
    const pairs: [number, number][] = [];
    for (const [index, character] of [...text].entries()) {
        if (closing[character] !== undefined) {
            open.push([closing[character], index]);
        } else if (open.at(-1)?.[0] === character) {
            pairs.push([(open.pop() as [string, number])[1], index + 1]);
        }
    }
    return pairs;
}

/** A change of a text; fractions select what is repeated. */
type Repetition = (text: string, parts: [number, number], count: number) => string;

const repetitions: Repetition[] = [
    // Lines.
    (text, [first, length], count) => {
        const lines = linesOf(text);
        const index = Math.floor(first * lines.length);
        const end = lines[Math.min(lines.length - 1, index + 1 + Math.floor(length * 20))] as number;
        return repeat(text, lines[index] as number, Math.max(end, lines[index] as number), count);
    },
    // A few characters.
    (text, [first, length], count) => {
        const start = Math.floor(first * text.length);
        return repeat(text, start, start + 1 + Math.floor(length * 40), count);
    },
    // A word.
    (text, [first], count) => {
        const { index = 0, 0: word = "" } = pick([...text.matchAll(/[\w.-]+/g)], first) ?? {};
        return repeat(text, index, index + word.length, count);
    },
    // What is between brackets, in itself.
    (text, [first, second], count) => {
        const pairs = pairsOf(text);
        const [start, end] = pick(pairs, first) ?? [0, 0];
        const inside = pairs.filter((pair) => pair[0] > start && pair[1] < end);
        const [from, to] = pick(inside, second) ?? [start + 1, end - 1];
        const around = end - start - (to - from);
        const times = Math.min(count, Math.floor(longest / Math.max(1, around)));
        return end === 0
            ? text
            : text.slice(0, start) +
                  text.slice(start, from).repeat(times) +
                  text.slice(from, to) +
                  text.slice(to, end).repeat(times) +
                  text.slice(end);
    },
    // A line in itself, deeper by two spaces each.
    (text, [first], count) => {
        const lines = linesOf(text);
        const start = pick(lines, first) as number;
        const [line = ""] = /^.*\n?/.exec(text.slice(start)) ?? [];
        const levels = Array.from({ length: Math.min(count, 900) }, (_, level) => " ".repeat(2 * level) + line);
        return text.slice(0, start) + levels.join("") + text.slice(start + line.length);
    },
    // Lists of ten aliases of the list before, and as many anchors.
    (text, [first], count) => {
        const start = pick(linesOf(text), first) as number;
        const [line = ""] = /^.*/.exec(text.slice(start)) ?? [];
        const value = /^(\s*(?:- )?[\w.-]+: )(.+)$/.exec(line) ?? ["", "", line];
        const lists = Array.from(
            { length: Math.min(count, 2000) },
            (_, index) => `x${index}: &x${index} ${index === 0 ? "[y]" : `[${Array(10).fill(`*x${index - 1}`)}]`}\n`,
        );
        return `${lists.join("")}${text.slice(0, start)}${value[1]}*x${lists.length - 1}${text.slice(start + line.length)}`;
    },
];

/** Samples of which a part is there many times: lines, characters, a word, brackets in brackets, lines in lines, or aliases. */
export const repeatedLike = (samples: readonly string[]): fc.Arbitrary<string> =>
    fc
        .tuple(fc.constantFrom(...samples), fc.constantFrom(...repetitions), fc.tuple(fraction, fraction), counts)
        .map(([sample, repetition, parts, count]) => repetition(sample, parts, count));
