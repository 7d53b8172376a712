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

/** Validates inputs like the provider, without the API, at preview. */
export function checkFailures(inputs: Inputs, { rules, installed, flags }: Type): Failure[] {
    const unexpected = Object.keys(inputs).filter((name) => !name.startsWith("__") && !installed.inputs.has(name));
    const missing = installed.required.filter((name) => inputs[name] === undefined);
    return [
        ...unexpected.map((property) => ({ property, reason: "this property does not exist" })),
        ...missing.map((property) => ({ property, reason: "Missing required property" })),
        ...flags.required.flatMap((path) =>
            places(inputs, path)
                .filter(({ holder: owner, key }) => owner[key] === undefined)
                .map(({ path: property }) => ({ property, reason: "Missing required property" })),
        ),
        ...contradictions(inputs, flags),
        ...Object.entries(flags.values).flatMap(([path, allowed]) =>
            refusals(inputs, path, (value) => {
                const listed = allowed.map((item) => JSON.stringify(item)).join(" ");
                // The provider treats empty strings as omitted.
                return value === "" || allowed.includes(value)
                    ? undefined
                    : `expected ${flags.terraform(path)} to be one of [${listed}], got ${value}`;
            }),
        ),
        ...Object.entries(rules.validators ?? {}).flatMap(([path, reason]) => refusals(inputs, path, reason)),
        ...[rules.validateInputs?.(inputs) ?? []].flat().map((reason) => ({ property: "", reason })),
    ];
}

/** Conflicting properties, and groups of which not exactly one is set, each reported once in Terraform's format. */
function contradictions(inputs: Inputs, flags: Flags): Failure[] {
    const reported = new Set<string>();
    return flags.exclusions.flatMap((exclusion) => {
        const within = sharedBlock([exclusion.path, ...exclusion.others]);
        return places(inputs, `${within}*`).flatMap(({ path, holder: owner }) => {
            const at = path.slice(0, -1);
            const found = contradictionsIn(owner, exclusion, within, flags);
            return found
                .filter(({ key }) => !reported.has(`${at}${key}`) && reported.add(`${at}${key}`))
                .map(({ property, reason }) => ({ property: at + property.slice(within.length), reason }));
        });
    });
}

/** The conflict in one block; properties with the same `key` conflict with each other. */
function contradictionsIn(
    block: Inputs,
    { path, others, one }: Exclusion,
    within: string,
    { terraform }: Flags,
): (Failure & { key: string })[] {
    const inside = (item: string) => item.slice(within.length);
    const input = others.filter((item) => isGiven(block, inside(item).split(".")));
    if (!one) {
        return input
            .filter(() => isGiven(block, inside(path).split(".")))
            .map((other) => ({
                property: path,
                reason: `Conflicting configuration arguments. "${terraform(path)}": conflicts with ${terraform(other)}`,
                key: [path, other].sort().join(),
            }));
    }
    const names = (paths: string[]) => paths.map(terraform).sort().join(",");
    const [property = path] = input;
    const isAsked = places(block, inside(path)).length > 0;
    const problem =
        input.length === 0
            ? `one of \`${names(others)}\` must be specified`
            : `only one of \`${names(others)}\` can be specified, but \`${names(input)}\` were specified.`;
    return isAsked && input.length !== 1
        ? [
              {
                  property,
                  reason: `Invalid combination of arguments. "${terraform(property)}": ${problem}`,
                  key: others.join(),
              },
          ]
        : [];
}

/** The common block of several properties, with a trailing dot; empty for the resource itself. */
function sharedBlock(paths: string[]): string {
    const [first = [], ...rest] = paths.map((path) => path.split(".").slice(0, -1));
    const length = first.findIndex((step, index) => rest.some((other) => other[index] !== step));
    return first
        .slice(0, length < 0 ? first.length : length)
        .map((step) => `${step}.`)
        .join("");
}

/** Whether a property is set, or can be: unknown blocks can contain it. */
function isGiven(value: unknown, [step, ...rest]: string[]): boolean {
    if (step === undefined || value === unknown) {
        return value !== undefined;
    }
    return [value].flat().some((item) => {
        return typeof item === "object" && item !== null && isGiven((item as Inputs)[step], rest);
    });
}

/** Validates the values at a path, except unknown ones. */
function refusals(inputs: Inputs, path: string, reason: (value: string) => string | undefined): Failure[] {
    return places(inputs, path).flatMap(({ path: property, holder: owner, key }) =>
        [owner[key]]
            .flat()
            .filter((value) => value !== undefined && value !== null && value !== unknown)
            .flatMap((value) => reason(String(value)) ?? [])
            .map((text) => ({ property, reason: text })),
    );
}

/** Adds defaults and the generated name to the inputs; the provider's additions are listed in `__defaults`. */
export function withDefaults(
    news: Inputs,
    olds: Properties,
    { flags, autonamed }: Pick<Type, "flags" | "autonamed">,
    resource: { name: string; seed: Buffer },
): Inputs {
    const inputs = structuredClone(news);
    const added: string[] = [];
    const add = (path: string, value: unknown) => {
        for (const { holder: owner, key } of places(inputs, path)) {
            if (owner[key] === undefined) {
                owner[key] = value;
                if (owner === inputs) {
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

/** Whether the program sets a conflicting property, so that the default does not apply. */
function contradicted(inputs: Inputs, path: string, { exclusions }: Flags): boolean {
    return exclusions.some(({ path: one, others }) => {
        const group = [one, ...others];
        return group.includes(path) && group.some((other) => other !== path && isGiven(inputs, other.split(".")));
    });
}

/** Whether the name is generated, so that the replacement can be created first. */
export function isAutonamed(inputs: Inputs, [property]: string[]): boolean {
    return property !== undefined && (inputs.__defaults as string[] | undefined)?.includes(property) === true;
}

function suffix(seed: Buffer): string {
    return createHash("sha256").update(seed).digest("hex").slice(0, 7);
}
