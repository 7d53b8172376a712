import type { Problem } from "../../internal/check";
import { display, isObject } from "../../internal/value";

/** A type of an Avro schema, with names replaced by what they name. */
export interface AvroType {
    kind: string;
    logicalType?: unknown;
    precision?: unknown;
    scale?: unknown;
    /** Of a record. */
    fields?: AvroField[];
    /** Of a list or a map: the type of what is in it. */
    items?: AvroType;
    /** Of a union. */
    branches?: AvroType[];
    /** Of an enum. */
    symbols?: string[];
    /** Of what has a name. */
    name?: string;
}

export interface AvroField {
    name: string;
    doc?: string;
    type: AvroType;
    /** Where it stands, such as `fields.2`. */
    at: string;
}

const primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
const simpleName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const fullName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const unknown: AvroType = { kind: "unknown" };

/** Reads an Avro schema ("Specification": schema declaration) and tells every place where it is none. */
export function readAvro(schema: unknown): { record: AvroType; problems: Problem[] } {
    const reader = new Reader();
    const record = reader.type(schema, "", "");
    if (reader.problems.length === 0 && record.kind !== "record") {
        reader.refuse("", "must be a record, as a topic's schema is", schema);
    }
    return { record, problems: reader.problems };
}

const join = (at: string, key: string | number) => (at === "" ? String(key) : `${at}.${key}`);

class Reader {
    readonly problems: Problem[] = [];
    private readonly named = new Map<string, AvroType>();

    refuse(path: string, what: string, got: unknown): AvroType {
        this.problems.push({ path, reason: `${what} (got ${display(got)}).` });
        return unknown;
    }

    type(schema: unknown, at: string, namespace: string): AvroType {
        if (typeof schema === "string") {
            return primitives.includes(schema) ? { kind: schema } : this.reference(schema, at, namespace);
        }
        if (Array.isArray(schema)) {
            return this.union(schema, at, namespace);
        }
        if (!isObject(schema)) {
            return this.refuse(at, "must be a type: a name, an object or a list of types", schema);
        }
        return this.complex(schema, at, namespace);
    }

    private complex(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const { type } = schema;
        switch (type) {
            case "record":
            case "error":
                return this.record(schema, at, namespace);
            case "enum":
                return this.enumeration(schema, at, namespace);
            case "fixed":
                return this.fixed(schema, at, namespace);
            case "array":
                return { kind: "array", items: this.type(schema.items, join(at, "items"), namespace) };
            case "map":
                return { kind: "map", items: this.type(schema.values, join(at, "values"), namespace) };
        }
        if (typeof type !== "string") {
            return this.refuse(join(at, "type"), "must be the name of a type", type);
        }
        const { logicalType, precision, scale } = schema;
        return primitives.includes(type)
            ? { kind: type, logicalType, precision, scale }
            : this.reference(type, join(at, "type"), namespace);
    }

    private reference(name: string, at: string, namespace: string): AvroType {
        const found = this.named.get(namespace && !name.includes(".") ? `${namespace}.${name}` : name);
        return found ?? this.named.get(name) ?? this.refuse(at, "is no type, and none that was named before", name);
    }

    private union(schemas: unknown[], at: string, namespace: string): AvroType {
        const branches = schemas.map((schema, index) => this.type(schema, join(at, index), namespace));
        const seen = new Set<string>();
        for (const [index, { kind, name }] of branches.entries()) {
            if (kind === "union") {
                this.refuse(join(at, index), "must not be a union in a union", schemas[index]);
            } else if (kind !== "unknown" && seen.has(name ?? kind)) {
                this.refuse(join(at, index), "is in the union twice", schemas[index]);
            }
            seen.add(name ?? kind);
        }
        return branches.length > 0
            ? { kind: "union", branches }
            : this.refuse(at, "must be a union of at least one type", schemas);
    }

    /** Gives a type its name, so that what stands behind it, or in it, can be of that type. */
    private name(schema: Record<string, unknown>, at: string, namespace: string, type: AvroType): string {
        const { name } = schema;
        if (typeof name !== "string" || !fullName.test(name)) {
            this.refuse(join(at, "name"), "must be a name of letters, digits and _, not starting with a digit", name);
            return namespace;
        }
        const own = schema.namespace ?? namespace;
        if (typeof own !== "string" || (own !== "" && !fullName.test(own))) {
            this.refuse(join(at, "namespace"), "must be names with points between them", own);
            return namespace;
        }
        const whole = name.includes(".") || own === "" ? name : `${own}.${name}`;
        if (this.named.has(whole) || primitives.includes(name)) {
            this.refuse(join(at, "name"), "is the name of another type", name);
        } else {
            type.name = whole;
            this.named.set(whole, type);
        }
        return whole.split(".").slice(0, -1).join(".");
    }

    private record(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const record: AvroType = { kind: "record" };
        const own = this.name(schema, at, namespace, record);
        if (!Array.isArray(schema.fields)) {
            return this.refuse(join(at, "fields"), "must be a list of fields", schema.fields);
        }
        const seen = new Set<unknown>();
        record.fields = schema.fields.map((field: unknown, index) => {
            const place = join(join(at, "fields"), index);
            if (isObject(field) && seen.has(field.name)) {
                this.refuse(join(place, "name"), "is the name of another field", field.name);
            }
            seen.add(isObject(field) ? field.name : undefined);
            return this.field(field, place, own);
        });
        return record;
    }

    private field(field: unknown, at: string, namespace: string): AvroField {
        if (!isObject(field)) {
            return { name: "", type: this.refuse(at, "must be a field: an object with name and type", field), at };
        }
        const { name, type, doc } = field;
        if (typeof name !== "string" || !simpleName.test(name)) {
            const what = "must be a name of letters, digits and _, not starting with a digit";
            this.refuse(join(at, "name"), what, name);
        }
        const read = this.type(type, join(at, "type"), namespace);
        if ("default" in field && !fits(field.default, read)) {
            this.refuse(join(at, "default"), "must be a value of the field's type", field.default);
        }
        return { name: String(name), doc: typeof doc === "string" ? doc : undefined, type: read, at };
    }

    private enumeration(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const { symbols } = schema;
        const type: AvroType = { kind: "enum" };
        this.name(schema, at, namespace, type);
        const isRight =
            Array.isArray(symbols) &&
            symbols.every((symbol) => typeof symbol === "string" && simpleName.test(symbol)) &&
            new Set(symbols).size === symbols.length;
        if (!isRight) {
            return this.refuse(join(at, "symbols"), "must be a list of names, none of them twice", symbols);
        }
        return Object.assign(type, { symbols });
    }

    private fixed(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const { size, logicalType, precision, scale } = schema;
        const type: AvroType = { kind: "fixed", logicalType, precision, scale };
        this.name(schema, at, namespace, type);
        return Number.isInteger(size) && (size as number) > 0
            ? type
            : this.refuse(join(at, "size"), "must be a whole number of bytes", size);
    }
}

/** Whether a value can be the default of a field of that type. */
function fits(value: unknown, { kind, fields = [], items = unknown, branches = [], symbols = [] }: AvroType): boolean {
    switch (kind) {
        case "null":
            return value === null;
        case "boolean":
            return typeof value === "boolean";
        case "int":
        case "long":
            return Number.isInteger(value);
        case "float":
        case "double":
            return typeof value === "number";
        case "bytes":
        case "fixed":
        case "string":
            return typeof value === "string";
        case "enum":
            return symbols.includes(value as string);
        case "array":
            return Array.isArray(value) && value.every((item) => fits(item, items));
        case "map":
            return isObject(value) && Object.values(value).every((item) => fits(item, items));
        case "record":
            return isObject(value) && fields.every(({ name, type }) => !(name in value) || fits(value[name], type));
        case "union":
            return branches.some((branch) => fits(value, branch));
        default:
            return true;
    }
}
