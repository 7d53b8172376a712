import { GoogleError, OperationError } from "../cloud/errors";
import type { Inputs, TypeRules } from "../rules/rules";
import type { Verb } from "./faults";

/** What a call of the API is about. */
export interface Call {
    verb: Verb;
    rules: TypeRules;
    inputs: Inputs;
    /** Pulumi's id of the resource; nothing for one that is new. */
    id: string;
}

/** A connection that was dropped before an answer came. */
export class CutConnection extends Error {
    constructor() {
        super("read: connection reset by peer");
    }
}

/** Makes a call of the API, whose errors are put into the provider's words. */
export function called<Result>(call: Call, action: () => Result): Result {
    try {
        return action();
    } catch (error) {
        throw inWords(call, error);
    }
}

/** An error with what the provider says that it was doing. */
function inWords(call: Call, error: unknown): unknown {
    if (error instanceof GoogleError || error instanceof CutConnection) {
        const doing = described(call);
        return new Error(doing ? `${doing}: ${error.message}` : error.message, { cause: error });
    }
    return error instanceof OperationError ? new Error(waited(call, error), { cause: error }) : error;
}

/** What the provider says of a long operation that failed. */
export function waited({ verb, rules }: Pick<Call, "verb" | "rules">, error: Error): string {
    const { noun, waiting } = rules;
    if (waiting && verb !== "read") {
        return `Error waiting for ${waiting(verb)}: ${error.message}`;
    }
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
            return (
                rules.deleting?.(inputs) ??
                `Error when reading or editing ${rules.generatedNoun ? rules.noun : `${rules.noun} "${id}"`}`
            );
        default:
            return `Error when reading or editing ${rules.generatedNoun ?? rules.noun} "${id}"`;
    }
}

/** Google's words for a code that a fault asks for: those of "Error handling" for every API. */
const generalWords: Record<number, string> = {
    400: "Request contains an invalid argument.",
    401: "Request had invalid authentication credentials.",
    403: "The caller does not have permission",
    404: "Requested entity was not found.",
    409: "Requested entity already exists",
    412: "Precondition check failed.",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    502: "Bad Gateway",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
};

const concurrentChanges =
    "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.";

/** What Cloud SQL answers while it does something else with the instance, or for it. */
const inProgress = new GoogleError(
    409,
    "Operation failed because another operation was already in progress. Try your request after the current operation is complete.",
    { reason: "operationInProgress" },
);

/** The answer of a code that a fault asks for. */
export function words(code: number, ofPolicy: boolean, token = ""): GoogleError {
    if (code === 409 && token.startsWith("gcp:sql/")) {
        return inProgress;
    }
    const text = code === 409 && ofPolicy ? concurrentChanges : generalWords[code];
    return new GoogleError(code, text ?? "Unknown error");
}
