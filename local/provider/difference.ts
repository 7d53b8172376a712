import type { Inputs } from "../rules/rules";
import { addedByOthers, type Change, changes, replacing } from "./diff";
import { type LabelSettings, labelsOf, labelsProperty } from "./labels";
import { nameOf, type Type } from "./types";

export interface Difference {
    changed: Map<string, Change>;
    /** Those of the changed paths that make a new resource. */
    replaced: string[];
    /** Whether the new resource has the old one's name, so that the old one must go first. */
    deleteFirst: boolean;
}

/** What a resource is to be, what it was to be, and what it is. */
interface Compared {
    wanted: Inputs;
    before: Inputs;
    state: Inputs;
    /** Whether its name is made by Pulumi, another one for each that is made. */
    isAutonamed: boolean;
}

/** What of a resource has to change, and whether it can. */
export function difference(
    type: Type,
    { wanted, before, state, isAutonamed }: Compared,
    settings: LabelSettings,
): Difference {
    const { rules, installed, flags } = type;
    const refused = rules.refusedChange?.(wanted, state);
    if (refused) {
        throw new Error(refused);
    }
    // The provider itself has a deletion policy for who gives none.
    const filled = [...installed.computed, ...flags.computed].filter(
        (path) => path !== "deletionPolicy" || state.deletionPolicy === "DELETE",
    );
    const changed = changes(wanted, before, state, { ...rules, sets: flags.sets, filled });
    for (const property of addedByOthers(wanted, before, state, installed)) {
        changed.set(property, "delete");
    }
    if (!changed.has(labelsProperty(installed))) {
        // Labels that neither the program nor the provider gave are others' business.
        const then = { effectiveLabels: state.pulumiLabels, pulumiLabels: state.pulumiLabels };
        for (const [path, change] of changes(labelsOf(wanted, installed, settings), then, state)) {
            changed.set(path, change);
        }
    }
    const replaced = replacing(changed.keys(), type, wanted, state);
    const sameName = nameOf(rules, wanted) === nameOf(rules, state) && !isAutonamed;
    return { changed, replaced, deleteFirst: replaced.length > 0 && sameName };
}
