import type { Inputs } from "./rules";

const plural = (name: string) =>
    /[^us]s$/.test(name)
        ? name
        : /[^aeiou]y$/.test(name)
          ? name.replace(/y$/, "ies")
          : `${name}${/[us]s$/.test(name) ? "es" : "s"}`;

/**
 * Converts a state to the format of data sources: each block is a list with one item.
 *
 * @param maps the names of properties that are maps, not blocks
 */
export function asLists(state: Inputs, maps: string[]): Inputs {
    return Object.fromEntries(
        Object.entries(state).map(([name, value]) => {
            if (typeof value !== "object" || value === null || maps.includes(name)) {
                return [name, value];
            }
            return Array.isArray(value)
                ? [name, value.map((item) => (typeof item === "object" ? asLists(item, maps) : item))]
                : [plural(name), [asLists(value, maps)]];
        }),
    );
}
