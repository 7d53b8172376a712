/** The values that a flag accepts. */
export type FlagType =
    | { kind: "toggle" }
    /** Can only be disabled. */
    | { kind: "off" }
    | { kind: "text" }
    | { kind: "integer" | "decimal"; min: number; max?: number }
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
