import type * as pulumi from "@pulumi/pulumi";

const crossed = new WeakMap<pulumi.Resource, Set<string>>();

/**
 * Lets a resource, and what has it as its parent, refer to the projects of other environments, by their stacks in
 * `slipway:environments`: `new Topic("sales", { … }, { transformations: [crossing("prod")] })`. Components of this library
 * have the argument `crossProject` for it.
 */
export function crossing(...stacks: string[]): pulumi.ResourceTransformation {
    return ({ resource }) => {
        crossed.set(resource, new Set([...crossingsOf(resource), ...stacks]));
        return undefined;
    };
}

/** The stacks to whose projects a resource may refer, once its transformations have run. */
export function crossingsOf(resource: pulumi.Resource): ReadonlySet<string> {
    return crossed.get(resource) ?? new Set();
}
