import * as pulumi from "@pulumi/pulumi";
import { dynamicCode, unsetOutputs } from "../internal/dynamic";
import type { PublicAccessInputs } from "./admin/publicAccess";

type Inputs<Of> = { [Key in keyof Of]: pulumi.Input<Of[Key]> };

/** Lets everybody call a function, without a grant to `allUsers`. */
export class PublicAccess extends pulumi.CustomResource {
    constructor(name: string, inputs: Inputs<PublicAccessInputs>, options?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/function:PublicAccess",
            name,
            { ...inputs, ...unsetOutputs("invokerIamDisabled"), __provider: dynamicCode("function", "publicAccess") },
            options,
        );
    }
}
