import { loggingLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";

const api = "logging.googleapis.com";

export { api };

/** Brackets of a filter by their end. */
const brackets: Record<string, string> = { ")": "(" };

/** What ends a filter too early: an open text, or parentheses that do not match. */
function incomplete(filter: string): string | undefined {
    // A text, a comment, or any other character.
    const parts = filter.match(/"(?:[^"\\]|\\.)*"|--[^\n]*|[\s\S]/g) ?? [];
    const open: string[] = [];
    for (const part of parts) {
        if (part === '"') {
            return "unterminated string";
        }
        if (part === "(") {
            open.push(part);
        }
        if (brackets[part] && open.pop() !== brackets[part]) {
            return `unexpected token "${part}"`;
        }
    }
    return open.length > 0 ? 'expected ")" at end of filter' : undefined;
}

/**
 * Throws the API's error for a filter that is too long or cannot be parsed. The words: https://github.com/nextflow-io/nextflow/issues/3353.
 * What the fields and values of a filter may be is not checked.
 */
export function verifyFilter(filter: string | undefined): void {
    const { max } = loggingLimits.rows.filter;
    if (filter !== undefined && filter.length > max) {
        throw new GoogleError(400, `The filter has ${filter.length} characters, and may have ${max}.`);
    }
    const problem = filter && incomplete(filter);
    if (problem) {
        throw new GoogleError(400, `Unparseable filter: ${problem}`);
    }
}
