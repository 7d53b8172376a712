import type * as pulumi from "@pulumi/pulumi";
import { type DynamicArgs, DynamicResource } from "../internal/engine/dynamic";
import type { PublicAccessInputs } from "./admin/publicAccess";

/** Lets everybody call a function, without a grant to `allUsers`. */
export class PublicAccess extends DynamicResource {
    constructor(name: string, inputs: DynamicArgs<PublicAccessInputs>, options?: pulumi.CustomResourceOptions) {
        super(
            { type: "function:PublicAccess", provider: "publicAccess", outputs: ["invokerIamDisabled"] },
            name,
            inputs,
            options,
        );
    }
}
