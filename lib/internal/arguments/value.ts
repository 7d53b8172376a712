import * as pulumi from "@pulumi/pulumi";

/** Whether a value is an output or a promise. */
export function isDeferred(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether a value is an object literal, not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether a value is an object with options, not an array, output or resource. */
export function isObject(value: unknown): value is Record<string, unknown> {
    const isOther = Array.isArray(value) || isDeferred(value) || pulumi.Resource.isInstance(value);
    return typeof value === "object" && value !== null && !isOther;
}

/** An output, in errors. */
export const deferredText = "an output, which is known only at deployment";

/** How to pass a value to an argument that takes no output, and why. */
export const plainHint =
    "Its value must be known before anything is deployed. Pass a plain value: a constant, new pulumi.Config().require(…), or of another stack (await stack.getOutputDetails(…)).value.";

/** The text that Pulumi gives in place of an output in a string, up to the end of the last line that it always has. */
const outputText =
    /Calling \[to(?:String|JSON)\] on an \[Output<T>\][\s\S]*?may throw in a future version of @pulumi\/pulumi\./g;

/** Whether a text was made with an output in it. */
export const hasOutput = (value: unknown): boolean => typeof value === "string" && value.search(outputText) >= 0;

/** A text without what Pulumi gives in place of outputs. */
export const withoutOutputs = (text: string): string => text.replaceAll(outputText, deferredText);

/** Formats a value for an error, on one line of at most 80 characters. */
export function display(value: unknown): string {
    const text = described(value, 2);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Formats the value of an argument that became known for an error, without showing a secret. */
export const displayKnown = async (argument: unknown, known: unknown): Promise<string> =>
    (await pulumi.isSecret(pulumi.output(argument) as pulumi.Output<unknown>)) ? "a secret" : display(known);

function described(value: unknown, depth: number): string {
    if (isDeferred(value)) {
        return deferredText;
    }
    if (Array.isArray(value)) {
        return depth > 0 ? `[${value.map((item) => described(item, depth - 1)).join(", ")}]` : "[…]";
    }
    if (isPlainObject(value)) {
        const keys = Object.keys(value);
        const entries = () => keys.map((key) => `${key}: ${described(value[key], depth - 1)}`);
        return keys.length === 0 ? "{}" : depth > 0 ? `{ ${entries().join(", ")} }` : "{ … }";
    }
    if (typeof value === "object" && value !== null) {
        return `a ${value.constructor?.name ?? "thing"}`;
    }
    return typeof value === "string"
        ? JSON.stringify(withoutOutputs(value))
        : typeof value === "function"
          ? "a function"
          : String(value);
}
