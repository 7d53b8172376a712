import type { Inputs } from "./rules";

/** Where a property stands that a path such as `lifecycleRules.condition.withState` names. */
export interface Place {
    /** The path with the indexes of lists: `lifecycleRules[0].condition.withState`. */
    path: string;
    /** The object that has the property, or could have it. */
    holder: Inputs;
    key: string;
}

/** Every place that a path names in a tree. Lists on the way are walked; blocks that were not given have no place. */
export function places(tree: Inputs, path: string): Place[] {
    const keys = path.split(".");
    const key = keys.pop() as string;
    let holders: { path: string; holder: unknown }[] = [{ path: "", holder: tree }];
    for (const step of keys) {
        holders = holders
            .map(({ path, holder }) => ({ path: `${path}${step}`, holder: (holder as Inputs)[step] }))
            .flatMap(({ path, holder }) =>
                Array.isArray(holder)
                    ? holder.map((each, index) => ({ path: `${path}[${index}].`, holder: each }))
                    : [{ path: `${path}.`, holder }],
            )
            .filter(({ holder }) => typeof holder === "object" && holder !== null);
    }
    return holders.map(({ path, holder }) => ({ path: `${path}${key}`, holder: holder as Inputs, key }));
}

/** A path without the indexes of lists. */
export function withoutIndexes(path: string): string {
    return path.replaceAll(/\[\d+\]/g, "");
}
