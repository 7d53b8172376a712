import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

/** The name of a message, the values of an enumeration, or the type of a simple value. */
type FieldType = string | string[];

let messages: Record<string, Record<string, FieldType>> | undefined;

/** The fields of each message of a dashboard, from the discovery document of the API. */
const fieldsOf = (message: string): Record<string, FieldType> | undefined => {
    messages ??= JSON.parse(readFileSync(join(__dirname, "dashboardMessages.json"), "utf8")).messages;
    return messages?.[message];
};

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Throws the API's error for the first field that a dashboard does not have, at any depth, and for values that an enumeration does not have.
 * The words: https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/issues/694. JSON can have a field in either spelling, `xPos`
 * or `x_pos`: https://protobuf.dev/programming-guides/json/#json-options.
 */
export function verifyFields(value: unknown, message = "Dashboard", path = "dashboard"): void {
    if (Array.isArray(value)) {
        value.forEach((item, index) => {
            verifyFields(item, message, `${path}[${index}]`);
        });
        return;
    }
    const fields = fieldsOf(message);
    if (fields === undefined || typeof value !== "object" || value === null) {
        return;
    }
    for (const [name, item] of Object.entries(value as Inputs)) {
        const type = fields[camel(name)];
        if (type === undefined) {
            throw invalid(`Unknown name "${name}" at '${path}': Cannot find field.`);
        }
        const at = `${path}.${snake(name)}`;
        if (typeof type === "string") {
            verifyFields(item, type, at);
        } else {
            verifyNames(item, type, at);
        }
    }
}

/** Numbers are values of an enumeration, too. */
function verifyNames(value: unknown, names: string[], path: string): void {
    const wrong = [value].flat().find((item) => typeof item === "string" && !names.includes(item));
    if (wrong !== undefined) {
        throw invalid(`Invalid value at '${path}', "${wrong}"`);
    }
}

const invalid = (problem: string) => new GoogleError(400, `Invalid JSON payload received. ${problem}`);
