import { parse, type ReflectionObject, Type } from "protobufjs";

/** A Protocol Buffers schema, which decodes messages of its only top-level message type. */
export class ProtobufSchema {
    private readonly type: Type;

    constructor(definition: string) {
        const { root } = parse(definition, { keepCase: true });
        const found = topmost(root.resolveAll());
        if (!found) {
            throw new Error("the definition has no message");
        }
        this.type = found;
    }

    /** Decodes the JSON format; throws for invalid values. */
    fromJson(content: Buffer): unknown {
        const value = JSON.parse(content.toString());
        verifyJson(this.type, value, "the message");
        return this.plain(this.type.fromObject(renamed(this.type, value) as object));
    }

    /** Decodes the binary format; throws for invalid values. */
    fromBinary(content: Buffer): unknown {
        return this.plain(this.type.decode(content));
    }

    private plain(message: ReturnType<Type["decode"]>): unknown {
        return this.type.toObject(message, { longs: String, enums: String, bytes: String, json: true });
    }
}

function topmost(object: ReflectionObject): Type | undefined {
    if (object instanceof Type) {
        return object;
    }
    const within = (object as { nestedArray?: ReflectionObject[] }).nestedArray ?? [];
    return within.map(topmost).find((item) => item !== undefined);
}

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The field with a JSON name: its own name, or the name in camel case. */
function fieldOf(type: Type, name: string) {
    return type.fieldsArray.find((field) => field.name === name || camelCase(field.name) === name);
}

/** Converts names to those of the definition. */
function renamed(type: Type, value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => renamed(type, item));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value).map(([name, item]) => {
            const field = fieldOf(type, name);
            const inner = field?.resolvedType;
            return [field?.name ?? name, inner instanceof Type && !field?.map ? renamed(inner, item) : item];
        }),
    );
}

function verifyJson(type: Type, value: unknown, at: string): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new Error(`${at} is not an object`);
    }
    for (const [name, item] of Object.entries(value)) {
        const field = fieldOf(type, name);
        if (!field) {
            throw new Error(`${at} has a field that is not in the schema: ${name}`);
        }
        const values = field.repeated ? item : [item];
        if (!Array.isArray(values)) {
            throw new Error(`${at}.${name} is not a list`);
        }
        for (const single of field.map || item === null ? [] : values) {
            if (field.resolvedType instanceof Type) {
                verifyJson(field.resolvedType, single, `${at}.${name}`);
            } else if (!isScalar(field.resolvedType ? "enum" : field.type, single)) {
                throw new Error(`${at}.${name} is not of type ${field.type}`);
            }
        }
    }
}

/** "ProtoJSON format". */
function isScalar(type: string, value: unknown): boolean {
    switch (type) {
        case "bool":
            return typeof value === "boolean";
        case "string":
        case "bytes":
            return typeof value === "string";
        case "enum":
            return typeof value === "string" || Number.isInteger(value);
        case "float":
        case "double":
            return typeof value === "number" || /^(-?\d+(\.\d+)?(e[+-]?\d+)?|NaN|-?Infinity)$/i.test(String(value));
        default:
            return Number.isInteger(value) || (typeof value === "string" && /^-?\d+$/.test(value));
    }
}
