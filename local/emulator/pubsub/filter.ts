/** Whether a message with these attributes is delivered. */
export type Filter = (attributes: Record<string, string>) => boolean;

const token = /\s*(?:"(?:[^"\\]|\\.)*"|[A-Za-z0-9_][\w-]*|!=|[-().,:=])/y;

/** Reads an expression of the language of "Filter messages from a subscription"; refuses what is not one. */
export function parseFilter(expression: string): Filter {
    const parser = new Parser(tokensOf(expression));
    const filter = parser.expression();
    parser.end();
    return filter;
}

function tokensOf(expression: string): string[] {
    const tokens: string[] = [];
    token.lastIndex = 0;
    while (expression.slice(token.lastIndex).trim() !== "") {
        const start = token.lastIndex;
        const [whole] = token.exec(expression) ?? [];
        if (whole === undefined) {
            throw new Error(`'${expression.slice(start).trim()}' cannot be read`);
        }
        tokens.push(whole.trim());
    }
    return tokens;
}

class Parser {
    private next = 0;

    constructor(private readonly tokens: string[]) {}

    /** Terms joined by AND alone or by OR alone: to mix them, one writes parentheses. */
    expression(): Filter {
        const terms = [this.term()];
        const operator = this.tokens[this.next];
        while (operator !== undefined && (operator === "AND" || operator === "OR") && this.takes(operator)) {
            terms.push(this.term());
        }
        return operator === "OR"
            ? (attributes) => terms.some((term) => term(attributes))
            : (attributes) => terms.every((term) => term(attributes));
    }

    end(): void {
        if (this.next < this.tokens.length) {
            throw this.unexpected();
        }
    }

    private term(): Filter {
        if (this.takes("NOT") || this.takes("-")) {
            const negated = this.term();
            return (attributes) => !negated(attributes);
        }
        if (this.takes("(")) {
            const inner = this.expression();
            this.expect(")");
            return inner;
        }
        return this.takes("hasPrefix") ? this.prefix() : this.comparison();
    }

    private prefix(): Filter {
        this.expect("(");
        this.expect("attributes");
        this.expect(".");
        const key = this.key();
        this.expect(",");
        const start = this.text();
        this.expect(")");
        return (attributes) => attributes[key]?.startsWith(start) ?? false;
    }

    private comparison(): Filter {
        this.expect("attributes");
        if (this.takes(":")) {
            const key = this.key();
            return (attributes) => Object.hasOwn(attributes, key);
        }
        this.expect(".");
        const key = this.key();
        const unequal = this.takes("!=");
        if (!unequal) {
            this.expect("=");
        }
        const value = this.text();
        return (attributes) => (attributes[key] === value) !== unequal;
    }

    private key(): string {
        return this.tokens[this.next]?.startsWith('"') ? this.text() : this.take(/^[A-Za-z0-9_]/);
    }

    private text(): string {
        const escaped = /\\u([0-9a-f]{4})|\\(.)/gi;
        return this.take(/^"/)
            .slice(1, -1)
            .replace(escaped, (_, code: string | undefined, letter: string) =>
                code ? String.fromCharCode(Number.parseInt(code, 16)) : letter,
            );
    }

    private takes(wanted: string): boolean {
        const found = this.tokens[this.next] === wanted;
        this.next += found ? 1 : 0;
        return found;
    }

    private expect(wanted: string): void {
        if (!this.takes(wanted)) {
            throw this.unexpected();
        }
    }

    private take(form: RegExp): string {
        const found = this.tokens[this.next];
        if (found === undefined || !form.test(found)) {
            throw this.unexpected();
        }
        this.next += 1;
        return found;
    }

    private unexpected(): Error {
        const found = this.tokens[this.next];
        const before = this.tokens.slice(0, this.next).join(" ");
        return new Error(
            found === undefined ? `it ends after '${before}'` : `'${found}' cannot stand after '${before}'`,
        );
    }
}
