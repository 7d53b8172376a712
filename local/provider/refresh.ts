import type { Entry } from "../cloud/store";
import type { Inputs } from "../rules/rules";

/** The inputs that the engine is to record for what a read found: those that were given, as they are now. */
export function inputsNow(inputs: Inputs, state: Inputs): Inputs {
    const pairs = Object.entries(inputs).map(([key, value]) => [
        key,
        key.startsWith("__") ? value : now(value, state[key]),
    ]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** A given value as it is now: of an object only what the program asked for. */
function now(given: unknown, found: unknown): unknown {
    if (Array.isArray(given) && Array.isArray(found) && given.length === found.length) {
        return given.map((item, index) => now(item, found[index]));
    }
    return isPlain(given) && isPlain(found) ? inputsNow(given, found) : found;
}

function isPlain(value: unknown): value is Inputs {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What the id of an import means: the id itself or a shorter form that the provider takes, such as `my-topic`,
 * `my-project/my-topic` or, for a member of a policy, `projects/p/topics/t roles/pubsub.publisher user:me@acme.com`.
 *
 * @param entries all of the type
 */
export function imported(entries: Entry[], id: string, project: string | undefined): Entry | undefined {
    const wanted = id.replaceAll(" ", "/").split("/");
    const fitting = entries.filter((entry) => {
        const rest = [...wanted];
        for (const part of entry.id.split("/")) {
            if (part.toLowerCase() === rest[0]?.toLowerCase()) {
                rest.shift();
            }
        }
        return rest.length === 0 && lastPart(entry.id) === lastPart(wanted.join("/"));
    });
    return (
        fitting.find((entry) => entry.id === id) ??
        fitting.find((entry) => entry.project === project) ??
        (fitting.length === 1 ? fitting[0] : undefined)
    );
}

const lastPart = (id: string) => id.split("/").at(-1)?.toLowerCase();
