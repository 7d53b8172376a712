/** A syntax error in a filter: its column, from 1, and what the parser expected there. */
export class FilterSyntaxError extends Error {
    constructor(
        readonly column: number,
        readonly expected: string,
    ) {
        super(`at column ${column}: expected ${expected}`);
    }
}

/** A token of a filter. */
export interface Token {
    kind: "text" | "operator" | "word";
    text: string;
    column: number;
    /** Whether a blank or the start of the filter is before it. */
    isSeparate: boolean;
}

/** What the tokens of a language look like. */
export interface Lexicon {
    /** The patterns of tokens in the order in which they are tried, each with the flag `y`. */
    tokens: [kind: Token["kind"], pattern: RegExp][];
    /** What is between tokens, with the flag `y`. */
    blank: RegExp;
    /** What the error expects instead of a character that starts no token. */
    expected: string;
}

/** Far more levels of parentheses and negations than a filter of a person has, and fewer than parsers, which call themselves for each, have stack for. */
const maxLevels = 100;

/** The tokens of a filter, which a parser takes one after the other. */
export class Tokens {
    private readonly all: Token[];
    private next = 0;
    private levels = 0;
    private readonly end: number;

    /** @throws {@link FilterSyntaxError} if a character starts no token */
    constructor(filter: string, lexicon: Lexicon) {
        this.all = tokensOf(filter, lexicon);
        this.end = filter.length + 1;
    }

    get current(): Token | undefined {
        return this.all[this.next];
    }

    skip(): void {
        this.next++;
    }

    /** Whether an operator or a word is next; a text in quotation marks is neither, as they are a part of it. */
    is(text: string): boolean {
        return this.current?.text === text;
    }

    /** Skips an operator or a word, if it is next. */
    take(text: string): boolean {
        const isThere = this.is(text);
        this.next += isThere ? 1 : 0;
        return isThere;
    }

    need(text: string): void {
        if (!this.take(text)) {
            this.fail(text);
        }
    }

    /** Terms joined by either AND or OR, each of which a function takes. */
    joined<Term>(term: () => Term): Term | { and: Term[] } | { or: Term[] } {
        const first = term();
        const joint = this.is("AND") ? "AND" : "OR";
        const terms = [first];
        while (this.take(joint)) {
            terms.push(term());
        }
        if (this.is("AND") || this.is("OR")) {
            this.fail("parentheses where AND and OR meet");
        }
        return terms.length === 1 ? first : joint === "AND" ? { and: terms } : { or: terms };
    }

    /** Takes a term that can have others of its kind in it. */
    nested<Term>(term: () => Term): Term {
        this.levels++;
        const taken = this.levels > maxLevels ? this.fail(`at most ${maxLevels} levels`) : term();
        this.levels--;
        return taken;
    }

    fail(expected: string): never {
        throw new FilterSyntaxError(this.current?.column ?? this.end, expected);
    }
}

function tokensOf(filter: string, lexicon: Lexicon): Token[] {
    const found: Token[] = [];
    let isSeparate = true;
    for (let at = 0; at < filter.length; ) {
        lexicon.blank.lastIndex = at;
        const [blank] = lexicon.blank.exec(filter) ?? [];
        if (blank) {
            at += blank.length;
            isSeparate = true;
            continue;
        }
        const token = tokenAt(filter, at, lexicon, isSeparate);
        found.push(token);
        at += token.text.length;
        isSeparate = false;
    }
    return found;
}

function tokenAt(filter: string, at: number, { tokens, expected }: Lexicon, isSeparate: boolean): Token {
    for (const [kind, pattern] of tokens) {
        pattern.lastIndex = at;
        const [text] = pattern.exec(filter) ?? [];
        if (text !== undefined) {
            return { kind, text, column: at + 1, isSeparate };
        }
    }
    throw new FilterSyntaxError(at + 1, filter.charAt(at) === '"' ? 'a text that ends with "' : expected);
}
