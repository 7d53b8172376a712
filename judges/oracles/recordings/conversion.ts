import type { Inputs } from "../../../local/simulator/rules/rules";
import type { SchemaProperties, SchemaProperty } from "../../../local/simulator/schema/schema";

/** How the properties of an API become those of the provider. */
export interface Conversion {
    /** By path, the provider's name of a property that is neither the same nor its plural; "" if it has none. */
    renames?: Record<string, string>;
    /** By path, the names of an enumeration's numbers. */
    enums?: Record<string, string[]>;
}

/** Converts a resource of an API to the provider's properties; `unknown` receives the paths of those that have none. */
export function toProperties(
    rest: Inputs,
    schema: SchemaProperties,
    conversion: Conversion,
    unknown: string[] = [],
    above = "",
): Inputs {
    const properties: Inputs = {};
    for (const [key, value] of Object.entries(rest)) {
        const path = `${above}${key}`;
        const name = nameOf(key, path, schema, conversion);
        if (name === "" || value === null || value === undefined) {
            continue;
        }
        const property = name === undefined ? undefined : schema[name];
        if (name === undefined || property === undefined) {
            unknown.push(path);
            continue;
        }
        properties[name] = converted(value, property, path, conversion, unknown);
    }
    return properties;
}

function nameOf(key: string, path: string, schema: SchemaProperties, { renames = {} }: Conversion): string | undefined {
    const bare = path.replaceAll(/\[\d+\]/g, "");
    if (renames[bare] !== undefined) {
        return renames[bare];
    }
    const camel = key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [camel, `${camel}s`, `${camel}es`, camel.replace(/y$/, "ies")].find((name) => schema[name]);
}

function converted(
    value: unknown,
    property: SchemaProperty,
    path: string,
    conversion: Conversion,
    unknown: string[],
): unknown {
    const { type, fields, maxItems } = property;
    if (fields) {
        const items = [value].flat().map((item) =>
            // A list of names, where the provider has a list of blocks, is converted by the type.
            typeof item === "object" ? toProperties(item as Inputs, fields, conversion, unknown, `${path}.`) : item,
        );
        return maxItems === 1 ? items[0] : items;
    }
    if (type === "list" || type === "set") {
        return maxItems === 1 ? [value].flat()[0] : [value].flat();
    }
    if (type === "map") {
        return value;
    }
    const name = typeof value === "number" && type === "string" ? conversion.enums?.[path]?.[value] : undefined;
    return name ?? scalar(value, type);
}

function scalar(value: unknown, type: SchemaProperty["type"]): unknown {
    switch (type) {
        case "string":
            return typeof value === "object" ? JSON.stringify(value) : String(value);
        case "boolean":
            return value === true || value === "true";
        default:
            return Number(value);
    }
}

/** Adds required booleans of blocks: APIs omit values that are false. */
export function withZeros(properties: Inputs, schema: SchemaProperties): Inputs {
    const complete = Object.entries(properties).map(([name, value]) => {
        const { fields } = schema[name] ?? {};
        return [name, fields && typeof value === "object" ? each(value, (block) => inBlock(block, fields)) : value];
    });
    return Object.fromEntries(complete);
}

const each = (value: Inputs | Inputs[], change: (block: Inputs) => Inputs) =>
    Array.isArray(value) ? value.map((item) => (typeof item === "object" ? change(item) : item)) : change(value);

function inBlock(block: Inputs, fields: SchemaProperties): Inputs {
    const zeros = Object.entries(fields).filter(([, { required, type }]) => required && type === "boolean");
    return withZeros({ ...Object.fromEntries(zeros.map(([name]) => [name, false])), ...block }, fields);
}
