import * as v from "../bundled/valibot";
import type { AnyCheck, Check, Known } from "./checkType";
import { consistsOf, consistsOfSame, oneOf } from "./checkValues";

/** Checks a value by the first or the second check, as `isFirst` decides. */
export function either<First, Second>(
    isFirst: (value: unknown) => boolean,
    first: Check<First>,
    second: Check<Second>,
): Check<Known<First> | Known<Second>> {
    const whole: AnyCheck = v.lazy((value) => (isFirst(value) ? first : second));
    return consistsOf(whole, { alternatives: [first, second] });
}

/**
 * Checks an argument with one documented form, in whose place the value is accepted that it obviously has, such as `"90 days"` for
 * `{ every: "90 days" }`. It is converted before its check, so that components only see the documented form. The type of the argument is
 * {@link Short}.
 *
 * @param isShort whether a value is the short form; by default, whether it is a text
 * @param long converts it
 */
export function short<Documented, Other>(
    documented: Check<Documented>,
    long: (value: Other) => NoInfer<Known<Documented>>,
    isShort: (value: unknown) => boolean = isText,
): Check<Known<Documented> | Other> {
    const converted = v.pipe(v.any(), v.transform(long as (value: unknown) => unknown), documented);
    const whole: AnyCheck = v.lazy((value) => (isShort(value) ? converted : documented));
    return consistsOfSame(whole, documented);
}

export const isText = (value: unknown) => typeof value === "string";
export const isNumber = (value: unknown) => typeof value === "number";

/** The long form of a list of names where a record of options is documented: `["dev", "prod"]` for `{ dev: {}, prod: {} }`. */
export const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));

/** Checks a literal such as `false` or `"never"`, or another value. */
export function literalOr<Literal extends string | boolean, Value>(
    literal: Literal,
    check: Check<Value>,
): Check<Known<Literal> | Known<Value>> {
    return either<Literal, Value>((value) => value === literal, v.literal(literal), check);
}

/** Checks an enum, in upper or lower case. */
export function inAnyCase<Value extends string>(
    ...values: Value[]
): Check<Value | Uppercase<Value> | Lowercase<Value>> {
    const find = (value: string) => values.find((each) => each.toLowerCase() === value.toLowerCase());
    return short<string, string>(oneOf(...values) as AnyCheck, (value) => find(value) ?? value) as AnyCheck;
}

/** Checks options or `false`; `true` is short for the options with their defaults. */
export function switched<Options extends object>(options: Check<Options>): Check<Known<Options> | boolean> {
    const documented = literalOr(false, options) as Check<Options | false>;
    return short(
        documented,
        (_: true) => ({}) as NoInfer<Known<Options>>,
        (value) => value === true,
    );
}
