import type { BigQueryField } from "../../data";
import type { Problem } from "../../internal/check";
import type { AvroField, AvroType } from "./avro";
import { type Columns, entries, type Mapped, named, plain, repeated } from "./columns";

/** "BigQuery subscriptions": Avro types. A column of `null` alone may be of any type. */
const primitives: Record<string, string> = {
    null: "STRING",
    boolean: "BOOLEAN",
    int: "INTEGER",
    long: "INTEGER",
    float: "FLOAT",
    double: "FLOAT",
    bytes: "BYTES",
    string: "STRING",
    fixed: "BYTES",
    enum: "INTEGER",
};

/** "BigQuery subscriptions": Avro logical types, by the types that they annotate ("Specification": logical types). */
const logical: Record<string, Record<string, string>> = {
    int: { date: "DATE", "time-millis": "TIME" },
    long: { "timestamp-micros": "TIMESTAMP", "timestamp-millis": "TIMESTAMP", "time-micros": "TIME" },
};

/** The columns of a table that takes the messages of an Avro schema. */
export function avroColumns(record: AvroType): Columns {
    return new Mapper().record(record, [record]);
}

class Mapper {
    private readonly problems: Problem[] = [];

    record({ fields = [] }: AvroType, within: AvroType[]): Columns {
        const columns = fields.flatMap((field) => this.field(field, within));
        return { columns, problems: this.problems };
    }

    private field({ name, doc, type, at }: AvroField, within: AvroType[]): BigQueryField[] {
        const mapped = this.type(type, within);
        if ("why" in mapped) {
            this.problems.push({ path: at, reason: mapped.why });
            return [];
        }
        return [named(name, mapped.column, doc)];
    }

    private type(type: AvroType, within: AvroType[]): Mapped {
        switch (type.kind) {
            case "record":
                return within.includes(type)
                    ? { why: "has itself in it" }
                    : {
                          column: {
                              type: "RECORD",
                              mode: "NULLABLE",
                              fields: this.record(type, [...within, type]).columns,
                          },
                      };
            case "array":
                return isOptional(type.items)
                    ? { why: "is a list of what may be null" }
                    : repeated(this.type(type.items as AvroType, within));
            case "map":
                return entries(plain("STRING"), this.type(type.items as AvroType, within));
            case "union":
                return this.union(type, within);
            default:
                return scalar(type);
        }
    }

    private union(type: AvroType, within: AvroType[]): Mapped {
        const [present, ...others] = (type.branches ?? []).filter(({ kind }) => kind !== "null");
        if (!present || others.length > 0 || type.branches?.length !== 2) {
            return { why: "is a union of more than null and one type" };
        }
        const mapped = this.type(present, within);
        return "column" in mapped && mapped.column.mode === "REPEATED" ? { why: "is a list that may be null" } : mapped;
    }
}

const isOptional = (type?: AvroType) => type?.branches?.some(({ kind }) => kind === "null") ?? false;

function scalar(type: AvroType): Mapped {
    const { kind, logicalType } = type;
    if (kind === "fixed" && logicalType === "duration") {
        return { why: "is a duration, whose type INTERVAL no column of a table's schema has" };
    }
    // One that is not complete is only a note ("Specification": logical types).
    const isNumber = logicalType === "decimal" && Number.isInteger(type.precision);
    if ((kind === "bytes" || kind === "fixed") && isNumber) {
        return decimal(type);
    }
    return plain(logical[kind]?.[String(logicalType)] ?? (primitives[kind] as string));
}

/** "Decimal types": 29 digits before and 9 behind the point, or 38 and 38. */
function decimal({ precision, scale = 0 }: AvroType): Mapped {
    const [before, behind] = [Number(precision) - Number(scale), Number(scale)];
    if (before <= 29 && behind <= 9) {
        return plain("NUMERIC");
    }
    return before <= 38 && behind <= 38 ? plain("BIGNUMERIC") : { why: "has more digits than a BIGNUMERIC" };
}
