import { attributesIn } from "../../judges/oracles/acceptance/terraform";
import { nameOf } from "../../local/machine/exported";
import { signature, unknown } from "../../local/machine/marks";
import { renamed } from "../../local/simulator/schema/flags";
import { type SchemaProperties, type SchemaProperty, schemaOf } from "../../local/simulator/schema/schema";

/** A resource in the steps of `pulumi preview --json`. */
interface Previewed {
    urn: string;
    type: string;
    inputs?: Record<string, unknown>;
    propertyDependencies?: Record<string, string[] | null>;
}

/** A Terraform resource. */
interface Planned {
    address: string;
    type: string;
    name: string;
    /** What is known. */
    values: Values;
    /** `true` in place of what is not known. */
    unknowns: Values;
    /** The addresses that it refers to, in place of what is not known, or by attribute. */
    expressions: Values;
}

type Values = Record<string, unknown>;

type Names = Record<string, string>;

/**
 * A preview as a Terraform plan in JSON, which scanners read, with the resources of Google's provider and their known values.
 *
 * @param output of `pulumi preview --json`
 * @param prefix selects resources by the beginning of their names, which is left out: that of one example of the pages, such as `secret/`
 */
export function terraformPlan(output: string, prefix = ""): object {
    const states = created(output).filter(({ urn }) => nameOf(urn).startsWith(prefix));
    const addresses = new Map(states.flatMap(({ urn, type }) => withTerraform(urn, type, prefix)));
    const resources = states.flatMap((state) => planned(state, addresses));
    const provider_name = "registry.terraform.io/hashicorp/google-beta";
    const shared = ({ address, type, name }: Planned) => ({ address, mode: "managed", type, name, provider_name });
    return {
        format_version: "1.2",
        terraform_version: "1.9.0",
        planned_values: {
            root_module: { resources: resources.map((each) => ({ ...shared(each), values: each.values })) },
        },
        resource_changes: resources.map((each) => ({
            ...shared(each),
            change: { actions: ["create"], before: null, after: each.values, after_unknown: each.unknowns },
        })),
        configuration: {
            root_module: {
                resources: resources.map((each) => ({ ...shared(each), expressions: each.expressions })),
            },
        },
    };
}

/** The resources that a preview would create. */
function created(output: string): Previewed[] {
    const [, digest = "{}"] = /^(\{\n.*?^\})$/ms.exec(output) ?? [];
    const steps: { op: string; newState?: Previewed }[] = JSON.parse(digest).steps ?? [];
    return steps.flatMap(({ op, newState }) => (op === "create" && newState ? [newState] : []));
}

/** The address of a resource in Terraform; none for types of other providers. */
function withTerraform(urn: string, type: string, prefix: string): [urn: string, address: string][] {
    const terraform = schemaOf(type)?.terraform;
    const name = nameOf(urn)
        .slice(prefix.length)
        .replaceAll(/[^\w-]/g, "_");
    return terraform === undefined ? [] : [[urn, `${terraform}.${name}`]];
}

function planned({ urn, type, inputs = {}, propertyDependencies = {} }: Previewed, addresses: Map<string, string>) {
    const { terraform, properties } = schemaOf(type) ?? {};
    const address = addresses.get(urn);
    if (terraform === undefined || properties === undefined || address === undefined) {
        return [];
    }
    const renames = renamed[type];
    const expressions = Object.entries(propertyDependencies).flatMap(([name, urns]) => {
        const references = (urns ?? []).flatMap((each) => addresses.get(each) ?? []);
        const property = properties[name];
        if (references.length === 0 || property === undefined) {
            return [];
        }
        const expression = unknownIn(inputs[name], property, { references }) ?? { references };
        return namesOf(name, properties, renames).map((key) => [key, expression]);
    });
    return [
        {
            address,
            type: terraform,
            name: address.slice(terraform.length + 1),
            values: block(inputs, properties, convert, renames),
            unknowns: block(inputs, properties, (value, property) => unknownIn(value, property, true), renames),
            expressions: Object.fromEntries(expressions),
        },
    ] satisfies Planned[];
}

/** A block by Terraform's names, with what a function returns for each value. */
function block(
    values: Values,
    properties: SchemaProperties,
    of: (value: unknown, property: SchemaProperty) => unknown,
    renames?: Names,
): Values {
    return Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => {
            const property = properties[name];
            const converted = property && of(value, property);
            return converted === undefined ? [] : namesOf(name, properties, renames).map((key) => [key, converted]);
        }),
    );
}

/** A value in Terraform's form, without what is not known. */
function convert(value: unknown, { type, fields, maxItems }: SchemaProperty): unknown {
    if (value === unknown || value === null) {
        return undefined;
    }
    if (isSecret(value)) {
        return "(secret)";
    }
    if (type === "list" || type === "set") {
        const items = maxItems === 1 && !Array.isArray(value) ? [value] : (value as unknown[]);
        // Terraform keeps the number of items: an unknown one is null.
        return fields
            ? items.flatMap((item) => (item === unknown ? [] : [block(item as Values, fields, convert)]))
            : items.map((item) => (item === unknown ? null : item));
    }
    return type === "map"
        ? Object.fromEntries(Object.entries(value as Values).filter(([, item]) => item !== unknown))
        : value;
}

/** A mark in place of each part of a value that is not known; undefined if all is known. */
function unknownIn(value: unknown, property: SchemaProperty, mark: unknown): unknown {
    if (typeof value !== "object" || value === null || isSecret(value)) {
        return value === unknown ? mark : undefined;
    }
    const items = Array.isArray(value) ? value : [value];
    const { fields } = property;
    if (!fields || items.includes(unknown)) {
        return Object.values(value).includes(unknown) ? mark : undefined;
    }
    const blocks = items.map((item) => block(item, fields, (each, inside) => unknownIn(each, inside, mark)));
    return blocks.some((each) => Object.keys(each).length > 0) ? blocks : undefined;
}

const isSecret = (value: unknown) => typeof value === "object" && value !== null && signature in value;

/** Terraform's names of a property. Blocks of which there can be several have singular names there, and other lists plural ones. */
function namesOf(name: string, properties: SchemaProperties, renames?: Names): string[] {
    const names = attributesIn(name, properties, renames);
    return properties[name]?.fields ? names : names.slice(0, 1);
}
