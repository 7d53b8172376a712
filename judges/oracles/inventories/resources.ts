import { type SchemaProperties, schemaOf } from "../../../local/simulator/schema/schema";
import { toInputs, tokenOf } from "../../../local/simulator/schema/terraform";
import type { Attributes } from "../acceptance/evaluator";
import { inOneForm } from "./equivalents";
import { isObject, type Values } from "./values";

/** A resource of an inventory or of a program. */
export interface Resource {
    /** Terraform's type: `google_pubsub_topic`. All grants on a topic are `google_pubsub_topic_iam`. */
    type: string;
    /** Its address in the inventory, or its name in the program. */
    name: string;
    /** Inputs by Pulumi's names. */
    inputs: Values;
    properties: SchemaProperties;
}

/** The resources of Google Cloud in an inventory. Data sources and resources of other providers are none. */
export function expectedIn(values: Record<string, Attributes>): Resource[] {
    return Object.entries(values).flatMap(([address, attributes]) => {
        const [, data, type = ""] = /^(?:module\.[^.[]+(?:\[[^\]]*\])?\.)*(data\.)?(\w+)\./.exec(address) ?? [];
        const token = data ? undefined : tokenOf(type);
        if (token === undefined) {
            return [];
        }
        const properties = schemaOf(token)?.properties ?? {};
        const inputs = settable(
            toInputs(token, attributes, () => undefined),
            properties,
        );
        return inOneForm({ type, inputs }).map((each) => ({ ...each, name: address, properties }));
    });
}

/**
 * The same of a program's registration, if its type is of Google Cloud.
 *
 * @param settings the provider's settings, which are the default of a resource's
 */
export function registeredAs(token: string, name: string, inputs: Values, settings: Values): Resource[] {
    const schema = token.startsWith("gcp:") ? schemaOf(token) : undefined;
    if (!schema) {
        return [];
    }
    const { properties } = schema;
    const defaults = Object.entries(settings).filter(([key]) => {
        const { optional, default: value } = properties[key] ?? {};
        return optional && value === undefined;
    });
    const all = { ...Object.fromEntries(defaults), ...(properties.name && { name }), ...(plain(inputs) as Values) };
    return inOneForm({ type: schema.terraform, inputs: all }).map((each) => ({ ...each, name, properties }));
}

/** Without what only Google Cloud sets. */
function settable(values: Values, properties: SchemaProperties): Values {
    return Object.fromEntries(
        Object.entries(values).flatMap(([key, value]) => {
            const { computed, optional, required, fields } = properties[key] ?? {};
            if (computed && !optional && !required) {
                return [];
            }
            const inside = (item: unknown) => (fields && isObject(item) ? settable(item, fields) : item);
            return [[key, Array.isArray(value) ? value.map(inside) : inside(value)]];
        }),
    );
}

/** Without the marks of secrets, of files and of resources, which tests write as objects. */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (!isObject(value)) {
        return value;
    }
    const [key, ...others] = Object.keys(value);
    if (others.length === 0 && key === "secret") {
        return plain(value.secret);
    }
    if (others.length === 0 && (key === "resource" || key === "file")) {
        return String(value[key]).replace(/^\S+ /, "");
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
