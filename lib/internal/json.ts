/** The position of a JSON syntax error, and what was expected there. */
export interface JsonFault {
    line: number;
    column: number;
    expected: string;
}

// Any character from the space on, except quotes and backslashes.
const text = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b/y;

/** Locates the first syntax error; the messages of `JSON.parse` differ between Node versions and often lack the position. */
export function jsonFault(json: string): JsonFault | undefined {
    let at = 0;
    const take = (pattern: RegExp) => {
        pattern.lastIndex = at;
        const found = pattern.exec(json)?.[0];
        at += found?.length ?? 0;
        return found !== undefined;
    };
    // Returns what was expected if the token is missing.
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

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
    return JSON.stringify(value, (_key, part) =>
        typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
            : part,
    );
}
