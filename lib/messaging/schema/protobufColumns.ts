import type { Field, MapField, Type } from "protobufjs";
import type { BigQueryField } from "../../data";
import type { Problem } from "../../internal/check";
import { type Columns, entries, type Mapped, named, plain, repeated } from "./columns";
import { isMessage, pathOf } from "./protobuf";

/** "BigQuery subscriptions": Protocol Buffer types. */
const types: Record<string, string> = {
    double: "FLOAT",
    float: "FLOAT",
    int32: "INTEGER",
    int64: "INTEGER",
    uint32: "INTEGER",
    uint64: "NUMERIC",
    sint32: "INTEGER",
    sint64: "INTEGER",
    fixed32: "INTEGER",
    fixed64: "NUMERIC",
    sfixed32: "INTEGER",
    sfixed64: "INTEGER",
    bool: "BOOLEAN",
    string: "STRING",
    bytes: "BYTES",
};

/** The columns of a table that takes the messages of a Protocol Buffers schema. */
export function protobufColumns(message: Type): Columns {
    const problems: Problem[] = [];
    const columns = columnsOf(message, [message], problems);
    return { columns, problems };
}

function columnsOf({ fieldsArray }: Type, within: Type[], problems: Problem[]): BigQueryField[] {
    return fieldsArray.flatMap((field) => {
        const mapped = mappedField(field, within, problems);
        if ("why" in mapped) {
            problems.push({ path: pathOf(field), reason: mapped.why });
            return [];
        }
        return [named(field.name, mapped.column)];
    });
}

function mappedField(field: Field, within: Type[], problems: Problem[]): Mapped {
    if (field.partOf && !field.partOf.isProto3Optional) {
        return { why: `is in the oneof ${field.partOf.name}` };
    }
    const value = mappedType(field, within, problems);
    if (isMap(field)) {
        return entries(plain(types[field.keyType] as string), value);
    }
    return field.repeated ? repeated(value) : value;
}

const isMap = (field: Field): field is Field & Pick<MapField, "keyType"> => field.map;

function mappedType({ type, resolvedType }: Field, within: Type[], problems: Problem[]): Mapped {
    if (!isMessage(resolvedType)) {
        return plain(types[type] ?? "INTEGER");
    }
    return within.includes(resolvedType)
        ? { why: "has itself in it" }
        : {
              column: {
                  type: "RECORD",
                  mode: "NULLABLE",
                  fields: columnsOf(resolvedType, [...within, resolvedType], problems),
              },
          };
}
