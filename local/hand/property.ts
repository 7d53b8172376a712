import { closest } from "fastest-levenshtein";
import type { InstalledProvider } from "../provider/installed";
import type { Inputs } from "../rules/rules";

/** A property of a resource, by the steps of a path such as `lifecycleRules[0].action.type` or `labels.team`. */
export interface Property {
    steps: string[];
    /** Its TypeScript type as `@pulumi/gcp` declares it. */
    type: string;
}

/** Any value: what nobody declared, as of a type that Google Cloud alone knows. */
const anything = "any";

/**
 * The property behind a path.
 *
 * @param declared the types of the resource's own properties
 * @throws Error when there is none, with the nearest
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

/** The type of what a list has at an index or a map at a key. */
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
    return `there is no property ${at(step)}. The nearest is ${at(closest(step, names))}.`;
}

/** The value that a text on the command line means for a property: text where it is one, JSON elsewhere. */
export function fromText(text: string, { steps, type }: Property): unknown {
    if (type === "string" && !/^(".*"|null)$/s.test(text)) {
        return text;
    }
    let value: unknown = text;
    try {
        value = JSON.parse(text);
    } catch {
        // What is no JSON is text, which only some properties can be.
    }
    const isOfType = ["number", "boolean"].includes(type) ? typeof value === type : typeof value !== "string";
    if (value !== null && type !== "string" && type !== anything && !isOfType) {
        throw new Error(`${steps.join(".")} must be ${type} in JSON (got ${text}).`);
    }
    return value;
}

/** A copy of a resource's properties in which one has another value; `null` and `undefined` take it out. */
export function withProperty(properties: Inputs, { steps }: Property, value: unknown): Inputs {
    const copy = structuredClone(properties);
    const key = steps.at(-1) as string;
    let holder: Inputs = copy;
    for (const [index, step] of steps.slice(0, -1).entries()) {
        requireRoom(holder, step, steps.slice(0, index));
        holder[step] ??= /^\d+$/.test(steps[index + 1] as string) ? [] : {};
        holder = holder[step];
    }
    requireRoom(holder, key, steps.slice(0, -1));
    if (value !== undefined && value !== null) {
        holder[key] = value;
    } else if (Array.isArray(holder)) {
        holder.splice(Number(key), 1);
    } else {
        delete holder[key];
    }
    return copy;
}

/** A list has no holes: what is behind its end is its next item only. */
function requireRoom(holder: Inputs, step: string, above: string[]): void {
    if (Array.isArray(holder) && Number(step) > holder.length) {
        throw new Error(`${above.join(".")} has ${holder.length} items, so none at ${step}.`);
    }
}
