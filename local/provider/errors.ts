import { GoogleError, OperationError } from "../cloud/errors";
import type { Properties } from "../cloud/store";
import type { Inputs, TypeRules } from "../rules/rules";
import type { Verb } from "./faults";

/** A resource that is there, but broken: its creation was accepted and failed later. */
export class PartlyMade extends Error {
    constructor(
        readonly id: string,
        readonly state: Properties,
        message: string,
    ) {
        super(message);
    }
}

/** Does something for a resource; before the words of an error come those of the provider about what it was doing. */
export function inWords<Result>(
    verb: Verb,
    rules: TypeRules,
    inputs: Inputs,
    id: string,
    action: () => Result,
): Result {
    try {
        return action();
    } catch (error) {
        if (error instanceof GoogleError) {
            const doing = described(verb, rules, inputs, id);
            throw new Error(doing ? `${doing}: ${error.message}` : error.message, { cause: error });
        }
        if (error instanceof OperationError) {
            throw new Error(waited(verb, rules, error), { cause: error });
        }
        throw error;
    }
}

/** What the provider says of a long operation that failed. */
export function waited(verb: Verb, { noun }: TypeRules, error: OperationError): string {
    return verb === "create"
        ? `Error waiting to create ${noun}: Error waiting for Creating ${noun}: ${error.message}`
        : `Error waiting for Updating ${noun}: ${error.message}`;
}

function described(verb: Verb, rules: TypeRules, inputs: Inputs, id: string): string {
    switch (verb) {
        case "create":
            return rules.doing?.(verb, inputs) ?? `Error creating ${rules.noun}`;
        case "update":
            return rules.doing?.(verb, inputs) ?? `Error updating ${rules.noun} "${id}"`;
        default:
            return `Error when reading or editing ${rules.generatedNoun ?? rules.noun} "${id}"`;
    }
}
