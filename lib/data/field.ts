import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";

/** What every column has: "Specifying a schema". */
interface Column {
    /**
     * Up to 300 letters, digits and `_`, not starting with a digit and not like a name of BigQuery's own; two that differ
     * only in capitals are one.
     */
    name: string;
    /**
     * Whether a row may lack it, must have it, or has a list of it.
     * @default "NULLABLE"
     */
    mode?: "NULLABLE" | "REQUIRED" | "REPEATED";
    /** Up to 1024 characters. */
    description?: string;
    /** An expression for rows that do not say it, such as `CURRENT_TIMESTAMP()`. */
    defaultValueExpression?: string;
    /** Who may see the column, by the path of one policy tag. */
    policyTags?: { names: pulumi.Input<string>[] };
}

/** A column of a BigQuery table, in the form that `bq show --schema` prints. */
export type BigQueryField = Column &
    (
        | {
              type: "INTEGER" | "INT64" | "FLOAT" | "FLOAT64" | "BOOLEAN" | "BOOL" | "TIMESTAMP" | "DATE" | "TIME";
          }
        | { type: "DATETIME" | "GEOGRAPHY" | "JSON" }
        | {
              type: "STRING";
              /** Unicode characters at most. */
              maxLength?: number;
              /** `und:ci` does not tell capitals apart. */
              collation?: "und:ci" | "";
          }
        | {
              type: "BYTES";
              /** Bytes at most. */
              maxLength?: number;
          }
        | {
              type: "NUMERIC" | "BIGNUMERIC";
              /** Digits at most, with those behind the point. */
              precision?: number;
              /** Digits behind the point; only with a precision. */
              scale?: number;
              roundingMode?: "ROUND_HALF_AWAY_FROM_ZERO" | "ROUND_HALF_EVEN";
          }
        | { type: "RANGE"; rangeElementType: { type: "DATE" | "DATETIME" | "TIMESTAMP" } }
        | {
              type: "RECORD" | "STRUCT";
              /** The columns in it: 15 levels of records at most. */
              fields: BigQueryField[];
          }
    );

/** A column as it is read, before it is known to be one of those. */
export interface Field extends Column {
    type: string;
    fields?: Field[];
    maxLength?: number | string;
    precision?: number | string;
    scale?: number | string;
    collation?: string;
    roundingMode?: string;
    rangeElementType?: { type: string };
}

/** By every name of a type, the one that BigQuery gives back. */
export const types: Record<string, string> = {
    ...{ STRING: "STRING", BYTES: "BYTES", INTEGER: "INTEGER", INT64: "INTEGER", FLOAT: "FLOAT", FLOAT64: "FLOAT" },
    ...{ NUMERIC: "NUMERIC", BIGNUMERIC: "BIGNUMERIC", BOOLEAN: "BOOLEAN", BOOL: "BOOLEAN", TIMESTAMP: "TIMESTAMP" },
    ...{ DATE: "DATE", TIME: "TIME", DATETIME: "DATETIME", GEOGRAPHY: "GEOGRAPHY", JSON: "JSON", RANGE: "RANGE" },
    ...{ RECORD: "RECORD", STRUCT: "RECORD" },
};

export const typeOf = ({ type }: Field): string => types[type.toUpperCase()] as string;

export const modeOf = ({ mode }: Field): string => (mode ?? "NULLABLE").toUpperCase();

/** As files have them: in capitals or not. */
const word = (...words: string[]) =>
    check.custom(
        (value) => typeof value === "string" && words.includes(value.toUpperCase()),
        `must be one of ${words.join(", ")}`,
    );

/** Google's APIs write whole numbers as texts, and so do files that came from them. */
const count = check.custom(
    (value) => /^[1-9]\d*$|^0$/.test(String(value)) && ["number", "string"].includes(typeof value),
    "must be a whole number",
);

const field: check.Check = check.options<Field>(
    {
        name: check.pipe(
            check.matching(
                /^[A-Za-z_]\w{0,299}$/,
                "must have up to 300 letters, digits and _, and not start with a digit",
            ),
            check.refine(
                (name) =>
                    !/^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_)/i.test(String(name)),
                "starts as the names of BigQuery's own columns do",
            ),
        ),
        type: word(...Object.keys(types)),
        mode: word("NULLABLE", "REQUIRED", "REPEATED"),
        description: check.pipe(
            check.text(),
            check.refine((text) => [...String(text)].length <= 1024, "must have 1024 characters at most"),
        ),
        defaultValueExpression: check.text(),
        policyTags: check.options<Required<Field>["policyTags"]>(
            { names: check.list(check.input(check.text())) },
            "names",
        ),
        maxLength: count,
        collation: check.oneOf("und:ci", ""),
        precision: count,
        scale: count,
        roundingMode: check.oneOf("ROUND_HALF_AWAY_FROM_ZERO", "ROUND_HALF_EVEN"),
        rangeElementType: check.options<Required<Field>["rangeElementType"]>(
            { type: word("DATE", "DATETIME", "TIMESTAMP") },
            "type",
        ),
        fields: check.lazily(() => fields),
    },
    "name",
    "type",
);

/** Checks the shape of columns, each by itself. */
export const fields: check.Check = check.list(field, "must be a list of columns");
