import type { BigQueryField } from "../../data";
import type { Problem } from "../../internal/check";
import { type Columns, entries, type Mapped, named, plain, repeated } from "./columns";
import { type ProtoField, type ProtoMessage, typeNamed } from "./protobuf";

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
export function protobufColumns(message: ProtoMessage): Columns {
    const problems: Problem[] = [];
    const columns = columnsOf(message, [message], problems);
    return { columns, problems };
}

function columnsOf(message: ProtoMessage, within: ProtoMessage[], problems: Problem[]): BigQueryField[] {
    return message.fields.flatMap((field) => {
        const mapped = mappedField(field, message, within, problems);
        if ("why" in mapped) {
            problems.push({ path: `line ${field.line} (${field.name})`, reason: mapped.why });
            return [];
        }
        return [named(field.name, mapped.column)];
    });
}

function mappedField(field: ProtoField, message: ProtoMessage, within: ProtoMessage[], problems: Problem[]): Mapped {
    if (field.oneof !== undefined) {
        return { why: `is in the oneof ${field.oneof}` };
    }
    const value = mappedType(field.type, message, within, problems);
    if (field.key) {
        return entries(plain(types[field.key] as string), value);
    }
    return field.isRepeated ? repeated(value) : value;
}

function mappedType(type: string, message: ProtoMessage, within: ProtoMessage[], problems: Problem[]): Mapped {
    const plainType = types[type];
    if (plainType) {
        return plain(plainType);
    }
    const found = typeNamed(type, message);
    if (!found || found === "enum") {
        return plain("INTEGER");
    }
    return within.includes(found)
        ? { why: "has itself in it" }
        : {
              column: {
                  type: "RECORD",
                  mode: "NULLABLE",
                  fields: columnsOf(found, [...within, found], problems),
              },
          };
}
