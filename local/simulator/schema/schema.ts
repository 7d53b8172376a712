import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { packageFolder } from "../../toolchain/paths";

/** A property in the schema of Google's Terraform provider. */
export interface SchemaProperty {
    type: "string" | "boolean" | "integer" | "number" | "list" | "set" | "map";
    required?: boolean;
    optional?: boolean;
    /** Set by the server: always, or by default if also `optional`. */
    computed?: boolean;
    /** Terraform's `ForceNew`: a change replaces the resource. */
    replaceOnChange?: boolean;
    default?: unknown;
    /** The only values that are accepted; with `""` if that is one. */
    enum?: (string | number)[];
    /** All of them must accept the value, or each element of a list; for maps, the whole map. */
    validators?: Validator[];
    /** Terraform's paths, such as `remote_repository_config.0.apt_repository`. */
    conflictsWith?: string[];
    exactlyOneOf?: string[];
    atLeastOneOf?: string[];
    requiredWith?: string[];
    minItems?: number;
    /** A list or set with at most one item is an object in Pulumi. */
    maxItems?: number;
    /** The properties of a block, or of each block in a list. */
    fields?: SchemaProperties;
    /** The type of the elements. */
    elem?: string;
    secret?: boolean;
    deprecated?: string;
}

/** One check of a value: a list, a pattern, a range, a length in bytes, a format, or any of several. */
export interface Validator {
    enum?: (string | number)[];
    ignoreCase?: boolean;
    /** The list or pattern is what is refused. */
    not?: boolean;
    /** A regular expression of Go. */
    pattern?: string;
    /** The provider's description of the pattern. */
    message?: string;
    min?: number;
    max?: number;
    minLength?: number;
    maxLength?: number;
    /** The name of a function in `formats.ts`, and its arguments. */
    format?: string;
    arguments?: unknown[];
    any?: Validator[];
}

/** Properties by Pulumi name. */
export type SchemaProperties = Record<string, SchemaProperty>;

export interface SchemaType {
    /** Terraform's name of the type: `google_pubsub_topic`. */
    terraform: string;
    properties: SchemaProperties;
}

/** The contents of the file. */
export interface ProviderSchema {
    provider: string;
    functions: Record<string, SchemaType>;
    resources: Record<string, SchemaType>;
}

/** The version of `@pulumi/gcp` of this schema. */
export const schemaVersion = "9.35.0";

export const schemaFile = join(packageFolder(), "local", "simulator", "schema", `gcp-${schemaVersion}.json.gz`);

let content: Buffer | undefined;

function read(): Buffer {
    content ??= gunzipSync(readFileSync(schemaFile));
    return content;
}

/** Releases memory until the next use. */
export function releaseSchema(): void {
    content = undefined;
}

let index: Map<string, [start: number, end: number]> | undefined;

/** Where the type or function of each line is in the file. */
function lines(): Map<string, [start: number, end: number]> {
    if (!index) {
        index = new Map();
        for (let start = 0, end = 0; end >= 0; start = end + 1) {
            end = read().indexOf("\n", start);
            const colon = read().indexOf('":', start);
            index.set(read().toString("utf8", start + 1, colon), [colon + 2, end]);
        }
    }
    return index;
}

/**
 * The schema of a resource type or function, such as `gcp:pubsub/topic:Topic`. The file has one line for each, and only
 * that line is parsed: parsing the whole file takes 120 ms, decompressing it 15 ms.
 */
export function schemaOf(token: string): SchemaType | undefined {
    const line = token.startsWith("gcp:") ? lines().get(token) : undefined;
    return (
        line &&
        JSON.parse(
            read()
                .toString("utf8", ...line)
                .replace(/,$/, ""),
        )
    );
}

/** All types and functions. */
export function providerSchema(): ProviderSchema {
    return JSON.parse(read().toString("utf8"));
}

/** The JSON of the file: one line for each type and function, which {@link schemaOf} relies on. */
export function schemaText({ provider, functions, resources }: ProviderSchema): string {
    const lines = (types: Record<string, SchemaType>) =>
        Object.entries(types)
            .map(([token, type]) => `${JSON.stringify(token)}:${JSON.stringify(type)}`)
            .join(",\n");
    return `{"functions":{\n${lines(functions)}\n},\n"provider":${JSON.stringify(provider)},\n"resources":{\n${lines(resources)}\n}}\n`;
}
