import * as pulumi from "@pulumi/pulumi";
import * as check from "./check";

/**
 * Edits a child resource of a component: properties that replace the component's, or a callback that changes the child's arguments
 * and options in place.
 */
export type Transform<Args> = Partial<Args> | ((args: Args, options: pulumi.CustomResourceOptions) => void);

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
        const transform = (transforms as Transforms)[part];
        const complete = { ...args };
        if (typeof transform === "function") {
            transform(complete, options);
        } else {
            Object.assign(complete, transform);
        }
        return [name, complete, options];
    };
}

export type Child = ReturnType<typeof childrenOf>;

/** Checks a `transform` argument: only these children are known. */
export function transforms<Parts extends object>(...parts: (keyof Parts & string)[]): check.Check<Parts> {
    const each = check.custom(
        (value) => (typeof value === "object" && value !== null) || typeof value === "function",
        "must be an object or a function",
    );
    return check.options<Parts>(Object.fromEntries(parts.map((part) => [part, each])) as check.Checks<Parts>);
}
