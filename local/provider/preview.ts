import type { Properties } from "../cloud/store";
import { places } from "../rules/paths";
import type { Inputs } from "../rules/rules";
import { unknown } from "./diff";
import type { Type } from "./types";

/**
 * How a resource will look as far as the provider can tell: what the program gives, and what the server will set as
 * unknown. On an update it stays as it is, unless an update changes it.
 *
 * @param state what is there, on an update
 */
export function foreseen(inputs: Inputs, { rules, installed, flags }: Type, state?: Inputs): Properties {
    const result = structuredClone(inputs);
    const set = [...installed.outputs, ...installed.computed, ...flags.computed];
    for (const path of set) {
        const now = new Map(places(state ?? {}, path).map((place) => [place.path, place.holder[place.key]]));
        const known = state && !rules.changesOnUpdate?.includes(path);
        for (const { path: at, holder, key } of places(result, path)) {
            // A block that is new has nothing yet; what the server has left out of one that is there, it leaves out again.
            holder[key] ??= known && now.has(at) ? now.get(at) : unknown;
        }
    }
    for (const [property, value] of Object.entries(rules.known?.(inputs) ?? {})) {
        if (!String(value).includes(unknown)) {
            result[property] = value;
        }
    }
    return result;
}
