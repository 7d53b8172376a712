/** The first place where a text is no JSON, and what would stand there; nothing when it is JSON. */
export interface JsonFault {
    line: number;
    column: number;
    expected: string;
}

// Everything from the space on, but quotes and backslashes.
const text = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b/y;

/** `JSON.parse` tells the place in some errors only, and in each version of Node otherwise. */
export function jsonFault(json: string): JsonFault | undefined {
    let at = 0;
    const take = (pattern: RegExp) => {
        pattern.lastIndex = at;
        const found = pattern.exec(json)?.[0];
        at += found?.length ?? 0;
        return found !== undefined;
    };
    // What is expected where a part is missing; nothing when it is whole.
    const token = (pattern: RegExp, expected: string) => {
        take(/[ \t\r\n]*/y);
        return take(pattern) ? undefined : expected;
    };
    const items = (item: () => string | undefined, end: RegExp, mark: string): string | undefined => {
        if (token(end, mark) === undefined) {
            return undefined;
        }
        for (;;) {
            const missing = item();
            if (missing !== undefined) {
                return missing;
            }
            if (token(/,/y, ",") !== undefined) {
                return token(end, `"," or "${mark}"`);
            }
        }
    };
    const member = () => token(text, "a name in double quotes") ?? token(/:/y, '":"') ?? value();
    const value = (): string | undefined => {
        if (token(/\{/y, "{") === undefined) {
            return items(member, /\}/y, "}");
        }
        if (token(/\[/y, "[") === undefined) {
            return items(value, /\]/y, "]");
        }
        return token(text, '"') === undefined ? undefined : token(scalar, "a value");
    };
    const expected = value() ?? token(/$/y, "nothing more");
    if (expected === undefined) {
        return undefined;
    }
    const before = json.slice(0, at).split("\n");
    return { line: before.length, column: (before.at(-1) as string).length + 1, expected };
}
