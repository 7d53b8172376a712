/** A column as the schema of a table has it. */
export interface Column {
    name: string;
    type: string;
    mode?: string;
    fields?: Column[];
}

export type Row = Record<string, unknown>;

/** What a value of a row is that its column cannot have. */
export class Invalid extends Error {
    constructor(
        /** The column, with those around it. */
        readonly location: string,
        message: string,
    ) {
        super(message);
    }
}

/** The types by the names that the API gives back. */
const types: Record<string, string> = { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN", STRUCT: "RECORD" };

export const typeOf = ({ type }: Column): string => types[type.toUpperCase()] ?? type.toUpperCase();

/** How a value of a type looks as text. */
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

export interface Leniency {
    /** Leave out what has no column. */
    dropUnknown: boolean;
}

/** A row as it is kept: only what has a column, each value in one form of its type. */
export function rowOf(columns: Column[], row: unknown, leniency: Leniency, within = ""): Row {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
        throw new Invalid(within, "This field: is not a record.");
    }
    const kept: Row = {};
    for (const [name, value] of Object.entries(row)) {
        const column = columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
        if (column && value !== null && value !== undefined) {
            kept[column.name] = cellOf(column, value, leniency, within + column.name);
        } else if (!column && !leniency.dropUnknown) {
            throw new Invalid(within + name, `no such field: ${within}${name}.`);
        }
    }
    for (const { name, mode } of columns) {
        if (mode === "REQUIRED" && kept[name] === undefined) {
            throw new Invalid(within + name, `Missing required field: ${within}${name}.`);
        }
    }
    return kept;
}

function cellOf(column: Column, value: unknown, leniency: Leniency, at: string): unknown {
    if (column.mode === "REPEATED") {
        if (!Array.isArray(value)) {
            throw new Invalid(at, "Repeated field must be imported as a JSON array.");
        }
        return value.map((each) => singleOf(column, each, leniency, at));
    }
    return singleOf(column, value, leniency, at);
}

function singleOf(column: Column, value: unknown, leniency: Leniency, at: string): unknown {
    const type = typeOf(column);
    if (type === "RECORD") {
        return rowOf(column.fields ?? [], value, leniency, `${at}.`);
    }
    if (type === "JSON") {
        return jsonOf(value, at);
    }
    if (Array.isArray(value)) {
        throw new Invalid(at, "Array specified for non-repeated field.");
    }
    if (typeof value === "object") {
        throw new Invalid(at, "This field is not a record.");
    }
    const text = String(value);
    const numeric = type === "TIMESTAMP" && /^-?\d+(\.\d+)?$/.test(text);
    if (!numeric && forms[type] && !forms[type].test(text)) {
        throw new Invalid(at, `Cannot convert value to ${type.toLowerCase()} (bad value): ${text}`);
    }
    return read(type, text, numeric);
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

/** A value of the type JSON as the text that it is in; a text must be JSON itself. */
function jsonOf(value: unknown, at: string): string {
    if (typeof value !== "string") {
        return JSON.stringify(value);
    }
    try {
        return JSON.stringify(JSON.parse(value));
    } catch {
        throw new Invalid(at, `Invalid JSON: ${value}`);
    }
}

const fromSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** A time in UTC with all its microseconds, such as `2026-06-01T08:00:00.123456Z`. */
function timestampOf(text: string): string {
    const [, fraction = ""] = /\.(\d+)/.exec(text) ?? [];
    const zoned = /(Z|UTC|[+-]\d\d?(:?\d\d)?)$/i.test(text.slice(10)) ? text.replace(/ ?UTC$/i, "Z") : `${text}Z`;
    const whole = new Date(
        zoned
            .replace(/\.\d+/, "")
            .replace(" ", "T")
            .replace(/^(\d{4}-\d\d-\d\d)Z$/, "$1T00:00:00Z"),
    );
    const micros = fraction.slice(0, 6).padEnd(6, "0");
    return whole.toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}

/** The microseconds since 1970 of a time that is kept. */
const microsOf = (text: string): bigint =>
    BigInt(Date.parse(text.replace(/\.\d+/, ""))) * 1000n + BigInt(text.slice(20, 26));

/** A row as the API lists it: without names, and every value a text. */
export function listedRow(columns: Column[], row: Row, wholeTimestamps: boolean): object {
    return { f: columns.map((column) => ({ v: listed(column, row[column.name], wholeTimestamps) })) };
}

function listed(column: Column, value: unknown, wholeTimestamps: boolean): unknown {
    if (column.mode === "REPEATED") {
        const single = { ...column, mode: undefined };
        return ((value as unknown[]) ?? []).map((each) => ({ v: listed(single, each, wholeTimestamps) }));
    }
    if (value === undefined) {
        return null;
    }
    switch (typeOf(column)) {
        case "RECORD":
            return listedRow(column.fields ?? [], value as Row, wholeTimestamps);
        case "TIMESTAMP": {
            const micros = microsOf(String(value));
            return wholeTimestamps ? String(micros) : String(Number(micros) / 1e6);
        }
        default:
            return String(value);
    }
}
