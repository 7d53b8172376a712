import { places, withoutIndexes } from "../rules/paths";
import type { Inputs, TypeRules } from "../rules/rules";
import type { Flags } from "../schema/flags";
import type { InstalledType } from "./installed";

/** The sentinel by which the engine says that it does not know a value before the deployment. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Pulumi's mark of an asset, an archive, a secret or a reference among plain values. */
const signature = "4dabf18193072939515e22adb298388d";

export type Change = "add" | "update" | "delete";

type Tree = Record<string, unknown>;

/** How values of a type are compared. */
export interface Comparison extends Pick<TypeRules, "compared" | "same"> {
    /** Paths of lists whose order does not count. */
    sets?: string[];
    /** Paths that the server fills in: what is no longer asked for there stays as it is. */
    filled?: string[];
}

/** A comparison with the whole of what is compared. */
interface Comparing extends Comparison {
    whole: { wanted: Inputs; state: Inputs };
}

/**
 * What changed, by path, between what is wanted now and what is there. What the server filled in and the program never
 * asked for is no change; what the program asked for before and does no longer is one.
 *
 * @param wanted the inputs now
 * @param before the inputs of the last deployment
 * @param state what is there
 */
export function changes(wanted: Tree, before: Tree, state: Tree, comparison: Comparison = {}): Map<string, Change> {
    const found = new Map<string, Change>();
    compare("", wanted, before, state, { ...comparison, whole: { wanted, state } }, found);
    return found;
}

function compare(
    path: string,
    wanted: unknown,
    before: unknown,
    state: unknown,
    comparison: Comparing,
    found: Map<string, Change>,
): void {
    const inner = (below: string, ...values: [unknown, unknown, unknown]) =>
        compare(below, ...values, comparison, found);
    const counting = comparison.compared?.[withoutIndexes(path)];
    const isSame = comparison.same?.[withoutIndexes(path)];
    const { whole } = comparison;
    if (wanted === undefined) {
        if (before !== undefined && state !== undefined && !comparison.filled?.includes(withoutIndexes(path))) {
            found.set(path, "delete");
        }
    } else if (counting && state !== undefined && wanted !== unknown && same(counting(wanted), counting(state))) {
        return;
    } else if (
        isSame &&
        state !== undefined &&
        wanted !== unknown &&
        isSame(wanted, state, whole.wanted, whole.state)
    ) {
        return;
    } else if (isTree(wanted) && isTree(state)) {
        const asked = isTree(before) ? before : {};
        for (const key of new Set([...Object.keys(wanted), ...Object.keys(asked)])) {
            if (!key.startsWith("__")) {
                inner(path ? `${path}.${key}` : key, wanted[key], asked[key], state[key]);
            }
        }
    } else if (Array.isArray(wanted) && Array.isArray(state) && wanted.length === state.length) {
        const isSet = comparison.sets?.includes(withoutIndexes(path));
        const beside = isSet ? inOrderOf(wanted, state, path, comparison) : state;
        const asked = Array.isArray(before) ? before : [];
        for (const [index, item] of wanted.entries()) {
            inner(`${path}[${index}]`, item, asked[index], beside[index]);
        }
    } else if (!same(wanted, state)) {
        found.set(path, state === undefined ? "add" : "update");
    }
}

/** The items of a set so that each stands where the wanted one is that it satisfies. */
function inOrderOf(wanted: unknown[], state: unknown[], path: string, comparison: Comparing): unknown[] {
    const rest = [...state];
    const satisfying = wanted.map((item) => {
        const index = rest.findIndex((each) => {
            const found = new Map<string, Change>();
            compare(path, item, undefined, each, comparison, found);
            return found.size === 0;
        });
        return index < 0 ? undefined : rest.splice(index, 1)[0];
    });
    return satisfying.map((item) => item ?? rest.shift());
}

/**
 * Properties that the program never gave and the server does not fill in, and which have a value: another hand's. Blocks are
 * left out, as a server may fill them in without the provider's saying so.
 */
export function addedByOthers(wanted: Tree, before: Tree, state: Tree, installed: InstalledType): string[] {
    return [...installed.inputs].filter(
        (property) =>
            wanted[property] === undefined &&
            before[property] === undefined &&
            !installed.computed.includes(property) &&
            !installed.declared[property]?.includes("outputs.") &&
            !isZero(state[property]),
    );
}

/** What the provider takes for a property that is not there. */
function isZero(value: unknown): boolean {
    return !value || (typeof value === "object" && Object.keys(value).length === 0);
}

/** What tells whether a change replaces a resource. */
export interface Replacement {
    rules: Pick<TypeRules, "replaceOnChange" | "replaceWhen">;
    flags: Pick<Flags, "paths" | "replaceOnChange">;
}

/** Those of the changed paths that make a new resource. */
export function replacing(paths: Iterable<string>, type: Replacement, wanted: Inputs, state: Inputs): string[] {
    const given = (path: string, tree: Inputs, above: string) =>
        places(tree, path).some((place) => place.path.startsWith(above) && place.holder[place.key] !== undefined);
    const listed = [...type.flags.replaceOnChange, ...(type.rules.replaceOnChange ?? [])];
    return [...paths].filter((path) => {
        if (replacesNow(path, type.rules, wanted, state)) {
            return true;
        }
        const listedBelow = listed.filter((each) => each.startsWith(`${withoutIndexes(path)}.`));
        return (
            replaces(type, withoutIndexes(path)) ||
            listedBelow.some((each) => given(each, wanted, path) || given(each, state, path))
        );
    });
}

/** Whether this change makes a new resource where not every change of the property does. */
function replacesNow(path: string, { replaceWhen }: Replacement["rules"], wanted: Inputs, state: Inputs): boolean {
    const at = (tree: Inputs) => places(tree, withoutIndexes(path)).find((place) => place.path === path);
    const [now, then] = [at(wanted), at(state)];
    const value = now?.holder[now.key];
    const isReplacing = replaceWhen?.[withoutIndexes(path)];
    return value !== unknown && isReplacing?.(value, then?.holder[then.key], wanted, state) === true;
}

/**
 * Whether a change at this path, written without indexes, makes a new resource. Where the schema does not have the path, such
 * as a key of a map, the nearest property above it counts.
 */
export function replaces({ rules, flags }: Replacement, path: string): boolean {
    const listed = rules.replaceOnChange ?? [];
    let above = path;
    while (above !== "") {
        if (listed.includes(above) || flags.replaceOnChange.has(above)) {
            return true;
        }
        if (flags.paths.has(above)) {
            return false;
        }
        above = above.slice(0, Math.max(0, above.lastIndexOf(".")));
    }
    return false;
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
