import { unknown } from "../../machine/marks";
import { renamed } from "./flags";
import { providerSchema, type SchemaProperties, type SchemaProperty, schemaOf } from "./schema";

// Terraform's names and values as Pulumi has them.

/** Attributes by Terraform's names. */
export type Attributes = Record<string, unknown>;

/** Values by Pulumi's names. */
export type Values = Record<string, unknown>;

let tokens: Map<string, string> | undefined;

/**
 * Pulumi's token of a resource type, or of a data source: `google_pubsub_topic`, `data.google_pubsub_topic`. Undefined for those of other
 * providers.
 */
export function tokenOf(type: string): string | undefined {
    if (tokens === undefined) {
        const schema = providerSchema();
        const named = (prefix: string, all: typeof schema.resources) =>
            Object.entries(all).map(([token, { terraform }]) => [`${prefix}${terraform}`, token] as const);
        tokens = new Map([...named("", schema.resources), ...named("data.", schema.functions)]);
    }
    return tokens.get(type);
}

export type Names = Record<string, string>;

/** Terraform's names that Pulumi changes in every resource, or from which its name does not say where words end. */
export const irregular: Names = {
    terraform_labels: "pulumiLabels",
    layer_7_ddos_defense_config: "layer7DdosDefenseConfig",
    hugepage_size_1g: "hugepageSize1g",
    hugepage_size_2m: "hugepageSize2m",
};

export const camelCase = (name: string) =>
    name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The property of an attribute or a block. Pulumi makes the names of lists plural. */
export function propertyOf(attribute: string, properties: SchemaProperties, renames: Names = {}): string | undefined {
    const name = renames[attribute] ?? irregular[attribute] ?? camelCase(attribute);
    return [name, `${name}s`, `${name}es`, name.replace(/y$/, "ies")].find((each) => Object.hasOwn(properties, each));
}

/** An argument that the schema does not have, with Terraform's message. */
export class UnsupportedArgument extends Error {
    constructor(argument: string) {
        super(`Unsupported argument: An argument named "${argument}" is not expected here.`);
    }
}

/**
 * The inputs of a resource or a function. Unknown values are the engine's.
 *
 * @param unsupported what happens with an argument that the schema does not have: by default an error
 */
export function toInputs(token: string, attributes: Attributes, unsupported: Unsupported = refuse): Values {
    const schema = schemaOf(token);
    if (schema === undefined) {
        throw new Error(`${token} is not in the schema.`);
    }
    return toValues(attributes, schema.properties, unsupported, renamed[token]);
}

type Unsupported = (argument: string) => unknown;

function refuse(argument: string): never {
    throw new UnsupportedArgument(argument);
}

function toValues(
    attributes: Attributes,
    properties: SchemaProperties,
    unsupported: Unsupported,
    renames?: Names,
): Values {
    return Object.fromEntries(
        Object.entries(attributes).flatMap(([attribute, value]) => {
            const name = propertyOf(attribute, properties, renames);
            if (name === undefined) {
                unsupported(attribute);
                return [];
            }
            const converted = toValue(value, properties[name] as SchemaProperty, unsupported);
            return converted === undefined ? [] : [[name, converted]];
        }),
    );
}

const isUnknown = (value: unknown) => typeof value === "object" && value !== null && "$unknown" in value;

function toValue(value: unknown, { type, fields, elem, maxItems }: SchemaProperty, unsupported: Unsupported): unknown {
    if (isUnknown(value)) {
        return unknown;
    }
    if (value === null) {
        return undefined;
    }
    switch (type) {
        case "list":
        case "set": {
            const items = (Array.isArray(value) ? value : [value]).map((item) =>
                isUnknown(item) ? unknown : fields ? toBlock(item, fields, unsupported) : toScalar(item, elem),
            );
            // In Pulumi, the type of a list of one item refuses more.
            if (maxItems === 1 && items.length > 1) {
                throw new Error(`Too many list items: ${items.length} items where one is allowed.`);
            }
            return maxItems === 1 ? items[0] : items;
        }
        case "map": {
            // Until Terraform 0.12, a map could be written as a block.
            const [entries = {}] = Array.isArray(value) ? value : [value];
            return Object.fromEntries(
                Object.entries(entries as Attributes).map(([key, item]) => [
                    key,
                    isUnknown(item) ? unknown : toScalar(item, elem),
                ]),
            );
        }
        default:
            return toScalar(value, type);
    }
}

function toBlock(item: unknown, fields: SchemaProperties, unsupported: Unsupported): Values {
    if (typeof item !== "object") {
        unsupported(String(item));
        return {};
    }
    return toValues((item ?? {}) as Attributes, fields, unsupported);
}

/** Terraform converts values to the type of their attribute. */
function toScalar(value: unknown, type: string | undefined): unknown {
    if (type === "string" && (typeof value === "number" || typeof value === "boolean")) {
        return String(value);
    }
    if (
        (type === "integer" || type === "number") &&
        typeof value === "string" &&
        value !== "" &&
        !Number.isNaN(Number(value))
    ) {
        return Number(value);
    }
    if (type === "boolean" && (value === "true" || value === "false")) {
        return value === "true";
    }
    return value;
}
