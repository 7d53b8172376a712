import type { Inputs } from "./rules";

const plural = (name: string) =>
    /[^u]s$/.test(name)
        ? name
        : /[^aeiou]y$/.test(name)
          ? name.replace(/y$/, "ies")
          : `${name}${/us$/.test(name) ? "es" : "s"}`;

/**
 * A state as functions tell it: each block is a list of one.
 *
 * @param maps the names of properties that are maps, and no blocks
 */
export function asLists(state: Inputs, maps: string[]): Inputs {
    return Object.fromEntries(
        Object.entries(state).map(([name, value]) => {
            if (typeof value !== "object" || value === null || maps.includes(name)) {
                return [name, value];
            }
            return Array.isArray(value)
                ? [name, value.map((each) => (typeof each === "object" ? asLists(each, maps) : each))]
                : [plural(name), [asLists(value, maps)]];
        }),
    );
}
