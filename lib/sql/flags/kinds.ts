import * as check from "../../internal/check";

/** What a flag takes, from and before which version of the engine it is there, and whether a change restarts the instance. */
export interface Flag<Value = unknown> {
    readonly check: check.Check;
    readonly restarts?: true;
    readonly since?: string;
    readonly before?: string;
    /** The type of the value; there is none at run time. */
    readonly value?: Value;
}

/** What flags take by their names. */
export type Values<Flags> = { [Name in keyof Flags]?: Flags[Name] extends Flag<infer Value> ? Value : never };

type Toggle = boolean | "on" | "off";

/** On or off. */
export const toggle: Flag<Toggle> = {
    check: check.custom(
        (value) => [true, false, "on", "off"].includes(value as Toggle),
        'must be true, false, "on" or "off"',
    ),
};

/** What can be switched off, and no longer on. */
export const off: Flag<false | "off"> = {
    check: check.custom(
        (value) => value === false || value === "off",
        "must be off, which Google no longer lets anybody change",
    ),
};

/** A text. */
export const text: Flag<string> = { check: check.text() };

/** A whole number; the API counts in the unit in which the engine does. */
export function integer(least: number, most?: number): Flag<number> {
    const isWithin = (value: unknown) => Number.isInteger(value) && Number(value) >= least;
    return {
        check:
            most === undefined
                ? check.custom(isWithin, `must be a whole number from ${least} on`)
                : check.whole(least, most),
    };
}

/** A number with decimals. */
export function decimal(least: number, most = Number.MAX_VALUE): Flag<number> {
    const isWithin = (value: unknown) => typeof value === "number" && value >= least && value <= most;
    const end = most === Number.MAX_VALUE ? "on" : `to ${most}`;
    return { check: check.custom(isWithin, `must be a number from ${least} ${end}`) };
}

/** One of several words. */
export function choice<const Word extends string>(...words: Word[]): Flag<Word> {
    return { check: check.oneOf(...words) };
}

/** Several words with commas between, such as `"ddl,role"`. */
export function choices(...words: string[]): Flag<string> {
    const isKnown = (value: unknown) =>
        typeof value === "string" && value.split(",").every((word) => words.includes(word.trim()));
    return { check: check.custom(isKnown, `must be of ${words.join(", ")}, with commas between`) };
}

/** A flag whose change restarts the instance. */
export function restarting<Value>(flag: Flag<Value>): Flag<Value> {
    return { ...flag, restarts: true };
}

/** A flag that the engine has from a version on. */
export function since<Value>(version: string, flag: Flag<Value>): Flag<Value> {
    return { ...flag, since: version };
}

/** A flag that the engine has no longer from a version on. */
export function before<Value>(version: string, flag: Flag<Value>): Flag<Value> {
    return { ...flag, before: version };
}
