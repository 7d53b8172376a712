/** A problem of arguments, as its line in an error has it. */
export interface Line {
    component: string;
    path: string;
    text: string;
    id: string;
}

/** The problems of an error of arguments. */
export function linesOf(message: string): Line[] {
    const [problems = ""] = message.split(/\n(?= {4}at )/);
    const lines = problems.matchAll(/^(\w+ ".*?"): (?:((?:[^\s:]|:(?! ))+): )?(.*) \[([a-z]+\/[a-z\d-]+)\]$/gm);
    return [...lines].map(([, component = "", path = "", text = "", id = ""]) => ({ component, path, text, id }));
}

/** What a text advises. */
export interface Advice {
    /** Its words in the text. */
    words: string;
    /** The argument that it names; undefined for the refused one. */
    key?: string;
    /** The literal; undefined for an argument to remove. */
    literal?: string;
    /** Other arguments to remove. */
    without: string[];
}

/** Where a literal that starts at an index ends; undefined if there is none. */
function endOf(text: string, start: number): number | undefined {
    const [simple] = /^(true|false|-?\d+(\.\d+)?(?![\w.%])|"[^"]*")/.exec(text.slice(start)) ?? [];
    if (simple !== undefined) {
        return start + simple.length;
    }
    let depth = 0;
    for (let index = start; index < text.length; index++) {
        depth += "{[".includes(text[index] as string) ? 1 : "}]".includes(text[index] as string) ? -1 : 0;
        if (depth === 0) {
            return index > start ? index + 1 : undefined;
        }
    }
    return undefined;
}

/** Whether the words before an assignment say that it is what is refused, instead of what to do. */
const isRefused = (sentence: string) =>
    /cannot|no effect|is a (secret|circle)|\b(which|by)$/.test(sentence) ||
    (/\bwith$/.test(sentence) && !/\b(only|must have|must be an|needs|Add)\b/.test(sentence));

const listOf = (text: string) => text.split(/, | and | or /);

/** What the text of a problem advises: to set an argument to a literal, to use another value, or to leave one out. */
export function adviceIn(whole: string): Advice[] {
    const text = whole.replace(/ \(got .*?\)(?=[.,;:?]|$)/, "");
    const found: Advice[] = [];
    const refused: string[] = [];
    let end = 0;
    for (const { 0: name, 1: key = "", index } of text.matchAll(
        /(?<![\w".])([a-z]\w*(?:\.\w+)*): (?=true|false|-?\d|"|\{ |\[)/g,
    )) {
        const start = index + name.length;
        const after = index < end ? undefined : endOf(text, start);
        if (
            key === "one" ||
            after === undefined ||
            !/^([.,;:)]|\s*$| (or|for|of|on|in|to|if|keeps|without|and|disables|at)\b)/.test(`${text.slice(after)} `)
        ) {
            continue;
        }
        const sentence = (text.slice(0, index).split(/\. /).at(-1) as string).trim();
        const literal = text.slice(start, after);
        if (/\bRemove$/.test(sentence)) {
            found.push({ words: `Remove ${key}`, key, without: [] });
        } else if (isRefused(sentence)) {
            refused.push(key);
        } else if (literal.startsWith("{ to: ")) {
            // A whole that has names in it: the parts of it are literals.
            found.push(...adviceIn(literal.slice(1, -1).replace("to: oncall, ", "").trim()));
        } else {
            const [, others = ""] = /^ without ([\w, ]+?)(?=[.,;]|$)/.exec(text.slice(after)) ?? [];
            const [, alternative] = /^ or ("[^"]*")/.exec(text.slice(after)) ?? [];
            for (const each of alternative ? [literal, alternative] : [literal]) {
                found.push({ words: `${key}: ${each}`, key, literal: each, without: others ? listOf(others) : [] });
            }
        }
        end = after;
    }
    const own =
        /(?:\bSet (?:it|one),? ?(?:for example )?(?:to )?|\bUse |\b[Ss]et [^.:]*such as |\bmust be (?:at (?:least|most) )?)(?=true|false|\d|"|\{ |\[)/g;
    for (const { 0: words, index } of text.matchAll(own)) {
        const start = index + words.length;
        const after = endOf(text, start);
        if (after !== undefined && /^([.,;]|$| (at|because|with|of|if|on|for) )/.test(`${text.slice(after)} `)) {
            found.push({ words: text.slice(index, after), literal: text.slice(start, after), without: [] });
        }
    }
    for (const [words, example] of text.matchAll(/Set one: (\{ .*? \})/g)) {
        found.push({ words, key: "..", literal: example, without: [] });
    }
    if (/\b([Rr]emove|[Ll]eave) (it|them|one)\b|must be left out/.test(text)) {
        found.push({ words: "Remove it", without: [] });
    }
    if (/\bRemove one\b/.test(text)) {
        found.push(...refused.map((key) => ({ words: `Remove ${key}`, key, without: [] })));
    }
    return found;
}

/** The value of a literal; undefined if it has names or `…` in it, which stand for values of the program. */
export function literalValue(literal: string): unknown {
    try {
        return literal.includes("…") ? undefined : new Function(`return (${literal})`)();
    } catch {
        return undefined;
    }
}

export const isPlain = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const partOf = (args: unknown, path: readonly string[]): unknown =>
    path.reduce((part, key) => (isPlain(part) || Array.isArray(part) ? Reflect.get(part, key) : undefined), args);

/** The keys of a path in arguments. Keys can have dots in them. */
export function keysOf(args: unknown, path: string): string[] {
    if (path === "") {
        return [];
    }
    const [key] = Object.keys(isPlain(args) || Array.isArray(args) ? args : {})
        .filter((each) => path === each || path.startsWith(`${each}.`))
        .sort((one, other) => other.length - one.length);
    return key === undefined ? path.split(".") : [key, ...keysOf(partOf(args, [key]), path.slice(key.length + 1))];
}

/** A copy of arguments with another value at a path, or without it; undefined if there is no such place, or nothing to remove. */
export function changed(args: unknown, path: readonly string[], value: unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) {
        return isPlain(args) && isPlain(value) ? { ...args, ...value } : value;
    }
    const isList = Array.isArray(args);
    const before = partOf(args, [key]);
    if (
        (args !== undefined && !isPlain(args) && !isList) ||
        ((value === undefined || isList) && before === undefined)
    ) {
        return undefined;
    }
    const isRemoved = value === undefined && rest.length === 0;
    const after = isRemoved ? undefined : changed(before, rest, value);
    if (after === undefined && !isRemoved) {
        return undefined;
    }
    if (isList) {
        return args.flatMap((item, index) => (String(index) === key ? (isRemoved ? [] : [after]) : [item]));
    }
    const { [key]: _, ...others } = (args ?? {}) as Record<string, unknown>;
    return isRemoved ? others : { ...(args as object), [key]: after };
}

/** The paths of all objects in arguments. */
function objectsIn(args: unknown, path: string[] = []): string[][] {
    return isPlain(args)
        ? [path, ...Object.entries(args).flatMap(([key, part]) => objectsIn(part, [...path, key]))]
        : [];
}

/** Arguments that follow an advice: at the refused argument, beside it, in what it is in, or in another part of the arguments. */
export function followed(args: unknown, path: string, { key, literal, without }: Advice): unknown[] {
    const keys = keysOf(args, path);
    const value = literal === undefined ? undefined : literalValue(literal);
    const around = [...keys.map((_, index) => keys.slice(0, keys.length - 1 - index)), keys, ...objectsIn(args)];
    const named = (key ?? "").split(".");
    const places =
        key === undefined ? [keys] : key === ".." ? [keys.slice(0, -1)] : around.map((each) => [...each, ...named]);
    return [...new Map(places.map((place) => [place.join("\n"), place])).values()].flatMap((place) => {
        const other = literal !== undefined && value === undefined ? undefined : changed(args, place, value);
        const beside = (each: string) => [...place.slice(0, -1), each];
        return other === undefined
            ? []
            : [without.reduce((left, each) => changed(left, beside(each), undefined) ?? left, other)];
    });
}
