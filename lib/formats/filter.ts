import { type Lexicon, Tokens } from "./tokens";

/** A {@link https://docs.cloud.google.com/pubsub/docs/subscription-message-filter filter of a Pub/Sub subscription}. */
export type Filter =
    | { and: Filter[] }
    | { or: Filter[] }
    | { not: Filter }
    | { has: string }
    | { key: string; equals: string }
    | { key: string; hasPrefix: string };

/**
 * Parses a filter.
 *
 * @throws {@link FilterSyntaxError} if the filter is invalid
 */
export function parseFilter(text: string): Filter {
    return new Parser(new Tokens(text, lexicon)).filter();
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

const lexicon: Lexicon = {
    tokens: [
        ["text", /"(?:[^"\\\n]|\\.)*"/y],
        ["operator", /!=|[=:.,()-]/y],
        // A key may start with a digit or contain a hyphen: `attributes.is-even`.
        ["word", /[A-Za-z0-9_][A-Za-z0-9_-]*/y],
    ],
    blank: /\s+/y,
    expected: "an attribute",
};

/** Removes quotation marks and escapes. */
function unquoted(text: string): string {
    return text
        .slice(1, -1)
        .replace(/\\u([0-9a-f]{4})|\\(.)/gi, (_, code: string | undefined, letter: string) =>
            code ? String.fromCharCode(Number.parseInt(code, 16)) : letter,
        );
}

class Parser {
    constructor(private readonly tokens: Tokens) {}

    filter(): Filter {
        const filter = this.terms();
        if (this.tokens.current) {
            this.tokens.fail("AND, OR or the end");
        }
        return filter;
    }

    private terms(): Filter {
        return this.tokens.joined(() => this.term());
    }

    private term(): Filter {
        if (this.tokens.take("NOT") || this.tokens.take("-")) {
            return { not: this.tokens.nested(() => this.term()) };
        }
        if (this.tokens.take("(")) {
            const terms = this.tokens.nested(() => this.terms());
            this.tokens.need(")");
            return terms;
        }
        return this.tokens.take("hasPrefix") ? this.prefix() : this.comparison();
    }

    private prefix(): Filter {
        this.tokens.need("(");
        this.tokens.need("attributes");
        const key = this.key(".");
        this.tokens.need(",");
        const hasPrefix = this.text();
        this.tokens.need(")");
        return { key, hasPrefix };
    }

    private comparison(): Filter {
        if (!this.tokens.take("attributes")) {
            this.tokens.fail("attributes, hasPrefix, NOT or (");
        }
        if (this.tokens.is(":")) {
            return { has: this.key(":") };
        }
        const key = this.key(".");
        const isUnequal = this.tokens.take("!=");
        if (!isUnequal && !this.tokens.take("=")) {
            this.tokens.fail("= or !=");
        }
        const comparison = { key, equals: this.text() };
        return isUnequal ? { not: comparison } : comparison;
    }

    private key(before: string): string {
        this.tokens.need(before);
        const { kind = "operator", text = "" } = this.tokens.current ?? {};
        if (kind === "operator") {
            return this.tokens.fail("the key of an attribute");
        }
        this.tokens.skip();
        return kind === "text" ? unquoted(text) : text;
    }

    private text(): string {
        const { kind, text = "" } = this.tokens.current ?? {};
        if (kind !== "text") {
            this.tokens.fail('a text in "double quotes"');
        }
        this.tokens.skip();
        return unquoted(text);
    }
}
