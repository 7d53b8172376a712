import { dateOf, utcTime } from "./times";
import type { Column, Row } from "./values";

/** "Scans up to the first 500 rows of data": https://cloud.google.com/bigquery/docs/schema-detect */
const sampleSize = 500;

/** The columns of JSON lines, by their values: https://cloud.google.com/bigquery/docs/schema-detect */
export function detectedColumns(rows: Row[]): Column[] {
    const sample = rows.slice(0, sampleSize);
    const names = [...new Set(sample.flatMap((row) => Object.keys(row)))];
    return names.map((name) => {
        const values = sample.map((row) => row[name]);
        const mode = values.some(Array.isArray) ? "REPEATED" : "NULLABLE";
        const items = values.flat().filter((value) => value !== null && value !== undefined);
        const records = items.filter((item): item is Row => typeof item === "object");
        return records.length > 0
            ? { name, type: "RECORD", mode, fields: detectedColumns(records) }
            : { name, type: commonType(items), mode };
    });
}

/** "If all of the rows in a column are empty, auto-detection will default to STRING". */
function commonType(values: unknown[]): string {
    const types = [...new Set(values.map(typeOf))];
    const [type = "STRING"] = types;
    const areNumbers = types.every((each) => each === "INTEGER" || each === "FLOAT");
    return types.length <= 1 ? type : areNumbers ? "FLOAT" : "STRING";
}

function typeOf(value: unknown): string {
    switch (typeof value) {
        case "boolean":
            return "BOOLEAN";
        case "number":
            return Number.isInteger(value) ? "INTEGER" : "FLOAT";
        default: {
            const text = String(value);
            return dateOf(text) ? "DATE" : utcTime(text) ? "TIMESTAMP" : "STRING";
        }
    }
}
