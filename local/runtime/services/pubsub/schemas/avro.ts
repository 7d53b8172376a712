import { type Schema, Type, types } from "avsc";
import type { Inputs } from "../../../../simulator";
import { logicalValue } from "./logical";

/**
 * An Avro schema, to decode messages. Decoded unions are plain values, and logical types for times and decimals are
 * strings.
 */
export class AvroSchema {
    private readonly type: Type;

    constructor(definition: string) {
        this.type = Type.forSchema(readable(JSON.parse(definition)), {
            registry: { long },
            wrapUnions: true,
            omitRecordMethods: true,
            logicalTypes: Object.fromEntries(logicalNames.map((name) => [name, LogicalText])),
        });
    }

    /** Decodes Avro's JSON encoding; throws for invalid values. */
    fromJson(content: Buffer): unknown {
        const value = JSON.parse(content.toString());
        try {
            return plain(this.type.fromString(content.toString()));
        } catch {
            throw new Error(faultOf(this.type, value, "the message"));
        }
    }

    /** Decodes Avro's binary encoding; throws for invalid values. */
    fromBinary(content: Buffer): unknown {
        return plain(this.type.fromBuffer(content));
    }
}

/** Prepares a schema for avsc: without defaults, which only matter for resolution, and with references as names. */
function readable(schema: unknown): Schema {
    if (Array.isArray(schema)) {
        return schema.map(readable) as Schema;
    }
    if (typeof schema !== "object" || schema === null) {
        return schema as Schema;
    }
    const { type, items, values, fields, ...rest } = schema as Inputs;
    const isReference = typeof type === "string" && !builtIn.includes(type);
    return isReference
        ? type
        : {
              ...rest,
              type: typeof type === "object" ? readable(type) : type,
              ...(items && { items: readable(items) }),
              ...(values && { values: readable(values) }),
              ...(fields && {
                  fields: fields.map(({ name, type }: Inputs) => ({ name, type: readable(type) })),
              }),
          };
}

const builtIn = [
    ...["null", "boolean", "int", "long", "float", "double", "bytes", "string"],
    ...["record", "error", "enum", "fixed", "array", "map"],
];

const isLong = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63;

/** 64-bit integers; strings if they exceed the safe integers of JavaScript. */
const long = types.LongType.__with({
    fromBuffer: (bytes: Buffer) => {
        const value = bytes.readBigInt64LE();
        return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    },
    toBuffer: (value: number | string) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64LE(BigInt(value));
        return bytes;
    },
    fromJSON: (value: unknown) => {
        if (!isLong(value)) {
            throw new Error("not a long");
        }
        return value;
    },
    toJSON: (value: number) => value,
    isValid: isLong,
    compare: (one: number, other: number) => one - other,
});

const logicalNames = [
    ...["date", "time-millis", "time-micros", "timestamp-millis", "timestamp-micros"],
    ...["local-timestamp-millis", "local-timestamp-micros", "decimal"],
];

/** A value of a logical type, in BigQuery's format. */
class LogicalText extends types.LogicalType {
    private readonly attributes: Inputs;

    constructor(schema: Schema, options?: object) {
        super(schema, options);
        this.attributes = schema as Inputs;
    }

    protected override _fromValue(value: unknown): unknown {
        return logicalValue(this.attributes, value);
    }

    protected override _toValue(value: unknown): unknown {
        return value;
    }
}

/** Unwraps union values of avsc. */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) {
        return value;
    }
    const entries = Object.entries(value);
    return value.constructor.name.startsWith("Branch$")
        ? plain(entries[0]?.[1])
        : Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

const fits = (type: Type, value: unknown): boolean => {
    try {
        type.fromString(JSON.stringify(value) ?? "");
        return true;
    } catch {
        return false;
    }
};

/** Describes why and where a value in Avro's JSON encoding is invalid, as avsc does not report the position. */
function faultOf(type: Type, value: unknown, at: string): string {
    if (Type.isType(type, "union")) {
        return faultOfUnion((type as types.WrappedUnionType).types, value, at);
    }
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const object = value as Record<string, unknown>;
    const parts: [Type, unknown, string][] = [];
    if (Type.isType(type, "record") && isObject) {
        const { fields } = type as types.RecordType;
        const missing = fields.find(({ name }) => !Object.hasOwn(object, name));
        if (missing) {
            return `${at} has no ${missing.name}`;
        }
        parts.push(...fields.map(({ name, type }) => [type, object[name], `${at}.${name}`] as [Type, unknown, string]));
    } else if (Type.isType(type, "array") && Array.isArray(value)) {
        const { itemsType } = type as types.ArrayType;
        parts.push(...value.map((item, index) => [itemsType, item, `${at}[${index}]`] as [Type, unknown, string]));
    } else if (Type.isType(type, "map") && isObject) {
        const { valuesType } = type as types.MapType;
        const entries = Object.entries(object);
        parts.push(...entries.map(([key, item]) => [valuesType, item, `${at}.${key}`] as [Type, unknown, string]));
    }
    const wrong = parts.find(([part, item]) => !fits(part, item));
    const { typeName } = type instanceof types.LogicalType ? type.underlyingType : type;
    return wrong ? faultOf(...wrong) : `${at} is not of type ${typeName.replace(/^abstract:/, "")}`;
}

/** In unions, null is plain, and other values are objects with the name of their type. */
function faultOfUnion(branches: Type[], value: unknown, at: string): string {
    const [[name, inner] = []] = typeof value === "object" && value !== null ? Object.entries(value) : [];
    const chosen = branches.find(({ branchName }) => name !== undefined && branchName === name);
    const names = branches.map(({ branchName }) => branchName).join(", ");
    return chosen ? faultOf(chosen, inner, at) : `${at} must be one of ${names}, as { "type": value }`;
}
