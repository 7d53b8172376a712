/** Reads what a configuration in Terraform's language sets, without evaluating functions and references to other modules. */

/** An expression that is not evaluated, as it is written. */
export const expression = (text) => ({ $expression: text.trim().replaceAll(/\s+/g, " ") });

const opening = { "{": "}", "[": "]", "(": ")" };

export class Reader {
    /** @param variables the values of `var.…` */
    constructor(text, variables) {
        this.text = text;
        this.variables = variables;
        this.at = 0;
    }

    /** The arguments of a body up to its closing brace, or to the end. A block is added to the list of its type. */
    body() {
        const found = {};
        for (this.skip(); this.at < this.text.length && this.text[this.at] !== "}"; this.skip()) {
            const name = this.take(/"[^"]*"|[\w-]+/y).replaceAll('"', "");
            this.skip(/[ \t]*/y);
            if (this.text[this.at] === "=") {
                this.at++;
                found[name] = this.value();
            } else {
                const labels = this.labels();
                this.expect("{");
                found[name] = [
                    ...(found[name] ?? []),
                    { ...(labels.length > 0 && { $labels: labels }), ...this.body() },
                ];
                this.expect("}");
            }
        }
        return found;
    }

    labels() {
        const found = [];
        for (this.skip(); this.text[this.at] !== "{"; this.skip()) {
            found.push(this.take(/"[^"]*"|[\w-]+/y).replaceAll('"', ""));
        }
        return found;
    }

    /** An expression: a literal, a list or an object of expressions, or what it is written as. */
    value() {
        this.skip();
        const start = this.at;
        const literal = this.literal();
        if (literal !== undefined && this.isEnd()) {
            return literal;
        }
        this.at = start;
        return this.written();
    }

    literal() {
        const next = this.text[this.at];
        if (next === "{") {
            return this.object();
        }
        if (next === "[") {
            return this.list();
        }
        if (next === '"') {
            return this.template(this.take(/"(?:[^"\\$]|\\.|\$(?!\{)|\$\{[^}]*\})*"/y).slice(1, -1));
        }
        const heredoc = this.match(/<<(-?)(\w+)\n([\s\S]*?)\n[ \t]*\2\b/y);
        if (heredoc) {
            return this.template(heredoc[3].replaceAll(/^[ \t]+/gm, heredoc[1] ? "" : "$&"));
        }
        const word = this.match(/-?\d+(?:\.\d+)?|true\b|false\b|null\b/y);
        if (word) {
            return JSON.parse(word[0]);
        }
        const variable = this.match(/var((?:\.\w+)+)/y);
        return variable ? this.variable(variable[1]) : undefined;
    }

    object() {
        const found = {};
        this.expect("{");
        for (this.skip(); this.text[this.at] !== "}"; this.skip(/[\s,]*/y)) {
            if (this.text.startsWith("for ", this.at)) {
                return undefined;
            }
            const key = this.match(/\([^)]*\)|"(?:[^"$]|\$(?!\{)|\$\{[^}]*\})*"|[\w.$-]+/y);
            if (!key) {
                return undefined;
            }
            this.skip();
            this.take(/[=:]/y);
            const name = key[0].startsWith('"') ? this.template(key[0].slice(1, -1)) : key[0];
            found[typeof name === "string" ? name : name.$expression] = this.value();
            this.skip();
        }
        this.expect("}");
        return found;
    }

    list() {
        const found = [];
        this.expect("[");
        for (this.skip(); this.text[this.at] !== "]"; this.skip(/[\s,]*/y)) {
            if (this.text.startsWith("for ", this.at)) {
                return undefined;
            }
            found.push(this.value());
            this.skip();
        }
        this.expect("]");
        return found;
    }

    /** A string, in which references to variables have their values. */
    template(text) {
        const filled = text
            .replaceAll(/\$\{var((?:\.\w+)+)\}/g, (written, path) => {
                const value = this.variable(path);
                return typeof value === "string" ? value : written;
            })
            .replaceAll(/\\(.)/g, (_, letter) => ({ n: "\n", t: "\t" })[letter] ?? letter);
        return filled.includes("${") ? expression(filled) : filled;
    }

    variable(path) {
        const inside = (value, key) => value?.[key];
        return path.slice(1).split(".").reduce(inside, this.variables) ?? expression(`var${path}`);
    }

    /** The rest of an expression, up to the end of its line or its list. */
    written() {
        const start = this.at;
        const closing = [];
        for (; this.at < this.text.length; this.at++) {
            const next = this.text[this.at];
            if (closing.length === 0 && /[\n,}\])]/.test(next)) {
                break;
            }
            if (next === '"') {
                this.take(/"(?:[^"\\]|\\.)*"/y);
                this.at--;
            } else if (next in opening) {
                closing.push(opening[next]);
            } else if (next === closing.at(-1)) {
                closing.pop();
            }
        }
        return expression(this.text.slice(start, this.at).replace(/[ \t]#.*$/s, ""));
    }

    isEnd() {
        return /[ \t]*(?:[\n,}\])]|#|\/\/|$)/y.test(this.text.slice(this.at, this.at + 200));
    }

    /** Skips whitespace and comments. */
    skip(space = /\s*/y) {
        this.match(space);
        while (this.match(/(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\//y)) {
            this.match(space);
        }
    }

    match(pattern) {
        pattern.lastIndex = this.at;
        const found = pattern.exec(this.text);
        this.at += found?.[0].length ?? 0;
        return found;
    }

    take(pattern) {
        const found = this.match(pattern);
        if (!found) {
            throw new Error(`${pattern} is expected: ${this.text.slice(this.at, this.at + 60)}`);
        }
        return found[0];
    }

    expect(character) {
        if (this.text[this.at++] !== character) {
            throw new Error(`${character} is expected: ${this.text.slice(this.at - 1, this.at + 60)}`);
        }
    }
}
