import { createHash } from "node:crypto";
import type { Properties } from "../cloud/store";
import { places } from "../rules/paths";
import type { Inputs } from "../rules/rules";
import type { Exclusion, Flags } from "../schema/flags";
import { unknown } from "./diff";
import type { Type } from "./types";

export interface Failure {
    property: string;
    reason: string;
}

/** What the provider itself refuses before it asks Google Cloud anything, at preview already. */
export function failures(inputs: Inputs, { rules, installed, flags }: Type): Failure[] {
    const strange = Object.keys(inputs).filter((name) => !name.startsWith("__") && !installed.inputs.has(name));
    const missing = installed.required.filter((name) => inputs[name] === undefined);
    return [
        ...strange.map((property) => ({ property, reason: "this property does not exist" })),
        ...missing.map((property) => ({ property, reason: "Missing required property" })),
        ...flags.required.flatMap((path) =>
            places(inputs, path)
                .filter(({ holder, key }) => holder[key] === undefined)
                .map(({ path: property }) => ({ property, reason: "Missing required property" })),
        ),
        ...contradictions(inputs, flags),
        ...Object.entries(flags.values).flatMap(([path, allowed]) =>
            refusals(inputs, path, (value) => {
                const listed = allowed.map((each) => JSON.stringify(each)).join(" ");
                // An empty text is what the provider takes for a value that is left out.
                return value === "" || allowed.includes(value)
                    ? undefined
                    : `expected ${flags.terraform(path)} to be one of [${listed}], got ${value}`;
            }),
        ),
        ...Object.entries(rules.refused ?? {}).flatMap(([path, reason]) => refusals(inputs, path, reason)),
        ...[rules.refusedTogether?.(inputs) ?? []].flat().map((reason) => ({ property: "", reason })),
    ];
}

/** Conflicting properties, and groups of which not exactly one is given, each reported once and in Terraform's words. */
function contradictions(inputs: Inputs, flags: Flags): Failure[] {
    const reported = new Set<string>();
    return flags.exclusions.flatMap((exclusion) => {
        const within = sharedBlock([exclusion.path, ...exclusion.others]);
        return places(inputs, `${within}*`).flatMap(({ path, holder }) => {
            const at = path.slice(0, -1);
            const found = contradictionsIn(holder, exclusion, within, flags);
            return found
                .filter(({ key }) => !reported.has(`${at}${key}`) && reported.add(`${at}${key}`))
                .map(({ property, reason }) => ({ property: at + property.slice(within.length), reason }));
        });
    });
}

/** The same in one block; properties of the same `key` contradict each other. */
function contradictionsIn(
    block: Inputs,
    { path, others, one }: Exclusion,
    within: string,
    { terraform }: Flags,
): (Failure & { key: string })[] {
    const inside = (each: string) => each.slice(within.length);
    const given = others.filter((each) => isGiven(block, inside(each).split(".")));
    if (!one) {
        return given
            .filter(() => isGiven(block, inside(path).split(".")))
            .map((other) => ({
                property: path,
                reason: `Conflicting configuration arguments. "${terraform(path)}": conflicts with ${terraform(other)}`,
                key: [path, other].sort().join(),
            }));
    }
    const names = (paths: string[]) => paths.map(terraform).sort().join(",");
    const [property = path] = given;
    const isAsked = places(block, inside(path)).length > 0;
    const problem =
        given.length === 0
            ? `one of \`${names(others)}\` must be specified`
            : `only one of \`${names(others)}\` can be specified, but \`${names(given)}\` were specified.`;
    return isAsked && given.length !== 1
        ? [
              {
                  property,
                  reason: `Invalid combination of arguments. "${terraform(property)}": ${problem}`,
                  key: others.join(),
              },
          ]
        : [];
}

/** The block that several properties are in, at whatever depth, with a dot at its end; nothing for the resource itself. */
function sharedBlock(paths: string[]): string {
    const [first = [], ...rest] = paths.map((path) => path.split(".").slice(0, -1));
    const length = first.findIndex((step, index) => rest.some((other) => other[index] !== step));
    return first
        .slice(0, length < 0 ? first.length : length)
        .map((step) => `${step}.`)
        .join("");
}

/** Whether a property is given, or may be: a block that is not known yet may have it. */
function isGiven(value: unknown, [step, ...rest]: string[]): boolean {
    if (step === undefined || value === unknown) {
        return value !== undefined;
    }
    return [value].flat().some((each) => {
        return typeof each === "object" && each !== null && isGiven((each as Inputs)[step], rest);
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
    { flags, autonamed }: Pick<Type, "flags" | "autonamed">,
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
    for (const property of autonamed) {
        const before = isAutonamed(olds, [property]) && olds[property];
        add(property, before || `${resource.name}-${suffix(resource.seed)}`.toLowerCase());
    }
    for (const [path, value] of Object.entries(flags.defaults)) {
        if (!contradicted(inputs, path, flags)) {
            add(path, value);
        }
    }
    return { ...inputs, __defaults: added };
}

/** Whether a program gives what a property cannot stand beside, so that the property has no default. */
function contradicted(inputs: Inputs, path: string, { exclusions }: Flags): boolean {
    return exclusions.some(({ path: one, others }) => {
        const group = [one, ...others];
        return group.includes(path) && group.some((other) => other !== path && isGiven(inputs, other.split(".")));
    });
}

/** Whether the provider gave the resource its name, so that a new one can stand beside it. */
export function isAutonamed(inputs: Inputs, [property]: string[]): boolean {
    return property !== undefined && (inputs.__defaults as string[] | undefined)?.includes(property) === true;
}

function suffix(seed: Buffer): string {
    return createHash("sha256").update(seed).digest("hex").slice(0, 7);
}
