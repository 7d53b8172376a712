import type * as pulumi from "@pulumi/pulumi";

declare const accepted: unique symbol;
declare const piped: unique symbol;
declare const shortened: unique symbol;

/** What valibot requires of a schema. Declarations of the package cannot name the type of valibot, which is not installed with it. */
interface Schema {
    readonly kind: "schema";
    readonly type: string;
    readonly expects: string;
    readonly async: false;
    // biome-ignore-start lint/suspicious/noExplicitAny: a check takes whatever a JavaScript program passes.
    readonly reference: (...args: any[]) => any;
    readonly "~standard": any;
    readonly "~run": (dataset: any, config: any) => any;
    readonly "~types"?: any;
    // biome-ignore-end lint/suspicious/noExplicitAny: a check takes whatever a JavaScript program passes.
}

/** A check that accepts values of a type, and of which other kinds it accepts. */
interface CheckOf<in Value, out Kinds> extends Schema {
    readonly [accepted]?: (value: Value) => Kinds;
    readonly [piped]?: (value: Value) => void;
}

/**
 * A check of an argument of this type. It accepts every value of the type, and no other literal and no other {@link Kind} of
 * value: `Check<string>` is a check of an argument of type `string` or `"a" | "b"`, but not of `number`, of
 * `string | number` or of `Input<string>`, and `Check<"a">` is none of an argument of type `string`.
 */
export type Check<Value> = CheckOf<Value, Kind<Value>>;

// biome-ignore lint/suspicious/noExplicitAny: checks of all types.
export type AnyCheck = Check<any>;

/** What {@link Check} distinguishes in values: literals, strings, numbers, outputs, lists by their items, and objects. */
type Kind<Value> = 0 extends 1 & Value
    ? // biome-ignore lint/suspicious/noExplicitAny: a check of any argument.
      any
    : Value extends string
      ? "text" | (string extends Value ? never : { literal: Value })
      : Value extends number
        ? "number" | (number extends Value ? never : { literal: Value })
        : Value extends boolean
          ? Value
          : Value extends readonly (infer Item)[]
            ? Kind<Item>[]
            : Value extends PromiseLike<unknown> | pulumi.OutputInstance<unknown>
              ? "output"
              : Value extends (...args: never[]) => unknown
                ? "function"
                : string extends keyof Value
                  ? { entries: Kind<Value[keyof Value & string]> }
                  : "object";

/** The type without `any`, which a check of {@link refused} has. */
export type Known<Value> = 0 extends 1 & Value ? never : Value;

/** The type of the values that a check accepts. */
export type Accepted<Checks extends AnyCheck> = Checks extends CheckOf<infer Value, unknown> ? Known<Value> : never;

/**
 * The type of an argument with a documented form, and a short form that `check.short` converts to it. Tables of arguments and the API have
 * only the documented form.
 */
export type Short<Documented, Other> = Documented | (Other & Shortened);

/** Marks short forms, of which {@link Long} has none. No value has the mark. */
interface Shortened {
    readonly [shortened]?: never;
}

/** The type of arguments after their check, which has converted short forms, also in the objects, records and lists of the arguments. */
export type Long<Args> = { [Key in keyof Args]: LongValue<Args[Key]> };

type LongValue<Value> = Value extends unknown
    ? true extends IsShort<Value>
        ? never
        : true extends HasShort<Value>
          ? Long<Value>
          : Value
    : never;

/** Resources, also those that exist already, and outputs, which have no arguments in them. */
type Whole = { urn: unknown } | { existing: unknown } | { apply: unknown };

/** Whether an object has short forms, or objects in it have, of at most three levels. */
type HasShort<Value, Levels extends unknown[] = [1, 1, 1]> = Levels extends [unknown, ...infer Others]
    ? Value extends Whole
        ? never
        : Value extends object
          ? { [Key in keyof Value]-?: IsShort<Value[Key]> | HasShort<Value[Key], Others> }[keyof Value]
          : never
    : never;

type IsShort<Value> = 0 extends 1 & Value
    ? never
    : Value extends unknown
      ? typeof shortened extends keyof Value
          ? true
          : never
      : never;

/** A check of each option; of a union, of those that all its members have. */
export type Checks<Args, Keys extends keyof Args = keyof Args> = {
    [Key in Keys]-?: Check<Exclude<Args[Key], undefined>>;
};

/** A step of {@link pipe}: a condition, a conversion, or another check. */
export interface Step<in Value> {
    readonly kind: string;
    readonly [piped]?: (value: Value) => void;
}
