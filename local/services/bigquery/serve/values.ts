/** A column in a table's schema. */
export interface Column {
    name: string;
    type: string;
    mode?: string;
    fields?: Column[];
    /** The maximum length of a `STRING` in characters, or of `BYTES` in bytes. */
    maxLength?: string;
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

/** Formats of values as strings. */
const forms: Record<string, RegExp> = {
    INTEGER: /^[+-]?\d+$/,
    FLOAT: /^([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|nan)$/i,
    NUMERIC: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
    BIGNUMERIC: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
    BOOLEAN: /^(true|false)$/i,
    BYTES: /^[A-Za-z0-9+/]*={0,2}$/,
    DATE: /^\d{4}-\d\d?-\d\d?$/,
    TIME: /^\d\d?:\d\d?:\d\d?(\.\d{1,6})?$/,
    DATETIME: /^\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d?:\d\d?(\.\d{1,6})?)?$/,
    TIMESTAMP: /^\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d?(:\d\d?(\.\d{1,9})?)?)?( ?(Z|UTC|[+-]\d\d?(:?\d\d)?))?$/i,
};

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
    if (typeof value === "object") {
        throw new InvalidValue(at, "This field is not a record.");
    }
    const text = String(value);
    const numeric = type === "TIMESTAMP" && /^-?\d+(\.\d+)?$/.test(text);
    if (!numeric && forms[type] && !forms[type].test(text)) {
        throw new InvalidValue(at, `Cannot convert value to ${type.toLowerCase()} (bad value): ${text}`);
    }
    verifyLength(column, type, text, at);
    return read(type, text, numeric);
}

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

function read(type: string, text: string, numeric: boolean): unknown {
    switch (type) {
        case "INTEGER":
            return Number.isSafeInteger(Number(text)) ? Number(text) : text;
        case "FLOAT":
            return Number.isFinite(Number(text)) ? Number(text) : text;
        case "BOOLEAN":
            return text.toLowerCase() === "true";
        case "TIMESTAMP":
            return timestampOf(numeric ? fromSeconds(Number(text)) : text);
        default:
            return text;
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

const fromSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** A UTC time with microseconds, such as `2026-06-01T08:00:00.123456Z`. */
function timestampOf(text: string): string {
    const [, fraction = ""] = /\.(\d+)/.exec(text) ?? [];
    const zoned = /(Z|UTC|[+-]\d\d?(:?\d\d)?)$/i.test(text.slice(10)) ? text.replace(/ ?UTC$/i, "Z") : `${text}Z`;
    const full = new Date(
        zoned
            .replace(/\.\d+/, "")
            .replace(" ", "T")
            .replace(/^(\d{4}-\d\d-\d\d)Z$/, "$1T00:00:00Z"),
    );
    const micros = fraction.slice(0, 6).padEnd(6, "0");
    return full.toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}

/** The microseconds since 1970 of a stored time. */
const microsOf = (text: string): bigint =>
    BigInt(Date.parse(text.replace(/\.\d+/, ""))) * 1000n + BigInt(text.slice(20, 26));

/** Formats a row like the API: without names, and all values as strings. */
export function rowResource(columns: Column[], row: Row, wholeTimestamps: boolean): object {
    return { f: columns.map((column) => ({ v: listed(column, row[column.name], wholeTimestamps) })) };
}

function listed(column: Column, value: unknown, wholeTimestamps: boolean): unknown {
    if (column.mode === "REPEATED") {
        const single = { ...column, mode: undefined };
        return ((value as unknown[]) ?? []).map((item) => ({ v: listed(single, item, wholeTimestamps) }));
    }
    if (value === undefined) {
        return null;
    }
    switch (typeOf(column)) {
        case "RECORD":
            return rowResource(column.fields ?? [], value as Row, wholeTimestamps);
        case "TIMESTAMP": {
            const micros = microsOf(String(value));
            return wholeTimestamps ? String(micros) : String(Number(micros) / 1e6);
        }
        default:
            return String(value);
    }
}
