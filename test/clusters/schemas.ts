import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../deploy/deployment";
import { type KubeObject, kubectl } from "./kubectl";

/**
 * Writes the schemas of all kinds in a cluster, including custom resources, for kubeconform: unknown properties are not
 * allowed. Returns the folder for kubeconform's `-schema-location`.
 */
export async function writeSchemas(deployment: Deployment, folder: string): Promise<string> {
    const { definitions } = JSON.parse(await kubectl(deployment, "get", "--raw", "/openapi/v2"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "_definitions.json"), JSON.stringify({ definitions: strict(definitions) }));
    for (const [name, definition] of Object.entries<KubeObject>(definitions)) {
        for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
            // For a kind without a group, kubeconform uses the version as the group.
            const file = `${kind}-${group || version}-${version}`.toLowerCase();
            const schema = { $ref: `_definitions.json#/definitions/${name}` };
            writeFileSync(join(folder, `${file}.json`), JSON.stringify(schema));
        }
    }
    return join(folder, "{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json");
}

/** The same schema without additional properties. */
function strict(schema: KubeObject): KubeObject {
    if (Array.isArray(schema) || typeof schema !== "object" || schema === null) {
        return schema;
    }
    if (schema.format === "int-or-string") {
        return { oneOf: [{ type: "integer" }, { type: "string" }] };
    }
    const deep = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
    const isOpen = schema.additionalProperties !== undefined || schema["x-kubernetes-preserve-unknown-fields"];
    return typeof schema.properties === "object" && !isOpen ? { ...deep, additionalProperties: false } : deep;
}
