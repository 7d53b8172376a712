import { GoogleError, OperationError } from "../cloud/errors";
import type { Inputs, TypeRules } from "../rules/rules";
import type { Verb } from "./faults";

/** The resource of an API call. */
export interface Call {
    verb: Verb;
    rules: TypeRules;
    inputs: Inputs;
    /** Pulumi's ID; undefined for new resources. */
    id: string;
}

/** A connection that was dropped before a response. */
export class DroppedConnection extends Error {
    constructor() {
        super("read: connection reset by peer");
    }
}

/** Makes an API call, and formats errors like the provider. */
export function callApi<Result>(call: Call, action: () => Result): Result {
    try {
        return action();
    } catch (error) {
        throw inWords(call, error);
    }
}

/** Adds the provider's prefix to an error. */
function inWords(call: Call, error: unknown): unknown {
    if (error instanceof GoogleError || error instanceof DroppedConnection) {
        const doing = described(call);
        return new Error(doing ? `${doing}: ${error.message}` : error.message, { cause: error });
    }
    return error instanceof OperationError ? new Error(waitError(call, error), { cause: error }) : error;
}

/** The provider's error for a failed operation. */
export function waitError({ verb, rules }: Pick<Call, "verb" | "rules">, error: Error): string {
    const { noun, waitMessage: waiting } = rules;
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
            return rules.errorPrefix?.(verb, inputs) ?? `Error creating ${rules.noun}`;
        case "update":
            return rules.errorPrefix?.(verb, inputs) ?? `Error updating ${rules.noun} "${id}"`;
        case "delete":
            return (
                rules.deleteErrorPrefix?.(inputs) ??
                `Error when reading or editing ${rules.generatedNoun ? rules.noun : `${rules.noun} "${id}"`}`
            );
        default:
            return `Error when reading or editing ${rules.generatedNoun ?? rules.noun} "${id}"`;
    }
}

/** Google's messages for simulated errors: those of "Error handling" for all APIs. */
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

/** Cloud SQL's error while another operation is in progress. */
const inProgress = new GoogleError(
    409,
    "Operation failed because another operation was already in progress. Try your request after the current operation is complete.",
    { reason: "operationInProgress" },
);

/** The error for a simulated code. */
export function errorOfCode(code: number, ofPolicy: boolean, token = ""): GoogleError {
    if (code === 409 && token.startsWith("gcp:sql/")) {
        return inProgress;
    }
    const text = code === 409 && ofPolicy ? concurrentChanges : generalWords[code];
    return new GoogleError(code, text ?? "Unknown error");
}
