import type { Calls, Inputs, TypeCalls } from "../../../rules/rules";
import { fullName } from "../names";
import { referencePath } from "./references";

/** The permission to use a referenced resource, on that resource. */
export function uses(kind: string, paths: (string | undefined)[]): Calls {
    const known = paths.filter((path) => path !== undefined && path !== "");
    return [...new Set(known)].map((path) => ({ method: `compute.${kind}.use`, on: fullName(path as string) }));
}

/** A collection in the names of methods: `regionUrlMaps` in a region. */
export const collectionOf = (kind: string, { region }: Inputs) =>
    region ? `region${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;

const operation = ({ region }: Inputs) => (region ? "compute.regionOperations.get" : "compute.globalOperations.get");

/** What a resource refers to in its own place: the method, and the paths. */
export type References = (inputs: Inputs) => [kind: string, paths: (string | undefined)[]][];

/**
 * A resource of load balancing.
 *
 * @param update the method that changes it; false if other calls do, or none
 * @param changes calls that change single properties
 */
export function balancing(
    kind: string,
    references: References = () => [],
    update: string | false = "update",
    changes: (inputs: Inputs, old?: Inputs) => string[] = () => [],
): TypeCalls {
    const method = (verb: string, inputs: Inputs) => `compute.${collectionOf(kind, inputs)}.${verb}`;
    const used = (inputs: Inputs) =>
        references(inputs).flatMap(([each, paths]) => uses(collectionOf(each, inputs), paths));
    const changed = (inputs: Inputs, old?: Inputs) =>
        changes(inputs, old).flatMap((verb) => [method(verb, inputs), operation(inputs)]);
    return {
        create: (inputs) => [
            method("insert", inputs),
            operation(inputs),
            ...used(inputs),
            ...(update ? changed(inputs) : []),
            method("get", inputs),
        ],
        read: (inputs) => [method("get", inputs)],
        update: (inputs, _, old) => [
            ...(update ? [method(update, inputs), operation(inputs)] : []),
            ...used(inputs),
            ...changed(inputs, old),
            method("get", inputs),
        ],
        delete: (inputs) => [method("delete", inputs), operation(inputs)],
    };
}

/** The path of what an input refers to. */
export const usedPath = (value: string | undefined, inputs: Inputs, collection: string) =>
    value ? referencePath(value, inputs, collection) : undefined;

/** The calls that change single properties, by property. */
export const changedOf = (verbs: Record<string, string>) => (inputs: Inputs, old?: Inputs) =>
    old === undefined
        ? []
        : Object.entries(verbs).flatMap(([property, verb]) =>
              JSON.stringify(inputs[property]) === JSON.stringify(old[property]) ? [] : [verb],
          );
