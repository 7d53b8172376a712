import { isDeepStrictEqual } from "node:util";
import { places } from "../rules/paths";
import type { Inputs } from "../rules/rules";
import { addedByOthers, type Change, changes, replacingPaths } from "./diff";
import { type LabelSettings, labelsOf, labelsProperty } from "./labels";
import { clearedPaths, verifyPlan } from "./plan";
import { nameOf, type Type } from "./types";

/** Whether a block of the program lacks a value that the actual one has. */
function isLeftOut(path: string, desired: Inputs, state: Inputs): boolean {
    const at = (tree: Inputs) => places(tree, path)[0];
    const [given, found] = [at(desired), at(state)];
    return given !== undefined && given.holder[given.key] === undefined && Boolean(found?.holder[found.key]);
}

export interface ResourceDiff {
    changed: Map<string, Change>;
    /** The changed paths that replace the resource. */
    replaced: string[];
    /**
     * Whether the old resource is deleted first: if the replacement has the same name, and if the program names resources for which Pulumi
     * could generate a name, even in another place or under another name (`nameRequiresDeleteBeforeReplace`):
     * https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go
     */
    deleteFirst: boolean;
    /** The properties of the resource that only a replacement changes, and that remain: their outputs are known at preview. */
    stable: string[];
}

/** The desired inputs, the previous inputs, and the actual state. */
interface Compared {
    wanted: Inputs;
    before: Inputs;
    state: Inputs;
    /** Whether the name is generated, and thus different for each resource. */
    isAutonamed: boolean;
    /** Whether resources of the type have a name that Pulumi can generate. */
    isNamed: boolean;
}

/**
 * Whether an update only changes which labels the program has, as after an import: they are there already, and the provider sends nothing
 * (`HasChange("effective_labels")` in `google-beta/services/<service>` of
 * https://github.com/hashicorp/terraform-provider-google-beta/tree/v7.45.0).
 */
export function onlyOwnsLabels(
    { changed }: ResourceDiff,
    { installed }: Type,
    state: Inputs,
    { effectiveLabels = {} }: Inputs,
): boolean {
    const ofLabels = [labelsProperty(installed), "pulumiLabels", "effectiveLabels"];
    const paths = [...changed.keys()];
    return (
        paths.some((path) => path.startsWith("pulumiLabels")) &&
        paths.every((path) => ofLabels.includes(path.split(/[.[]/, 1)[0] as string)) &&
        isDeepStrictEqual({ ...state.effectiveLabels }, effectiveLabels)
    );
}

/** Determines the changes of a resource, and whether they are possible. */
export function resourceDiff(
    type: Type,
    { wanted: desired, before, state, isAutonamed, isNamed }: Compared,
    settings: LabelSettings,
    ignored: string[],
): ResourceDiff {
    const { rules, installed, flags, suppress } = type;
    verifyPlan(type, desired, state);
    const refused = rules.validateChange?.(desired, state);
    if (refused) {
        throw new Error(refused);
    }
    // The provider's default of the deletion policy.
    const filled = [...installed.computed, ...flags.computed].filter(
        (path) => path !== "deletionPolicy" || state.deletionPolicy === "DELETE",
    );
    const maps = flags.blocks.filter(({ type: kind }) => kind === "map").map(({ path }) => path);
    const changed = changes(desired, before, state, { ...rules, sets: flags.sets, maps, filled, suppress });
    const block = { wanted: desired, found: state };
    // What the provider plans itself is no removal of a value.
    const planned = rules.known?.(desired) ?? {};
    for (const property of addedByOthers(desired, before, state, installed)) {
        if (isDeepStrictEqual(planned[property], state[property])) {
            continue;
        }
        // The provider's own comparison can take out the removal of a value, too.
        if (!suppress[property]?.(state[property], undefined, { inputs: desired, state, key: property, block })) {
            changed.set(property, "delete");
        }
    }
    const leftOut = (rules.compared ?? []).filter((path) => isLeftOut(path, desired, state));
    for (const path of [...leftOut, ...clearedPaths(type, desired, state)]) {
        changed.set(path, "delete");
    }
    if (!changed.has(labelsProperty(installed))) {
        // Labels set by others are ignored.
        const then = { effectiveLabels: state.pulumiLabels, pulumiLabels: state.pulumiLabels };
        for (const [path, change] of changes(labelsOf(desired, type, settings, state), then, state)) {
            changed.set(path, change);
        }
    }
    for (const path of changed.keys()) {
        if (ignored.some((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`))) {
            changed.delete(path);
        }
    }
    const replaced = replacingPaths(changed.keys(), type, desired, state);
    const isSameName = nameOf(rules, desired) === nameOf(rules, state);
    const replacedProperties = new Set(replaced.map((path) => path.split(/[.[]/, 1)[0]));
    return {
        changed,
        replaced,
        deleteFirst: replaced.length > 0 && !isAutonamed && (isNamed || isSameName),
        stable: [...flags.replaceOnChange]
            .filter((path) => !path.includes(".") && !replacedProperties.has(path))
            .sort(),
    };
}
