import { randomUUID } from "node:crypto";
import { HttpError } from "../../emulator/http";
import type { Column, Row } from "./values";

/**
 * A row with the default values of the columns that it does not have. Values that are null remain:
 * https://cloud.google.com/bigquery/docs/default-values
 */
export function withDefaults(columns: Column[], row: Row): Row {
    const names = new Set(Object.keys(row ?? {}).map((name) => name.toLowerCase()));
    const missing = columns.filter(({ name }) => !names.has(name.toLowerCase()));
    const defaults = missing.flatMap(({ name, defaultValueExpression }) =>
        defaultValueExpression === undefined ? [] : [[name, evaluated(defaultValueExpression)]],
    );
    return { ...Object.fromEntries(defaults), ...row };
}

const now = () => new Date().toISOString().replace("Z", "000Z");

/** Functions of default values, without arguments. */
const functions: Record<string, () => unknown> = {
    CURRENT_DATE: () => now().slice(0, 10),
    CURRENT_DATETIME: () => now().slice(0, -1),
    CURRENT_TIME: () => now().slice(11, -1),
    CURRENT_TIMESTAMP: now,
    GENERATE_UUID: () => randomUUID(),
    RAND: () => Math.random(),
};

/** A literal, which can have a type, or a function. */
const form =
    /^(?:(?:DATE|DATETIME|TIME|TIMESTAMP|NUMERIC|BIGNUMERIC|JSON)?\s*('[^'\\]*'|"[^"\\]*")|([+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?)|(TRUE|FALSE|NULL)|(\w+)(?:\s*\(\s*\))?)$/i;

function evaluated(expression: string): unknown {
    const [, text, number, word, called = ""] = form.exec(expression.trim()) ?? [];
    if (text !== undefined) {
        return text.slice(1, -1);
    }
    if (number !== undefined || word !== undefined) {
        return number ?? JSON.parse((word as string).toLowerCase());
    }
    const evaluate = functions[called.toUpperCase()];
    if (!evaluate) {
        throw new HttpError(
            501,
            "notImplemented",
            `The local Google Cloud does not evaluate the default value ${expression}: only literals and ${Object.keys(functions).join(", ")}.`,
        );
    }
    return evaluate();
}
