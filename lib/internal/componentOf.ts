import type * as pulumi from "@pulumi/pulumi";

/** The outermost component of this library above a resource. */
export function componentOf(parent: pulumi.Resource | undefined): { type: string; name: string } | undefined {
    let found: { type: string; name: string } | undefined;
    let above: object | undefined = parent;
    while (above) {
        const type = /^slipway:index:(.*)$/.exec(Reflect.get(above, "__pulumiType"))?.[1];
        found = type === undefined ? found : { type, name: Reflect.get(above, "__name") };
        above = Reflect.get(above, "__parentResource");
    }
    return found;
}
