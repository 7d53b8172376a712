import type { Resource } from "./resources";
import { isObject, type Values } from "./values";

/** A value of an inventory that is another one. */
interface Change {
    /** Of the value, by Pulumi's names. */
    path: string[];
    value: unknown;
    changed: Resource;
}

/** The changes of each value of a resource. */
export function* changesOf(resource: Resource): Generator<Change> {
    for (const { path, value, inputs } of otherValues(resource.inputs, [])) {
        yield { path, value, changed: { ...resource, inputs } };
    }
}

function* otherValues(values: Values, outer: string[]): Generator<{ path: string[]; value: unknown; inputs: Values }> {
    for (const [key, value] of Object.entries(values)) {
        const path = [...outer, key];
        if (isObject(value)) {
            for (const inner of otherValues(value, path)) {
                yield { ...inner, inputs: { ...values, [key]: inner.inputs } };
            }
        } else if (!Array.isArray(value)) {
            yield { path, value, inputs: { ...values, [key]: otherThan(value) } };
        } else if (value.length > 0) {
            yield { path, value: value[0], inputs: { ...values, [key]: [...value, otherThan(value[0])] } };
        }
    }
}

function otherThan(value: unknown): unknown {
    switch (typeof value) {
        case "boolean":
            return !value;
        case "number":
            return value + 1;
        default:
            return isObject(value) ? { ...value, another: "other" } : `other-${value}/other`;
    }
}
