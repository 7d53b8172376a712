import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bigQueryLimits } from "../facts/limits/bigQuery";
import * as check from "../internal/arguments/check";
import { jsonFault } from "../internal/arguments/json";
import { display } from "../internal/arguments/value";
import { type BigQueryField, type Field, fields, modeOf, typeOf } from "./field";

/** The columns of a table, or the path of a JSON file with them, relative to the program's working directory. */
export type BigQuerySchema = string | BigQueryField[];

/** Checks a schema, and replaces a file by its columns. */
export const schema = check.lazily(() =>
    check.pipe(
        check.custom<BigQuerySchema>(
            (value) => typeof value === "string" || Array.isArray(value),
            "must be a file or a list of columns",
        ),
        check.refine(
            (value) => typeof value !== "string" || fileProblem(value) === undefined,
            ({ input }) => fileProblem(String(input)) as string,
        ),
        check.transform((value) => (typeof value === "string" ? JSON.parse(readJson(value)) : value), fields),
    ),
);

/** The columns of a checked schema. */
export const columnsOf = (checked: BigQuerySchema | undefined): Field[] => (checked ?? []) as Field[];

function readJson(path: string): string {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
}

function fileProblem(path: string): string | undefined {
    const file = resolve(path);
    if (!existsSync(file)) {
        return `is not a file: ${file} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    if (!statSync(file).isFile()) {
        return `is not a file: ${file} is a folder\nSpecify the JSON file of the columns.`;
    }
    const fault = jsonFault(readJson(path));
    return (
        fault &&
        `is not JSON: line ${fault.line}, column ${fault.column} of ${file} must have ${fault.expected}\nIt must be a list of columns, as bq show --schema prints it.`
    );
}

/**
 * The schema exactly as BigQuery returns it. The provider would find a difference in any other form at every `up`, and
 * would replace the table for `STRUCT` instead of `RECORD`.
 */
export function schemaText(columns: Field[]): pulumi.Output<string> {
    return pulumi.jsonStringify(columns.map(canonicalField));
}

function canonicalField(field: Field): object {
    const { policyTags, fields: parts } = field;
    const all = {
        ...field,
        type: typeOf(field),
        mode: modeOf(field),
        description: field.description || undefined,
        policyTags: policyTags?.names.length ? { names: policyTags.names } : undefined,
        collation: field.collation || undefined,
        maxLength: field.maxLength?.toString(),
        precision: field.precision?.toString(),
        scale: field.scale?.toString(),
        rangeElementType: field.rangeElementType && { type: field.rangeElementType.type.toUpperCase() },
        fields: parts?.map(canonicalField),
    };
    const defined = Object.entries(all).filter(([, value]) => value !== undefined);
    return Object.fromEntries(defined.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Properties that only some types support. */
const supportedTypes: Partial<Record<keyof Field, string[]>> = {
    fields: ["RECORD"],
    maxLength: ["STRING", "BYTES"],
    collation: ["STRING"],
    precision: ["NUMERIC", "BIGNUMERIC"],
    scale: ["NUMERIC", "BIGNUMERIC"],
    roundingMode: ["NUMERIC", "BIGNUMERIC"],
    rangeElementType: ["RANGE"],
};

/** Checks combinations of options and columns. */
export function schemaProblems(path: string, columns: Field[], depth = 1): (check.Problem | undefined)[] {
    const names = columns.map(({ name }) => name.toLowerCase());
    return columns.flatMap((column, index) => {
        const at = `${path}.${index}`;
        return [
            check.when(
                names.indexOf(column.name.toLowerCase()) < index,
                `${at}.name`,
                "bigquery/column-twice",
                `is also the name of another column (case is ignored) (got ${display(column.name)}).`,
            ),
            ...combinationProblems(at, column),
            ...(column.fields ? nestedProblems(`${at}.fields`, column.fields, depth) : []),
        ];
    });
}

function nestedProblems(path: string, parts: Field[], depth: number): (check.Problem | undefined)[] {
    if (parts.length === 0) {
        return [check.problem(path, "bigquery/fields-empty", `must have a column (got ${display(parts)}).`)];
    }
    const { max } = bigQueryLimits.rows.nesting;
    return depth > max
        ? [
              check.problem(
                  path,
                  "bigquery/fields-nested-too-deep",
                  `are nested deeper than ${max} levels. Split the table.`,
              ),
          ]
        : schemaProblems(path, parts, depth + 1);
}

function combinationProblems(at: string, column: Field): (check.Problem | undefined)[] {
    const type = typeOf(column);
    const unsupported = Object.entries(supportedTypes).filter(([key, allowed]) => {
        return column[key as keyof Field] !== undefined && !allowed.includes(type);
    });
    const required = type === "RECORD" ? "fields" : type === "RANGE" ? "rangeElementType" : undefined;
    return [
        ...unsupported.map(([key, allowed]) =>
            check.problem(
                `${at}.${key}`,
                "bigquery/field-option-of-other-type",
                `is only valid with ${allowed.join(" and ")} (got ${display(column[key as keyof Field])}).`,
            ),
        ),
        ...(required && column[required] === undefined
            ? [check.problem(`${at}.${required}`, "bigquery/field-option-missing", `is required by the type ${type}.`)]
            : []),
        ...(unsupported.length === 0 ? digitProblems(at, type, column) : []),
    ];
}

/**
 * The {@link https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types digits} before and
 * after the decimal point.
 */
const maxDigits: Record<string, { integer: number; scale: number }> = {
    NUMERIC: { integer: 29, scale: 9 },
    BIGNUMERIC: { integer: 38, scale: 38 },
};

function digitProblems(at: string, type: string, { precision, scale }: Field): (check.Problem | undefined)[] {
    const maximum = maxDigits[type];
    if (!maximum || (precision === undefined && scale === undefined)) {
        return [];
    }
    if (precision === undefined) {
        const reason = `must not be without a precision (got ${display(scale)}).`;
        return [check.problem(`${at}.scale`, "bigquery/scale-without-precision", reason)];
    }
    const fraction = Number(scale ?? 0);
    const minPrecision = Math.max(1, fraction);
    const maxPrecision = maximum.integer + fraction;
    return [
        check.when(
            fraction > maximum.scale,
            `${at}.scale`,
            "bigquery/scale-too-large",
            `must be at most ${maximum.scale} (got ${display(scale)}).`,
        ),
        check.when(
            Number(precision) < minPrecision || Number(precision) > maxPrecision,
            `${at}.precision`,
            "bigquery/precision-range",
            `must be from ${minPrecision} to ${maxPrecision} (got ${display(precision)}).`,
        ),
    ];
}
