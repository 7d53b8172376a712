import type * as pulumi from "@pulumi/pulumi";
import type { Boundary, Foreign } from "./boundary";

/** A resource as errors name it. */
export function called(type: string, name: string): string {
    return `${type.startsWith("pulumi:providers:") ? "Provider" : type.split(":").at(-1)} "${name}"`;
}

/** What is wrong with a property that refers to another environment's project, and how it is mended. */
export function wording(
    { stack, project }: Boundary,
    { project: other, stacks }: Foreign,
    got: string,
    parent: pulumi.Resource | undefined,
): string {
    const here = project === undefined ? stack : `${stack} in ${project}`;
    const what = `refers to ${other}, the project of ${stacks.join(" and ")}, but this stack is ${here} (got ${got}).`;
    return `${what} Use what this stack makes, or ${allowance(stacks[0] as string, parent)}.`;
}

/** How it is allowed, where it is what the program wants. */
function allowance(stack: string, parent: pulumi.Resource | undefined): string {
    const { type, name } = componentOf(parent) ?? {};
    // What makes an environment is no component of one.
    if (type === undefined || type === "EnvironmentProject" || type === "Deployer") {
        const whom = type === undefined ? "it" : `${type} "${name}"`;
        return `give ${whom} the option transformations: [crossing("${stack}")], with crossing from slipway`;
    }
    // What the environment makes for all components is wanted by one of them.
    return type === "Environment"
        ? `say crossProject: "${stack}" on the component that needs it`
        : `give ${type} "${name}" the argument crossProject: "${stack}"`;
}

/** The component of this library that the program has made, at whatever depth a child stands in it. */
function componentOf(parent: pulumi.Resource | undefined): { type: string; name: string } | undefined {
    let found: { type: string; name: string } | undefined;
    let above: object | undefined = parent;
    while (above) {
        const type = /^slipway:index:(.*)$/.exec(Reflect.get(above, "__pulumiType"))?.[1];
        found = type === undefined ? found : { type, name: Reflect.get(above, "__name") };
        above = Reflect.get(above, "__parentResource");
    }
    return found;
}
