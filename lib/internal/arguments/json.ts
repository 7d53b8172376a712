import { display, isObject } from "./value";

/** The position of a JSON syntax error, and what was expected there. */
export interface JsonFault {
    line: number;
    column: number;
    expected: string;
}

// Any character from the space on, except quotes and backslashes.
const text = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b/y;

/** Far more levels than a file of a person has, and fewer than what reads them, which calls itself for each, has stack for. */
const maxLevels = 500;

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
    let levels = 0;
    const nested = (item: () => string | undefined, end: RegExp, mark: string) => {
        const missing = ++levels > maxLevels ? `at most ${maxLevels} levels` : items(item, end, mark);
        levels--;
        return missing;
    };
    const value = (): string | undefined => {
        if (token(/\{/y, "{") === undefined) {
            return nested(member, /\}/y, "}");
        }
        if (token(/\[/y, "[") === undefined) {
            return nested(value, /\]/y, "]");
        }
        return token(text, '"') === undefined ? undefined : token(scalar, "a value");
    };
    const expected = value() ?? token(/$/y, "nothing more");
    if (expected === undefined) {
        return undefined;
    }
    return { ...positionIn(json, at), expected };
}

/** The line and the column, from 1, of an offset in a text. */
export function positionIn(text: string, at: number): { line: number; column: number } {
    const before = text.slice(0, at).split("\n");
    return { line: before.length, column: (before.at(-1) as string).length + 1 };
}

/** The error of a text that is not JSON: where it is, and what was expected there. */
export function jsonProblem(text: string): string | undefined {
    const fault = jsonFault(text);
    return fault && `line ${fault.line}, column ${fault.column} must have ${fault.expected}`;
}

/** Reads a JSON file of an object, such as package.json, or returns what is wrong with it. */
export function readJsonObject(text: string): Record<string, unknown> | string {
    // npm ignores the mark that some editors write.
    const json = text.replace(/^\uFEFF/, "");
    const problem = jsonProblem(json);
    if (problem !== undefined) {
        return problem;
    }
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : `line 1 must have {, the start of an object (got ${display(value)})`;
}

/** A value as JSON; undefined for one that JSON cannot have, such as an object in itself. */
export function jsonOf(value: unknown): string | undefined {
    try {
        return JSON.stringify(value);
    } catch {
        return undefined;
    }
}

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
    return JSON.stringify(value, (_key, part) =>
        typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
            : part,
    );
}
