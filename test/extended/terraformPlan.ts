import { type SchemaProperties, type SchemaProperty, schemaOf } from "../../local/schema/schema";

/** A resource in the steps of `pulumi preview --json`. */
interface Previewed {
    urn: string;
    type: string;
    inputs?: Record<string, unknown>;
    propertyDependencies?: Record<string, string[] | null>;
}

/** A Terraform resource with its references to others, by attribute. */
interface Planned {
    address: string;
    type: string;
    name: string;
    values: Values;
    references: Record<string, string[]>;
}

type Values = Record<string, unknown>;

/** The engine's marker of unknown values. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Pulumi's marker of secrets, which are not shown, and of references. */
const signature = "4dabf18193072939515e22adb298388d";

/**
 * A preview as a Terraform plan in JSON, which scanners read, with the resources of Google's provider and their known values.
 *
 * @param output of `pulumi preview --json`
 */
export function terraformPlan(output: string): object {
    const [, digest = "{}"] = /^(\{\n.*?^\})$/ms.exec(output) ?? [];
    const steps: { op: string; newState?: Previewed }[] = JSON.parse(digest).steps ?? [];
    const states = steps.flatMap(({ op, newState }) => (op === "create" && newState ? [newState] : []));
    const addresses = new Map(states.flatMap(({ urn, type }) => withTerraform(urn, type)));
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
            change: { actions: ["create"], before: null, after: each.values, after_unknown: {} },
        })),
        configuration: {
            root_module: {
                resources: resources.map((each) => ({
                    ...shared(each),
                    expressions: Object.fromEntries(
                        Object.entries(each.references).map(([key, references]) => [key, { references }]),
                    ),
                })),
            },
        },
    };
}

/** The address of a resource in Terraform; none for types of other providers. */
function withTerraform(urn: string, type: string): [urn: string, address: string][] {
    const terraform = schemaOf(type)?.terraform;
    const name = (urn.split("::").at(-1) as string).replaceAll(/[^\w-]/g, "_");
    return terraform === undefined ? [] : [[urn, `${terraform}.${name}`]];
}

function planned({ urn, type, inputs = {}, propertyDependencies = {} }: Previewed, addresses: Map<string, string>) {
    const { terraform, properties } = schemaOf(type) ?? {};
    const address = addresses.get(urn);
    if (terraform === undefined || properties === undefined || address === undefined) {
        return [];
    }
    const references = Object.entries(propertyDependencies).flatMap(([name, urns]) => {
        const found = (urns ?? []).flatMap((each) => addresses.get(each) ?? []);
        return found.length === 0 ? [] : namesOf(name, properties[name]).map((key) => [key, found]);
    });
    const name = address.slice(terraform.length + 1);
    const values = block(inputs, properties);
    return [{ address, type: terraform, name, values, references: Object.fromEntries(references) }] satisfies Planned[];
}

/** The values of a block by Terraform's names, without unknown ones. */
function block(values: Values, properties: SchemaProperties): Values {
    return Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => {
            const converted = convert(value, properties[name]);
            return converted === undefined || name.startsWith("__")
                ? []
                : namesOf(name, properties[name]).map((key) => [key, converted]);
        }),
    );
}

function convert(value: unknown, property: SchemaProperty | undefined): unknown {
    if (value === unknown || value === null) {
        return undefined;
    }
    if (typeof value === "object" && signature in value) {
        return "(secret)";
    }
    const { type = "string", fields, maxItems } = property ?? {};
    if (fields && (type === "list" || type === "set")) {
        const items = Array.isArray(value) ? value : [value];
        return items.flatMap((item) => (item === unknown ? [] : [block(item as Values, fields)]));
    }
    if (type === "list" || type === "set") {
        const items = maxItems === 1 && !Array.isArray(value) ? [value] : (value as unknown[]);
        return items.filter((item) => item !== unknown);
    }
    return value;
}

/**
 * Terraform's name of a property. Pulumi makes the names of lists plural, and the schema does not say whether they were before:
 * these have both.
 */
function namesOf(name: string, property: SchemaProperty | undefined): string[] {
    const terraform = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const isList = property?.fields !== undefined && property.maxItems !== 1;
    return isList && terraform.endsWith("s") ? [terraform, terraform.replace(/s$/, "")] : [terraform];
}
