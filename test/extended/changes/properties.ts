import type { registeredWhole } from "../../unit/registered";

export type Registered = Pick<Awaited<ReturnType<typeof registeredWhole>>, "types" | "inputs">;

/** A property of a resource that an argument sets. */
export interface Property {
    type: string;
    /** Such as `settings.tier`; of a list, it is the list. */
    path: string;
    value: unknown;
}

/** Fresh names have a random suffix. */
export const withoutSuffixes = (text: string): string => text.replaceAll(/-[0-9a-f]{6,7}\b/g, "");

const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

const comparable = (value: unknown) => withoutSuffixes(JSON.stringify([value]));

/** The paths of what differs between two values. */
function paths(one: unknown, other: unknown, path: string): string[] {
    if (comparable(one) === comparable(other)) {
        return [];
    }
    if (!isObject(one) || !isObject(other)) {
        return [path];
    }
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap((key) => paths(one[key], other[key], path === "" ? key : `${path}.${key}`));
}

const valueAt = (value: unknown, path: string) =>
    path.split(".").reduce((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);

/** The properties that a changed program registers with another value, of resources that both programs register. */
export function changedIn(before: Registered, after: Registered): Property[] {
    return Object.entries(after.inputs).flatMap(([key, inputs]) => {
        const type = String(after.types[key]);
        return before.inputs[key] === undefined
            ? []
            : paths(before.inputs[key], inputs, "").map((path) => ({ type, path, value: valueAt(inputs, path) }));
    });
}
