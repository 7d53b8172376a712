/** A {@link https://docs.cloud.google.com/pubsub/docs/subscription-message-filter filter of a Pub/Sub subscription}. */
export type Filter =
    | { and: Filter[] }
    | { or: Filter[] }
    | { not: Filter }
    | { has: string }
    | { key: string; equals: string }
    | { key: string; hasPrefix: string };

/** A syntax error in a filter: its column, from 1, and what the parser expected there. */
export class FilterSyntaxError extends Error {
    constructor(
        readonly column: number,
        readonly expected: string,
    ) {
        super(`at column ${column}: expected ${expected}`);
    }
}

/**
 * Parses a filter.
 *
 * @throws {@link FilterSyntaxError} if the filter is invalid
 */
export function parseFilter(text: string): Filter {
    return new Parser(tokensOf(text), text.length + 1).filter();
}

/** Whether a message with these attributes matches a filter. */
export function matchesFilter(filter: Filter, attributes: Record<string, string>): boolean {
    if ("and" in filter) {
        return filter.and.every((term) => matchesFilter(term, attributes));
    }
    if ("or" in filter) {
        return filter.or.some((term) => matchesFilter(term, attributes));
    }
    if ("not" in filter) {
        return !matchesFilter(filter.not, attributes);
    }
    if ("has" in filter) {
        return Object.hasOwn(attributes, filter.has);
    }
    const value = attributes[filter.key];
    return "equals" in filter ? value === filter.equals : (value?.startsWith(filter.hasPrefix) ?? false);
}

interface Token {
    kind: "text" | "operator" | "word";
    text: string;
    column: number;
}

/** Token patterns, in the order in which the parser tries them. */
const tokens: [kind: Token["kind"], pattern: RegExp][] = [
    ["text", /"(?:[^"\\\n]|\\.)*"/y],
    ["operator", /!=|[=:.,()-]/y],
    // A key may start with a digit or contain a hyphen: `attributes.is-even`.
    ["word", /[A-Za-z0-9_][A-Za-z0-9_-]*/y],
];

function tokensOf(filter: string): Token[] {
    const found: Token[] = [];
    for (let at = 0; at < filter.length; ) {
        if (/\s/.test(filter.charAt(at))) {
            at++;
            continue;
        }
        const token = tokenAt(filter, at);
        found.push(token);
        at += token.text.length;
    }
    return found;
}

function tokenAt(filter: string, at: number): Token {
    for (const [kind, pattern] of tokens) {
        pattern.lastIndex = at;
        const [text] = pattern.exec(filter) ?? [];
        if (text !== undefined) {
            return { kind, text, column: at + 1 };
        }
    }
    throw new FilterSyntaxError(at + 1, filter.charAt(at) === '"' ? 'a text that ends with "' : "an attribute");
}

/** Removes quotation marks and escapes. */
function unquoted(text: string): string {
    return text
        .slice(1, -1)
        .replace(/\\u([0-9a-f]{4})|\\(.)/gi, (_, code: string | undefined, letter: string) =>
            code ? String.fromCharCode(Number.parseInt(code, 16)) : letter,
        );
}

class Parser {
    private next = 0;

    constructor(
        private readonly tokens: Token[],
        private readonly end: number,
    ) {}

    filter(): Filter {
        const filter = this.terms();
        if (this.next < this.tokens.length) {
            this.fail("AND, OR or the end");
        }
        return filter;
    }

    /** Terms joined by either AND or OR. */
    private terms(): Filter {
        const first = this.term();
        const joint = this.is("AND") ? "AND" : "OR";
        const terms = [first];
        while (this.take(joint)) {
            terms.push(this.term());
        }
        if (this.is("AND") || this.is("OR")) {
            this.fail("parentheses where AND and OR meet");
        }
        return terms.length === 1 ? first : joint === "AND" ? { and: terms } : { or: terms };
    }

    private term(): Filter {
        if (this.take("NOT") || this.take("-")) {
            return { not: this.term() };
        }
        if (this.take("(")) {
            const terms = this.terms();
            this.need(")");
            return terms;
        }
        return this.take("hasPrefix") ? this.prefix() : this.comparison();
    }

    private prefix(): Filter {
        this.need("(");
        this.need("attributes");
        const key = this.key(".");
        this.need(",");
        const hasPrefix = this.text();
        this.need(")");
        return { key, hasPrefix };
    }

    private comparison(): Filter {
        if (!this.take("attributes")) {
            this.fail("attributes, hasPrefix, NOT or (");
        }
        if (this.is(":")) {
            return { has: this.key(":") };
        }
        const key = this.key(".");
        const isUnequal = this.take("!=");
        if (!isUnequal && !this.take("=")) {
            this.fail("= or !=");
        }
        const comparison = { key, equals: this.text() };
        return isUnequal ? { not: comparison } : comparison;
    }

    private key(before: string): string {
        this.need(before);
        const { kind, text } = this.current ?? {};
        if (kind === undefined || text === undefined || kind === "operator") {
            return this.fail("the key of an attribute");
        }
        this.next++;
        return kind === "text" ? unquoted(text) : text;
    }

    private text(): string {
        const { kind, text = "" } = this.current ?? {};
        if (kind !== "text") {
            this.fail('a text in "double quotes"');
        }
        this.next++;
        return unquoted(text);
    }

    private get current(): Token | undefined {
        return this.tokens[this.next];
    }

    private is(text: string): boolean {
        return this.current?.kind !== "text" && this.current?.text === text;
    }

    private take(text: string): boolean {
        const isThere = this.is(text);
        this.next += isThere ? 1 : 0;
        return isThere;
    }

    private need(text: string): void {
        if (!this.take(text)) {
            this.fail(text);
        }
    }

    private fail(expected: string): never {
        throw new FilterSyntaxError(this.current?.column ?? this.end, expected);
    }
}
