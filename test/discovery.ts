import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../local/toolchain/process";
import { pythonWith } from "./apps/python";

/** A field, a parameter or a type in a discovery document. */
interface Schema {
    $ref?: string;
    type?: string;
    enum?: string[];
    items?: Schema;
    properties?: Record<string, Schema>;
    additionalProperties?: Schema;
    required?: boolean;
}

interface Method {
    id: string;
    httpMethod: string;
    flatPath?: string;
    path: string;
    parameters?: Record<string, Schema & { location: string }>;
    request?: Schema;
    response?: Schema;
}

interface Resources {
    methods?: Record<string, Method>;
    resources?: Record<string, Resources>;
}

/** A REST call, with the path after the address of the API: `v1/apps/acme-dev`. */
export interface Call {
    method: string;
    path: string;
    query?: Record<string, string>;
    body?: unknown;
}

/** Google's discovery document of an API: its methods, with their parameters, requests and responses. */
export class Discovery {
    /** The methods by ID, such as `appengine.apps.services.patch`. */
    readonly methods: Map<string, Method>;

    private constructor(private readonly document: Resources & { schemas: Record<string, Schema> } & Method) {
        this.methods = new Map(methodsOf(document).map((method) => [method.id, method]));
    }

    /**
     * The document in Google's client library for Python, which `discovery/requirements.txt` pins.
     *
     * @param api such as `appengine.v1`
     */
    static async of(api: string): Promise<Discovery> {
        const python = await pythonWith(join(__dirname, "discovery"), { install: ["--no-deps"] });
        const where =
            "import importlib.util; print(importlib.util.find_spec('googleapiclient').submodule_search_locations[0])";
        const folder = (await run(python, ["-c", where])).trim();
        const file = join(folder, "discovery_cache", "documents", `${api}.json`);
        return new Discovery(JSON.parse(readFileSync(file, "utf8")));
    }

    /** All problems of a call. */
    problems({ method: verb, path, query = {}, body }: Call): string[] {
        const found = [...this.methods.values()].find(
            ({ httpMethod, flatPath, path: form }) => httpMethod === verb && formOf(flatPath ?? form).test(path),
        );
        if (!found) {
            return [`there is no ${verb} ${path}`];
        }
        const { parameters = {}, request } = found;
        const known = { ...this.document.parameters, ...parameters };
        return [
            ...Object.entries(query).flatMap(([name, value]) => {
                const parameter = known[name];
                return parameter ? this.strangers(parameter, value, name) : [`${found.id} has no parameter ${name}`];
            }),
            ...(body === undefined ? [] : request ? this.strangers(request, body, "") : [`${found.id} takes no body`]),
        ];
    }

    /** All problems of a response. */
    unanswered(id: string, body: unknown): string[] {
        const response = this.methods.get(id)?.response;
        return response ? this.strangers(response, body, "") : [`there is no method ${id}`];
    }

    /** All unknown or invalid fields in a value of a type, such as `Version`, or of a schema. */
    strangers(schema: Schema | string, value: unknown, at = ""): string[] {
        const { $ref, type, properties, additionalProperties, items, enum: values } = this.schema(schema);
        if ($ref) {
            return this.strangers($ref, value, at);
        }
        if (type === "array") {
            return Array.isArray(value)
                ? value.flatMap((each, index) => this.strangers(items as Schema, each, `${at}[${index}]`))
                : [`${at} is no array: ${JSON.stringify(value)}`];
        }
        if (type !== "object") {
            const right =
                type === "any" || typeof value === (type === "integer" ? "number" : type) || isInText(type, value);
            return right && (!values || values.includes(String(value)))
                ? []
                : [`${at} is no ${values?.join(" or ") ?? type}: ${JSON.stringify(value)}`];
        }
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            return [`${at} is no object: ${JSON.stringify(value)}`];
        }
        return Object.entries(value).flatMap(([name, each]) => {
            const path = at === "" ? name : `${at}.${name}`;
            const property = properties?.[name] ?? additionalProperties;
            return property ? this.strangers(property, each, path) : [`${path} is not in the discovery document`];
        });
    }

    private schema(schema: Schema | string): Schema {
        const found = typeof schema === "string" ? this.document.schemas[schema] : schema;
        if (!found) {
            throw new Error(`the discovery document has no type ${schema}`);
        }
        return found;
    }
}

/** Parameters are strings, whatever their type is. */
const isInText = (type: string | undefined, value: unknown): boolean =>
    typeof value === "string" &&
    ((type === "boolean" && /^(true|false)$/.test(value)) || (type === "integer" && /^\d+$/.test(value)));

/** The pattern of a path such as `v1/apps/{appsId}:repair`. */
const formOf = (path: string) =>
    new RegExp(`^${path.replaceAll(/[.+*?^$()[\]\\|]/g, "\\$&").replaceAll(/\{[^}]+\}/g, "[^/:]+")}$`);

const methodsOf = ({ methods = {}, resources = {} }: Resources): Method[] => [
    ...Object.values(methods),
    ...Object.values(resources).flatMap(methodsOf),
];
