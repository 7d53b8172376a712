/** The sentinel by which the engine says that it does not know a value before the deployment. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Pulumi's mark of an asset, an archive, a secret or a reference among plain values. */
const signature = "4dabf18193072939515e22adb298388d";

export type Change = "add" | "update" | "delete";

type Tree = Record<string, unknown>;

/**
 * What changed, by path, between what is wanted now and what is there. What the server filled in and the program never
 * asked for is no change; what the program asked for before and does no longer is one.
 *
 * @param wanted the inputs now
 * @param before the inputs of the last deployment
 * @param state what is there
 */
export function changes(wanted: Tree, before: Tree, state: Tree): Map<string, Change> {
    const found = new Map<string, Change>();
    compare("", wanted, before, state, found);
    return found;
}

function compare(path: string, wanted: unknown, before: unknown, state: unknown, found: Map<string, Change>): void {
    if (isTree(wanted) && isTree(state)) {
        const asked = isTree(before) ? before : {};
        for (const key of new Set([...Object.keys(wanted), ...Object.keys(asked)])) {
            if (!key.startsWith("__")) {
                compare(path ? `${path}.${key}` : key, wanted[key], asked[key], state[key], found);
            }
        }
    } else if (wanted === undefined) {
        if (before !== undefined && state !== undefined) {
            found.set(path, "delete");
        }
    } else if (Array.isArray(wanted) && Array.isArray(state)) {
        if (wanted.length !== state.length) {
            found.set(path, "update");
        } else {
            wanted.forEach((item, index) => {
                compare(
                    `${path}[${index}]`,
                    item,
                    Array.isArray(before) ? before[index] : undefined,
                    state[index],
                    found,
                );
            });
        }
    } else if (!same(wanted, state)) {
        found.set(path, state === undefined ? "add" : "update");
    }
}

function isTree(value: unknown): value is Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(signature in value);
}

/** Assets are the same when their contents are, wherever the files lie. */
function same(one: unknown, other: unknown): boolean {
    if (typeof one === "object" && one !== null && "hash" in one && typeof other === "object" && other !== null) {
        return one.hash === (other as { hash?: unknown }).hash;
    }
    return JSON.stringify(one) === JSON.stringify(other);
}
