import type { Inputs } from "./rules";

/** A location of a property for a path such as `lifecycleRules.condition.withState`. */
export interface Place {
    /** The path with list indexes: `lifecycleRules[0].condition.withState`. */
    path: string;
    /** The object that contains, or can contain, the property. */
    holder: Inputs;
    key: string;
}

/** All locations of a path in a tree, through all items of lists. Missing blocks have no location. */
export function places(tree: Inputs, path: string): Place[] {
    const keys = path.split(".");
    const key = keys.pop() as string;
    let owners: { path: string; holder: unknown }[] = [{ path: "", holder: tree }];
    for (const step of keys) {
        owners = owners
            .map(({ path, holder: owner }) => ({ path: `${path}${step}`, holder: (owner as Inputs)[step] }))
            .flatMap(({ path, holder: owner }) =>
                Array.isArray(owner)
                    ? owner.map((item, index) => ({ path: `${path}[${index}].`, holder: item }))
                    : [{ path: `${path}.`, holder: owner }],
            )
            .filter(({ holder: owner }) => typeof owner === "object" && owner !== null);
    }
    return owners.map(({ path, holder: owner }) => ({ path: `${path}${key}`, holder: owner as Inputs, key }));
}

/** Removes list indexes from a path. */
export function withoutIndexes(path: string): string {
    return path.replaceAll(/\[\d+\]/g, "");
}
