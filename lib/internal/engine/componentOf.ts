import type * as pulumi from "@pulumi/pulumi";
import { nameOf, parentOf, typeOf } from "./pulumiSdk";

/** The outermost component of this library above a resource. */
export function componentOf(parent: pulumi.Resource | undefined): { type: string; name: string } | undefined {
    let found: { type: string; name: string } | undefined;
    let above: object | undefined = parent;
    while (above) {
        const type = /^slipway:index:(.*)$/.exec(typeOf(above) as string)?.[1];
        found = type === undefined ? found : { type, name: nameOf(above) };
        above = parentOf(above);
    }
    return found;
}
