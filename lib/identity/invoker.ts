import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Capability } from "./capability";

/** What can be called at an address by whoever was given its `invoker`: a function, a service. */
export interface Invokable {
    /** The address, which is also the audience of the tokens that callers send. */
    readonly url: pulumi.Output<string>;
    readonly invoker: Capability;
}

/** Checks an argument that takes any component that can be called. */
export const invokable: check.Check = check.custom(
    (given) => pulumi.Resource.isInstance(given) && "url" in given && "invoker" in given,
    "must be a component that can be called, such as a ServerlessFunction",
);
