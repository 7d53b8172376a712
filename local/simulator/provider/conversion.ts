import { unknown } from "../../machine/marks";
import type { Inputs } from "../rules/rules";
import type { SchemaProperties, SchemaProperty } from "../schema/schema";

/**
 * Inputs with the types of the schema, to which the provider converts numbers, booleans and texts (`makeTerraformInput`):
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go
 */
export function converted(inputs: Inputs, properties: SchemaProperties): Inputs {
    return Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => {
            const property = properties[name];
            return [name, property && value !== unknown ? convertedValue(value, property) : value];
        }),
    );
}

function convertedValue(value: unknown, property: SchemaProperty): unknown {
    const { type, elem, fields } = property;
    if (Array.isArray(value)) {
        const item = { ...property, type: (elem ?? type) as SchemaProperty["type"], elem: undefined };
        return value.map((each) => (each === unknown ? each : convertedValue(each, item)));
    }
    if (typeof value === "object" && value !== null) {
        if (fields) {
            return converted(value, fields);
        }
        const item = { type: elem as SchemaProperty["type"] };
        return type === "map" && elem
            ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, convertedValue(each, item)]))
            : value;
    }
    if (type === "string" && (typeof value === "number" || typeof value === "boolean")) {
        return String(value);
    }
    return type === "integer" && typeof value === "string" && /^[+-]?\d+$/.test(value) ? Number(value) : value;
}
