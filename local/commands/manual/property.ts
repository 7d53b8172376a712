import { closest } from "fastest-levenshtein";
import type { InstalledProvider } from "../../simulator/provider/installed";
import type { Inputs } from "../../simulator/rules/rules";

/** A property of a resource, by a path such as `lifecycleRules[0].action.type` or `labels.team`. */
export interface Property {
    steps: string[];
    /** The TypeScript type in `@pulumi/gcp`. */
    type: string;
}

/** Any value, for properties without a declared type. */
const anything = "any";

/**
 * Finds the property of a path.
 *
 * @param declared the types of the resource's properties
 * @throws Error with the nearest name, if the property does not exist
 */
export function propertyAt(path: string, declared: Record<string, string>, installed: InstalledProvider): Property {
    const steps = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
    let type = `{${path}}`;
    let names: Record<string, string> | undefined = declared;
    for (const [index, step] of steps.entries()) {
        const above = steps.slice(0, index).join(".");
        const found: string | undefined = names ? names[step] : itemOf(type, step);
        if (found === undefined) {
            throw new Error(
                names ? unknown(above, step, Object.keys(names)) : `${above} has no ${step}: it is ${type}`,
            );
        }
        type = found.replace(/ \| undefined$/, "");
        const block = /^outputs\.([\w.]+)$/.exec(type)?.[1];
        names = block ? installed.block(block) : undefined;
    }
    return { steps, type };
}

/** The type of the elements of a list or map. */
function itemOf(type: string, step: string): string | undefined {
    if (type === anything) {
        return anything;
    }
    if (type.endsWith("[]")) {
        return /^\d+$/.test(step) ? type.slice(0, -2) : undefined;
    }
    return /^\{\s*\[key: string\]: (.+?);?\s*\}$/.exec(type)?.[1];
}

function unknown(above: string, step: string, names: string[]): string {
    const at = (name: string) => JSON.stringify(above ? `${above}.${name}` : name);
    return `unknown property ${at(step)}. The nearest is ${at(closest(step, names))}.`;
}

/** Parses a command-line argument: strings for string properties, otherwise JSON. */
export function parseValue(text: string, { steps, type }: Property): unknown {
    if (type === "string" && !/^(".*"|null)$/s.test(text)) {
        return text;
    }
    let value: unknown = text;
    try {
        value = JSON.parse(text);
    } catch {
        // Values that are not JSON are strings, if the property allows them.
    }
    const isOfType = ["number", "boolean"].includes(type) ? typeof value === type : typeof value !== "string";
    if (value !== null && type !== "string" && type !== anything && !isOfType) {
        throw new Error(`${steps.join(".")} must be a JSON value of type ${type} (got ${text}).`);
    }
    return value;
}

/** Returns a copy of the properties with a changed value; `null` and `undefined` remove the property. */
export function withProperty(properties: Inputs, { steps }: Property, value: unknown): Inputs {
    const copy = structuredClone(properties);
    const key = steps.at(-1) as string;
    let owner: Inputs = copy;
    for (const [index, step] of steps.slice(0, -1).entries()) {
        requireRoom(owner, step, steps.slice(0, index));
        owner[step] ??= /^\d+$/.test(steps[index + 1] as string) ? [] : {};
        owner = owner[step];
    }
    requireRoom(owner, key, steps.slice(0, -1));
    if (value !== undefined && value !== null) {
        owner[key] = value;
    } else if (Array.isArray(owner)) {
        owner.splice(Number(key), 1);
    } else {
        delete owner[key];
    }
    return copy;
}

/** Lists have no gaps: an index after the end must be the next item. */
function requireRoom(owner: Inputs, step: string, above: string[]): void {
    if (Array.isArray(owner) && Number(step) > owner.length) {
        throw new Error(`${above.join(".")} has no item ${step}: its length is ${owner.length}.`);
    }
}
