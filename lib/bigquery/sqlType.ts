import * as check from "../internal/arguments/check";

/** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types types} without others in them, by spelling. */
const simpleTypes = {
    ...{ STRING: "STRING", BYTES: "BYTES", INTEGER: "INT64", INT64: "INT64", FLOAT: "FLOAT64", FLOAT64: "FLOAT64" },
    ...{ NUMERIC: "NUMERIC", BIGNUMERIC: "BIGNUMERIC", BOOLEAN: "BOOL", BOOL: "BOOL", TIMESTAMP: "TIMESTAMP" },
    ...{ DATE: "DATE", TIME: "TIME", DATETIME: "DATETIME", INTERVAL: "INTERVAL", GEOGRAPHY: "GEOGRAPHY", JSON: "JSON" },
} as const;

/**
 * A type of {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types GoogleSQL} without a length or precision:
 * `INT64`, `ARRAY<STRING>`, `STRUCT<name STRING, price NUMERIC>`.
 */
export type SqlType =
    | keyof typeof simpleTypes
    | `RANGE<${"DATE" | "DATETIME" | "TIMESTAMP"}>`
    | `ARRAY<${string}>`
    | `STRUCT<${string}>`;

/** The columns of a table: `TABLE<name STRING, price NUMERIC>`. */
export type TableType = `TABLE<${string}>`;

/** A type as BigQuery's API has it: {@link https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType StandardSqlDataType}. */
interface DataType {
    arrayElementType?: DataType;
    rangeElementType?: DataType;
    structType?: { fields: Column[] };
    typeKind: string;
}

/** A column of a table, or a field of a record. */
interface Column {
    name?: string;
    type: DataType;
}

/** Far more levels than a type has, and fewer than the reader, which calls itself for each, has stack for. */
const maxLevels = 100;

/** Reads a type word by word. */
class Reader {
    private readonly words: string[];
    private next = 0;
    private levels = 0;

    constructor(text: string) {
        this.words = text.match(/[A-Za-z_]\w*|\S/g) ?? [];
    }

    /** Whether all words are read. */
    get isAtEnd(): boolean {
        return this.next === this.words.length;
    }

    /** Reads a type; undefined if there is none. */
    type(): DataType | undefined {
        const word = this.word()?.toUpperCase() ?? "";
        if (word === "ARRAY") {
            const element = this.inside(() => this.type());
            return element && element.typeKind !== "ARRAY" ? { arrayElementType: element, typeKind: word } : undefined;
        }
        if (word === "RANGE") {
            const element = this.inside(() => this.type());
            const isTime = ["DATE", "DATETIME", "TIMESTAMP"].includes(element?.typeKind ?? "");
            return isTime ? { rangeElementType: element as DataType, typeKind: word } : undefined;
        }
        if (word === "STRUCT") {
            const fields = this.inside(() => this.columns());
            return fields && { structType: { fields }, typeKind: word };
        }
        const typeKind = Object.hasOwn(simpleTypes, word) && simpleTypes[word as keyof typeof simpleTypes];
        return typeKind ? { typeKind } : undefined;
    }

    /** Reads what is between `<` and `>`. */
    inside<Read>(read: () => Read | undefined): Read | undefined {
        const isOpen = this.word() === "<" && ++this.levels <= maxLevels;
        const found = isOpen ? read() : undefined;
        this.levels--;
        return this.word() === ">" ? found : undefined;
    }

    /** Reads columns; a name is missing where only the type is given. */
    columns(): Column[] | undefined {
        const all: Column[] = [];
        do {
            const isNamed = /^\w/.test(this.words[this.next + 1] ?? "");
            const name = isNamed ? this.word() : undefined;
            const type = this.type();
            if (!type) {
                return undefined;
            }
            all.push(name === undefined ? { type } : { name, type });
        } while (this.words[this.next] === "," && this.word());
        return all;
    }

    word(): string | undefined {
        return this.words[this.next++];
    }
}

function parseType(text: string): DataType | undefined {
    const reader = new Reader(text);
    const type = reader.type();
    return reader.isAtEnd ? type : undefined;
}

function parseTable(text: string): { columns: Column[] } | undefined {
    const reader = new Reader(text);
    const columns = reader.word()?.toUpperCase() === "TABLE" ? reader.inside(() => reader.columns()) : undefined;
    const names = columns?.map(({ name }) => name?.toLowerCase());
    const isDistinct = names && !names.includes(undefined) && new Set(names).size === names.length;
    return columns && reader.isAtEnd && isDistinct ? { columns } : undefined;
}

/** Whether a type is `TABLE<…>`. */
export const isTable = (type: string): type is TableType => /^\s*TABLE\b/i.test(type);

/** Checks a type. */
export const sqlType = check.custom<SqlType>(
    (value) => typeof value === "string" && parseType(value) !== undefined,
    "must be a type of GoogleSQL without a length or precision, such as STRING, ARRAY<INT64> or STRUCT<name STRING, price NUMERIC>",
);

/** Checks the columns of a table. */
export const tableType = check.custom<TableType>(
    (value) => typeof value === "string" && parseTable(value) !== undefined,
    "must be the columns of a table with different names, such as TABLE<name STRING, price NUMERIC>",
);

/**
 * A checked type as the provider reads it from the API, with sorted keys: it would find a difference in any other form at every `up`.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/bigquery/resource_bigquery_routine.go
 */
export const typeText = (type: SqlType): string => JSON.stringify(parseType(type));

/** The columns of a checked table type. */
export const columnsOfTable = (type: TableType): Column[] => parseTable(type)?.columns ?? [];
