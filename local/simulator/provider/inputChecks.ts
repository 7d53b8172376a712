import { createHash, randomBytes } from "node:crypto";
import { nameFormats } from "slipway/facts";
import { unknown } from "../../machine/marks";
import type { Properties } from "../cloud/store";
import { places } from "../rules/paths";
import type { Inputs } from "../rules/rules";
import type { Combination, Flags } from "../schema/flags";
import { problemsOf } from "../schema/validators";
import type { Type } from "./types";

/** What the provider adds to the inputs of a type. */
export interface Defaults {
    flags: Pick<Flags, "blocks" | "combinations" | "defaults">;
    autonamed: string[];
    /** Whether generated names are in lower case. */
    lowercase: boolean;
}

export interface Failure {
    property: string;
    reason: string;
}

/**
 * Validates inputs like the provider, without the API, at preview.
 *
 * @param inputs the inputs without the schema's defaults, which the provider adds only after it has validated them:
 *   {@link https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/provider.go}
 */
export function checkFailures(
    withDefaults: Inputs,
    { rules, installed, flags }: Type,
    inputs = withDefaults,
): Failure[] {
    const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => isWhollyKnown(value)));
    const refused = [...typeFailures(known, flags), ...countFailures(known, flags), ...valueFailures(known, flags)];
    const isRefused = new Set(refused.map(({ property }) => property));
    const unexpected = Object.keys(inputs).filter((name) => !name.startsWith("__") && !installed.inputs.has(name));
    const missing = installed.required.filter((name) => inputs[name] === undefined);
    return [
        ...unexpected.map((property) => ({ property, reason: "this property does not exist" })),
        ...missing.map((property) => ({ property, reason: "Missing required property" })),
        ...flags.required.flatMap((path) =>
            places(known, path)
                .filter(({ holder: owner, key }) => owner[key] === undefined)
                .map(({ path: property }) => ({ property, reason: "Missing required property" })),
        ),
        ...combinationFailures(inputs, flags),
        ...refused,
        ...Object.entries(rules.validators ?? {})
            .flatMap(([path, reason]) => refusals(known, path, reason))
            .filter(({ property }) => !isRefused.has(property)),
        ...[rules.validateInputs?.(withoutPartlyKnown(withDefaults)) ?? []]
            .flat()
            .map((reason) => ({ property: "", reason })),
    ];
}

/**
 * Whether nothing in a value is unknown. The provider validates nothing in a property of which something is unknown, such as the other items
 * of a list: `validate` in https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.38.1/helper/schema/schema.go
 */
const isWhollyKnown = (value: unknown): boolean =>
    typeof value === "object" && value !== null ? Object.values(value).every(isWhollyKnown) : value !== unknown;

/** The inputs, with properties of which something is unknown as unknown. */
const withoutPartlyKnown = (inputs: Inputs): Inputs =>
    Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, isWhollyKnown(value) ? value : unknown]));

/** Values in the place of blocks and maps. */
function typeFailures(inputs: Inputs, { blocks }: Flags): Failure[] {
    return blocks.flatMap(({ path, type }) =>
        places(inputs, path).flatMap(({ path: property, holder: owner, key }) =>
            [owner[key]]
                .flat()
                .filter((value) => value !== undefined && value !== null && typeof value !== "object")
                .map((value) => ({
                    property,
                    reason:
                        type === "map"
                            ? "Attribute must be a map"
                            : `Expected Object Type. Expected object, got ${typeof value}`,
                })),
        ),
    );
}

/** Lists with too many or too few items. */
function countFailures(inputs: Inputs, { counts, terraform }: Flags): Failure[] {
    return counts.flatMap(({ path, min = 0, max = Number.POSITIVE_INFINITY }) =>
        places(inputs, path).flatMap(({ path: property, holder: owner, key }) => {
            const count = Array.isArray(owner[key]) ? owner[key].length : undefined;
            const limits = (what: string) => `Attribute ${terraform(path)} ${what}`;
            return count === undefined || (count >= min && count <= max)
                ? []
                : [
                      {
                          property,
                          reason:
                              count < min
                                  ? `Not enough list items. ${limits(`requires ${min} item minimum, but config has only ${count} declared.`)}`
                                  : `Too many list items. ${limits(`supports ${max} item maximum, but config has ${count} declared.`)}`,
                      },
                  ];
        }),
    );
}

/**
 * Values that the schema's validators refuse. Items of a list have their index in their name: `validateList` in
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.38.1/helper/schema/schema.go
 */
function valueFailures(inputs: Inputs, { accepted, terraform }: Flags): Failure[] {
    return accepted.flatMap(({ path, type, validators }) =>
        places(inputs, path).flatMap(({ path: property, holder: owner, key }) => {
            const found = owner[key];
            const values: [name: string, value: unknown][] = Array.isArray(found)
                ? found.map((value, index) => [`${terraform(path)}.${index}`, value])
                : [[terraform(path), found]];
            return values
                .filter(([, value]) => value !== undefined && value !== null)
                .flatMap(([name, value]) => validators.flatMap((each) => problemsOf(each, value, name, type)))
                .map((reason) => ({ property, reason }));
        }),
    );
}

/** Conflicting properties, and groups of which one, at least one or all must be set, each reported once in Terraform's format. */
function combinationFailures(inputs: Inputs, flags: Flags): Failure[] {
    const reported = new Set<string>();
    return flags.combinations.flatMap((combination) => {
        const [top = "", ...below] = combination.path.split(".");
        if (below.length > 0 && !isWhollyKnown(inputs[top])) {
            return [];
        }
        const within = sharedBlock([combination.path, ...combination.others]);
        return places(inputs, `${within}*`).flatMap(({ path, holder: owner }) => {
            const at = path.slice(0, -1);
            const found = failuresIn(owner, combination, within, flags);
            return found
                .filter(({ key }) => !reported.has(`${at}${key}`) && reported.add(`${at}${key}`))
                .map(({ property, reason }) => ({ property: at + property.slice(within.length), reason }));
        });
    });
}

/**
 * What is wrong in one block; problems with the same `key` are the same. What of a value is unknown says for each kind whether it counts as set
 * (`validateExactlyOneAttribute` and others of the SDK).
 */
function failuresIn(
    block: Inputs,
    { path, kind, others }: Combination,
    within: string,
    { terraform }: Flags,
): (Failure & { key: string })[] {
    const inside = (item: string) => item.slice(within.length);
    const having = (...states: Presence[]) =>
        others.filter((item) => states.includes(presence(block, inside(item).split("."))));
    const names = (paths: string[]) => paths.map(terraform).sort().join(",");
    const failure = (property: string, summary: string, rule: string, key = `${kind} ${others.join()}`) => [
        { property, reason: `${summary}. "${terraform(property)}": ${rule}`, key },
    ];
    const own = presence(block, inside(path).split("."));
    const missing = "Missing required argument";
    switch (kind) {
        case "conflictsWith":
            // An unknown value can turn out to be missing.
            return having("given", "partly unknown")
                .filter(() => own === "given")
                .flatMap((other) =>
                    failure(
                        path,
                        "Conflicting configuration arguments",
                        `conflicts with ${terraform(other)}`,
                        [path, other].sort().join(),
                    ),
                );
        case "requiredWith":
            return own !== "missing" && having("missing").length > 0
                ? failure(path, missing, `all of \`${names(others)}\` must be specified`)
                : [];
    }
    const given = having("given");
    const [property = path] = given;
    const summary = kind === "exactlyOneOf" ? "Invalid combination of arguments" : missing;
    if (having("missing").length === others.length && places(block, inside(path)).length > 0) {
        return failure(property, summary, `one of \`${names(others)}\` must be specified`);
    }
    return kind === "exactlyOneOf" && given.length > 1
        ? failure(
              property,
              summary,
              `only one of \`${names(others)}\` can be specified, but \`${names(given)}\` were specified.`,
          )
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

type Presence = "given" | "partly unknown" | "unknown" | "missing";

/** Whether a property is set. What an unknown block contains is missing, as for the SDK (`ResourceConfig.Get`). */
function presence(value: unknown, [step, ...rest]: string[]): Presence {
    if (step === undefined) {
        return value === undefined
            ? "missing"
            : value === unknown
              ? "unknown"
              : isWhollyKnown(value)
                ? "given"
                : "partly unknown";
    }
    const found = [value]
        .flat()
        .map((item) =>
            typeof item === "object" && item !== null ? presence((item as Inputs)[step], rest) : "missing",
        );
    return found.find((each) => each !== "missing") ?? "missing";
}

/** Validates the values at a path. */
function refusals(inputs: Inputs, path: string, reason: (value: string) => string | undefined): Failure[] {
    return places(inputs, path).flatMap(({ path: property, holder: owner, key }) =>
        [owner[key]]
            .flat()
            .filter((value) => value !== undefined && value !== null)
            .flatMap((value) => reason(String(value)) ?? [])
            .map((text) => ({ property, reason: text })),
    );
}

/**
 * Adds defaults and the generated name to the inputs. What the provider has added to the resource and to each block is listed in its
 * `__defaults` (`applyDefaults`): {@link https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go}
 */
export function withDefaults(
    news: Inputs,
    olds: Properties,
    { flags, autonamed, lowercase }: Defaults,
    resource: { name: string; seed: Buffer },
): Inputs {
    const inputs = structuredClone(news);
    const added = new Map<Inputs, string[]>([[inputs, []]]);
    const blocks = flags.blocks.filter(({ type }) => type !== "map").flatMap(({ path }) => places(inputs, path));
    for (const block of blocks.flatMap(({ holder, key }) => [holder[key]].flat())) {
        if (typeof block === "object" && block !== null) {
            added.set(block, []);
        }
    }
    const add = (path: string, value: unknown) => {
        for (const { holder: owner, key } of places(inputs, path)) {
            if (owner[key] === undefined) {
                owner[key] = value;
                added.get(owner)?.push(key);
            }
        }
    };
    for (const property of autonamed.filter((name) => !contradicted(inputs, name, flags))) {
        const before = isAutonamed(olds, [property]) && olds[property];
        const name = lowercase ? resource.name.toLowerCase() : resource.name;
        add(property, before || `${name}-${suffix(resource.seed)}`);
    }
    for (const [path, value] of Object.entries(flags.defaults)) {
        // Pulumi's bridge does not add an empty text.
        const isAdded = value !== "" || !path.includes(".");
        if (isAdded && !contradicted(inputs, path, flags)) {
            add(path, value);
        }
    }
    for (const [owner, names] of added) {
        owner.__defaults = names.sort();
    }
    return inputs;
}

/** Whether the program sets a conflicting property, so that the default does not apply. */
export function contradicted(inputs: Inputs, path: string, { combinations }: Pick<Flags, "combinations">): boolean {
    const exclusive = combinations.filter(({ kind }) => kind === "conflictsWith" || kind === "exactlyOneOf");
    return exclusive.some(({ path: one, others }) => {
        const group = [one, ...others];
        return (
            group.includes(path) &&
            group.some((other) => other !== path && presence(inputs, other.split(".")) !== "missing")
        );
    });
}

/** Whether the name is generated, so that the replacement can be created first. */
export function isAutonamed(inputs: Inputs, [property]: string[]): boolean {
    return property !== undefined && (inputs.__defaults as string[] | undefined)?.includes(property) === true;
}

/**
 * Whether the provider generates the name from a prefix: Pulumi's bridge adds no name that conflicts with another input
 * (`buildConflictsWith`): {@link https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go}
 */
export const isPrefixed = ({ name, namePrefix }: Inputs): boolean => name === undefined && Boolean(namePrefix);

/**
 * The inputs with the name that the provider generates, `PrefixedUniqueId`, or of a long prefix `ReducedPrefixedUniqueId`; an existing resource keeps its own:
 * {@link https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/utils.go}
 */
export function withPrefixedName(inputs: Inputs, now: Date, state?: Inputs): Inputs {
    return isPrefixed(inputs) ? { ...inputs, name: state?.name ?? prefixedName(inputs.namePrefix, now) } : inputs;
}

function prefixedName(prefix: string, now: Date): string {
    const digits = now.toISOString().replace(/\D/g, "").padEnd(18, "0");
    const counter = randomBytes(4).toString("hex");
    return prefix.length + digits.length + counter.length > nameFormats.rows.computeResource.max
        ? `${prefix}${digits.slice(2, 8)}${counter.slice(-3)}`
        : `${prefix}${digits}${counter}`;
}

function suffix(seed: Buffer): string {
    return createHash("sha256").update(seed).digest("hex").slice(0, 7);
}
