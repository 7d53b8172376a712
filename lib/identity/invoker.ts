import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Capability } from "./capability";

/** A component that can be called at a URL by members with its `invoker`: a function, a service. */
export interface Invokable {
    /** The URL, which is also the audience of the callers' ID tokens. */
    readonly url: pulumi.Output<string>;
    readonly invoker: Capability;
}

/** Checks an argument that takes any component that can be called. */
export const invokable = check.custom<Invokable>(
    (value) =>
        check.isResource(value) && Reflect.has(value as object, "url") && Reflect.has(value as object, "invoker"),
    "must be a component that can be called, such as a ServerlessFunction",
);
