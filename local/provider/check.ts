import { createHash } from "node:crypto";
import type { Properties } from "../cloud/store";
import type { Inputs, TypeRules } from "../rules/rules";
import { unknown } from "./diff";
import type { InstalledType } from "./installed";

export interface Failure {
    property: string;
    reason: string;
}

/** What the provider itself refuses before it asks Google Cloud anything, at preview already. */
export function failures(inputs: Inputs, rules: TypeRules, installed: InstalledType): Failure[] {
    const given = (property: string) => inputs[property] !== undefined;
    const found: Failure[] = [];
    for (const property of Object.keys(inputs)) {
        if (!property.startsWith("__") && !installed.inputs.has(property)) {
            found.push({ property, reason: "this property does not exist" });
        }
    }
    for (const property of installed.required.filter((name) => !given(name))) {
        found.push({ property, reason: "Missing required property" });
    }
    for (const { properties, required } of rules.exclusive ?? []) {
        const chosen = properties.filter(given);
        if (chosen.length > 1) {
            found.push({ property: chosen[0] as string, reason: `conflicts with ${chosen.slice(1).join(", ")}` });
        } else if (required && chosen.length === 0) {
            found.push({
                property: properties[0] as string,
                reason: `one of ${properties.join(", ")} must be specified`,
            });
        }
    }
    for (const [path, allowed] of Object.entries(rules.values ?? {})) {
        const value = path.split(".").reduce<unknown>((at, key) => (at as Inputs | undefined)?.[key], inputs);
        if (value !== undefined && value !== unknown && !allowed.includes(String(value))) {
            found.push({
                property: path,
                reason: `expected ${path} to be one of ${JSON.stringify(allowed)}, got ${value}`,
            });
        }
    }
    return found;
}

/** The inputs with the defaults and the name that the provider gives; what it gave is listed in `__defaults`. */
export function completed(
    news: Inputs,
    olds: Properties,
    rules: TypeRules,
    installed: InstalledType,
    resource: { name: string; seed: Buffer },
): Inputs {
    const defaults: Inputs = { ...rules.defaults };
    if (rules.autoname && installed.inputs.has("name") && news.name === undefined) {
        const before = (olds.__defaults as string[] | undefined)?.includes("name") && olds.name;
        defaults.name = before || `${resource.name}-${suffix(resource.seed)}`;
    }
    const added = Object.keys(defaults).filter((key) => news[key] === undefined);
    return { ...news, ...Object.fromEntries(added.map((key) => [key, defaults[key]])), __defaults: added };
}

function suffix(seed: Buffer): string {
    return createHash("sha256").update(seed).digest("hex").slice(0, 7);
}
