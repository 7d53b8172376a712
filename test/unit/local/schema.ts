import {
    type SchemaProperties as Properties,
    type SchemaProperty as Property,
    schemaOf as typeOf,
} from "../../../local/schema/schema";

export type { Properties, Property };

/** The properties of a resource type in the real provider's schema. */
export function schemaOf(token: string): Properties {
    const properties = typeOf(token)?.properties;
    if (!properties) {
        throw new Error(`the provider's schema has no type ${token}`);
    }
    return properties;
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
