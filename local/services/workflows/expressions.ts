/** "Standard library overview" and "Connectors": what every workflow can name without saying where it is from. */
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

/** "Expressions": what is no name of a variable. */
const words = [
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

/** Every expression `${…}` in a value; a `}` in a text ends none. */
function expressionsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [...value.matchAll(/\$\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\}/g)].map(([, inner = ""]) => inner);
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}

/** The names of variables, functions and subworkflows that a value uses, each as far as its first dot. */
export function symbolsIn(value: unknown): string[] {
    return expressionsIn(value).flatMap((expression) =>
        [...expression.replace(texts, '""').matchAll(/(?<![\w.$])[A-Za-z_]\w*/g)]
            .map(([name]) => name)
            .filter((name) => !words.includes(name)),
    );
}

export const isOfLibrary = (symbol: string): boolean => library.includes(symbol);
