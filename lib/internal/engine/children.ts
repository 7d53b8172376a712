import * as pulumi from "@pulumi/pulumi";
import * as check from "../arguments/check";
import { isDeferred, isPlainObject } from "../arguments/value";
import { noteChild } from "./deletionOrder";

/** A value as functions of {@link Change} receive it: without outputs and promises around it and around items of lists. */
// biome-ignore lint/suspicious/noExplicitAny: promises and outputs of any value.
type Plain<Value> = Value extends Promise<any> | pulumi.OutputInstance<any> | undefined
    ? never
    : Value extends readonly (infer Item)[]
      ? Plain<Item>[]
      : Value;

/**
 * A change of a value: another value, a function of the component's value (`(rules = []) => [...rules, another]`), or, for an object, changes
 * of some of its properties.
 */
export type Change<Value> =
    | Value
    | ((value: Plain<Value> | Extract<Value, undefined>) => Value)
    | (Plain<Value> extends readonly unknown[] | string | number | boolean ? never : Changes<Plain<Value>>);

/** Changes of some properties of an object; the others stay. */
export type Changes<Value> = { [Key in keyof Value]?: Change<Value[Key]> };

/**
 * Edits a child resource of a component: changes of its arguments, `{ settings: { activationPolicy: "NEVER" } }`, or a callback that
 * changes its arguments and options in place. `name` is the resource's name in the program, which distinguishes several children.
 */
export type Transform<Args> =
    | Changes<Args>
    | ((args: Args, options: pulumi.CustomResourceOptions, name: string) => void);

/** The transforms of a component by child. */
// biome-ignore lint/suspicious/noExplicitAny: each component types its own.
export type Transforms = { [part: string]: Transform<any> | undefined };

/**
 * Returns a function that prepares the constructor arguments of a child, with the parent, shared options and the child's transform:
 * `new Topic(...child("topic", name, { … }))`.
 */
export function childrenOf(
    parent: pulumi.ComponentResource,
    transforms: object = {},
    shared: pulumi.CustomResourceOptions = {},
) {
    return <Args extends object>(
        part: string,
        name: string,
        args: Args,
        own: pulumi.CustomResourceOptions = {},
    ): [string, Args, pulumi.CustomResourceOptions] => {
        const options = pulumi.mergeOptions({ ...shared, parent }, own);
        noteChild(parent, options);
        const transform = (transforms as Transforms)[part];
        const complete = { ...args };
        if (typeof transform === "function") {
            transform(complete, options, name);
            return [name, complete, options];
        }
        return [name, changed(complete, transform ?? {}) as Args, options];
    };
}

/** Applies a {@link Change}; parts that are outputs are changed when they resolve. */
function changed(value: unknown, change: unknown): unknown {
    const isFunction = typeof change === "function";
    if (isDeferred(value) && (isFunction || isPlainObject(change))) {
        return (pulumi.output(value) as pulumi.Output<unknown>).apply((known) => changed(known, change));
    }
    if (isFunction) {
        return change(value);
    }
    if (!isPlainObject(change) || !(value === undefined || isPlainObject(value))) {
        return change;
    }
    const parts = Object.entries(change).map(([key, part]) => [key, changed(value?.[key], part)]);
    return { ...value, ...Object.fromEntries(parts) };
}

export type Child = ReturnType<typeof childrenOf>;

/** Checks a `transform` argument: only these children are known. */
export function transforms<Parts extends object>(...parts: (keyof Parts & string)[]): check.Check<Parts> {
    const each = check.custom(
        (value) => isPlainObject(value) || typeof value === "function",
        "must be an object or a function",
    );
    return check.options<Parts>(Object.fromEntries(parts.map((part) => [part, each])) as check.Checks<Parts>);
}
