import * as check from "../internal/arguments/check";

/** Checks the regions of a service. */
export const regionsProblems = (region: string | undefined, regions: readonly string[]) => [
    check.when(
        region !== undefined && regions.join() !== region,
        "region",
        "run/region-and-regions",
        "has no effect with regions. Remove one of them.",
    ),
    check.when(
        regions.length === 0,
        "regions",
        "run/regions-empty",
        "must have a region at least. Remove it for the region of the environment.",
    ),
    new Set(regions).size < regions.length
        ? check.problem("regions", "run/regions-twice", `must have each region once (got ${regions.join(", ")}).`)
        : undefined,
];

/** The name of a region's children, and the one that they can have in the state. */
export interface RegionalName {
    name: string;
    previous: string;
}

/**
 * The names of the children of each region. With `regions`, they end with the region, so that the list can change: otherwise, the children
 * of the first region would be replaced by the children of the next region, which exist already.
 */
export function regionalNames(
    name: string,
    regions: readonly string[],
    isListed: boolean,
): Record<string, RegionalName> {
    const names = regions.map((region, index): [string, RegionalName] => {
        const long = `${name}-${region}`;
        const earlier = index === 0 ? name : long;
        return [region, isListed ? { name: long, previous: earlier } : { name, previous: long }];
    });
    return Object.fromEntries(names);
}
