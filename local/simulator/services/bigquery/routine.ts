import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { alreadyExists, api, datasetOf, datasetPath, invalid, timestamps } from "./names";

export const routinePath = (inputs: Inputs) => `${datasetPath(inputs)}/routines/${inputs.routineId.split("/").at(-1)}`;

function refusedJson(text: string): string | undefined {
    try {
        JSON.parse(text);
        return undefined;
    } catch (error) {
        return `contains an invalid JSON: ${(error as Error).message}`;
    }
}

/** The provider writes the types that the API answers as JSON with sorted keys (`flattenBigQueryRoutineReturnType`). */
const normalized = (json: unknown) =>
    JSON.stringify(JSON.parse(String(json)), (_, value) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
            : value,
    );

/** The properties that are types in JSON. */
const types = ["arguments.dataType", "arguments.tableType.columns.type", "returnTableType", "returnType"];

/** The kinds of types: https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType */
const kinds = [
    ...[
        "INT64",
        "BOOL",
        "FLOAT64",
        "STRING",
        "BYTES",
        "TIMESTAMP",
        "DATE",
        "TIME",
        "DATETIME",
        "INTERVAL",
        "GEOGRAPHY",
    ],
    ...["NUMERIC", "BIGNUMERIC", "JSON", "ARRAY", "STRUCT", "RANGE"],
];

/** Throws if a type is not one of the API. */
function verifyType({ typeKind, arrayElementType, rangeElementType, structType }: Inputs): void {
    if (!kinds.includes(typeKind)) {
        throw invalid(`Invalid value for type_kind: ${typeKind} is not a valid value`);
    }
    if (!arrayElementType !== (typeKind !== "ARRAY") || arrayElementType?.typeKind === "ARRAY") {
        throw invalid("An array must have an element type, which is not an array.");
    }
    if (!rangeElementType !== (typeKind !== "RANGE")) {
        throw invalid("A range must have an element type.");
    }
    const fields: Inputs[] = structType?.fields ?? [];
    for (const each of [arrayElementType, rangeElementType, ...fields.map(({ type }) => type)]) {
        if (each) {
            verifyType(each);
        }
    }
}

/** What the reference of `Routine` and `Argument` requires: https://cloud.google.com/bigquery/docs/reference/rest/v2/routines */
function verifyDefinition(inputs: Inputs): void {
    const {
        routineType,
        language = "SQL",
        returnType,
        returnTableType,
        importedLibraries = [],
        definitionBody,
    } = inputs;
    if (language !== "SQL" && routineType === "SCALAR_FUNCTION" && !returnType) {
        throw invalid(`The return type is required for a routine with language ${language}.`);
    }
    if (returnTableType && routineType !== "TABLE_VALUED_FUNCTION") {
        throw invalid("The return table type can be set only if the routine type is TABLE_VALUED_FUNCTION.");
    }
    if (importedLibraries.length > 0 && language !== "JAVASCRIPT") {
        throw invalid("Imported libraries can be set only if the language is JAVASCRIPT.");
    }
    if (language === "SQL" && routineType !== "PROCEDURE" && /^\s*CREATE\b/i.test(definitionBody)) {
        throw new GoogleError(400, "Syntax error: Unexpected keyword CREATE at [1:1]", {
            reason: "invalidQuery",
        }).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/16843");
    }
    const all: Inputs[] = inputs.arguments ?? [];
    const names = all.map(({ name = "" }) => name.toLowerCase());
    if (new Set(names).size < names.length) {
        throw invalid("Duplicate argument name in the routine.");
    }
    for (const { name, argumentKind = "FIXED_TYPE", dataType, tableType, mode } of all) {
        const isTable = argumentKind === "FIXED_TABLE";
        if (argumentKind === "FIXED_TYPE" && !dataType) {
            throw invalid(`The data type of the argument ${name} is required.`);
        }
        if (isTable !== !!tableType || (isTable && routineType !== "TABLE_VALUED_FUNCTION")) {
            throw invalid(`The argument ${name} cannot be a table.`);
        }
        if (mode && routineType !== "PROCEDURE") {
            throw invalid(`The mode of the argument ${name} can be set for procedures only.`);
        }
        const columns = (tableType?.columns ?? []).map(({ type }: Inputs) => type);
        for (const type of [dataType, ...columns].filter(Boolean)) {
            verifyType(JSON.parse(type));
        }
    }
    const returned: Inputs[] = returnTableType ? JSON.parse(returnTableType).columns : [];
    for (const type of [...(returnType ? [JSON.parse(returnType)] : []), ...returned.map(({ type }) => type)]) {
        verifyType(type);
    }
}

const byServer = ["archiveUris", "fileUris", "jarUris", "properties", "pyFileUris"];

export const routine: TypeRules = {
    noun: "Routine",
    generatedNoun: "BigQueryRoutine",
    cost: "free",
    api,
    id: routinePath,
    validators: Object.fromEntries(types.map((path) => [path, refusedJson])),
    normalize: Object.fromEntries(types.map((path) => [path, normalized])),
    changesOnUpdate: ["lastModifiedTime"],
    alreadyExists: (inputs) => alreadyExists("Routine", routinePath(inputs)),
    verify: (inputs, { cloud }) => {
        datasetOf(inputs, cloud);
        // "Manage routines": like dataset names, but shorter.
        if (!/^\w{1,256}$/.test(inputs.routineId)) {
            throw invalid(
                `Invalid routine ID "${inputs.routineId}". Routine IDs must be alphanumeric (plus underscores).`,
            );
        }
        verifyDefinition(inputs);
    },
    state: (inputs, _, old) => {
        const { language = "SQL", remoteFunctionOptions, sparkOptions, returnType, returnTableType } = inputs;
        const { etag: _etag, ...times } = timestamps(old);
        const none = Object.fromEntries(byServer.map((property) => [property, property === "properties" ? {} : []]));
        return {
            ...times,
            // "Defaults to SQL if remote_function_options field is absent, not set otherwise":
            // https://cloud.google.com/bigquery/docs/reference/rest/v2/routines
            ...(!remoteFunctionOptions && { language }),
            ...(returnType && { returnType: normalized(returnType) }),
            ...(returnTableType && { returnTableType: normalized(returnTableType) }),
            ...(inputs.arguments && {
                arguments: inputs.arguments.map((each: Inputs) => ({
                    ...each,
                    ...(each.dataType && { dataType: normalized(each.dataType) }),
                    ...(each.tableType && {
                        tableType: {
                            ...each.tableType,
                            columns: each.tableType.columns?.map(({ type, ...column }: Inputs) => ({
                                ...column,
                                ...(type && { type: normalized(type) }),
                            })),
                        },
                    }),
                })),
            }),
            ...(remoteFunctionOptions && {
                remoteFunctionOptions: { userDefinedContext: {}, ...remoteFunctionOptions },
            }),
            ...(sparkOptions && { sparkOptions: { ...none, ...sparkOptions } }),
        };
    },
};
