import type { Exported } from "./engine";

/** The key that marks special values in states, and what marks each kind. */
const signature = "4dabf18193072939515e22adb298388d";
const kinds: Record<string, string> = {
    "1b47061264138c4ac30d75fd1eb44270": "secret",
    c44067f5952c0a294b673a41bacd8c17: "file",
    "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
    "5cf8f73096256a8f31e491e813e4eb8e": "resource",
    d0e6a833031e9bbcd3f4e8bde6ca49a4: "output",
};

/** What Pulumi has instead of values that are only known after a deployment. */
const unknown = /^04da6b54-80e4-46f7-96ec-b56ff0331ba9$/;

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
        return value === "[secret]" ? secretText : unknown.test(value) ? "(known after the deployment)" : value;
    }
    if (Array.isArray(value)) {
        return value.map(readable);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (signature in value) {
        const kind = kinds[String((value as Record<string, unknown>)[signature])] ?? "secret";
        return kind === "output" ? "(known after the deployment)" : `(${kind})`;
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readable(each)]));
}
