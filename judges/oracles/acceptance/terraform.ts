import { signature, unknown } from "../../../local/machine/marks";
import { functions, lookups, types } from "../../../local/simulator/rules/catalogue";
import { renamed } from "../../../local/simulator/schema/flags";
import { type SchemaProperties, type SchemaProperty, schemaOf } from "../../../local/simulator/schema/schema";
import { irregular, type Names, propertyOf, tokenOf, type Values } from "../../../local/simulator/schema/terraform";
import type { Attributes } from "./evaluator";

/** Types of other providers, without any effect on Google Cloud: they draw a value, wait, or store a text. */
export const otherTypes = /^(random_\w+|time_\w+|null_resource|terraform_data)$/;

/** Whether the local Google Cloud has rules for a type, or it is of another provider. */
export function hasRules(type: string): boolean {
    const token = tokenOf(type);
    return token === undefined ? otherTypes.test(type) : token in types || token in functions || token in lookups;
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
