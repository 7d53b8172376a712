import { existsSync, readFileSync } from "node:fs";
import type { Exported } from "../../machine/exported";
import { type Attributes, toInputs, tokenOf, type Values } from "../../simulator/schema/terraform";

/** A resource that exists in Google Cloud, and that no component manages yet. */
export interface ExistingResource {
    type: string;
    /** The ID in the state. */
    id: string;
    /** What the state calls it: an address of Terraform, such as `google_pubsub_topic.orders`, or a URN. */
    address: string;
    /** What the state has of it, and the project, region and zone of its provider, by Pulumi's names. */
    properties: Values;
}

/** The part of `terraform.tfstate` that says what exists. */
interface TerraformState {
    version: number;
    resources: {
        module?: string;
        mode: string;
        type: string;
        name: string;
        instances: { index_key?: string | number; attributes?: Attributes; deposed?: string }[];
    }[];
}

/** The modules in `terraform show -json`. */
interface TerraformModule {
    resources?: { address: string; mode: string; type: string; values: Attributes }[];
    child_modules?: TerraformModule[];
}

/** Reads the resources of a state: of Terraform, of `terraform show -json`, or of `pulumi stack export`. */
export function existingIn(file: string): ExistingResource[] {
    if (!existsSync(file)) {
        throw new Error(`${file} does not exist. ${formats}`);
    }
    const state = parsed(file);
    if (Array.isArray(state?.deployment?.resources)) {
        return ofPulumi(state.deployment.resources);
    }
    if (state?.values?.root_module !== undefined) {
        return ofModule(state.values.root_module);
    }
    if (Array.isArray(state?.resources) && state.version === 4) {
        return ofTerraform(state);
    }
    const found = typeof state?.version === "number" ? `has a state of version ${state.version}` : "has none of these";
    throw new Error(`${file} ${found}. ${formats}`);
}

const formats =
    "Name a file with a state of Terraform (version 4), or the output of 'terraform show -json' or of 'pulumi stack export'.";

function parsed(file: string) {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new Error(`${file} is no JSON: ${(error as Error).message}. ${formats}`);
    }
}

/** The resources of `@pulumi/gcp` in a state, without those that the program only reads. */
export function ofPulumi(resources: Exported[]): ExistingResource[] {
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    return resources.flatMap(({ type, id, urn, external, inputs = {}, outputs = {}, provider = "" }) =>
        id !== undefined && type.startsWith("gcp:") && !external
            ? [{ type, id, address: urn, properties: { ...placesOf(provider, byUrn), ...inputs, ...outputs } }]
            : [],
    );
}

/** The project, region and zone of a provider, which the engine names with its URN and ID. */
export function placesOf(provider: string, byUrn: ReadonlyMap<string, Exported>): Values {
    const { project, region, zone } = byUrn.get(provider.slice(0, provider.lastIndexOf("::")))?.inputs ?? {};
    return {
        ...(project !== undefined && { project }),
        ...(region !== undefined && { region }),
        ...(zone !== undefined && { zone }),
    };
}

function ofTerraform({ resources }: TerraformState): ExistingResource[] {
    return resources
        .filter(({ mode }) => mode === "managed")
        .flatMap(({ module, type, name, instances }) =>
            instances
                .filter(({ deposed }) => deposed === undefined)
                .flatMap(({ index_key: key, attributes = {} }) => {
                    const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
                    return terraformResource(`${module ? `${module}.` : ""}${type}.${name}${index}`, type, attributes);
                }),
        );
}

function ofModule({ resources = [], child_modules: children = [] }: TerraformModule): ExistingResource[] {
    const own = resources
        .filter(({ mode }) => mode === "managed")
        .flatMap(({ address, type, values }) => terraformResource(address, type, values));
    return [...own, ...children.flatMap(ofModule)];
}

/** Resources of other providers, and those without an ID, cannot be taken over. */
function terraformResource(address: string, terraform: string, attributes: Attributes): ExistingResource[] {
    const type = tokenOf(terraform);
    const { id } = attributes;
    // A newer provider can have attributes that the schema does not have.
    return type !== undefined && typeof id === "string"
        ? [{ type, id, address, properties: toInputs(type, attributes, () => undefined) }]
        : [];
}
