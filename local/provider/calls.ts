import { GoogleError, OperationError } from "../cloud/errors";
import type { Inputs, TypeRules } from "../rules/rules";
import type { Faults, Verb } from "./faults";

/** What a call of the API is about. */
export interface Call {
    verb: Verb;
    token: string;
    rules: TypeRules;
    inputs: Inputs;
    /** Pulumi's id of the resource; nothing for one that is new. */
    id: string;
}

/** The calls of the API: one may be to go wrong, and their errors are put into the provider's words. */
export class Calls {
    constructor(private readonly faults: Faults) {}

    run<Result>(call: Call, action: () => Result): Result {
        try {
            const fault = this.faults.next(call.verb, call.token);
            if (fault === "kill") {
                this.faults.end();
            }
            if (typeof fault === "number") {
                throw new GoogleError(fault, "asked for by the list of faults");
            }
            const result = action();
            if (fault === "lose") {
                this.faults.end();
            }
            return result;
        } catch (error) {
            throw inWords(call, error);
        }
    }
}

/** An error with what the provider says that it was doing. */
function inWords(call: Call, error: unknown): unknown {
    if (error instanceof GoogleError) {
        const doing = described(call);
        return new Error(doing ? `${doing}: ${error.message}` : error.message, { cause: error });
    }
    return error instanceof OperationError ? new Error(waited(call, error), { cause: error }) : error;
}

/** What the provider says of a long operation that failed. */
export function waited({ verb, rules: { noun } }: Pick<Call, "verb" | "rules">, error: OperationError): string {
    return verb === "create"
        ? `Error waiting to create ${noun}: Error waiting for Creating ${noun}: ${error.message}`
        : `Error waiting for Updating ${noun}: ${error.message}`;
}

function described({ verb, rules, inputs, id }: Call): string {
    switch (verb) {
        case "create":
            return rules.doing?.(verb, inputs) ?? `Error creating ${rules.noun}`;
        case "update":
            return rules.doing?.(verb, inputs) ?? `Error updating ${rules.noun} "${id}"`;
        case "delete":
            return `Error when reading or editing ${rules.generatedNoun ? rules.noun : `${rules.noun} "${id}"`}`;
        default:
            return `Error when reading or editing ${rules.generatedNoun ?? rules.noun} "${id}"`;
    }
}
