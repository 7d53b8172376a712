import { intervalOf } from "./interval";
import { dateOf, localTime, shownTime, type TimestampFormat, timeOfDay, utcTime } from "./times";

/** A column in a table's schema. */
export interface Column {
    name: string;
    type: string;
    mode?: string;
    fields?: Column[];
    /** The maximum length of a `STRING` in characters, or of `BYTES` in bytes. */
    maxLength?: string;
    /** The digits of a second of a `TIMESTAMP`: 6 by default, or 12. */
    timestampPrecision?: string;
    /** Of a `RANGE`. */
    rangeElementType?: { type: string };
    /** What {@link withDefaults} writes to rows without a value. */
    defaultValueExpression?: string;
}

export type Row = Record<string, unknown>;

/** A value that is not valid for its column. */
export class InvalidValue extends Error {
    constructor(
        /** The column with its parent columns. */
        readonly location: string,
        message: string,
    ) {
        super(message);
    }
}

/** Types by their names in API responses. */
const types: Record<string, string> = { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN", STRUCT: "RECORD" };

export const typeOf = ({ type }: Column): string => types[type.toUpperCase()] ?? type.toUpperCase();

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isForm =
    (form: RegExp) =>
    (text: string): string | undefined =>
        form.test(text) ? text : undefined;

/**
 * Values in the format of answers; undefined for texts that are no value of the type:
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType#typekind
 */
const readers: Record<string, (text: string, column: Column) => unknown> = {
    INTEGER: (text) => (/^[+-]?\d+$/.test(text) ? integerOf(text) : undefined),
    FLOAT: floatOf,
    NUMERIC: isForm(decimal),
    BIGNUMERIC: isForm(decimal),
    BOOLEAN: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined),
    // Encoders break lines, as of MIME.
    BYTES: (text) => isForm(/^[A-Za-z0-9+/]*={0,2}$/)(text.replaceAll(/\r?\n/g, "")),
    DATE: dateOf,
    TIME: timeOfDay,
    DATETIME: localTime,
    TIMESTAMP: (text, { timestampPrecision }) =>
        utcTime(/^-?\d+(\.\d+)?$/.test(text) ? fromSeconds(text) : text, Number(timestampPrecision ?? 6)),
    INTERVAL: intervalOf,
    GEOGRAPHY: geographyOf,
};

const integerOf = (text: string) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

function floatOf(text: string): unknown {
    const [, sign, special] = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text) ?? [];
    if (special) {
        return /nan/i.test(special) ? "NaN" : sign === "-" ? "-Infinity" : "Infinity";
    }
    return decimal.test(text) ? (Number.isFinite(Number(text)) ? Number(text) : text) : undefined;
}

/** Well-known text with its shortest coordinates: `POINT(-135 90)`. GeoJSON remains as it is. */
function geographyOf(text: string): string {
    return text.startsWith("{") ? text : text.replaceAll(/-?\d+\.\d+/g, (number) => String(Number(number)));
}

export interface RowOptions {
    /** Ignore values without a column. */
    dropUnknown: boolean;
}

/** Validates and normalizes a row: only columns of the table, each value in one format of its type. */
export function parseRow(columns: Column[], row: unknown, leniency: RowOptions, within = ""): Row {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
        throw new InvalidValue(within, "This field: is not a record.");
    }
    const retained: Row = {};
    for (const [name, value] of Object.entries(row)) {
        const column = columns.find((item) => item.name.toLowerCase() === name.toLowerCase());
        if (column && value !== null && value !== undefined) {
            retained[column.name] = cellOf(column, value, leniency, within + column.name);
        } else if (!column && !leniency.dropUnknown) {
            throw new InvalidValue(within + name, `no such field: ${within}${name}.`);
        }
    }
    for (const { name, mode } of columns) {
        if (mode === "REQUIRED" && retained[name] === undefined) {
            throw new InvalidValue(within + name, `Missing required field: ${within}${name}.`);
        }
    }
    return retained;
}

function cellOf(column: Column, value: unknown, leniency: RowOptions, at: string): unknown {
    if (column.mode === "REPEATED") {
        if (!Array.isArray(value)) {
            throw new InvalidValue(at, "Repeated field must be imported as a JSON array.");
        }
        return value.map((item) => singleOf(column, item, leniency, at));
    }
    return singleOf(column, value, leniency, at);
}

function singleOf(column: Column, value: unknown, leniency: RowOptions, at: string): unknown {
    const type = typeOf(column);
    if (type === "RECORD") {
        return parseRow(column.fields ?? [], value, leniency, `${at}.`);
    }
    if (type === "JSON") {
        return jsonOf(value, at);
    }
    if (Array.isArray(value)) {
        throw new InvalidValue(at, "Array specified for non-repeated field.");
    }
    if (type === "RANGE") {
        return rangeOf(column, value, leniency, at);
    }
    if (typeof value === "object") {
        throw new InvalidValue(at, "This field is not a record.");
    }
    const text = String(value);
    const read = readers[type] ? readers[type](text, column) : text;
    if (read === undefined) {
        throw new InvalidValue(at, badValue(type, text));
    }
    verifyLength(column, type, text, at);
    return read;
}

const badValue = (type: string, text: string) => `Cannot convert value to ${type.toLowerCase()} (bad value): ${text}`;

/**
 * A range as `[2020-01-01, UNBOUNDED)`; JSON has an object with `start` and `end`:
 * https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#data_types
 */
function rangeOf(column: Column, value: unknown, leniency: RowOptions, at: string): string {
    const [, ...texts] = /^\[\s*([^,]+?)\s*,\s*([^,]+?)\s*\)$/.exec(String(value)) ?? [];
    const isObject = typeof value === "object" && value !== null;
    const bounds = isObject ? [(value as Row).start, (value as Row).end] : texts;
    if (bounds.length !== 2) {
        throw new InvalidValue(at, badValue("RANGE", String(value)));
    }
    const element = { name: column.name, type: column.rangeElementType?.type ?? "DATE" };
    const [start, end] = bounds.map((bound) =>
        bound === undefined || bound === null || /^(null|unbounded)$/i.test(String(bound))
            ? unbounded
            : singleOf(element, bound, leniency, at),
    );
    return `[${start}, ${end})`;
}

const unbounded = "UNBOUNDED";

/** https://github.com/googleapis/java-bigquerystorage/blob/main/google-cloud-bigquerystorage/src/test/java/com/google/cloud/bigquery/storage/v1/it/ITBigQueryWriteManualClientTest.java */
function verifyLength({ maxLength: max }: Column, type: string, text: string, at: string): void {
    if (max !== undefined && (type === "STRING" || type === "BYTES")) {
        const length = type === "STRING" ? [...text].length : Buffer.from(text, "base64").length;
        if (length > Number(max)) {
            throw new InvalidValue(
                at,
                `Field ${at}: ${type}(${max}) has maximum length ${max} but got a value with length ${length}`,
            );
        }
    }
}

/** A value of type JSON as a string; strings must contain JSON. */
function jsonOf(value: unknown, at: string): string {
    if (typeof value !== "string") {
        return JSON.stringify(value);
    }
    try {
        return JSON.stringify(JSON.parse(value));
    } catch {
        throw new InvalidValue(at, `Invalid JSON: ${value}`);
    }
}

/** A number of seconds since 1970 as a time. */
const fromSeconds = (seconds: string): string => {
    const date = new Date(Number(seconds) * 1000);
    return Number.isNaN(date.getTime()) ? seconds : date.toISOString();
};

/** Formats a row like the API: without names, and all values as strings. */
export function rowResource(columns: Column[], row: Row, format: TimestampFormat): object {
    return { f: columns.map((column) => ({ v: listed(column, row[column.name], format) })) };
}

function listed(column: Column, value: unknown, format: TimestampFormat): unknown {
    if (column.mode === "REPEATED") {
        const single = { ...column, mode: undefined };
        return ((value as unknown[]) ?? []).map((item) => ({ v: listed(single, item, format) }));
    }
    if (value === undefined) {
        return null;
    }
    switch (typeOf(column)) {
        case "RECORD":
            return rowResource(column.fields ?? [], value as Row, format);
        case "TIMESTAMP":
            return shownTime(String(value), format);
        case "RANGE":
            return String(value).replaceAll(/[^[, )]+Z/g, (time) => shownTime(time, format));
        default:
            return String(value);
    }
}
