import type { Problem } from "./check";
import { display } from "./value";

/**
 * What is wrong with a minimum above its maximum. Either may be left out.
 *
 * @param min the path of the minimum, and its value
 * @param max how the error names the maximum, and its value
 * @param amount the number that a value stands for, such as the seconds of a duration
 */
export function minAboveMax<Value>(
    [path, min]: [path: string, value: Value | undefined],
    [name, max]: [name: string, value: Value | undefined],
    amount: (value: Value) => number = Number,
): Problem | undefined {
    return min !== undefined && max !== undefined && amount(min) > amount(max)
        ? { path, reason: `must not be above ${name}, ${max} (got ${display(min)}).` }
        : undefined;
}
