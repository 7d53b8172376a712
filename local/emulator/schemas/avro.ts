import type { Inputs } from "../../rules/rules";
import { blocks, primitive, Reader, text } from "./avroReader";
import { logicalValue } from "./logical";

/** A type as a schema of Avro has it: a name, a union, or an object. */
type Type = string | Type[] | Inputs;

/**
 * A schema of Avro, by which messages are read: "Apache Avro Specification". What is read is plain: a union is the value
 * in it, and a logical type is a text where it stands for a time or a decimal.
 */
export class AvroSchema {
    private readonly named = new Map<string, Inputs>();
    private readonly type: Type;

    constructor(definition: string) {
        this.type = JSON.parse(definition);
        this.register(this.type, "");
    }

    /** Reads a value in Avro's JSON encoding; refuses what does not fit. */
    fromJson(content: Buffer): unknown {
        return this.json(this.type, JSON.parse(content.toString()), "the message");
    }

    /** Reads a value in Avro's binary encoding; refuses what does not fit. */
    fromBinary(content: Buffer): unknown {
        const reader = new Reader(content);
        const value = this.binary(this.type, reader);
        reader.end();
        return value;
    }

    /** Finds the types that have names; a name without a namespace is of the one around it. */
    private register(type: Type, around: string): void {
        if (Array.isArray(type)) {
            for (const each of type) {
                this.register(each, around);
            }
        } else if (typeof type === "object") {
            const namespace = type.namespace ?? (type.name?.includes(".") ? type.name.replace(/\.[^.]*$/, "") : around);
            if (type.name) {
                const name = type.name.split(".").at(-1);
                type.fullName = namespace ? `${namespace}.${name}` : name;
                this.named.set(type.fullName, type).set(name, type);
            }
            for (const inner of [type.items, type.values, ...(type.fields ?? []).map((field: Inputs) => field.type)]) {
                if (inner !== undefined) {
                    this.register(inner, namespace);
                }
            }
            if (typeof type.type === "object") {
                this.register(type.type, namespace);
            }
        }
    }

    /** The kind of a type, and what there is to know of it. */
    private resolved(type: Type): { kind: string; about: Inputs } {
        const about = typeof type === "string" ? this.named.get(type) : type;
        if (Array.isArray(about)) {
            return { kind: "union", about };
        }
        if (about === undefined) {
            return { kind: type as string, about: {} };
        }
        const { kind, about: inner } =
            typeof about.type === "string" ? { kind: about.type, about } : this.resolved(about.type);
        return { kind, about: { ...inner, ...about } };
    }

    /** The name by which a value of a union says which of its types it is. */
    private branch(type: Type): string {
        const { kind, about } = this.resolved(type);
        return about.fullName ?? kind;
    }

    private json(type: Type, value: unknown, at: string): unknown {
        const { kind, about } = this.resolved(type);
        const fits = (condition: boolean) => {
            if (!condition) {
                throw new Error(`${at} is no ${kind}`);
            }
        };
        const object = value as Record<string, unknown>;
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        switch (kind) {
            case "union":
                return this.jsonUnion(about as Type[], value, at);
            case "record":
                fits(isObject);
                return Object.fromEntries(
                    about.fields.map(({ name, type }: Inputs) => {
                        if (!Object.hasOwn(object, name)) {
                            throw new Error(`${at} has no ${name}`);
                        }
                        return [name, this.json(type, object[name], `${at}.${name}`)];
                    }),
                );
            case "array":
                fits(Array.isArray(value));
                return (value as unknown[]).map((each, index) => this.json(about.items, each, `${at}[${index}]`));
            case "map":
                fits(isObject);
                return Object.fromEntries(
                    Object.entries(object).map(([key, each]) => [key, this.json(about.values, each, `${at}.${key}`)]),
                );
            case "enum":
                fits(about.symbols.includes(value));
                return value;
            case "bytes":
            case "fixed": {
                fits(typeof value === "string" && [...value].every((each) => each.charCodeAt(0) <= 0xff));
                const bytes = Buffer.from(value as string, "latin1");
                fits(kind === "bytes" || bytes.length === about.size);
                return logicalValue(about, bytes);
            }
            default:
                fits(isPrimitive(kind, value));
                return logicalValue(about, value);
        }
    }

    /** In a union, null is itself, and every other value an object with the name of its type. */
    private jsonUnion(types: Type[], value: unknown, at: string): unknown {
        const [name = "null", inner = null] =
            value === null || typeof value !== "object" ? [] : (Object.entries(value)[0] ?? ["", null]);
        const chosen = types.find((each) => this.branch(each) === name);
        if (chosen === undefined || (name === "null" && value !== null)) {
            throw new Error(
                `${at} must be one of ${types.map((each) => this.branch(each)).join(", ")}, as { "type": value }`,
            );
        }
        return this.json(chosen, name === "null" ? value : inner, at);
    }

    private binary(type: Type, reader: Reader): unknown {
        const { kind, about } = this.resolved(type);
        switch (kind) {
            case "union": {
                const chosen = (about as Type[])[reader.length()];
                if (chosen === undefined) {
                    throw new Error("a union has no such type");
                }
                return this.binary(chosen, reader);
            }
            case "record":
                return Object.fromEntries(
                    about.fields.map(({ name, type }: Inputs) => [name, this.binary(type, reader)]),
                );
            case "array":
                return [...blocks(reader, () => this.binary(about.items, reader))];
            case "map":
                return Object.fromEntries(
                    blocks(reader, () => [text(reader), this.binary(about.values, reader)] as [string, unknown]),
                );
            case "enum": {
                const symbol = about.symbols[reader.length()];
                if (symbol === undefined) {
                    throw new Error("an enum has no such symbol");
                }
                return symbol;
            }
            case "fixed":
                return logicalValue(about, Buffer.from(reader.bytes(about.size)));
            default:
                return logicalValue(about, primitive(kind, reader));
        }
    }
}

function isPrimitive(kind: string, value: unknown): boolean {
    const whole = Number.isInteger(value);
    const size = Math.abs(Number(value));
    const kinds: Record<string, boolean> = {
        null: value === null,
        boolean: typeof value === "boolean",
        int: whole && size <= 2 ** 31,
        long: whole && size <= 2 ** 63,
        float: typeof value === "number",
        double: typeof value === "number",
        string: typeof value === "string",
    };
    return kinds[kind] ?? false;
}
