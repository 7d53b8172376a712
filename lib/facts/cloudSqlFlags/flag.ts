/** What values a flag takes. */
export type FlagType =
    | { kind: "toggle" }
    /** Can be switched off, and no longer on. */
    | { kind: "off" }
    | { kind: "text" }
    | { kind: "integer" | "decimal"; min: number; max?: number }
    /** One of several words. */
    | { kind: "choice"; words: readonly string[] }
    /** Several words with commas between, such as `"ddl,role"`. */
    | { kind: "choices"; words: readonly string[] };

/** A flag of a database engine. */
export interface Flag<Value = unknown> {
    readonly type: FlagType;
    /** Whether a change restarts the instance. */
    readonly restarts?: true;
    /** The first version of the engine that has it. */
    readonly since?: string;
    /** The first version of the engine that no longer has it. */
    readonly before?: string;
    /** The type of the value; it is undefined at run time. */
    readonly value?: Value;
}

/** The values of flags by their names. */
export type Values<Flags> = { -readonly [Name in keyof Flags]?: Flags[Name] extends Flag<infer Value> ? Value : never };

type Toggle = boolean | "on" | "off";

export const toggle: Flag<Toggle> = { type: { kind: "toggle" } };
export const off: Flag<false | "off"> = { type: { kind: "off" } };
export const text: Flag<string> = { type: { kind: "text" } };

/** A whole number, in the unit of the engine. */
export const integer = (min: number, max?: number): Flag<number> => ({ type: { kind: "integer", min, max } });

/** A number with decimals. */
export const decimal = (min: number, max?: number): Flag<number> => ({ type: { kind: "decimal", min, max } });

export const choice = <const Word extends string>(...words: Word[]): Flag<Word> => ({
    type: { kind: "choice", words },
});
export const choices = (...words: string[]): Flag<string> => ({ type: { kind: "choices", words } });

/** A flag whose change restarts the instance. */
export const restarting = <Value>(flag: Flag<Value>): Flag<Value> => ({ ...flag, restarts: true });

/** A flag that the engine has from a version on. */
export const since = <Value>(version: string, flag: Flag<Value>): Flag<Value> => ({ ...flag, since: version });

/** A flag that the engine no longer has from a version on. */
export const before = <Value>(version: string, flag: Flag<Value>): Flag<Value> => ({ ...flag, before: version });
