import { problem } from "./argumentsError";
import type { Problem } from "./check";
import { display } from "./value";

/**
 * Checks that a minimum is not above its maximum, if both are given.
 *
 * @param min the path of the minimum, and its value
 * @param max the name of the maximum in the error, and its value
 * @param amount converts a value to a number, such as a duration to seconds
 */
export function minAboveMax<Value>(
    [path, min]: [path: string, value: Value | undefined],
    [name, max]: [name: string, value: Value | undefined],
    amount: (value: Value) => number = Number,
): Problem | undefined {
    return min !== undefined && max !== undefined && amount(min) > amount(max)
        ? problem(path, "range/min-above-max", `must not be above ${name}, ${max} (got ${display(min)}).`)
        : undefined;
}

/** A minimum and a maximum with defaults, each of which gives way to what the other one is set to. */
export function completeBounds(
    { min, max }: { min?: number; max?: number },
    defaults: { min: number; max: number },
): { min: number; max: number } {
    const least = min ?? Math.min(defaults.min, max ?? defaults.min);
    return { min: least, max: max ?? Math.max(defaults.max, least) };
}
