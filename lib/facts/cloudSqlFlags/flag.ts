/** The values that a flag accepts. */
export type FlagType =
    | { kind: "toggle" }
    /** Can only be disabled. */
    | { kind: "off" }
    | { kind: "text" }
    /** `or` is accepted although it is less than `min`. */
    | { kind: "integer" | "decimal"; min: number; max?: number; or?: number }
    /** A text of a format. */
    | { kind: "format"; pattern: RegExp; rule: string }
    /** One of the words. */
    | { kind: "choice"; words: readonly string[] }
    /** Words separated by commas, such as `"ddl,role"`. */
    | { kind: "choices"; words: readonly string[] };

/** A flag of a database engine. */
export interface Flag<Value = unknown> {
    readonly type: FlagType;
    /** Whether a change restarts the instance. */
    readonly restarts?: true;
    /** The first engine version with the flag. */
    readonly since?: string;
    /** The first engine version without the flag. */
    readonly before?: string;
    /** Whether only instances of the edition Enterprise Plus have the flag. */
    readonly isOfPlus?: true;
    /** Whether machines that share a core do not have the flag. */
    readonly needsCores?: true;
    /** The first engine version in which the flag is only set at the creation of the instance. */
    readonly fixedSince?: string;
    /** Carries the type of the value; undefined at run time. */
    readonly value?: Value;
}

/** The values of flags, by name. */
export type Values<Flags> = { -readonly [Name in keyof Flags]?: Flags[Name] extends Flag<infer Value> ? Value : never };

type Toggle = boolean | "on" | "off";

export const toggle: Flag<Toggle> = { type: { kind: "toggle" } };
export const off: Flag<false | "off"> = { type: { kind: "off" } };
export const text: Flag<string> = { type: { kind: "text" } };

/** An integer in the unit of the engine. */
export const integer = (min: number, max?: number): Flag<number> => ({ type: { kind: "integer", min, max } });

/** Zero, or an integer from a minimum on. */
export const zeroOr = (min: number, max: number): Flag<number> => ({ type: { kind: "integer", min, max, or: 0 } });

/** A text of a format; the rule completes "must". */
export const format = (pattern: RegExp, rule: string): Flag<string> => ({ type: { kind: "format", pattern, rule } });

/** A decimal number. */
export const decimal = (min: number, max?: number): Flag<number> => ({ type: { kind: "decimal", min, max } });

export const choice = <const Word extends string>(...words: Word[]): Flag<Word> => ({
    type: { kind: "choice", words },
});
export const choices = (...words: string[]): Flag<string> => ({ type: { kind: "choices", words } });

/** A flag whose change restarts the instance. */
export const restarting = <Value>(flag: Flag<Value>): Flag<Value> => ({ ...flag, restarts: true });

/** A flag that an engine version introduced. */
export const since = <Value>(version: string, flag: Flag<Value>): Flag<Value> => ({ ...flag, since: version });

/** A flag that an engine version removed. */
export const before = <Value>(version: string, flag: Flag<Value>): Flag<Value> => ({ ...flag, before: version });

/** A flag of the edition Enterprise Plus. */
export const ofPlus = <Value>(flag: Flag<Value>): Flag<Value> => ({ ...flag, isOfPlus: true });

/** A flag that machines with a shared core do not have. */
export const withCores = <Value>(flag: Flag<Value>): Flag<Value> => ({ ...flag, needsCores: true });

/** A flag that is only set at the creation of an instance, since an engine version. */
export const fixedSince = <Value>(version: string, flag: Flag<Value>): Flag<Value> => ({
    ...flag,
    fixedSince: version,
});
