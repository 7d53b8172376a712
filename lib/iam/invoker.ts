import type * as pulumi from "@pulumi/pulumi";
import type { Capability } from "../internal/access/capability";
import * as check from "../internal/arguments/check";

/** A component that can be called at a URL by members with its `invoker`: a function, a service. */
export interface Invokable {
    /** The URL, which is also the audience of the callers' ID tokens. */
    readonly url: pulumi.Output<string>;
    readonly invoker: Capability;
}

/** A component that Google Cloud runs at a call of its API, by members with its `runner`: a Cloud Run job. */
export interface Runnable {
    /** The URL of the API method. Callers send an access token; it does not accept ID tokens. */
    readonly runUrl: pulumi.Output<string>;
    readonly runner: Capability;
}

/** A component of which a call of its API starts an execution, by members with its `invoker`: a workflow. */
export interface Executable {
    /** The URL of the API method. Callers send an access token; it does not accept ID tokens. */
    readonly executionsUrl: pulumi.Output<string>;
    readonly invoker: Capability;
}

const has = (value: unknown, ...keys: string[]) =>
    check.isResource(value) && keys.every((key) => Reflect.has(value as object, key));

/** Whether a component runs at a call of its API. */
export const isRunnable = (value: unknown): value is Runnable => has(value, "runUrl", "runner");

/** Whether a call of its API starts an execution of a component. */
export const isExecutable = (value: unknown): value is Executable => has(value, "executionsUrl", "invoker");

const message = "must be a component that can be called, such as a ServerlessFunction";

/** Checks an argument that takes any component that can be called. */
export const invokable = check.custom<Invokable>((value) => has(value, "url", "invoker"), message);

/** Checks an argument that takes any component that can be called, run or executed. */
export const callable = check.custom<Invokable | Runnable | Executable>(
    (value) => has(value, "url", "invoker") || isRunnable(value) || isExecutable(value),
    message,
);
