import type * as pulumi from "@pulumi/pulumi";

/** The stacks of `slipway:environments` whose projects a component may reference. */
export type CrossProject = string | string[];

const crossed = new WeakMap<pulumi.Resource, Set<string>>();

/**
 * A transformation that allows a resource and its children to reference the projects of other environments, named by their
 * stacks in `slipway:environments`: `new Topic("sales", { … }, { transformations: [crossing("prod")] })`. Components of this
 * library have the argument `crossProject` instead.
 */
export function crossing(...stacks: string[]): pulumi.ResourceTransformation {
    return ({ resource }) => {
        crossed.set(resource, new Set([...crossingsOf(resource), ...stacks]));
        return undefined;
    };
}

/** The stacks whose projects a resource may reference, after its transformations ran. */
export function crossingsOf(resource: pulumi.Resource): ReadonlySet<string> {
    return crossed.get(resource) ?? new Set();
}
