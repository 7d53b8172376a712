import { unknown } from "../../machine/marks";
import type { Properties } from "../cloud/store";
import { places } from "../rules/paths";
import type { Inputs } from "../rules/rules";
import type { Type } from "./types";

/**
 * The outputs at preview: inputs, and values set by the server as unknown. Updates keep the existing values, except
 * those that change.
 *
 * @param state the existing state, for updates
 */
export function previewOutputs(inputs: Inputs, { rules, installed, flags }: Type, state?: Inputs): Properties {
    const result = structuredClone(inputs);
    const set = [...installed.outputs, ...installed.computed, ...flags.computed];
    for (const path of set) {
        const now = new Map(places(state ?? {}, path).map((place) => [place.path, place.holder[place.key]]));
        const known = state && !rules.changesOnUpdate?.includes(path);
        for (const { path: at, holder: owner, key } of places(result, path)) {
            // New blocks have no values yet; in existing blocks, values that the server omitted remain omitted.
            owner[key] ??= known && now.has(at) ? now.get(at) : unknown;
        }
    }
    for (const [property, value] of Object.entries(rules.known?.(inputs) ?? {})) {
        if (!String(value).includes(unknown)) {
            result[property] = value;
        }
    }
    return result;
}
