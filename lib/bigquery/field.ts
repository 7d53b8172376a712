import type * as pulumi from "@pulumi/pulumi";
import { bigQueryLimits } from "../facts/limits/bigQuery";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";

/** The properties of every column ({@link https://cloud.google.com/bigquery/docs/schemas schemas}). */
interface Column {
    /**
     * The column name: up to 300 letters, digits and `_`, not starting with a digit or a reserved prefix. Names are
     * case-insensitive.
     */
    name: string;
    /**
     * Whether the column is optional, required or an array.
     * @default "NULLABLE"
     */
    mode?: "NULLABLE" | "REQUIRED" | "REPEATED";
    /** A description of up to 1024 characters. */
    description?: string;
    /**
     * A {@link https://cloud.google.com/bigquery/docs/default-values default value expression}, such as
     * `CURRENT_TIMESTAMP()`.
     */
    defaultValueExpression?: string;
    /**
     * {@link https://cloud.google.com/bigquery/docs/column-level-security Column-level access control}, by the path of one
     * policy tag.
     */
    policyTags?: {
        /** The path of one policy tag: `projects/acme-dev/locations/eu/taxonomies/123/policyTags/456`. */
        names: pulumi.Input<string>[];
    };
}

/** A column of a BigQuery table, in the form that `bq show --schema` prints. */
export type BigQueryField = Column &
    (
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "INTEGER" | "INT64" | "FLOAT" | "FLOAT64" | "BOOLEAN" | "BOOL" | "TIMESTAMP" | "DATE" | "TIME";
          }
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "DATETIME" | "GEOGRAPHY" | "JSON";
          }
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "STRING";
              /** The maximum number of Unicode characters. */
              maxLength?: number;
              /** `und:ci` compares case-insensitively. */
              collation?: "und:ci" | "";
          }
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "BYTES";
              /** The maximum number of bytes. */
              maxLength?: number;
          }
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "NUMERIC" | "BIGNUMERIC";
              /** The maximum number of digits, including those after the decimal point. */
              precision?: number;
              /** The maximum number of digits after the decimal point; requires `precision`. */
              scale?: number;
              /**
               * How values with more digits after the decimal point than `scale` are
               * {@link https://cloud.google.com/bigquery/docs/schemas#rounding_mode rounded}.
               * @default "ROUND_HALF_AWAY_FROM_ZERO"
               */
              roundingMode?: "ROUND_HALF_AWAY_FROM_ZERO" | "ROUND_HALF_EVEN";
          }
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "RANGE";
              /** The type of the bounds of the range. */
              rangeElementType: {
                  /** The data type of both bounds. */
                  type: "DATE" | "DATETIME" | "TIMESTAMP";
              };
          }
        | {
              /** The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types data type} of the column. */
              type: "RECORD" | "STRUCT";
              /** The nested columns: at most 15 levels of records. */
              fields: BigQueryField[];
          }
    );

/** A column before its validation. */
export interface Field extends Column {
    type: string;
    fields?: Field[];
    maxLength?: number | string;
    precision?: number | string;
    scale?: number | string;
    collation?: "und:ci" | "";
    roundingMode?: "ROUND_HALF_AWAY_FROM_ZERO" | "ROUND_HALF_EVEN";
    rangeElementType?: { type: "DATE" | "DATETIME" | "TIMESTAMP" };
}

/** The canonical type name, which BigQuery returns, by alias. */
const canonicalTypes: Record<string, string> = {
    ...{ STRING: "STRING", BYTES: "BYTES", INTEGER: "INTEGER", INT64: "INTEGER", FLOAT: "FLOAT", FLOAT64: "FLOAT" },
    ...{ NUMERIC: "NUMERIC", BIGNUMERIC: "BIGNUMERIC", BOOLEAN: "BOOLEAN", BOOL: "BOOLEAN", TIMESTAMP: "TIMESTAMP" },
    ...{ DATE: "DATE", TIME: "TIME", DATETIME: "DATETIME", GEOGRAPHY: "GEOGRAPHY", JSON: "JSON", RANGE: "RANGE" },
    ...{ RECORD: "RECORD", STRUCT: "RECORD" },
};

/** The canonical type of a column. */
export const typeOf = ({ type }: Field): string => canonicalTypes[type.toUpperCase()] as string;

/** The canonical mode of a column. */
export const modeOf = ({ mode }: Field): string => (mode ?? "NULLABLE").toUpperCase();

/** One of these keywords, in any case. */
const keyword = <Keyword extends string>(...keywords: Keyword[]) =>
    check.custom<Keyword>(
        (value) => typeof value === "string" && (keywords as string[]).includes(value.toUpperCase()),
        `must be one of ${keywords.join(", ")}`,
    );

/** A whole number, or its string, which Google's APIs return. */
const wholeNumber = check.custom<number | string>(
    (value) => /^[1-9]\d*$|^0$/.test(String(value)) && ["number", "string"].includes(typeof value),
    "must be a whole number",
);

const maxName = nameFormats.rows.bigQueryColumn.max;
const maxDescription = bigQueryLimits.rows.columnDescription.max;

const field: check.Check<Field> = check.options<Field>(
    {
        name: check.pipe(
            check.matching(
                new RegExp(`^[A-Za-z_]\\w{0,${maxName - 1}}$`),
                `must have up to ${maxName} letters, digits and _, and not start with a digit`,
            ),
            check.refine(
                (name) =>
                    !/^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_)/i.test(String(name)),
                "starts with a prefix that BigQuery reserves",
            ),
        ),
        type: keyword(...Object.keys(canonicalTypes)),
        mode: keyword("NULLABLE", "REQUIRED", "REPEATED"),
        description: check.pipe(check.text(), check.longest(maxDescription)),
        defaultValueExpression: check.text(),
        policyTags: check.options<Required<Field>["policyTags"]>(
            { names: check.list(check.input(check.text())) },
            "names",
        ),
        maxLength: wholeNumber,
        collation: check.oneOf("und:ci", ""),
        precision: wholeNumber,
        scale: wholeNumber,
        roundingMode: check.oneOf("ROUND_HALF_AWAY_FROM_ZERO", "ROUND_HALF_EVEN"),
        rangeElementType: check.options<Required<Field>["rangeElementType"]>(
            { type: keyword("DATE", "DATETIME", "TIMESTAMP") },
            "type",
        ),
        fields: check.lazily(() => fields),
    },
    "name",
    "type",
);

/** Checks each option of the columns. */
export const fields: check.Check<Field[]> = check.list(field, "must be a list of columns");
