import { FilterSyntaxError } from "./filter";

/** A comparison of a field with a value, such as `resource.type = "cloud_run_revision"`. */
export interface Comparison {
    field: string;
    operator: ComparisonOperator;
    value: QueryValue;
}

export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":" | "=~" | "!~";

/** A text or a number, or the call of a function, such as `starts_with("web-")`. */
export type QueryValue = string | { call: string; args: string[] };

/**
 * An expression of the filters of {@link https://docs.cloud.google.com/monitoring/api/v3/filters Cloud Monitoring} and of the
 * {@link https://docs.cloud.google.com/logging/docs/view/logging-query-language query language} of Cloud Logging, which share the
 * {@link https://google.aip.dev/160 grammar} of Google's filters.
 */
export type Query =
    | { and: Query[] }
    | { or: Query[] }
    | { not: Query }
    /** A text that is in any field. */
    | { text: string }
    | { call: string; args: string[] }
    | Comparison;

/**
 * Parses a filter of Cloud Monitoring or Cloud Logging. An empty one matches everything.
 *
 * @throws {@link FilterSyntaxError} if it is invalid
 */
export function parseQuery(text: string): Query {
    return new Parser(tokensOf(text), text.length + 1).query();
}

/** What is wrong with a filter of Cloud Monitoring or Cloud Logging; undefined if nothing is. */
export function queryProblem(text: string): string | undefined {
    try {
        parseQuery(text);
        return undefined;
    } catch (error) {
        if (error instanceof FilterSyntaxError) {
            return error.message;
        }
        throw error;
    }
}

/** All comparisons of a query, also those that are negated. */
export function comparisonsOf(query: Query): Comparison[] {
    if ("and" in query || "or" in query) {
        return ("and" in query ? query.and : query.or).flatMap(comparisonsOf);
    }
    if ("not" in query) {
        return comparisonsOf(query.not);
    }
    return "field" in query ? [query] : [];
}

interface Token {
    kind: "text" | "operator" | "word";
    text: string;
    column: number;
    /** Whether a blank or the start of the query is before it. */
    isSeparate: boolean;
}

/** Token patterns, in the order in which the parser tries them. */
const tokens: [kind: Token["kind"], pattern: RegExp][] = [
    ["text", /"(?:[^"\\\n]|\\.)*"/y],
    ["operator", /=~|!~|!=|<=|>=|[=<>:(),]/y],
    // A name of a field with parts in quotation marks: labels."k8s-pod/app".
    ["word", /(?:[^\s()=<>!:,"~]|(?<=\.)"(?:[^"\\\n]|\\.)*")+/y],
];

const operators = ["=", "!=", "<", "<=", ">", ">=", ":", "=~", "!~"];

function tokensOf(query: string): Token[] {
    const found: Token[] = [];
    let isSeparate = true;
    for (let at = 0; at < query.length; ) {
        const [blank] = /^(?:\s|--[^\n]*)+/.exec(query.slice(at)) ?? [];
        if (blank) {
            at += blank.length;
            isSeparate = true;
            continue;
        }
        const token = tokenAt(query, at, isSeparate);
        found.push(token);
        at += token.text.length;
        isSeparate = false;
    }
    return found;
}

function tokenAt(query: string, at: number, isSeparate: boolean): Token {
    for (const [kind, pattern] of tokens) {
        pattern.lastIndex = at;
        const [text] = pattern.exec(query) ?? [];
        if (text !== undefined) {
            return { kind, text, column: at + 1, isSeparate };
        }
    }
    throw new FilterSyntaxError(at + 1, query.charAt(at) === '"' ? 'a text that ends with "' : "a field, a text, or (");
}

/** Removes quotation marks and their escapes; a backslash before another letter is one, as in `"\d+"`. */
const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(["\\])/g, "$1");

class Parser {
    private next = 0;

    constructor(
        private readonly tokens: Token[],
        private readonly end: number,
    ) {}

    query(): Query {
        const query: Query = this.tokens.length === 0 ? { and: [] } : this.all();
        if (this.next < this.tokens.length) {
            this.fail("AND, OR or the end");
        }
        return query;
    }

    /** Terms that are joined by AND, or follow each other. OR binds tighter than AND. */
    private all(): Query {
        const terms = [this.any()];
        while (this.current && !this.is(")") && !this.is(",")) {
            this.takeWord("AND");
            terms.push(this.any());
        }
        return terms.length === 1 ? (terms[0] as Query) : { and: terms };
    }

    private any(): Query {
        const terms = [this.term()];
        while (this.takeWord("OR")) {
            terms.push(this.term());
        }
        return terms.length === 1 ? (terms[0] as Query) : { or: terms };
    }

    private term(): Query {
        if (this.takeWord("NOT")) {
            return { not: this.term() };
        }
        const { kind, text = "" } = this.current ?? {};
        if (kind === "word" && text.startsWith("-") && text.length > 1) {
            this.tokens[this.next] = { ...(this.current as Token), text: text.slice(1) };
            return { not: this.term() };
        }
        if (this.take("(")) {
            const query = this.all();
            this.need(")");
            return query;
        }
        return this.restriction();
    }

    private restriction(): Query {
        const first = this.value("a field, a text, NOT or (");
        const operator = this.current?.kind === "operator" ? this.current.text : "";
        if (typeof first !== "string") {
            return first;
        }
        if (!operators.includes(operator)) {
            return { text: first };
        }
        this.next++;
        return this.compared(first, operator as ComparisonOperator);
    }

    /** The values that a field is compared with: one, or several in parentheses, such as `(200 OR 204)`. */
    private compared(field: string, operator: ComparisonOperator): Query {
        if (!this.take("(")) {
            return { field, operator, value: this.value("a value") };
        }
        const joint = () => (this.takeWord("OR") ? "or" : this.takeWord("AND") ? "and" : undefined);
        const terms: Query[] = [this.compared(field, operator)];
        const first = joint();
        for (let next = first; next; next = joint()) {
            if (next !== first) {
                this.fail("parentheses where AND and OR meet");
            }
            terms.push(this.compared(field, operator));
        }
        this.need(")");
        return first === "or" ? { or: terms } : terms.length === 1 ? (terms[0] as Query) : { and: terms };
    }

    private value(expected: string): QueryValue {
        const { kind, text = "" } = this.current ?? {};
        if (kind === undefined || kind === "operator" || ["AND", "OR", "NOT"].includes(text)) {
            this.fail(expected);
        }
        this.next++;
        if (kind === "word" && this.is("(") && !this.current?.isSeparate) {
            this.next++;
            return { call: text, args: this.args() };
        }
        return kind === "text" ? unquoted(text) : text;
    }

    private args(): string[] {
        const args: string[] = [];
        while (!this.take(")")) {
            if (args.length > 0) {
                this.need(",");
            }
            const arg = this.value("an argument");
            if (typeof arg !== "string") {
                this.fail("a text or a number");
            }
            args.push(arg);
        }
        return args;
    }

    private get current(): Token | undefined {
        return this.tokens[this.next];
    }

    private is(text: string): boolean {
        return this.current?.kind === "operator" && this.current.text === text;
    }

    private take(text: string): boolean {
        const isThere = this.is(text);
        this.next += isThere ? 1 : 0;
        return isThere;
    }

    private takeWord(text: string): boolean {
        const isThere = this.current?.kind === "word" && this.current.text === text;
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

/** How a log-based metric or an alert takes a value from a log entry. */
export interface Extractor {
    field: string;
    /** The value is what its capture group matches; by default the whole field. */
    pattern?: string;
}

/**
 * Parses an {@link https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics extractor}: `EXTRACT(field)`, or
 * `REGEXP_EXTRACT(field, "regex")` with one capture group. Returns undefined for another text.
 */
export function parseExtractor(text: string): Extractor | undefined {
    const [, plain, field, quoted] =
        /^\s*(?:EXTRACT\(\s*([^(),\s]+)\s*\)|REGEXP_EXTRACT\(\s*([^(),\s]+)\s*,\s*("(?:[^"\\]|\\.)*")\s*\))\s*$/.exec(
            text,
        ) ?? [];
    if (plain !== undefined) {
        return { field: plain };
    }
    if (field === undefined || quoted === undefined) {
        return undefined;
    }
    const pattern = unquoted(quoted);
    const groups = pattern.replaceAll(/\\\\|\\[()]|\[(?:[^\]\\]|\\.)*\]/g, "").match(/\((?!\?:)/g) ?? [];
    return groups.length === 1 ? { field, pattern } : undefined;
}
