/** "Standard library overview" and "Connectors": names available in all workflows. */
const library = [
    "base64",
    "events",
    "experimental",
    "googleapis",
    "hash",
    "http",
    "json",
    "list",
    "map",
    "math",
    "retry",
    "sys",
    "text",
    "time",
    "uuid",
];

/** "Expression helpers": functions without a module. */
const helpers = ["default", "double", "if", "int", "keys", "len", "string"];

export const isLibraryFunction = (symbol: string): boolean => library.includes(symbol);

/** An expression as a tree: https://cloud.google.com/workflows/docs/reference/syntax/expressions */
export type Expression =
    | { kind: "literal"; value: string | number | boolean | null }
    | { kind: "list"; items: Expression[] }
    | { kind: "name"; name: string }
    | { kind: "member"; of: Expression; key: Expression; isField: boolean }
    | { kind: "call"; callee: string; args: Expression[] }
    | { kind: "unary"; operator: "-" | "+" | "not"; operand: Expression }
    | { kind: "binary"; operator: string; left: Expression; right: Expression };

/** What is wrong with an expression. */
export class ExpressionError extends Error {}

const literals: Record<string, boolean | null> = { true: true, True: true, false: false, False: false, null: null };
const words = ["and", "or", "not", "in"];

/** From the weakest to the strongest. */
const levels = [["or"], ["and"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "//", "%"]];
/** `not` binds weaker than comparisons. */
const comparisons = 2;

const tokenForm =
    /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<name>[A-Za-z_]\w*)|(?<sign>==|!=|<=|>=|\/\/|[-+*/%<>()[\],.]))/sy;

interface Token {
    kind: "number" | "text" | "name" | "sign";
    text: string;
}

function tokensOf(source: string): Token[] {
    const tokens: Token[] = [];
    const form = new RegExp(tokenForm);
    const end = source.trimEnd().length;
    while (form.lastIndex < end) {
        const start = form.lastIndex;
        const groups = form.exec(source)?.groups;
        const [kind, text] = Object.entries(groups ?? {}).find(([, found]) => found !== undefined) ?? [];
        if (kind === undefined) {
            throw new ExpressionError(`token recognition error at: '${source.slice(start).trim().slice(0, 20)}'`);
        }
        tokens.push({ kind: kind as Token["kind"], text: String(text) });
    }
    return tokens;
}

const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r" };
const unquoted = (text: string) => text.slice(1, -1).replace(/\\(.)/gs, (_, sign: string) => escapes[sign] ?? sign);

/** Parses the text between `${` and `}`. */
export function parseExpression(source: string): Expression {
    const tokens = tokensOf(source);
    let position = 0;
    const peek = (): string | undefined => {
        const token = tokens[position];
        return token?.kind === "sign" || token?.kind === "name" ? token.text : undefined;
    };
    const take = (text: string): boolean => {
        const found = peek() === text;
        position += found ? 1 : 0;
        return found;
    };
    const expect = (text: string) => {
        if (!take(text)) {
            throw new ExpressionError(`expected '${text}' in '${source.trim()}'`);
        }
    };
    const listUntil = (end: string): Expression[] => {
        const items: Expression[] = [];
        while (!take(end)) {
            if (items.length > 0) {
                expect(",");
            }
            items.push(binary(0));
        }
        return items;
    };
    const binary = (level: number): Expression => {
        if (level === comparisons && take("not")) {
            return { kind: "unary", operator: "not", operand: binary(level) };
        }
        const operators = levels[level];
        if (operators === undefined) {
            return unary();
        }
        let left = binary(level + 1);
        for (let operator = peek(); operator && operators.includes(operator); operator = peek()) {
            position++;
            left = { kind: "binary", operator, left, right: binary(level + 1) };
        }
        return left;
    };
    const unary = (): Expression => {
        const operator = peek();
        if (operator === "-" || operator === "+") {
            position++;
            return { kind: "unary", operator, operand: unary() };
        }
        return postfix(primary());
    };
    const primary = (): Expression => {
        const token = tokens[position++];
        if (token?.kind === "number") {
            return { kind: "literal", value: Number(token.text) };
        }
        if (token?.kind === "text") {
            return { kind: "literal", value: unquoted(token.text) };
        }
        if (token?.kind === "name" && token.text in literals) {
            return { kind: "literal", value: literals[token.text] as boolean | null };
        }
        if (token?.text === "(" && token.kind === "sign") {
            const inner = binary(0);
            expect(")");
            return inner;
        }
        if (token?.text === "[" && token.kind === "sign") {
            return { kind: "list", items: listUntil("]") };
        }
        if (token?.kind !== "name" || words.includes(token.text)) {
            throw new ExpressionError(`unexpected '${token?.text ?? "end"}' in '${source.trim()}'`);
        }
        return { kind: "name", name: token.text };
    };
    const postfix = (start: Expression): Expression => {
        let of = start;
        for (;;) {
            if (take(".")) {
                const name = tokens[position++];
                if (name?.kind !== "name") {
                    throw new ExpressionError(`expected a name after '.' in '${source.trim()}'`);
                }
                of = { kind: "member", of, key: { kind: "literal", value: name.text }, isField: true };
            } else if (take("[")) {
                of = { kind: "member", of, key: binary(0), isField: false };
                expect("]");
            } else if (take("(")) {
                const callee = dottedName(of);
                if (callee === undefined) {
                    throw new ExpressionError(`only functions and subworkflows can be called in '${source.trim()}'`);
                }
                of = { kind: "call", callee, args: listUntil(")") };
            } else {
                return of;
            }
        }
    };
    const parsed = binary(0);
    if (position < tokens.length) {
        throw new ExpressionError(`unexpected '${tokens[position]?.text}' in '${source.trim()}'`);
    }
    return parsed;
}

/** `text.split` of nested members; undefined for other expressions. */
export function dottedName(expression: Expression): string | undefined {
    if (expression.kind === "name") {
        return expression.name;
    }
    const of = expression.kind === "member" && expression.isField ? dottedName(expression.of) : undefined;
    return of && expression.kind === "member" && expression.key.kind === "literal"
        ? `${of}.${expression.key.value}`
        : undefined;
}

/** All expressions `${…}` in a text; `}` in strings does not end an expression. */
const embedded = /\$\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"'}])*)\}/gs;

/** The text of the expression that a value is; undefined for other values. */
export function wholeExpression(value: string): string | undefined {
    const [found, inner] = new RegExp(embedded).exec(value.trim()) ?? [];
    return found === value.trim() ? inner : undefined;
}

/** All expressions in a value. */
export function expressionsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [...value.matchAll(embedded)].map(([, inner = ""]) => inner);
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}

function namesIn(expression: Expression): string[] {
    switch (expression.kind) {
        case "literal":
            return [];
        case "list":
            return expression.items.flatMap(namesIn);
        case "name":
            return [expression.name];
        case "member":
            return [expression.of, expression.key].flatMap(namesIn);
        case "call": {
            const [name = ""] = expression.callee.split(".");
            return [...(helpers.includes(expression.callee) ? [] : [name]), ...expression.args.flatMap(namesIn)];
        }
        case "unary":
            return namesIn(expression.operand);
        case "binary":
            return [expression.left, expression.right].flatMap(namesIn);
    }
}

/**
 * The names of variables, functions and subworkflows in a value, up to the first dot.
 *
 * @throws ExpressionError for an expression that is not valid
 */
export const symbolsIn = (value: unknown): string[] =>
    expressionsIn(value).flatMap((expression) => namesIn(parseExpression(expression)));
