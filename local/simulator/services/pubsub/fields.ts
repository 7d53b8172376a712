import { type Field, MapField, parse, type Type } from "protobufjs";
import { GoogleError } from "../../cloud/errors";

/** A field of a schema: its type, and compatible column types. */
export interface SchemaField {
    type: string;
    /** Compatible column types; undefined if there are none. */
    columns: string[];
    isRepeated: boolean;
}

const [integers, floats] = [
    ["INTEGER", "NUMERIC", "BIGNUMERIC"],
    ["FLOAT", "NUMERIC", "BIGNUMERIC"],
];
const bytes = ["BYTES", "NUMERIC", "BIGNUMERIC"];
const texts = ["STRING", "JSON", "TIMESTAMP", "DATETIME", "DATE", "TIME", "NUMERIC", "BIGNUMERIC"];
const days = [...integers, "DATE"];
const times = [...days, "DATETIME", "TIMESTAMP"];

/** "BigQuery subscriptions": Avro types, including logical types. */
const avroColumns: Record<string, string[]> = {
    boolean: ["BOOLEAN"],
    ...{ int: integers, long: integers, float: floats, double: floats },
    ...{ bytes, string: texts, fixed: bytes, enum: ["INTEGER"], record: ["RECORD"], map: ["RECORD"] },
    ...{ "timestamp-micros": ["TIMESTAMP"], "timestamp-millis": ["TIMESTAMP"], date: ["DATE"] },
    ...{ "time-micros": ["TIME"], "time-millis": ["TIME"], decimal: ["NUMERIC", "BIGNUMERIC"] },
};

/** "BigQuery subscriptions": Protocol Buffer types. */
const protobufColumns: Record<string, string[]> = {
    ...{ double: floats, float: floats, int32: days, int64: times, uint32: days, uint64: ["NUMERIC", "BIGNUMERIC"] },
    ...{ sint32: integers, sint64: times, fixed32: days, fixed64: ["NUMERIC", "BIGNUMERIC"], sfixed32: days },
    ...{ sfixed64: times, bool: ["BOOLEAN"], string: texts, bytes },
};

/** Parses the fields of a schema by name; throws if it is not valid. */
export function fieldsOf({ type, definition }: { type: string; definition: string }): Record<string, SchemaField> {
    return type === "AVRO" ? avroFields(definition) : protobufFields(definition);
}

interface Avro {
    type: string;
    name?: string;
    fields?: { name: string; type: unknown }[];
    items?: unknown;
    logicalType?: string;
}

function avroFields(definition: string): Record<string, SchemaField> {
    const refuse = (reason: string) => new GoogleError(400, `AVRO schema definition is not valid: ${reason}`);
    let record: Avro;
    try {
        record = JSON.parse(definition);
    } catch {
        throw refuse("Tried to parse invalid JSON.");
    }
    if (record?.type !== "record" || !record.name || !Array.isArray(record.fields)) {
        throw refuse("A record with a name and fields is needed.");
    }
    return Object.fromEntries(record.fields.map(({ name, type }) => [name, avroField(type)]));
}

function avroField(type: unknown): SchemaField {
    const branches = Array.isArray(type) ? type.filter((branch) => branch !== "null") : [type];
    const one = (typeof branches[0] === "string" ? { type: branches[0] } : branches[0]) as Avro | undefined;
    const written = JSON.stringify(type);
    if (branches.length !== 1 || !one) {
        return { type: written, columns: [], isRepeated: false };
    }
    if (one.type === "array") {
        return { ...avroField(one.items), type: written, isRepeated: true };
    }
    // Other names refer to types defined in the schema: records, enums or fixed types.
    const columns = avroColumns[one.logicalType ?? ""] ?? avroColumns[one.type] ?? ["RECORD", "INTEGER", ...bytes];
    return { type: written, columns, isRepeated: one.type === "map" };
}

function protobufFields(definition: string): Record<string, SchemaField> {
    const message = protobufMessage(definition);
    return Object.fromEntries(message.fieldsArray.map((field) => [field.name, protobufField(field.resolve())]));
}

function protobufMessage(definition: string): Type {
    const refuse = (reason: string) =>
        new GoogleError(400, `Protocol buffer schema definition is not valid: ${reason}`);
    try {
        const { root, package: within, imports = [] } = parse(definition, { keepCase: true });
        const types = (within ? root.lookup(within) : root) as Type | null;
        const [message, ...others] = types?.nestedArray ?? [];
        if (imports.length > 0 || !message || others.length > 0 || !("fields" in message)) {
            throw new Error("exactly one message type and no import are needed.");
        }
        root.resolveAll();
        return message as Type;
    } catch (error) {
        throw refuse((error as Error).message);
    }
}

function protobufField(field: Field): SchemaField {
    const { type, repeated, resolvedType, partOf } = field;
    const isMap = field instanceof MapField;
    const named = resolvedType && ("values" in resolvedType ? ["INTEGER"] : ["RECORD"]);
    const isChoice = partOf && !field.options?.proto3_optional;
    const columns = isChoice ? [] : isMap ? ["RECORD"] : (named ?? protobufColumns[type] ?? []);
    return { type, columns, isRepeated: repeated || isMap };
}
