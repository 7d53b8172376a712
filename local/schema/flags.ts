import { type SchemaProperties, type SchemaProperty, schemaOf } from "./schema";

/** Properties of which some exclude each other, by their paths. */
export interface Exclusion {
    /** The property whose schema says so. */
    path: string;
    /** What it conflicts with; or, with `one`, all of a group of which exactly one must be given. */
    others: string[];
    one: boolean;
}

/**
 * What the provider's schema says of a resource type, by path. A path is written as `lifecycleRules.condition.withState`,
 * through blocks and lists of blocks alike.
 */
export interface Flags {
    /** All properties. */
    paths: Set<string>;
    /** Properties of blocks that must be given where the block is. */
    required: string[];
    /** Properties of blocks that the server sets. */
    computed: string[];
    /** Properties of the resource itself that the server sets: always, or when they are left out. */
    computedAtTop: Set<string>;
    /** Properties whose change replaces the resource. */
    replaceOnChange: Set<string>;
    defaults: Record<string, unknown>;
    /** The values that are allowed. */
    values: Record<string, string[]>;
    /** Lists whose order does not count. */
    sets: string[];
    exclusions: Exclusion[];
    /** Terraform's name of a property, for its errors. */
    terraform(path: string): string;
}

/** Names in Terraform's lists of exclusive properties that Pulumi has renamed. */
const renamed: Record<string, Record<string, string>> = {
    "gcp:bigquery/datasetAccess:DatasetAccess": { dataset: "authorizedDataset" },
};

/**
 * The flags of a type; none of a type that the schema does not have.
 *
 * @param isInstalled whether the program's own `@pulumi/gcp`, which may be of another version, has a property of this name
 */
export function flagsOf(token: string, isInstalled: (property: string) => boolean): Flags {
    const all = schemaOf(token)?.properties ?? {};
    return flagsOfProperties(
        Object.fromEntries(Object.entries(all).filter(([name]) => isInstalled(name))),
        renamed[token],
    );
}

const computed = new Map<string, string[]>();

/** The properties of a type's blocks that the server sets, by path. */
export function computedInBlocks(token: string): string[] {
    const found = computed.get(token) ?? flagsOf(token, () => true).computed;
    computed.set(token, found);
    return found;
}

export function flagsOfProperties(schema: SchemaProperties, renames: Record<string, string> = {}): Flags {
    const properties = everyProperty(schema);
    const paths = new Set(properties.map(([path]) => path));
    const where = (has: (property: SchemaProperty) => boolean | undefined) =>
        properties.filter(([, property]) => has(property)).map(([path]) => path);
    const isInBlock = (path: string) => path.includes(".");
    const names = new Map<string, string>();
    const resolved = (terraform: string): string | [] => {
        const path = pulumiPath(terraform, paths, renames);
        if (path !== undefined) {
            names.set(path, terraform);
        }
        return path ?? [];
    };
    return {
        paths,
        required: where(({ required }) => required).filter(isInBlock),
        computed: where(({ computed }) => computed).filter(isInBlock),
        computedAtTop: new Set(where(({ computed }) => computed).filter((path) => !isInBlock(path))),
        replaceOnChange: new Set(where(({ replaceOnChange }) => replaceOnChange)),
        defaults: Object.fromEntries(
            properties.flatMap(([path, property]) =>
                property.default === undefined ? [] : [[path, property.default]],
            ),
        ),
        values: Object.fromEntries(
            properties.flatMap(([path, property]) => (property.enum ? [[path, property.enum]] : [])),
        ),
        sets: where(({ type, maxItems }) => type === "set" && maxItems !== 1),
        exclusions: properties.flatMap(([path, { conflictsWith, exactlyOneOf }]) => [
            ...(conflictsWith ? [{ path, one: false, others: conflictsWith.flatMap(resolved) }] : []),
            ...(exactlyOneOf
                ? [{ path, one: true, others: [...new Set([path, ...exactlyOneOf.flatMap(resolved)])].sort() }]
                : []),
        ]),
        terraform: (path) => names.get(path) ?? terraformPath(path),
    };
}

/** Every property with its path, those inside of blocks too. */
export function everyProperty(
    properties: SchemaProperties,
    above = "",
    found: [path: string, property: SchemaProperty][] = [],
): [path: string, property: SchemaProperty][] {
    for (const [name, property] of Object.entries(properties)) {
        found.push([`${above}${name}`, property]);
        everyProperty(property.fields ?? {}, `${above}${name}.`, found);
    }
    return found;
}

/**
 * Terraform's `remote_repository_config.0.apt_repository` as Pulumi has it: in camel case, and lists in the plural. Nothing
 * for a property that there is not.
 */
export function pulumiPath(
    terraform: string,
    paths: Set<string>,
    renames: Record<string, string> = {},
): string | undefined {
    let path = "";
    for (const step of terraform.split(".").filter((each) => !/^\d+$/.test(each))) {
        const name = renames[step] ?? step.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        const names = [name, `${name}s`, name.replace(/y$/, "ies"), `${name}es`];
        const found = names.map((each) => `${path}${each}`).find((each) => paths.has(each));
        if (found === undefined) {
            return undefined;
        }
        path = `${found}.`;
    }
    return path.slice(0, -1);
}

/** A path as Terraform has it, but for the singular of lists. */
function terraformPath(path: string): string {
    return path.replaceAll(".", ".0.").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
