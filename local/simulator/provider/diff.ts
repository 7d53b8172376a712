import { signature, unknown } from "../../machine/marks";
import { places, withoutIndexes } from "../rules/paths";
import type { Plan, Suppression } from "../rules/plan/suppression";
import type { Inputs, TypeRules } from "../rules/rules";
import type { Flags } from "../schema/flags";
import type { InstalledType } from "./installed";

export type Change = "add" | "update" | "delete";

type Tree = Record<string, unknown>;

/** How to compare values of a type. */
export interface Comparison extends Pick<TypeRules, "normalize" | "same"> {
    /** Paths of unordered lists. */
    sets?: string[];
    /** Paths of maps: a key without a value is one nevertheless. */
    maps?: string[];
    /** Paths that the server sets: removing them from the program is not a change. */
    filled?: string[];
    /** By path, the provider's own comparison, which replaces `normalize` and `same`. */
    suppress?: Record<string, Suppression>;
}

/** A comparison with all compared values, and the blocks that contain the present ones. */
interface Comparing extends Comparison {
    whole: { wanted: Inputs; state: Inputs };
    block: { wanted: Inputs; found: Inputs };
}

/**
 * The changed paths between the desired inputs and the actual state. Values that the server set and the program never
 * set are not changes; values that the program removed are.
 *
 * @param desired the new inputs
 * @param before the inputs of the last deployment
 * @param state the actual state
 */
export function changes(desired: Tree, before: Tree, state: Tree, comparison: Comparison = {}): Map<string, Change> {
    const found = new Map<string, Change>();
    const whole = { wanted: desired, state };
    compare("", desired, before, state, { ...comparison, whole, block: { wanted: desired, found: state } }, found);
    return found;
}

function compare(
    path: string,
    desired: unknown,
    before: unknown,
    state: unknown,
    comparison: Comparing,
    found: Map<string, Change>,
): void {
    const inner = (below: string, values: [unknown, unknown, unknown], block = comparison.block) =>
        compare(below, ...values, { ...comparison, block }, found);
    const plain = withoutIndexes(path);
    const suppression = comparison.suppress?.[plain];
    const counting = suppression ? undefined : comparison.normalize?.[plain];
    const isSame = suppression ? undefined : comparison.same?.[plain];
    const { whole: full, block } = comparison;
    const isGiven = desired !== undefined || before !== undefined;
    const plan = { inputs: full.wanted, state: full.state, key: plain.replace(/^.*\./, ""), block };
    if (isGiven && desired !== unknown && suppression?.(state, desired, plan)) {
        return;
    }
    if (desired === "" && comparison.filled?.includes(plain)) {
        // An empty text is no value of a property that the server sets: `finalizeDiff` in
        // https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.38.1/helper/schema/schema.go
        return;
    }
    if (desired === undefined) {
        const isInMap = comparison.maps?.includes(plain.replace(/\.?[^.]*$/, "")) === true;
        const isThere = isInMap ? state !== undefined : !isNothing(state);
        if (before !== undefined && isThere && !comparison.filled?.includes(plain)) {
            found.set(path, "delete");
        }
    } else if (counting && state !== undefined && desired !== unknown && same(counting(desired), counting(state))) {
        return;
    } else if (
        isSame &&
        state !== undefined &&
        desired !== unknown &&
        isSame(desired, state, full.wanted, full.state)
    ) {
        return;
    } else if (isTree(desired) && isTree(state)) {
        const requested = isTree(before) ? before : {};
        for (const key of new Set([...Object.keys(desired), ...Object.keys(requested)])) {
            if (!key.startsWith("__")) {
                const values: [unknown, unknown, unknown] = [desired[key], requested[key], state[key]];
                inner(path ? `${path}.${key}` : key, values, { wanted: desired, found: state });
            }
        }
    } else if (Array.isArray(desired) && Array.isArray(state) && desired.length === state.length) {
        const isSet = comparison.sets?.includes(withoutIndexes(path));
        const existing = isSet ? inOrderOf(desired, state, path, comparison) : state;
        const asked = Array.isArray(before) ? before : [];
        for (const [index, item] of desired.entries()) {
            inner(`${path}[${index}]`, [item, asked[index], existing[index]]);
        }
    } else if (!same(desired, state)) {
        found.set(path, state === undefined ? "add" : "update");
    }
}

/** Reorders the items of a set to match the desired items. */
function inOrderOf(desired: unknown[], state: unknown[], path: string, comparison: Comparing): unknown[] {
    const rest = [...state];
    const satisfying = desired.map((item) => {
        const index = rest.findIndex((element) => {
            const found = new Map<string, Change>();
            compare(path, item, undefined, element, comparison, found);
            return found.size === 0;
        });
        return index < 0 ? undefined : rest.splice(index, 1)[0];
    });
    return satisfying.map((item) => item ?? rest.shift());
}

/**
 * Properties with a value that neither the program nor the server set: changes by others. Blocks are ignored, as
 * servers can set them without the schema saying so.
 */
export function addedByOthers(desired: Tree, before: Tree, state: Tree, installed: InstalledType): string[] {
    return [...installed.inputs].filter(
        (property) =>
            desired[property] === undefined &&
            before[property] === undefined &&
            !installed.computed.includes(property) &&
            !installed.declared[property]?.includes("outputs.") &&
            !isZero(state[property]),
    );
}

/**
 * What is no difference to a value that is not set: `diffString` and `diffList` in
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.38.1/helper/schema/schema.go
 */
const isNothing = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0);

/** Values that the provider treats as unset. */
function isZero(value: unknown): boolean {
    return !value || (typeof value === "object" && Object.keys(value).length === 0);
}

/** What determines whether a change replaces a resource. */
export interface Replacement {
    rules: Pick<TypeRules, "replaceOnChange" | "replaceWhen">;
    flags: Pick<Flags, "paths" | "replaceOnChange">;
    /** By path, the provider's own comparison. */
    suppress?: Record<string, Suppression>;
}

/** The changed paths that replace the resource. */
export function replacingPaths(paths: Iterable<string>, type: Replacement, desired: Inputs, state: Inputs): string[] {
    const trees = { wanted: desired, found: state };
    // A value that is no difference to none, for the provider, is no change.
    const isInput = (path: string, side: keyof typeof trees, above: string) =>
        places(trees[side], path).some(({ path: at, holder, key }) => {
            const block: Plan["block"] = { wanted: {}, found: {}, [side]: holder };
            const plan = { inputs: desired, state, key, block };
            const isNone = () => type.suppress?.[path]?.(block.found[key], block.wanted[key], plan) === true;
            return at.startsWith(above) && holder[key] !== undefined && (holder[key] === unknown || !isNone());
        });
    const listed = [...type.flags.replaceOnChange, ...(type.rules.replaceOnChange ?? [])];
    return [...paths].filter((path) => {
        if (replacesNow(path, type.rules, desired, state)) {
            return true;
        }
        const listedBelow = listed.filter((element) => element.startsWith(`${withoutIndexes(path)}.`));
        return (
            replaces(type, withoutIndexes(path)) ||
            listedBelow.some((element) => isInput(element, "wanted", path) || isInput(element, "found", path))
        );
    });
}

/** Whether this change replaces the resource, if it depends on the values. */
function replacesNow(path: string, { replaceWhen }: Replacement["rules"], desired: Inputs, state: Inputs): boolean {
    const at = (tree: Inputs) => places(tree, withoutIndexes(path)).find((place) => place.path === path);
    const [now, then] = [at(desired), at(state)];
    const value = now?.holder[now.key];
    const isReplacing = replaceWhen?.[withoutIndexes(path)];
    return value !== unknown && isReplacing?.(value, then?.holder[then.key], desired, state) === true;
}

/**
 * Whether changes at a path, without indexes, replace the resource. For paths that are not in the schema, such as map
 * keys, the nearest parent applies.
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

/** Assets are equal if their contents are, in any location. */
function same(one: unknown, other: unknown): boolean {
    if (typeof one === "object" && one !== null && "hash" in one && typeof other === "object" && other !== null) {
        return one.hash === (other as { hash?: unknown }).hash;
    }
    return JSON.stringify(one) === JSON.stringify(other);
}
