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

const byServer = ["archiveUris", "fileUris", "jarUris", "properties", "pyFileUris"];

export const routine: TypeRules = {
    noun: "Routine",
    generatedNoun: "BigQueryRoutine",
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
    },
    state: (inputs, _, old) => {
        const { language = "SQL", remoteFunctionOptions, sparkOptions, returnType, returnTableType } = inputs;
        const { etag: _etag, ...times } = timestamps(old);
        const none = Object.fromEntries(byServer.map((property) => [property, property === "properties" ? {} : []]));
        return {
            ...times,
            language,
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
