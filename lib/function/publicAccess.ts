import * as pulumi from "@pulumi/pulumi";
import { type DynamicArgs, dynamicCode, unsetOutputs } from "../internal/dynamic";
import type { PublicAccessInputs } from "./admin/publicAccess";

/** Lets everybody call a function, without a grant to `allUsers`. */
export class PublicAccess extends pulumi.CustomResource {
    constructor(name: string, inputs: DynamicArgs<PublicAccessInputs>, options?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/function:PublicAccess",
            name,
            { ...inputs, ...unsetOutputs("invokerIamDisabled"), __provider: dynamicCode("function", "publicAccess") },
            options,
        );
    }
}
