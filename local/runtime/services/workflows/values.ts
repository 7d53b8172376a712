/** Values of variables: https://cloud.google.com/workflows/docs/reference/syntax/datatypes */
export type Value = null | boolean | number | string | Buffer | Value[] | ValueMap | Policy;

export interface ValueMap {
    [key: string]: Value;
}

/** A function as a value, such as the predicate of a retry policy. */
export class Policy {
    constructor(readonly name: string) {}
}

/**
 * An error that `try` catches: the value that was raised.
 * https://cloud.google.com/workflows/docs/reference/syntax/error-types
 */
export class Raised extends Error {
    constructor(readonly value: Value) {
        super(typeof value === "string" ? value : JSON.stringify(value));
    }
}

/** What the local Google Cloud does not run: ends the execution, and is not caught. */
export class NotRun extends Error {
    constructor(what: string) {
        super(`the local Google Cloud does not run ${what}`);
    }
}

const parents: Record<string, string[]> = {
    IndexError: ["LookupError"],
    KeyError: ["LookupError"],
    ZeroDivisionError: ["ArithmeticError"],
};

/** An error with a tag. */
export const raised = (tag: string, reason: string, more: ValueMap = {}): Raised =>
    new Raised({ message: `${tag}: ${reason}`, tags: [tag, ...(parents[tag] ?? [])], ...more });

export const isMap = (value: unknown): value is ValueMap =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !Buffer.isBuffer(value) &&
    !(value instanceof Policy);

export const isInteger = (value: Value): value is number => Number.isInteger(value);

/** The name of the type of a value, for messages. */
export function typeOf(value: Value): string {
    if (value === null || typeof value === "boolean" || typeof value === "string") {
        return value === null ? "null" : typeof value === "boolean" ? "boolean" : "string";
    }
    if (typeof value === "number") {
        return isInteger(value) ? "integer" : "double";
    }
    return Array.isArray(value) ? "list" : Buffer.isBuffer(value) ? "bytes" : isMap(value) ? "map" : "function";
}

/** Integers have 64 bits at Google, and are exact up to 53 here. */
export function exact(value: number): number {
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw new NotRun(`integers such as ${value}, which have more than 53 bits`);
    }
    return value;
}

/** A value as JSON; bytes and functions have none. */
export function toJson(value: Value, indent?: number): string {
    const verify = (item: Value): void => {
        if (Buffer.isBuffer(item) || item instanceof Policy) {
            throw raised("TypeError", `${typeOf(item)} cannot be encoded as JSON`);
        }
        for (const inner of Array.isArray(item) ? item : isMap(item) ? Object.values(item) : []) {
            verify(inner);
        }
    };
    verify(value);
    return JSON.stringify(value, undefined, indent);
}

/** The value of a JSON text. */
export function fromJson(text: string): Value {
    try {
        return JSON.parse(text, (_, item) => (typeof item === "number" ? exact(item) : item));
    } catch (error) {
        throw error instanceof NotRun
            ? error
            : raised("ValueError", `the text is not JSON: ${(error as Error).message}`);
    }
}

/** The size of a value in memory, in bytes, about as its JSON. */
export function sizeOf(value: Value): number {
    if (typeof value === "string") {
        return Buffer.byteLength(value);
    }
    if (Buffer.isBuffer(value)) {
        return value.length;
    }
    if (Array.isArray(value)) {
        return value.reduce<number>((sum, item) => sum + sizeOf(item), 0);
    }
    return isMap(value)
        ? Object.entries(value).reduce((sum, [key, item]) => sum + Buffer.byteLength(key) + sizeOf(item), 0)
        : 8;
}

export function isEqual(one: Value, other: Value): boolean {
    if (Array.isArray(one) && Array.isArray(other)) {
        return one.length === other.length && one.every((item, index) => isEqual(item, other[index] as Value));
    }
    if (Buffer.isBuffer(one) && Buffer.isBuffer(other)) {
        return one.equals(other);
    }
    if (isMap(one) && isMap(other)) {
        const keys = Object.keys(one);
        return (
            keys.length === Object.keys(other).length &&
            keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key] as Value, other[key] as Value))
        );
    }
    return one === other;
}
