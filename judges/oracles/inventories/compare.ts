import type { SchemaProperties, SchemaProperty } from "../../../local/simulator/schema/schema";
import { conflicts, type Renaming, renamingsOf } from "./names";
import type { Resource } from "./resources";
import type { Settings } from "./sets";
import { isObject, isZero, plainText, type Values } from "./values";

/** What differs between an inventory and a program. */
export interface Difference {
    /** Terraform's type, or `name`. */
    type: string;
    /** By Pulumi's names; empty if the resource is missing. */
    path: string;
    /** A value of the inventory, and of the program. */
    there: string;
    here: string;
    /** Whether it follows from what the example sets. */
    isSet: boolean;
}

/** The agreement and the differences of two resources. */
interface Comparison {
    type: string;
    score: number;
    renamings: Renaming[];
    differences: Omit<Difference, "type">[];
}

/** Attributes that are the same in both, because they say what a resource is about, by a pattern of types. */
const identity: [type: RegExp, attribute: string][] = [
    [/_iam$/, "role"],
    [/^google_project_service(_identity)?$/, "service"],
    [/^google_org_policy_policy$/, "name"],
];

/** Compares the resources of an inventory each with the one of its type with which it agrees best. */
export function compared(expected: Resource[], made: Resource[], settings: Settings): Difference[] {
    const candidates = expected.flatMap((one) =>
        made
            .filter((other) => other.type === one.type && isSameThing(one, other))
            .map((other) => ({ one, other, comparison: compare(one, other, settings) })),
    );
    // Names tell which of several equal resources is which, once it is known what most of them are called.
    const first = paired(candidates, () => 0).flatMap(({ comparison }) => comparison.renamings);
    const pairs = paired(candidates, ({ renamings }) => renamings.filter((each) => isUsual(each, first)).length);
    const taken = new Set(pairs.map(({ one }) => one));
    const missing = expected.filter((one) => !taken.has(one));
    const renamings = pairs.flatMap(({ comparison }) => comparison.renamings);
    return [
        ...missing.map(({ type, name, inputs }) => {
            const there = [name, inputs.role, inputs.member].filter(Boolean).join(" ");
            return { type, path: "", there, here: "", isSet: true };
        }),
        ...pairs.flatMap(({ one, comparison }) => comparison.differences.map((each) => ({ type: one.type, ...each }))),
        ...conflicts(renamings).map((there) => ({ type: "name", path: "", there, here: "", isSet: true })),
    ];
}

interface Pair {
    one: Resource;
    other: Resource;
    comparison: Comparison;
}

/** The pairs with the highest scores, in which no resource is twice. */
function paired(candidates: Pair[], more: (comparison: Comparison) => number): Pair[] {
    const scored = candidates.map((pair) => ({ pair, score: pair.comparison.score + more(pair.comparison) }));
    const taken = new Set<Resource>();
    const isFree = ({ one, other }: Pair) => !taken.has(one) && !taken.has(other);
    return scored
        .sort((a, b) => b.score - a.score)
        .flatMap(({ pair }) => {
            if (!isFree(pair)) {
                return [];
            }
            taken.add(pair.one).add(pair.other);
            return [pair];
        });
}

/** Whether most of the same name there are called the same here. */
function isUsual({ kind, from, to }: Renaming, all: Renaming[]): boolean {
    const same = all.filter((each) => each.kind === kind && each.from === from);
    return same.filter((each) => each.to === to).length * 2 > same.length;
}

const isSameThing = (one: Resource, other: Resource) =>
    identity.every(([type, key]) => {
        const [there, here] = [one, other].map(({ inputs }) => String(inputs[key] ?? "").split("/"));
        return !type.test(one.type) || there?.at(-1) === here?.at(-1);
    });

function compare(one: Resource, other: Resource, settings: Settings): Comparison {
    const comparison: Comparison = { type: one.type, score: 0, renamings: [], differences: [] };
    compareBlocks(one.inputs, other.inputs, one.properties, [], settings, comparison);
    return comparison;
}

function compareBlocks(
    there: Values,
    here: Values,
    properties: SchemaProperties,
    path: string[],
    settings: Settings,
    found: Comparison,
): void {
    for (const [key, value] of Object.entries(there)) {
        const property = properties[key] ?? { type: "string" };
        compareValues(value, here[key] ?? property.default, property, [...path, key], settings, found);
    }
}

function compareValues(
    there: unknown,
    here: unknown,
    property: SchemaProperty,
    path: string[],
    settings: Settings,
    found: Comparison,
): void {
    if (isZero(there) && isZero(here)) {
        return;
    }
    if (Array.isArray(there)) {
        compareLists(there, here === undefined ? [] : [here].flat(), property, path, settings, found);
    } else if (isObject(there)) {
        compareBlocks(there, isObject(here) ? here : {}, property.fields ?? {}, path, settings, found);
    } else {
        const renamings = typeof there === "string" ? renamingsIn(there, here, found.type, path) : undefined;
        if (renamings || plainText(there) === plainText(here)) {
            found.score += plainText(there) === plainText(here) ? 3 : 1;
            found.renamings.push(...(renamings ?? []));
        } else {
            found.differences.push(difference(there, here, path, settings.has(path, there)));
        }
    }
}

const renamingsIn = (there: string, here: unknown, type: string, path: string[]) =>
    here === undefined ? undefined : renamingsOf(plainText(there), plainText(here), type, path);

function compareLists(
    there: unknown[],
    here: unknown[],
    property: SchemaProperty,
    path: string[],
    settings: Settings,
    found: Comparison,
): void {
    const rest = [...here];
    for (const item of there) {
        const all = rest.map((other) => {
            const comparison: Comparison = { type: found.type, score: 0, renamings: [], differences: [] };
            compareValues(item, other, { ...property, type: "string" }, path, settings, comparison);
            return { other, comparison };
        });
        const value = ({ comparison }: (typeof all)[number]) => comparison.score - comparison.differences.length;
        const [best] = all.sort((a, b) => value(b) - value(a));
        if (best && (isObject(item) || best.comparison.differences.length === 0)) {
            rest.splice(rest.indexOf(best.other), 1);
            found.score += best.comparison.score;
            found.renamings.push(...best.comparison.renamings);
            found.differences.push(...best.comparison.differences);
        } else {
            found.differences.push(difference(item, undefined, path, settings.has(path, item)));
        }
    }
    if (there.length > 0) {
        found.differences.push(...rest.map((item) => difference(undefined, item, path, settings.has(path, ""))));
    }
}

const difference = (there: unknown, here: unknown, path: string[], isSet: boolean) => ({
    path: path.join("."),
    there: shown(there),
    here: shown(here),
    isSet,
});

const shown = (value: unknown) =>
    value === undefined ? "nothing" : typeof value === "object" ? JSON.stringify(value) : plainText(value);
