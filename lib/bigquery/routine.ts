import { createHash } from "node:crypto";
import { DatasetAccess } from "@pulumi/gcp/bigquery/datasetAccess";
import { Routine, type RoutineArgs } from "@pulumi/gcp/bigquery/routine";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { display, isObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import type { AnyDataset } from "./anyDataset";
import { type Query, query, queryText, reads } from "./query";
import { columnsOfTable, isTable, type SqlType, sqlType, type TableType, tableType, typeText } from "./sqlType";

/** What all routines have. */
interface RoutineOptions {
    /** A description of the routine. */
    description?: pulumi.Input<string>;
}

/** The datasets that functions in SQL read. */
interface Reading {
    /**
     * Other datasets that the function reads, by name. It becomes an
     * {@link https://cloud.google.com/bigquery/docs/authorized-routines authorized routine} of them, so that who calls it needs no role on
     * them.
     * @default none: who calls it needs a role on every dataset that it reads
     */
    reads?: Record<string, AnyDataset>;
}

/** A {@link https://cloud.google.com/bigquery/docs/user-defined-functions function in SQL}, which returns a value. */
export interface SqlFunction extends RoutineOptions, Reading {
    /**
     * The expression, without `CREATE FUNCTION`: `"price * 1.19"`. A query in it is in parentheses. It can read the dataset's tables, and call
     * the routines that are defined before this one.
     */
    expression: Query;
    /**
     * The types of the arguments, by name and in their order: `{ price: "NUMERIC" }`. `"ANY TYPE"` accepts any.
     * @default no arguments
     */
    arguments?: Record<string, SqlType | "ANY TYPE">;
    /**
     * The type of the result.
     * @default the expression's type in each query
     */
    returns?: SqlType;
    /**
     * Makes the function available as a
     * {@link https://cloud.google.com/bigquery/docs/user-defined-functions custom masking routine} of data policies.
     * @default false
     */
    masking?: boolean;
}

/** A {@link https://cloud.google.com/bigquery/docs/user-defined-functions function in JavaScript}, which returns a value. */
export interface JavaScriptFunction extends RoutineOptions {
    /** The body of the function, which returns the result: `"return price * 1.19;"`. */
    javascript: pulumi.Input<string>;
    /** The type of the result. JavaScript has no `INT64`: use `FLOAT64`, or `STRING`. */
    returns: SqlType;
    /**
     * The types of the arguments, by name and in their order: `{ price: "NUMERIC" }`. JavaScript has no `INT64`: use `FLOAT64`, or `STRING`.
     * @default no arguments
     */
    arguments?: Record<string, SqlType>;
    /**
     * Files of JavaScript in Cloud Storage that are loaded before the body: `gs://acme-dev-libraries/tax.js`.
     * @default none
     */
    libraries?: pulumi.Input<string>[];
    /**
     * Whether the same arguments always have the same result, so that BigQuery can cache it.
     * @default BigQuery's: not deterministic
     */
    deterministic?: boolean;
}

/** A {@link https://cloud.google.com/bigquery/docs/table-functions table function}, which returns rows: a view with arguments. */
export interface TableFunction extends RoutineOptions, Reading {
    /** The query that returns the rows. It can read the dataset's tables, and call the routines that are defined before this one. */
    query: Query;
    /**
     * The types of the arguments, by name and in their order: `{ day: "DATE" }`. `"ANY TYPE"` accepts any;
     * `"TABLE<name STRING>"` accepts a table with these columns.
     * @default no arguments
     */
    arguments?: Record<string, SqlType | TableType | "ANY TYPE">;
    /**
     * The columns of the result: `"TABLE<name STRING, price NUMERIC>"`.
     * @default the query's columns, each time it is called
     */
    returns?: TableType;
}

/** An argument of a {@link Procedure}. */
export interface ProcedureArgument {
    /** The type of the argument. */
    type: SqlType | "ANY TYPE";
    /**
     * Whether the procedure receives the argument (`IN`), sets it (`OUT`), or both (`INOUT`).
     * @default "IN"
     */
    mode?: "IN" | "OUT" | "INOUT";
}

/** A {@link https://cloud.google.com/bigquery/docs/procedures stored procedure}, which runs statements when it is called. */
export interface Procedure extends RoutineOptions {
    /**
     * The statements, without `CREATE PROCEDURE`: `"BEGIN DELETE FROM …; END"`. They can use the dataset's tables, and call the routines that
     * are defined before this one.
     */
    procedure: Query;
    /**
     * The arguments, by name and in their order: a type, or a type and whether the procedure sets it.
     * @default no arguments
     */
    arguments?: Record<string, ProcedureArgument["type"] | ProcedureArgument>;
}

/** A {@link https://cloud.google.com/bigquery/docs/routines-intro routine} of a {@link BigQueryDataset}. */
export type BigQueryRoutineDefinition = check.OneOf<SqlFunction | JavaScriptFunction | TableFunction | Procedure>;

/** A routine. */
export interface BigQueryRoutine {
    /** The routine resource. */
    readonly routine: Routine;
    /** The name of the routine in queries: `acme-dev.sales.with_tax`. */
    readonly name: pulumi.Output<string>;
    /** A hash of its definition; datasets authorize the routine again when it changes. */
    readonly hash: pulumi.Output<string>;
}

/** Checks the text of a routine, which is only its body. */
const text = (isRight: (body: string) => boolean, wording: string) =>
    check.input(
        check.pipe(
            check.text(),
            check.refine((value) => isRight(String(value).trim()), wording),
        ),
    );

/** Checks a text, or a function of the names of tables that returns it. */
const body = (isRight: (body: string) => boolean, wording: string) =>
    check.lazily((value) => (typeof value === "function" ? query : text(isRight, wording))) as typeof query;

const creates = /^CREATE\s+(OR\s+REPLACE\s+)?(TEMP(ORARY)?\s+)?(AGGREGATE\s+)?(TABLE\s+)?(FUNCTION|PROCEDURE)\b/i;
const isBody = (text: string) => text !== "" && !creates.test(text);

const argumentName = check.matching(
    /^[A-Za-z_]\w*$/,
    "must be a name of letters, digits and _, not starting with a digit",
);
const anyType = <Type>(other: check.Check<Type>) => check.literalOr("ANY TYPE", other);
const typeOrTable = check.either((value) => typeof value === "string" && isTable(value), tableType, sqlType);

/** Options of Google and other tools, in the words of this component. */
const hints = {
    language: "A routine has one of expression (SQL), javascript, query (a table function) and procedure.",
    routineType: "A routine has one of expression (SQL), javascript, query (a table function) and procedure.",
};

const sqlFunction = check.explainedOptions<SqlFunction>(
    hints,
    {
        expression: body(
            (text) => isBody(text) && !/^(SELECT|WITH\s+\w)/i.test(text),
            "must be an expression, without CREATE FUNCTION\nWrite a query in it in parentheses; the query of a table function is the option query.",
        ),
        arguments: check.record(argumentName, anyType(sqlType)),
        returns: sqlType,
        masking: check.flag(),
        reads,
        description: check.input(check.text()),
    },
    "expression",
);

const javaScriptFunction = check.explainedOptions<JavaScriptFunction>(
    { ...hints, reads: "A function in JavaScript cannot read tables." },
    {
        javascript: text(isBody, "must be the body of a function, without CREATE FUNCTION"),
        returns: sqlType,
        arguments: check.record(argumentName, sqlType),
        libraries: check.list(
            check.input(check.matching(/^gs:\/\/[^/]+\/.+/, "must be a file such as gs://acme-dev-libraries/tax.js")),
        ),
        deterministic: check.flag(),
        description: check.input(check.text()),
    },
    "javascript",
    "returns",
);

const tableFunction = check.explainedOptions<TableFunction>(
    hints,
    {
        query: body(isBody, "must be a query, without CREATE TABLE FUNCTION"),
        arguments: check.record(argumentName, anyType(typeOrTable)),
        returns: tableType,
        reads,
        description: check.input(check.text()),
    },
    "query",
);

const procedure = check.explainedOptions<Procedure>(
    {
        ...hints,
        returns: "A procedure has no result: give an argument the mode OUT.",
        reads: "An authorized procedure can also change and delete what it reads. If you want that, authorize it in the access of the other dataset: access: { load: { routine: tools.routines.load } }.",
    },
    {
        procedure: body(isBody, "must be statements, without CREATE PROCEDURE"),
        arguments: check.record(
            argumentName,
            check.either(
                isObject,
                check.options<ProcedureArgument>(
                    { type: anyType(sqlType), mode: check.oneOf("IN", "OUT", "INOUT") },
                    "type",
                ),
                anyType(sqlType),
            ),
        ),
        description: check.input(check.text()),
    },
    "procedure",
);

/** Checks a routine. */
export const routineDefinition = check.variant({
    expression: sqlFunction,
    javascript: javaScriptFunction,
    query: tableFunction,
    procedure,
}) as check.Check<BigQueryRoutineDefinition>;

/** Checks the arguments of a routine. */
export function routineProblems(path: string, definition: BigQueryRoutineDefinition): (check.Problem | undefined)[] {
    const names = Object.keys(definition.arguments ?? {});
    const cased = names.map((name) => name.toLowerCase());
    return [
        ...names.map((name, index) =>
            check.when(
                cased.indexOf(name.toLowerCase()) < index,
                `${path}.arguments.${name}`,
                "bigquery/argument-twice",
                "is also the name of another argument (case is ignored). Rename one of them.",
            ),
        ),
        ...(definition.javascript === undefined ? [] : integerProblems(path, definition)),
    ];
}

/** JavaScript has no integers of 64 bits: https://cloud.google.com/bigquery/docs/user-defined-functions */
function integerProblems(path: string, { arguments: types = {}, returns }: JavaScriptFunction) {
    const all = Object.entries(types).map(([name, type]) => ({ at: `${path}.arguments.${name}`, type }));
    return [...all, { at: `${path}.returns`, type: returns }].map(({ at, type }) =>
        check.when(
            typeText(type).includes('"typeKind":"INT64"'),
            at,
            "bigquery/javascript-integer",
            `must not have INT64, which JavaScript does not support (got ${display(type)}). Use FLOAT64 or STRING.`,
        ),
    );
}

/** Where a routine is created. */
interface RoutineContext {
    name: string;
    dataset: AnyDataset;
    /** The name of the dataset in queries. */
    path: pulumi.Output<string>;
    /** The tables and routines that the routine can read and call, and depends on. */
    readable: Record<string, pulumi.Resource>;
    child: Child;
}

/** Creates a routine, and authorizes it on the datasets that it reads. */
export function createRoutine(
    id: string,
    definition: BigQueryRoutineDefinition,
    { name, dataset, path, readable, child }: RoutineContext,
): BigQueryRoutine {
    const { reads = {}, description } = definition;
    const others = Object.values(reads).flatMap((read) => read.contents?.() ?? []);
    const text = (body: Query) => queryText({ query: body, reads }, path, Object.keys(readable));
    const { project, datasetId } = dataset.dataset;
    const created = child(
        "routine",
        `${name}-${id}`,
        { project, datasetId, routineId: id, description, ...kindOf(definition, text) } satisfies RoutineArgs,
        // The replacement has the same ID. BigQuery validates the body against existing tables when it creates the routine.
        { deleteBeforeReplace: true, dependsOn: [...Object.values(readable), ...others] },
    );
    const routine = new Routine(...created);
    const made = {
        routine,
        name: pulumi.interpolate`${path}.${routine.routineId}`,
        hash: pulumi.jsonStringify(created[1]).apply((text) => createHash("sha256").update(text).digest("hex")),
    };
    for (const [key, read] of Object.entries(reads)) {
        authorizeRoutine(`${name}-${id}-reads-${key}`, made, read, child);
    }
    return made;
}

/** The arguments of the resource that depend on the kind of the routine. */
function kindOf(definition: BigQueryRoutineDefinition, text: (body: Query) => pulumi.Output<string>) {
    const parameters = Object.entries(definition.arguments ?? {}).map(([name, type]) => parameterArgs(name, type));
    const common = parameters.length > 0 ? { arguments: parameters } : {};
    const { expression, javascript, query, procedure, returns } = definition;
    if (javascript !== undefined) {
        const { libraries, deterministic } = definition;
        return {
            ...common,
            routineType: "SCALAR_FUNCTION",
            language: "JAVASCRIPT",
            definitionBody: javascript,
            returnType: typeText(definition.returns),
            importedLibraries: libraries,
            determinismLevel:
                deterministic === undefined ? undefined : deterministic ? "DETERMINISTIC" : "NOT_DETERMINISTIC",
        };
    }
    if (query !== undefined) {
        const returnTableType = returns && JSON.stringify({ columns: columnsOfTable(returns as TableType) });
        return {
            ...common,
            routineType: "TABLE_VALUED_FUNCTION",
            language: "SQL",
            definitionBody: text(query),
            returnTableType,
        };
    }
    if (procedure !== undefined) {
        return { ...common, routineType: "PROCEDURE", language: "SQL", definitionBody: text(procedure) };
    }
    return {
        ...common,
        routineType: "SCALAR_FUNCTION",
        language: "SQL",
        definitionBody: text(expression as Query),
        returnType: returns && typeText(returns as SqlType),
        dataGovernanceType: definition.masking ? "DATA_MASKING" : undefined,
    };
}

/** An argument of the resource. */
function parameterArgs(name: string, argument: string | ProcedureArgument) {
    const { type, mode } = typeof argument === "string" ? { type: argument, mode: undefined } : argument;
    const common = { name, mode };
    if (type === "ANY TYPE") {
        return { ...common, argumentKind: "ANY_TYPE" };
    }
    if (isTable(type)) {
        const columns = columnsOfTable(type).map(({ name, type }) => ({ name, type: JSON.stringify(type) }));
        return { ...common, argumentKind: "FIXED_TABLE", tableType: { columns } };
    }
    return { ...common, argumentKind: "FIXED_TYPE", dataType: typeText(type as SqlType) };
}

/**
 * Authorizes a routine on a dataset, and again each time it changes: "If that routine is updated by any user, access to the routine needs to
 * be granted again via an update operation." https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets
 */
export function authorizeRoutine(
    name: string,
    { routine, hash }: BigQueryRoutine,
    { dataset }: AnyDataset,
    child: Child,
): void {
    const { project, datasetId, routineId } = routine;
    const args = {
        project: dataset.project,
        datasetId: dataset.datasetId,
        routine: { projectId: project, datasetId, routineId },
    };
    // A dataset has an entry only once.
    const options = { replacementTrigger: hash, deleteBeforeReplace: true };
    new DatasetAccess(...child("access", name, args, options));
}
