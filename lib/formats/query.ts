import { type FilterSyntaxError, type Lexicon, Tokens } from "./tokens";

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
    return new Parser(new Tokens(text, lexicon)).query();
}

/** What is wrong with a filter of Cloud Monitoring or Cloud Logging; undefined if nothing is. */
export function queryProblem(text: string): string | undefined {
    try {
        parseQuery(text);
        return undefined;
    } catch (error) {
        return (error as FilterSyntaxError).message;
    }
}

/** A part of a query that is not a combination of others. */
export type QueryLeaf = Exclude<Query, { and: Query[] } | { or: Query[] } | { not: Query }>;

/** Whether a query is met, of which a function tests the parts. */
export function isQueryMet(query: Query, test: (leaf: QueryLeaf) => boolean): boolean {
    if ("and" in query) {
        return query.and.every((each) => isQueryMet(each, test));
    }
    if ("or" in query) {
        return query.or.some((each) => isQueryMet(each, test));
    }
    return "not" in query ? !isQueryMet(query.not, test) : test(query);
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

const lexicon: Lexicon = {
    tokens: [
        ["text", /"(?:[^"\\\n]|\\.)*"/y],
        ["operator", /=~|!~|!=|<=|>=|[=<>:(),]|-(?=[A-Za-z_"(])/y],
        // A hyphen before a field negates. A name of a field can have parts in quotation marks: labels."k8s-pod/app".
        ["word", /(?:[^\s()=<>!:,"~]|(?<=\.)"(?:[^"\\\n]|\\.)*")+/y],
    ],
    // Comments are blanks.
    blank: /(?:\s|--[^\n]*)+/y,
    expected: "a field, a text, or (",
};

const operators = ["=", "!=", "<", "<=", ">", ">=", ":", "=~", "!~"];

/** Removes quotation marks and their escapes; a backslash before another letter is one, as in `"\d+"`. */
const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(["\\])/g, "$1");

class Parser {
    constructor(private readonly tokens: Tokens) {}

    query(): Query {
        const query: Query = !this.tokens.current ? { and: [] } : this.all();
        if (this.tokens.current) {
            this.tokens.fail("AND, OR or the end");
        }
        return query;
    }

    /** Terms that are joined by AND, or follow each other. OR binds tighter than AND. */
    private all(): Query {
        const terms = [this.any()];
        while (this.tokens.current && !this.tokens.is(")") && !this.tokens.is(",")) {
            this.tokens.take("AND");
            terms.push(this.any());
        }
        return terms.length === 1 ? (terms[0] as Query) : { and: terms };
    }

    private any(): Query {
        const terms = [this.term()];
        while (this.tokens.take("OR")) {
            terms.push(this.term());
        }
        return terms.length === 1 ? (terms[0] as Query) : { or: terms };
    }

    private term(): Query {
        if (this.tokens.take("NOT") || this.tokens.take("-")) {
            return { not: this.tokens.nested(() => this.term()) };
        }
        if (this.tokens.take("(")) {
            const query = this.tokens.nested(() => this.all());
            this.tokens.need(")");
            return query;
        }
        return this.restriction();
    }

    private restriction(): Query {
        const first = this.value("a field, a text, NOT or (");
        const operator = this.tokens.current?.kind === "operator" ? this.tokens.current.text : "";
        if (typeof first !== "string") {
            return first;
        }
        if (!operators.includes(operator)) {
            return { text: first };
        }
        this.tokens.skip();
        return this.compared(first, operator as ComparisonOperator);
    }

    /** The values that a field is compared with: one, or several in parentheses, such as `(200 OR 204)`. */
    private compared(field: string, operator: ComparisonOperator): Query {
        if (!this.tokens.take("(")) {
            return { field, operator, value: this.value("a value") };
        }
        const query = this.tokens.nested(() => this.tokens.joined(() => this.compared(field, operator)));
        this.tokens.need(")");
        return query;
    }

    private value(expected: string): QueryValue {
        const { kind, text = "" } = this.tokens.current ?? {};
        if (kind === undefined || kind === "operator" || ["AND", "OR", "NOT"].includes(text)) {
            this.tokens.fail(expected);
        }
        this.tokens.skip();
        if (kind === "word" && this.tokens.is("(") && !this.tokens.current?.isSeparate) {
            this.tokens.skip();
            return { call: text, args: this.tokens.nested(() => this.args()) };
        }
        return kind === "text" ? unquoted(text) : text;
    }

    private args(): string[] {
        const args: string[] = [];
        while (!this.tokens.take(")")) {
            if (args.length > 0) {
                this.tokens.need(",");
            }
            const arg = this.value("an argument");
            if (typeof arg !== "string") {
                this.tokens.fail("a text or a number");
            }
            args.push(arg);
        }
        return args;
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
    if (quoted === undefined) {
        return undefined;
    }
    const pattern = unquoted(quoted);
    const groups = pattern.replaceAll(/\\\\|\\[()]|\[(?:[^\]\\]|\\.)*\]/g, "").match(/\((?!\?:)/g) ?? [];
    return groups.length === 1 ? { field: field as string, pattern } : undefined;
}

/**
 * The name of a metric in PromQL: {@link https://cloud.google.com/monitoring/promql/promql-mapping}. The first `/` is `:`, and other special
 * characters are `_`.
 */
export const promName = (metric: string): string => metric.replace("/", ":").replaceAll(/[^A-Za-z0-9_:]/g, "_");
