import * as pulumi from "@pulumi/pulumi";

const watched = new WeakSet<object>();

/** The guard, which is loaded where a stack knows of other environments. */
const watching: pulumi.ResourceTransformation = (given) => {
    if (pulumi.runtime.getConfig("slipway:environments") === undefined) {
        return undefined;
    }
    const { guard }: typeof import("./guard") = require("./guard");
    return guard(given);
};

/**
 * Has every resource that the program makes from now on looked at by the guard, those of other libraries too. It is done
 * when the package is imported, and again by its components where a process runs several programs.
 */
export function watch(): void {
    const stack = pulumi.runtime.getStackResource();
    if (stack && !watched.has(stack)) {
        watched.add(stack);
        pulumi.runtime.registerStackTransformation(watching);
    }
}

/**
 * The guard among the options of a component in a program that has no stack, as one that is tested with mocks; none under a
 * parent that has it.
 */
export function watchedByItself(parent?: pulumi.Resource): pulumi.ResourceTransformation[] {
    const above: unknown[] = (parent && Reflect.get(parent, "__transformations")) ?? [];
    const isWatched = pulumi.runtime.getStackResource() !== undefined || above.includes(watching);
    return isWatched ? [] : [watching];
}

watch();
