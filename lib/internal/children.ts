import * as pulumi from "@pulumi/pulumi";
import * as check from "./check";

/**
 * The last word on one child of a component: properties that replace those the component gives, or a function that
 * changes the child's arguments and options in place.
 */
export type Transform<Args> = Partial<Args> | ((args: Args, options: pulumi.CustomResourceOptions) => void);

/** The children of a component, by the names that its `transform` argument has for them. */
// biome-ignore lint/suspicious/noExplicitAny: each component types its own.
export type Transforms = { [part: string]: Transform<any> | undefined };

/**
 * What every child of a component has in common. The result makes the three arguments of a child's constructor:
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

/** Checks a `transform` argument: only children that the component has. */
export function transforms(...parts: string[]): check.Check {
    const each = check.custom(
        (value) => (typeof value === "object" && value !== null) || typeof value === "function",
        "must be an object or a function",
    );
    return check.options(Object.fromEntries(parts.map((part) => [part, each])));
}
