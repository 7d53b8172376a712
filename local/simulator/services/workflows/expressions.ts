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

/** "Expressions": keywords and operators. */
const message = [
    "and",
    "default",
    "double",
    "false",
    "False",
    "if",
    "in",
    "int",
    "keys",
    "len",
    "not",
    "null",
    "or",
    "string",
    "true",
    "True",
];

const texts = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** All expressions `${…}` in a value; `}` in strings does not end an expression. */
function expressionsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [...value.matchAll(/\$\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\}/g)].map(([, inner = ""]) => inner);
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}

/** The names of variables, functions and subworkflows in a value, up to the first dot. */
export function symbolsIn(value: unknown): string[] {
    return expressionsIn(value).flatMap((expression) =>
        [...expression.replace(texts, '""').matchAll(/(?<![\w.$])[A-Za-z_]\w*/g)]
            .map(([name]) => name)
            .filter((name) => !message.includes(name)),
    );
}

export const isLibraryFunction = (symbol: string): boolean => library.includes(symbol);
