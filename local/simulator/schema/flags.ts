import { type SchemaProperties, type SchemaProperty, schemaOf, type Validator } from "./schema";

/** Properties that depend on each other, by path. */
export interface Combination {
    /** The property that declares it. */
    path: string;
    /** Whether `others` are in conflict with it, or a group, with itself, of which one, at least one or all are needed. */
    kind: "conflictsWith" | "exactlyOneOf" | "atLeastOneOf" | "requiredWith";
    others: string[];
}

/** What a property accepts. */
export interface Accepted {
    path: string;
    type: SchemaProperty["type"];
    validators: Validator[];
}

/**
 * The provider's schema of a resource type, by path. Paths have the form `lifecycleRules.condition.withState`, through
 * blocks and lists of blocks.
 */
export interface Flags {
    /** All properties. */
    paths: Set<string>;
    /** Properties of blocks that are required if the block exists. */
    required: string[];
    /** Properties of blocks that the server sets. */
    computed: string[];
    /** Properties of the resource that the server sets: always, or by default. */
    computedAtTop: Set<string>;
    /** Properties that the server sets by default, except those in unordered lists, whose items have no place. */
    defaulted: string[];
    /** Properties that replace the resource when changed. */
    replaceOnChange: Set<string>;
    defaults: Record<string, unknown>;
    accepted: Accepted[];
    /** Properties with blocks, and maps. */
    blocks: { path: string; type: SchemaProperty["type"] }[];
    /** How many items lists can have. */
    counts: { path: string; min?: number; max?: number }[];
    /** Unordered lists. */
    sets: string[];
    combinations: Combination[];
    /** Terraform's name of a property, for errors. */
    terraform(path: string): string;
}

const kinds = ["conflictsWith", "exactlyOneOf", "atLeastOneOf", "requiredWith"] as const;

/** Terraform's names of properties that Pulumi renames, by token. */
export const renamed: Record<string, Record<string, string>> = {
    "gcp:bigquery/datasetAccess:DatasetAccess": { dataset: "authorizedDataset" },
};

/** Pulumi's own defaults: https://github.com/pulumi/pulumi-gcp/blob/v9.35.0/provider/resources.go (`ManagedByPulumi`) */
const ofPulumi: Record<string, Record<string, unknown>> = {
    "gcp:dns/managedZone:ManagedZone": { description: "Managed by Pulumi" },
};

/**
 * The flags of a type; empty for types that are not in the schema.
 *
 * @param isInstalled whether the program's `@pulumi/gcp`, which can have another version, has a property of this name
 */
export function flagsOf(token: string, isInstalled: (property: string) => boolean): Flags {
    const all = schemaOf(token)?.properties ?? {};
    const flags = flagsOfProperties(
        Object.fromEntries(Object.entries(all).filter(([name]) => isInstalled(name))),
        renamed[token],
    );
    return { ...flags, defaults: { ...flags.defaults, ...ofPulumi[token] } };
}

const computed = new Map<string, string[]>();

/** The properties of blocks that the server sets, by path. */
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
    const sets = where(({ type, maxItems }) => type === "set" && maxItems !== 1);
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
        defaulted: where(({ computed, optional }) => computed && optional).filter(
            (path) => !sets.some((set) => path.startsWith(`${set}.`)),
        ),
        replaceOnChange: new Set(where(({ replaceOnChange }) => replaceOnChange)),
        defaults: Object.fromEntries(
            properties.flatMap(([path, property]) =>
                property.default === undefined ? [] : [[path, property.default]],
            ),
        ),
        accepted: properties.flatMap(([path, { type, elem, enum: listed, validators = [] }]) =>
            listed || validators.length > 0
                ? [
                      {
                          path,
                          type: (type === "map" ? type : (elem ?? type)) as typeof type,
                          validators: [...(listed ? [{ enum: listed }] : []), ...validators],
                      },
                  ]
                : [],
        ),
        blocks: properties.flatMap(([path, { type, fields }]) => (fields || type === "map" ? [{ path, type }] : [])),
        counts: properties.flatMap(([path, { minItems: min, maxItems: max }]) =>
            min === undefined && max === undefined ? [] : [{ path, min, max }],
        ),
        sets,
        combinations: properties.flatMap(([path, property]) =>
            kinds.flatMap((kind) => {
                const others = property[kind]?.flatMap(resolved);
                const group = kind === "conflictsWith" ? others : others && [...new Set([path, ...others])].sort();
                return group ? [{ path, kind, others: group }] : [];
            }),
        ),
        terraform: (path) => names.get(path) ?? terraformPath(path),
    };
}

/** All properties by path, including those in blocks. */
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
 * Converts Terraform's `remote_repository_config.0.apt_repository` to Pulumi's camel case and plurals; undefined for
 * unknown properties.
 */
export function pulumiPath(
    terraform: string,
    paths: Set<string>,
    renames: Record<string, string> = {},
): string | undefined {
    let path = "";
    for (const step of terraform.split(".").filter((item) => !/^\d+$/.test(item))) {
        const name = renames[step] ?? step.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        const names = [name, `${name}s`, name.replace(/y$/, "ies"), `${name}es`];
        const found = names.map((item) => `${path}${item}`).find((item) => paths.has(item));
        if (found === undefined) {
            return undefined;
        }
        path = `${found}.`;
    }
    return path.slice(0, -1);
}

/** The path in Terraform, except for singular names of lists. */
function terraformPath(path: string): string {
    return path.replaceAll(".", ".0.").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
