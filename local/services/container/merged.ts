import { places } from "../../rules/paths";
import type { Inputs } from "../../rules/rules";

const isBlock = (value: unknown): value is Inputs =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** What is given, with what is usual wherever nothing is given, in blocks too. */
export function merged(usual: Inputs, given: Inputs): Inputs {
    const all: Inputs = { ...usual };
    for (const [property, value] of Object.entries(given)) {
        const beside = all[property];
        all[property] = isBlock(value) && isBlock(beside) ? merged(beside, value) : (value ?? beside);
    }
    return all;
}

/** Puts values where blocks are that have none of their own; of two paths the outer one first. */
export function filled(state: Inputs, values: Record<string, unknown>): Inputs {
    const all = structuredClone(state);
    for (const [path, value] of Object.entries(values)) {
        for (const { holder, key } of places(all, path)) {
            holder[key] ??= structuredClone(value);
        }
    }
    return all;
}
