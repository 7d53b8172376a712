import type { Exported } from "../../machine/exported";
import { marks, signature, unknown } from "../../machine/marks";

const kinds = new Map<unknown, string>(Object.entries(marks).map(([kind, mark]) => [mark, kind]));

export const secretText = "(secret)";

/**
 * Resources whose inputs and outputs are texts to read: of secrets, encrypted or not, of files, and of values that are not known yet there
 * is only what they are. A value that Pulumi marks in a way that is not known here counts as a secret.
 */
export const withoutSecrets = (resources: Exported[]): Exported[] =>
    resources.map((each) => ({
        ...each,
        ...(each.inputs && { inputs: readable(each.inputs) as Record<string, unknown> }),
        ...(each.outputs && { outputs: readable(each.outputs) as Record<string, unknown> }),
    }));

function readable(value: unknown): unknown {
    if (typeof value === "string") {
        return value === "[secret]" ? secretText : value === unknown ? "(known after the deployment)" : value;
    }
    if (Array.isArray(value)) {
        return value.map(readable);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (signature in value) {
        const kind = kinds.get((value as Record<string, unknown>)[signature]) ?? "secret";
        return kind === "output" ? "(known after the deployment)" : `(${kind})`;
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readable(each)]));
}
