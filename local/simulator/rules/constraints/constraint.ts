import type { Context, Inputs } from "../rules";

/** A creation or an update that policies can forbid. */
export interface Change {
    token: string;
    inputs: Inputs;
    /** The state of the resource, for updates. */
    old?: Inputs;
    project: string;
    /** Returns Pulumi's ID. */
    id(): string;
}

/** Returns the API's error if a policy forbids the change. */
export type Check = (change: Change, context: Context) => Error | undefined;
