import { bigQueryLimits, nameFormats } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

/** A column in the API's format. */
export interface Field {
    name: string;
    type: string;
    mode?: string;
    description?: string;
    fields?: Field[];
    maxLength?: number | string;
    precision?: number | string;
    scale?: number | string;
    collation?: string;
    policyTags?: { names?: string[] };
    rangeElementType?: { type?: string };
}

/** Type aliases that the provider knows. */
const same: Record<string, string> = { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN" };
/** Type names in API responses. */
const answered: Record<string, string> = { ...same, STRUCT: "RECORD", DECIMAL: "NUMERIC", BIGDECIMAL: "BIGNUMERIC" };

/** "Specify a schema": column types. */
const types = [
    ...["STRING", "BYTES", "INTEGER", "FLOAT", "BOOLEAN", "TIMESTAMP", "DATE", "TIME", "DATETIME", "GEOGRAPHY"],
    ...["NUMERIC", "BIGNUMERIC", "JSON", "RECORD", "RANGE", "INTERVAL"],
    // https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ForeignTypeInfo
    "FOREIGN",
];
const modes = ["NULLABLE", "REQUIRED", "REPEATED"];

export const typeOf = ({ type }: Field, names = answered) => names[type.toUpperCase()] ?? type.toUpperCase();
const modeOf = ({ mode }: Field) => (mode ?? "NULLABLE").toUpperCase();

/** The provider's validation of a schema. */
export function schemaError(text: string): string | undefined {
    try {
        const fields = JSON.parse(text);
        if (!Array.isArray(fields)) {
            return `"schema" is not a JSON array: ${text}`;
        }
        return fields.includes(null) ? '"schema" contains a nil element' : undefined;
    } catch (error) {
        return `"schema" contains an invalid JSON: ${(error as Error).message}`;
    }
}

export const parseSchema = (schema: string | undefined): Field[] => (schema ? JSON.parse(schema) : []);

/** Prefixes that names of columns cannot have: https://cloud.google.com/bigquery/docs/schemas#column_names */
const reserved = /^(_PARTITION|_TABLE_|_FILE_|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER)/i;

/** BigQuery's validation of columns. */
export function verifyFields(fields: Field[], above = ""): void {
    const names = new Set<string>();
    for (const field of fields) {
        const { name, type } = field;
        const path = `${above}${name}`;
        if (!nameFormats.rows.bigQueryColumn.pattern.test(name ?? "")) {
            throw invalid(
                `Invalid field name "${path}". Fields must contain the allowed characters, and be at most 300 characters long. For allowed characters, please refer to https://cloud.google.com/bigquery/docs/schemas#column_names`,
            );
        }
        if (reserved.test(name)) {
            throw invalid(
                `Invalid field name "${path}". Field names are not allowed to start with the (case-insensitive) prefixes _PARTITION, _TABLE_, _FILE_, _ROW_TIMESTAMP, __ROOT__ and _COLIDENTIFIER`,
            ).recordedIn("https://github.com/dbt-labs/dbt-external-tables/issues/175");
        }
        if (names.has(name.toLowerCase())) {
            throw invalid(`Field ${path} already exists in schema`);
        }
        names.add(name.toLowerCase());
        if (!types.includes(type ? typeOf(field) : "")) {
            throw invalid(`Invalid value for type: ${type} is not a valid value`);
        }
        if (!modes.includes(modeOf(field))) {
            throw invalid(`Invalid value for mode: ${field.mode} is not a valid value`);
        }
        if (typeOf(field) === "RECORD" && !field.fields?.length) {
            throw invalid(`Field ${path} is type RECORD but has no schema`);
        }
        verifyOptions(field, path);
        verifyFields(field.fields ?? [], `${path}.`);
    }
}

/** The digits of numbers: the most without decimal places, and the most decimal places. */
const digits: Record<string, { whole: number; decimal: number }> = {
    NUMERIC: { whole: 29, decimal: 9 },
    BIGNUMERIC: { whole: 38, decimal: 38 },
};

/** Options that only some types have: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema */
function verifyOptions(field: Field, path: string): void {
    const { description = "", maxLength, precision, scale, collation, policyTags, rangeElementType } = field;
    const type = typeOf(field);
    const refuse = (reason: string) => invalid(`Invalid field ${path}: ${reason}.`);
    const { max } = bigQueryLimits.rows.columnDescription;
    if (description.length > max) {
        throw refuse(`the description has ${description.length} characters, and at most ${max} are allowed`);
    }
    if (maxLength !== undefined && !(["STRING", "BYTES"].includes(type) && Number(maxLength) > 0)) {
        throw refuse(`maxLength ${maxLength} of type ${type}. It must be positive, and only STRING and BYTES have it`);
    }
    if (collation && (type !== "STRING" || collation !== "und:ci")) {
        throw refuse(`collation ${collation} of type ${type}. Only STRING has a collation, which is und:ci`);
    }
    if (precision !== undefined || scale !== undefined) {
        verifyDigits(type, Number(precision ?? Number.NaN), Number(scale ?? 0), refuse);
    }
    if ((type === "RANGE") !== (rangeElementType !== undefined)) {
        throw refuse("rangeElementType is required by the type RANGE, and no other type has it");
    }
    if (rangeElementType && !["DATE", "DATETIME", "TIMESTAMP"].includes(String(rangeElementType.type).toUpperCase())) {
        throw refuse(`a range of ${rangeElementType.type}. It must be of DATE, DATETIME or TIMESTAMP`);
    }
    const tags = policyTags?.names ?? [];
    if (
        tags.length > 1 ||
        tags.some((tag) => !/^projects\/[^/]+\/locations\/[^/]+\/taxonomies\/\d+\/policyTags\/\d+$/.test(tag))
    ) {
        throw refuse(
            `policy tags ${tags.join(", ")}. One is allowed, of the form projects/*/locations/*/taxonomies/*/policyTags/*`,
        );
    }
}

function verifyDigits(type: string, precision: number, scale: number, refuse: (reason: string) => Error): void {
    const most = digits[type];
    if (!most) {
        throw refuse(`precision or scale of type ${type}. Only NUMERIC and BIGNUMERIC have them`);
    }
    const isScale = scale >= 0 && scale <= most.decimal;
    if (!(isScale && precision >= Math.max(1, scale) && precision <= most.whole + scale)) {
        throw refuse(
            `precision ${precision} and scale ${scale}. ${type} has a precision of at most ${most.whole} more than the scale, and a scale of 0 to ${most.decimal}; a scale needs a precision`,
        );
    }
}

/** All columns, with those of columns: https://cloud.google.com/bigquery/quotas#standard_tables */
export function verifySize(fields: Field[]): void {
    const count = (columns: Field[]): number => columns.reduce((sum, each) => sum + 1 + count(each.fields ?? []), 0);
    const depth = (columns: Field[]): number => Math.max(0, ...columns.map((each) => 1 + depth(each.fields ?? [])));
    const { columns, nesting } = bigQueryLimits.rows;
    if (count(fields) > columns.max) {
        throw invalid(`Too many total leaf fields: ${count(fields)}, max allowed field count is ${columns.max}`);
    }
    // The columns of a record of the deepest level.
    if (depth(fields) > nesting.max + 1) {
        throw invalid(`Too many nested levels of fields: ${depth(fields) - 1}, max allowed is ${nesting.max}`);
    }
}

/** A schema in BigQuery's format: ordered keys, and legacy type names. */
export function schemaResponse(fields: Field[]): string {
    return JSON.stringify(fields.map(inOrder));
}

function inOrder(field: Field): Inputs {
    const { mode, fields } = field;
    const own: Inputs = {
        ...field,
        type: typeOf(field),
        ...(mode && { mode: mode.toUpperCase() }),
        ...(fields && { fields: fields.map(inOrder) }),
    };
    return Object.fromEntries(Object.entries(own).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Normalizes a schema for comparison: ignores the order of columns and default values. The provider does not know that
 * `STRUCT` is `RECORD` and reports a change at every deployment.
 */
export function canonical(schema: unknown): string {
    try {
        return JSON.stringify(comparable(parseSchema(String(schema))));
    } catch {
        return String(schema);
    }
}

function comparable(fields: Field[]): Inputs[] {
    return fields
        .map(({ description, policyTags, ...field }: Field & { policyTags?: { names?: string[] } }) => ({
            ...inOrder({ ...field, mode: modeOf(field) }),
            type: typeOf(field, same),
            description: description || undefined,
            policyTags: policyTags?.names?.length ? policyTags : undefined,
            fields: field.fields && comparable(field.fields),
        }))
        .sort((one: Inputs, other: Inputs) => (one.name < other.name ? -1 : 1));
}

/**
 * Whether a schema change replaces the table, as the provider decides: columns can be added unless required, dropped if
 * none is added, and made nullable.
 */
export function needsNewTable(desired: unknown, found: unknown): boolean {
    try {
        return !changeable(parseSchema(String(found)), parseSchema(String(desired)), true);
    } catch {
        return true;
    }
}

function changeable(old: Field[], news: Field[], top: boolean): boolean {
    const named = (fields: Field[], name: string) => fields.find((field) => field.name === name);
    const added = news.filter(({ name }) => !named(old, name));
    const dropped = old.filter(({ name }) => !named(news, name));
    if (added.some(({ mode }) => mode === "REQUIRED") || (dropped.length > 0 && (!top || added.length > 0))) {
        return false;
    }
    return old.every((before) => {
        const after = named(news, before.name);
        return !after || alike(before, after);
    });
}

function alike(before: Field, after: Field): boolean {
    const relaxed = modeOf(before) === "REQUIRED" && modeOf(after) === "NULLABLE";
    return (
        typeOf(before, same) === typeOf(after, same) &&
        (modeOf(before) === modeOf(after) || relaxed) &&
        changeable(before.fields ?? [], after.fields ?? [], false)
    );
}
