import * as pulumi from "@pulumi/pulumi";
import { dynamicInputs } from "./pulumiSdk";

/** The arguments of a dynamic resource, from the inputs of its provider. */
export type DynamicArgs<Inputs> = {
    [Key in keyof Inputs]: pulumi.Input<pulumi.Unwrap<Inputs[Key]>> | DynamicArgs<Inputs[Key]>;
};

/** What the dynamic resources of a class have in common. */
export interface DynamicType {
    /** The type with its field: `model:TrainingJob`. */
    type: `${string}:${string}`;
    /** The name of its provider in `slipway/<field>/admin`. */
    provider: string;
    /** The outputs that the provider sets. */
    outputs?: string[];
}

/** A resource whose provider is a part of this package. */
export class DynamicResource extends pulumi.CustomResource {
    constructor(
        { type, provider, outputs = [] }: DynamicType,
        name: string,
        inputs: object,
        options?: pulumi.CustomResourceOptions,
    ) {
        const unset = Object.fromEntries(outputs.map((output) => [output, undefined]));
        // `pulumi.dynamic` would serialize the whole provider with everything it imports, and compare that at each update.
        // This code loads the installed version of the package.
        const code = `exports.handler = () => require("slipway/${type.split(":")[0]}/admin").${provider};`;
        super(`pulumi-nodejs:dynamic/${type}`, name, { ...inputs, ...unset, ...dynamicInputs(code) }, options);
    }
}

/** The component's own provider of dynamic resources, because Pulumi's default provider may be disabled. */
export class DynamicProvider extends pulumi.ProviderResource {
    constructor(name: string, options: pulumi.ResourceOptions) {
        super("pulumi-nodejs", name, {}, options);
    }
}
