import { createHash } from "node:crypto";
import type { Properties } from "../cloud/store";
import { places } from "../rules/paths";
import type { Exclusive, Inputs, TypeRules } from "../rules/rules";
import { unknown } from "./diff";
import type { InstalledType } from "./installed";

export interface Failure {
    property: string;
    reason: string;
}

/** What the provider itself refuses before it asks Google Cloud anything, at preview already. */
export function failures(inputs: Inputs, rules: TypeRules, installed: InstalledType): Failure[] {
    const strange = Object.keys(inputs).filter((name) => !name.startsWith("__") && !installed.inputs.has(name));
    const missing = installed.required.filter((name) => inputs[name] === undefined);
    return [
        ...strange.map((property) => ({ property, reason: "this property does not exist" })),
        ...missing.map((property) => ({ property, reason: "Missing required property" })),
        ...(rules.exclusive ?? []).flatMap((group) => contradictions(inputs, group)),
        ...Object.entries(rules.values ?? {}).flatMap(([path, allowed]) =>
            refusals(inputs, path, (value) => {
                const listed = allowed.map((each) => JSON.stringify(each)).join(" ");
                // An empty text is what the provider takes for a value that is left out.
                return value === "" || allowed.includes(value)
                    ? undefined
                    : `expected ${path} to be one of [${listed}], got ${value}`;
            }),
        ),
        ...Object.entries(rules.refused ?? {}).flatMap(([path, reason]) => refusals(inputs, path, reason)),
        ...[rules.refusedTogether?.(inputs) ?? []].flat().map((reason) => ({ property: "", reason })),
    ];
}

function contradictions(inputs: Inputs, { within, properties, required }: Exclusive): Failure[] {
    const blocks = places(inputs, within ? `${within}.${properties[0]}` : (properties[0] as string));
    return blocks.flatMap(({ path, holder, key }) => {
        const at = (property: string) => path.slice(0, -key.length) + property;
        const isGiven = (property: string) =>
            places(holder, property).some((place) => place.holder[place.key] !== undefined);
        const [chosen, ...others] = properties.filter(isGiven);
        if (chosen !== undefined && others.length > 0) {
            return [{ property: at(chosen), reason: `conflicts with ${others.map(at).join(", ")}` }];
        }
        if (required && chosen === undefined) {
            return [{ property: path, reason: `one of ${properties.map(at).join(", ")} must be specified` }];
        }
        return [];
    });
}

/** Why the values at a path are refused; those that are not known yet are not. */
function refusals(inputs: Inputs, path: string, reason: (value: string) => string | undefined): Failure[] {
    return places(inputs, path).flatMap(({ path: property, holder, key }) =>
        [holder[key]]
            .flat()
            .filter((value) => value !== undefined && value !== null && value !== unknown)
            .flatMap((value) => reason(String(value)) ?? [])
            .map((text) => ({ property, reason: text })),
    );
}

/** The inputs with the defaults and the name that the provider gives; what it gave is listed in `__defaults`. */
export function completed(
    news: Inputs,
    olds: Properties,
    rules: TypeRules,
    resource: { name: string; seed: Buffer },
): Inputs {
    const inputs = structuredClone(news);
    const added: string[] = [];
    const add = (path: string, value: unknown) => {
        for (const { holder, key } of places(inputs, path)) {
            if (holder[key] === undefined) {
                holder[key] = value;
                if (holder === inputs) {
                    added.push(key);
                }
            }
        }
    };
    for (const property of [rules.autoname ?? []].flat()) {
        const before = isAutonamed(olds, property) && olds[property];
        add(property, before || `${resource.name}-${suffix(resource.seed)}`.toLowerCase());
    }
    for (const [path, value] of Object.entries(rules.defaults ?? {})) {
        if (!contradicted(inputs, path, rules)) {
            add(path, value);
        }
    }
    return { ...inputs, __defaults: added };
}

/** Whether a program gives what a property cannot stand beside, so that the property has no default. */
function contradicted(inputs: Inputs, path: string, { exclusive = [] }: TypeRules): boolean {
    const isGiven = (other: string) => places(inputs, other).some(({ holder, key }) => holder[key] !== undefined);
    return exclusive.some(({ within, properties }) => {
        const paths = properties.map((property) => (within ? `${within}.${property}` : property));
        return paths.includes(path) && paths.some((other) => other !== path && isGiven(other));
    });
}

/** Whether the provider gave the resource its name, so that a new one can stand beside it. */
export function isAutonamed(inputs: Inputs, autoname: TypeRules["autoname"]): boolean {
    const [property] = [autoname].flat();
    return property !== undefined && (inputs.__defaults as string[] | undefined)?.includes(property) === true;
}

function suffix(seed: Buffer): string {
    return createHash("sha256").update(seed).digest("hex").slice(0, 7);
}
