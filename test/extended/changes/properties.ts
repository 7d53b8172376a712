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

/** Where two values differ, and the second one there. */
function differences(one: unknown, other: unknown, path = ""): Pick<Property, "path" | "value">[] {
    if (comparable(one) === comparable(other)) {
        return [];
    }
    if (!isObject(one) || !isObject(other)) {
        return [{ path, value: other }];
    }
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap((key) => differences(one[key], other[key], path === "" ? key : `${path}.${key}`));
}

/** The properties that a changed program registers with another value, of resources that both programs register. */
export function changedIn(before: Registered, after: Registered): Property[] {
    return Object.entries(after.inputs).flatMap(([key, inputs]) => {
        const type = String(after.types[key]);
        return before.inputs[key] === undefined
            ? []
            : differences(before.inputs[key], inputs).map((each) => ({ type, ...each }));
    });
}
