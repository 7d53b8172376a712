import { unknown } from "../../../local/provider/diff";
import { lookups } from "../../../local/provider/lookups";
import { functions, types } from "../../../local/rules/catalogue";
import { renamed } from "../../../local/schema/flags";
import { providerSchema, type SchemaProperties, type SchemaProperty, schemaOf } from "../../../local/schema/schema";
import type { Attributes } from "./evaluator";

/** Values by Pulumi's names. */
export type Values = Record<string, unknown>;

/** Pulumi's key of values with a meaning, and the meaning of a file. */
export const asset = "c44067f5952c0a294b673a41bacd8c17";
export const signature = "4dabf18193072939515e22adb298388d";

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

/** Types of other providers, without any effect on Google Cloud: they draw a value, wait, or store a text. */
export const otherTypes = /^(random_\w+|time_\w+|null_resource|terraform_data)$/;

/** Whether the local Google Cloud has rules for a type, or it is of another provider. */
export function hasRules(type: string): boolean {
    const token = tokenOf(type);
    return token === undefined ? otherTypes.test(type) : token in types || token in functions || token in lookups;
}

type Names = Record<string, string>;

/** Terraform's names that Pulumi changes in every resource, or from which its name does not say where words end. */
const irregular: Names = {
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

/** Terraform's names of a property: also the singular ones of a list, because it is not certain whether Pulumi made its name plural. */
export function attributesOf(property: string, { type, maxItems }: SchemaProperty, renames: Names = {}): string[] {
    const [old] = Object.entries({ ...irregular, ...renames }).find(([, name]) => name === property) ?? [];
    const name = old ?? property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const isPlural = (type === "list" || type === "set") && maxItems !== 1;
    const singular = [name.replace(/s$/, ""), name.replace(/es$/, ""), name.replace(/ies$/, "y")];
    return isPlural ? [...new Set([name, ...singular])] : [name];
}

/** Those of a property among others: a name that may be another property's is that one's. */
export function attributesIn(property: string, properties: SchemaProperties, renames: Names = {}): string[] {
    return attributesOf(property, properties[property] as SchemaProperty, renames).filter(
        (attribute, index) => index === 0 || propertyOf(attribute, properties, renames) === property,
    );
}

/** The attributes of a resource in Terraform's state: of a type's properties all, also those without a value. Unknown values are the engine's. */
export function toState(token: string, outputs: Values): Attributes {
    const schema = schemaOf(token);
    if (schema === undefined) {
        throw new Error(`${token} is not in the schema.`);
    }
    return { ...toAttributes(outputs, schema.properties, renamed[token]), id: plain(outputs.id) ?? null };
}

function toAttributes(values: Values, properties: SchemaProperties, renames?: Names): Attributes {
    const found: Attributes = {};
    for (const [name, property] of Object.entries(properties)) {
        const value = plain(values[name]);
        const converted = value === unknown ? unknown : toAttribute(value, property);
        for (const attribute of attributesIn(name, properties, renames)) {
            found[attribute] = converted;
        }
    }
    return found;
}

function toAttribute(value: unknown, { type, fields, maxItems }: SchemaProperty): unknown {
    if (type !== "list" && type !== "set") {
        return value ?? null;
    }
    if (value === undefined || value === null) {
        return fields ? [] : null;
    }
    const items = maxItems === 1 && !Array.isArray(value) ? [value] : (value as unknown[]);
    return items.map((item) => (fields ? toAttributes(plain(item) as Values, fields) : plain(item)));
}

/** Without Pulumi's mark of secrets. */
function plain(value: unknown): unknown {
    if (typeof value === "object" && value !== null && signature in value && "value" in value) {
        return value.value;
    }
    return value;
}
