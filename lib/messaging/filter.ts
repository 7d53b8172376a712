import * as check from "../internal/check";

/** What a filter is made of, in the order in which it is tried at each place. */
const tokens: [kind: string, pattern: RegExp][] = [
    ["text", /"(?:[^"\\\n]|\\.)*"/y],
    ["operator", /!=|[=:.,()-]/y],
    // What begins with a digit or holds a hyphen is a key too: `attributes.is-even`.
    ["word", /[A-Za-z0-9_][A-Za-z0-9_-]*/y],
];

interface Token {
    kind: string;
    text: string;
    column: number;
}

/** Where a filter goes wrong, and what would stand there. */
class FilterFault extends Error {
    constructor(
        readonly column: number,
        readonly expected: string,
    ) {
        super(`at column ${column}: expected ${expected}`);
    }
}

/** Why a text is no filter ("Filter messages from a subscription": syntax); nothing when it is one. */
export function filterProblem(filter: string): string | undefined {
    try {
        new Filter(tokensOf(filter), filter.length + 1).whole();
        return undefined;
    } catch (error) {
        if (error instanceof FilterFault) {
            return error.message;
        }
        throw error;
    }
}

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
    throw new FilterFault(at + 1, filter.charAt(at) === '"' ? 'a text that ends with "' : "an attribute");
}

/** Reads a filter from left to right: terms, joined by either AND or OR, each perhaps negated. */
class Filter {
    private next = 0;

    constructor(
        private readonly tokens: Token[],
        private readonly end: number,
    ) {}

    whole(): void {
        this.terms();
        if (this.next < this.tokens.length) {
            this.fail("AND, OR or the end");
        }
    }

    private terms(): void {
        this.term();
        const joint = this.is("AND") ? "AND" : "OR";
        while (this.take(joint)) {
            this.term();
        }
        if (this.is("AND") || this.is("OR")) {
            this.fail("parentheses where AND and OR meet");
        }
    }

    private term(): void {
        if (this.take("NOT") || this.take("-")) {
            this.term();
        } else if (this.take("(")) {
            this.terms();
            this.need(")");
        } else if (this.take("hasPrefix")) {
            this.need("(");
            this.need("attributes");
            this.key(".");
            this.need(",");
            this.text();
            this.need(")");
        } else {
            this.comparison();
        }
    }

    private comparison(): void {
        if (!this.take("attributes")) {
            this.fail("attributes, hasPrefix, NOT or (");
        }
        if (this.is(":")) {
            this.key(":");
            return;
        }
        this.key(".");
        if (!this.take("=") && !this.take("!=")) {
            this.fail("= or !=");
        }
        this.text();
    }

    private key(before: string): void {
        this.need(before);
        if (!["word", "text"].includes(this.current?.kind ?? "")) {
            this.fail("the key of an attribute");
        }
        this.next++;
    }

    private text(): void {
        if (this.current?.kind !== "text") {
            this.fail('a text in "double quotes"');
        }
        this.next++;
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
        throw new FilterFault(this.current?.column ?? this.end, expected);
    }
}

/** A filter of a subscription: at most 256 bytes ("Filter messages from a subscription"). */
export const filter: check.Check = check.input(
    check.pipe(
        check.text(),
        check.refine((value) => Buffer.byteLength(String(value)) <= 256, "must have at most 256 bytes"),
        check.refine(
            (value) => filterProblem(String(value)) === undefined,
            ({ input }) => `is no filter ${filterProblem(String(input))}`,
        ),
    ),
);
