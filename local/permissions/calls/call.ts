import type { Verb } from "../../provider/faults";
import type { Context, Inputs } from "../../rules/rules";

/** A call of an API method. */
export interface Call {
    /** Such as `pubsub.projects.topics.create`. */
    method: string;
    /** The full name of the resource that it is on; by default that of the Pulumi resource. */
    on?: string;
}

export type Calls = (string | Call)[];

export type CallsOf = Calls | ((inputs: Inputs, context: Context, old?: Inputs) => Calls);

/** The calls of a type by verb, where they differ from the usual ones. */
export type TypeCalls = Partial<Record<Verb, CallsOf>> & {
    /** Calls in addition to the usual ones. */
    also?: Partial<Record<Verb, CallsOf>>;
    /** The collection of the usual methods, if it does not follow from the resource's name. */
    collection?: string;
};
