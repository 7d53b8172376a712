// The package avsc does not replace this parser: it stops at the first error without its position, and drops the logical types that the
// columns need. It refuses what the specification allows, such as the default of a later branch of a union or a long above 2^53, and
// accepts a record without a name.

import type { BigQueryField } from "../../bigquery/field";
import { type Problem, problem } from "../../internal/arguments/argumentsError";
import { display, isObject } from "../../internal/arguments/value";
import { type Columns, type MappedColumn, mapEntries, namedColumn, nullable, repeated, Visited } from "./columns";

/** A type of an Avro schema, with resolved references. */
interface AvroType {
    kind: string;
    logicalType?: unknown;
    precision?: unknown;
    scale?: unknown;
    /** The fields of a record. */
    fields?: AvroField[];
    /** The type of array items or map values. */
    items?: AvroType;
    /** The types of a union. */
    branches?: AvroType[];
    /** The symbols of an enum. */
    symbols?: string[];
    /** The full name of a named type. */
    name?: string;
}

interface AvroField {
    name: string;
    doc?: string;
    type: AvroType;
    /** The path in the schema, such as `fields.2`. */
    at: string;
}

const primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
const simpleName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const fullName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const unknown: AvroType = { kind: "unknown" };

/**
 * Parses an {@link https://avro.apache.org/docs/1.12.0/specification/#schema-declaration Avro schema} and reports all its
 * errors.
 */
export function parseAvro(schema: unknown): { record: AvroType; problems: Problem[] } {
    const parser = new AvroParser();
    const record = parser.type(schema, "", "");
    if (parser.problems.length === 0 && record.kind !== "record") {
        parser.refuse(
            problem("", "pubsub/avro-without-record", "must be a record, because the schema of a topic is one"),
            schema,
        );
    }
    return { record, problems: parser.problems };
}

const join = (at: string, key: string | number) => (at === "" ? String(key) : `${at}.${key}`);

class AvroParser {
    readonly problems: Problem[] = [];
    private readonly namedTypes = new Map<string, AvroType>();

    refuse(refusal: Problem, got: unknown): AvroType {
        this.problems.push({ ...refusal, reason: `${refusal.reason} (got ${display(got)}).` });
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
            return this.refuse(
                problem(at, "pubsub/avro-type-invalid", "must be a type: a name, an object or a list of types"),
                schema,
            );
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
            return this.refuse(
                problem(join(at, "type"), "pubsub/avro-type-name-missing", "must be the name of a type"),
                type,
            );
        }
        const { logicalType, precision, scale } = schema;
        return primitives.includes(type)
            ? { kind: type, logicalType, precision, scale }
            : this.reference(type, join(at, "type"), namespace);
    }

    private reference(name: string, at: string, namespace: string): AvroType {
        const nearest = name.includes(".") ? undefined : this.namedTypes.get(`${namespace}.${name}`);
        return (
            nearest ??
            this.namedTypes.get(name) ??
            this.refuse(
                problem(at, "pubsub/avro-type-unknown", "is neither a type nor a name that was defined before"),
                name,
            )
        );
    }

    private union(schemas: unknown[], at: string, namespace: string): AvroType {
        const branches = schemas.map((schema, index) => this.type(schema, join(at, index), namespace));
        const seen = new Set<string>();
        for (const [index, { kind, name }] of branches.entries()) {
            if (kind === "union") {
                this.refuse(
                    problem(join(at, index), "pubsub/avro-union-in-union", "must not be a union in a union"),
                    schemas[index],
                );
            } else if (kind !== "unknown" && seen.has(name ?? kind)) {
                this.refuse(
                    problem(join(at, index), "pubsub/avro-union-type-twice", "is in the union twice"),
                    schemas[index],
                );
            }
            seen.add(name ?? kind);
        }
        return branches.length > 0
            ? { kind: "union", branches }
            : this.refuse(problem(at, "pubsub/avro-union-empty", "must be a union of at least one type"), schemas);
    }

    /** Registers a named type, so that later and nested types can reference it. Returns its namespace. */
    private registerName(schema: Record<string, unknown>, at: string, namespace: string, type: AvroType): string {
        const { name } = schema;
        if (typeof name !== "string" || !fullName.test(name)) {
            this.refuse(
                problem(
                    join(at, "name"),
                    "pubsub/avro-type-name-invalid",
                    "must be a name of letters, digits and _, not starting with a digit",
                ),
                name,
            );
            return namespace;
        }
        const own = schema.namespace ?? namespace;
        if (typeof own !== "string" || (own !== "" && !fullName.test(own))) {
            this.refuse(
                problem(
                    join(at, "namespace"),
                    "pubsub/avro-namespace-invalid",
                    "must be names with points between them",
                ),
                own,
            );
            return namespace;
        }
        const fullTypeName = name.includes(".") || own === "" ? name : `${own}.${name}`;
        if (this.namedTypes.has(fullTypeName) || primitives.includes(name)) {
            this.refuse(problem(join(at, "name"), "pubsub/avro-type-name-twice", "is the name of another type"), name);
        } else {
            type.name = fullTypeName;
            this.namedTypes.set(fullTypeName, type);
        }
        return fullTypeName.split(".").slice(0, -1).join(".");
    }

    private record(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const record: AvroType = { kind: "record" };
        const own = this.registerName(schema, at, namespace, record);
        if (!Array.isArray(schema.fields)) {
            return this.refuse(
                problem(join(at, "fields"), "pubsub/avro-fields-missing", "must be a list of fields"),
                schema.fields,
            );
        }
        const seen = new Set<unknown>();
        record.fields = schema.fields.map((field: unknown, index) => {
            const place = join(join(at, "fields"), index);
            if (isObject(field) && seen.has(field.name)) {
                this.refuse(
                    problem(join(place, "name"), "pubsub/avro-field-name-twice", "is the name of another field"),
                    field.name,
                );
            }
            seen.add(isObject(field) ? field.name : undefined);
            return this.field(field, place, own);
        });
        return record;
    }

    private field(field: unknown, at: string, namespace: string): AvroField {
        if (!isObject(field)) {
            return {
                name: "",
                type: this.refuse(
                    problem(at, "pubsub/avro-field-invalid", "must be a field: an object with name and type"),
                    field,
                ),
                at,
            };
        }
        const { name, type, doc } = field;
        if (typeof name !== "string" || !simpleName.test(name)) {
            this.refuse(
                problem(
                    join(at, "name"),
                    "pubsub/avro-field-name-invalid",
                    "must be a name of letters, digits and _, not starting with a digit",
                ),
                name,
            );
        }
        const parsed = this.type(type, join(at, "type"), namespace);
        if ("default" in field && !isDefaultOf(field.default, parsed)) {
            this.refuse(
                problem(
                    join(at, "default"),
                    "pubsub/avro-default-of-other-type",
                    "must be a value of the field's type",
                ),
                field.default,
            );
        }
        return {
            name: typeof name === "string" ? name : "",
            doc: typeof doc === "string" ? doc : undefined,
            type: parsed,
            at,
        };
    }

    private enumeration(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const { symbols } = schema;
        const type: AvroType = { kind: "enum" };
        this.registerName(schema, at, namespace, type);
        const isValid =
            Array.isArray(symbols) &&
            symbols.every((symbol) => typeof symbol === "string" && simpleName.test(symbol)) &&
            new Set(symbols).size === symbols.length;
        if (!isValid) {
            return this.refuse(
                problem(join(at, "symbols"), "pubsub/avro-symbols-invalid", "must be a list of unique names"),
                symbols,
            );
        }
        return Object.assign(type, { symbols });
    }

    private fixed(schema: Record<string, unknown>, at: string, namespace: string): AvroType {
        const { size, logicalType, precision, scale } = schema;
        const type: AvroType = { kind: "fixed", logicalType, precision, scale };
        this.registerName(schema, at, namespace, type);
        return Number.isInteger(size) && (size as number) > 0
            ? type
            : this.refuse(
                  problem(join(at, "size"), "pubsub/avro-size-invalid", "must be a whole number of bytes"),
                  size,
              );
    }
}

/** Whether a value is a valid default for a field of a type. */
function isDefaultOf(
    value: unknown,
    { kind, fields = [], items = unknown, branches = [], symbols = [] }: AvroType,
): boolean {
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
            return Array.isArray(value) && value.every((item) => isDefaultOf(item, items));
        case "map":
            return isObject(value) && Object.values(value).every((item) => isDefaultOf(item, items));
        case "record":
            return (
                isObject(value) &&
                fields.every(({ name, type }) => !Object.hasOwn(value, name) || isDefaultOf(value[name], type))
            );
        case "union":
            return branches.some((branch) => isDefaultOf(value, branch));
        default:
            return true;
    }
}

/**
 * The {@link https://cloud.google.com/pubsub/docs/bigquery BigQuery types} of Avro types. A column of only `null` may be
 * of any type.
 */
const columnTypes: Record<string, string> = {
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

/** The {@link https://cloud.google.com/pubsub/docs/bigquery BigQuery types} of Avro logical types, by the annotated type. */
const logicalColumnTypes: Record<string, Map<unknown, string>> = {
    int: new Map([
        ["date", "DATE"],
        ["time-millis", "TIME"],
    ]),
    long: new Map([
        ["timestamp-micros", "TIMESTAMP"],
        ["timestamp-millis", "TIMESTAMP"],
        ["time-micros", "TIME"],
    ]),
};

/** Maps the fields of an Avro schema to the columns of a table. */
export function avroColumns(record: AvroType): Columns {
    return new ColumnMapper().record(record, [record]);
}

class ColumnMapper {
    private readonly unmapped: Columns["unmapped"] = [];
    private readonly visited = new Visited();

    record({ fields = [] }: AvroType, parents: AvroType[]): Columns {
        const columns = fields.flatMap((field) => this.field(field, parents));
        return { columns, unmapped: this.unmapped };
    }

    private field({ name, doc, type, at }: AvroField, parents: AvroType[]): BigQueryField[] {
        const mapped = this.type(type, parents);
        if ("why" in mapped) {
            this.unmapped.push({ path: at, why: mapped.why });
            return [];
        }
        return [namedColumn(name, mapped.column, doc)];
    }

    private type(type: AvroType, parents: AvroType[]): MappedColumn {
        switch (type.kind) {
            case "record":
                return this.visited.record(type, parents, (all) => this.record(type, all).columns);
            case "array":
                return isOptional(type.items)
                    ? { why: "is a list of what may be null" }
                    : repeated(this.type(type.items as AvroType, parents));
            case "map":
                return mapEntries(nullable("STRING"), this.type(type.items as AvroType, parents));
            case "union":
                return this.union(type, parents);
            default:
                return scalarColumn(type);
        }
    }

    private union(type: AvroType, parents: AvroType[]): MappedColumn {
        const branches = type.branches as AvroType[];
        const [present, ...others] = branches.filter(({ kind }) => kind !== "null");
        if (branches.length !== 2 || others.length > 0) {
            return { why: "is a union of more than null and one type" };
        }
        const mapped = this.type(present as AvroType, parents);
        return "column" in mapped && mapped.column.mode === "REPEATED" ? { why: "is a list that may be null" } : mapped;
    }
}

const isOptional = (type?: AvroType) => type?.branches?.some(({ kind }) => kind === "null");

function scalarColumn(type: AvroType): MappedColumn {
    const { kind, logicalType } = type;
    if (kind === "fixed" && logicalType === "duration") {
        return { why: "is a duration, whose type INTERVAL no column of a table's schema has" };
    }
    // An incomplete logical type is ignored: https://avro.apache.org/docs/1.12.0/specification/#logical-types
    const isDecimal = logicalType === "decimal" && Number.isInteger(type.precision);
    if ((kind === "bytes" || kind === "fixed") && isDecimal) {
        return decimalColumn(type);
    }
    return nullable(logicalColumnTypes[kind]?.get(logicalType) ?? (columnTypes[kind] as string));
}

/**
 * `NUMERIC` has 29 digits before and 9 after the decimal point, `BIGNUMERIC` 38 and 38
 * ({@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types decimal types}).
 */
function decimalColumn({ precision, scale = 0 }: AvroType): MappedColumn {
    const [integerDigits, fractionDigits] = [Number(precision) - Number(scale), Number(scale)];
    if (integerDigits <= 29 && fractionDigits <= 9) {
        return nullable("NUMERIC");
    }
    return integerDigits <= 38 && fractionDigits <= 38
        ? nullable("BIGNUMERIC")
        : { why: "has more digits than a BIGNUMERIC" };
}
