import { places } from "../../rules/paths";
import type { Inputs } from "../../rules/rules";

const isBlock = (value: unknown): value is Inputs =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** Merges values into defaults, including blocks. */
export function merged(defaults: Inputs, input: Inputs): Inputs {
    const all: Inputs = { ...defaults };
    for (const [property, value] of Object.entries(input)) {
        const existing = all[property];
        all[property] = isBlock(value) && isBlock(existing) ? merged(existing, value) : (value ?? existing);
    }
    return all;
}

/** Sets defaults in existing blocks, outer paths first. */
export function filled(state: Inputs, values: Record<string, unknown>): Inputs {
    const all = structuredClone(state);
    for (const [path, value] of Object.entries(values)) {
        for (const { holder: owner, key } of places(all, path)) {
            owner[key] ??= structuredClone(value);
        }
    }
    return all;
}
