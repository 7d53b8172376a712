import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { root } from "./world";

/** A property as the real provider's own schema has it. */
export interface Property {
    type: "string" | "boolean" | "integer" | "number" | "list" | "set" | "map";
    optional?: boolean;
    required?: boolean;
    computed?: boolean;
    replaceOnChange?: boolean;
    default?: unknown;
    enum?: string[];
    /** In Terraform's names: `remote_repository_config.0.apt_repository`. */
    conflictsWith?: string[];
    exactlyOneOf?: string[];
    maxItems?: number;
    /** The properties of a block, or of each block of a list. */
    fields?: Record<string, Property>;
}

export type Properties = Record<string, Property>;

/** The properties of a resource type in the real provider's schema. */
export function schemaOf(token: string): Properties {
    const properties = read()[token]?.properties;
    if (!properties) {
        throw new Error(`the provider's schema has no type ${token}`);
    }
    return properties;
}

let resources: Record<string, { properties: Properties }> | undefined;

function read(): Record<string, { properties: Properties }> {
    if (!resources) {
        const file = join(root, "..", "shared", "gcp-provider-9.35.0.json.gz");
        if (!existsSync(file)) {
            throw new Error(
                `the real provider's schema is not at ${file}: without it nobody knows whether the local provider conforms`,
            );
        }
        resources = JSON.parse(gunzipSync(readFileSync(file)).toString()).resources;
    }
    return resources as Record<string, { properties: Properties }>;
}

/** Every property with its path, those inside of blocks too. */
export function everyProperty(properties: Properties, above = ""): [path: string, property: Property][] {
    return Object.entries(properties).flatMap(([name, property]) => [
        [`${above}${name}`, property] as [string, Property],
        ...everyProperty(property.fields ?? {}, `${above}${name}.`),
    ]);
}

/**
 * Terraform's `remote_repository_config.0.apt_repository` as Pulumi has it; lists may be named in the plural there, and
 * one property has another name.
 */
export function pulumiPath(terraform: string, known: Set<string>): string {
    const path = terraform.replaceAll(/\.\d+/g, "").replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
    const others = [`${path}s`, path.replace(/y$/, "ies"), path.replace(/^dataset$/, "authorizedDataset")];
    return [path, ...others].find((each) => known.has(each)) ?? path;
}
