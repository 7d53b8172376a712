import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { jsonFault } from "../internal/json";
import { display } from "../internal/value";
import { type BigQueryField, type Field, fields, modeOf, typeOf } from "./field";

/** The columns of a table: a JSON file of them, seen from the program's working folder, or themselves. */
export type BigQuerySchema = string | BigQueryField[];

/** Checks a schema and reads it, so that what is checked has its columns. */
export const schema: check.Check = check.lazily(() =>
    check.pipe(
        check.custom(
            (value) => typeof value === "string" || Array.isArray(value),
            "must be a file or a list of columns",
        ),
        check.refine(
            (value) => typeof value !== "string" || fileProblem(value) === undefined,
            ({ input }) => fileProblem(String(input)) ?? "",
        ),
        check.transform((value) => (typeof value === "string" ? JSON.parse(contentOf(value)) : value)),
        fields,
    ),
);

/** The columns of a schema that was checked. */
export const columnsOf = (checked: BigQuerySchema | undefined): Field[] => (checked ?? []) as Field[];

function contentOf(path: string): string {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
}

function fileProblem(path: string): string | undefined {
    const file = resolve(path);
    if (!existsSync(file)) {
        return `is no file: ${file} does not exist\nThe path is seen from ${process.cwd()}.`;
    }
    if (!statSync(file).isFile()) {
        return `is no file: ${file} is a folder\nGive the JSON file of the columns.`;
    }
    const fault = jsonFault(contentOf(path));
    return (
        fault &&
        `is not JSON: line ${fault.line}, column ${fault.column} of ${file} must have ${fault.expected}\nIt must be a list of columns, as bq show --schema prints it.`
    );
}

/**
 * The schema as BigQuery gives it back, to the letter: anything else the provider would find changed at every `up`, and
 * with `STRUCT` for `RECORD` replace the table.
 */
export function schemaText(columns: Field[]): pulumi.Output<string> {
    return pulumi.jsonStringify(columns.map(canonical));
}

function canonical(field: Field): object {
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
        fields: parts?.map(canonical),
    };
    const said = Object.entries(all).filter(([, value]) => value !== undefined);
    return Object.fromEntries(said.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The properties that only some types have. */
const owners: Partial<Record<keyof Field, string[]>> = {
    fields: ["RECORD"],
    maxLength: ["STRING", "BYTES"],
    collation: ["STRING"],
    precision: ["NUMERIC", "BIGNUMERIC"],
    scale: ["NUMERIC", "BIGNUMERIC"],
    roundingMode: ["NUMERIC", "BIGNUMERIC"],
    rangeElementType: ["RANGE"],
};

/** What is wrong with columns that are right each by itself. */
export function schemaProblems(path: string, columns: Field[], depth = 1): check.Problem[] {
    const seen = new Set<string>();
    return columns.flatMap((column, index) => {
        const at = `${path}.${index}`;
        const name = column.name.toLowerCase();
        const isDouble = seen.has(name);
        seen.add(name);
        return [
            ...(isDouble
                ? [problem(`${at}.name`, "is the name of another column too, but for capitals at most", column.name)]
                : []),
            ...combinationProblems(at, column),
            ...(column.fields ? partProblems(`${at}.fields`, column.fields, depth) : []),
        ];
    });
}

function partProblems(path: string, parts: Field[], depth: number): check.Problem[] {
    if (parts.length === 0) {
        return [problem(path, "must have a column", parts)];
    }
    return depth > 15
        ? [{ path, reason: "are nested deeper than 15 levels. Split the table." }]
        : schemaProblems(path, parts, depth + 1);
}

function combinationProblems(at: string, column: Field): check.Problem[] {
    const type = typeOf(column);
    const strange = Object.entries(owners).filter(([key, allowed]) => {
        return column[key as keyof Field] !== undefined && !allowed.includes(type);
    });
    const needed = type === "RECORD" ? "fields" : type === "RANGE" ? "rangeElementType" : undefined;
    return [
        ...strange.map(([key, allowed]) =>
            problem(`${at}.${key}`, `goes with ${allowed.join(" and ")} only`, column[key as keyof Field]),
        ),
        ...(needed && column[needed] === undefined
            ? [{ path: `${at}.${needed}`, reason: `is missing, as the column is a ${type}.` }]
            : []),
        ...(strange.length === 0 ? digitProblems(at, type, column) : []),
    ];
}

/** "Parameterized decimal type": digits before the point and behind it. */
const digits: Record<string, { whole: number; scale: number }> = {
    NUMERIC: { whole: 29, scale: 9 },
    BIGNUMERIC: { whole: 38, scale: 38 },
};

function digitProblems(at: string, type: string, { precision, scale }: Field): check.Problem[] {
    const most = digits[type];
    if (!most || (precision === undefined && scale === undefined)) {
        return [];
    }
    if (precision === undefined) {
        return [problem(`${at}.scale`, "must not be without a precision", scale)];
    }
    const behind = Number(scale ?? 0);
    const least = Math.max(1, behind);
    return [
        ...(behind > most.scale ? [problem(`${at}.scale`, `must be at most ${most.scale}`, scale)] : []),
        ...(Number(precision) < least || Number(precision) > most.whole + behind
            ? [problem(`${at}.precision`, `must be from ${least} to ${most.whole + behind}`, precision)]
            : []),
    ];
}

const problem = (path: string, what: string, got: unknown): check.Problem => ({
    path,
    reason: `${what} (got ${display(got)}).`,
});
