import * as pulumi from "@pulumi/pulumi";

/**
 * The code of a dynamic resource in the state. `pulumi.dynamic` would serialize the whole provider with everything it
 * imports, and compare that at each update. This code loads the installed version of the package.
 */
export const dynamicCode = (field: string, provider: string): string =>
    `exports.handler = () => require("slipway/${field}/admin").${provider};`;

/** The arguments of a dynamic resource, from the inputs of its provider. */
export type DynamicArgs<Inputs> = {
    [Key in keyof Inputs]: pulumi.Input<pulumi.Unwrap<Inputs[Key]>> | DynamicArgs<Inputs[Key]>;
};

/** The outputs of a dynamic resource, which its provider sets. */
export const unsetOutputs = (...names: string[]): Record<string, undefined> =>
    Object.fromEntries(names.map((name) => [name, undefined]));

/** The component's own provider of dynamic resources, because Pulumi's default provider may be disabled. */
export class DynamicProvider extends pulumi.ProviderResource {
    constructor(name: string, options: pulumi.ResourceOptions) {
        super("pulumi-nodejs", name, {}, options);
    }
}
