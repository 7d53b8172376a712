import { loggingLimits } from "slipway/facts";
import { comparisonsOf, parseQuery, queryProblem } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import { regularExpressionProblem } from "../../cloud/regularExpression";

/** The API of Cloud Logging. */
export const api = "logging.googleapis.com";

/**
 * Throws the API's error for a filter that is too long or cannot be parsed. The words: https://github.com/nextflow-io/nextflow/issues/3353.
 * What the fields and values of a filter may be is not checked.
 */
export function verifyFilter(filter: string | undefined): void {
    const { max } = loggingLimits.rows.filter;
    if (filter !== undefined && filter.length > max) {
        throw new GoogleError(400, `The filter has ${filter.length} characters, and may have ${max}.`);
    }
    const problem = filter && (queryProblem(filter) ?? patternProblem(filter));
    if (problem) {
        throw new GoogleError(400, `Unparseable filter: syntax error ${problem}`);
    }
}

/** "Regular expressions": in RE2's syntax. https://cloud.google.com/logging/docs/view/logging-query-language#regular-expressions */
const patternProblem = (filter: string): string | undefined =>
    comparisonsOf(parseQuery(filter))
        .filter(({ operator }) => operator === "=~" || operator === "!~")
        .map(({ value }) => (typeof value === "string" ? regularExpressionProblem(value) : undefined))
        .find((problem) => problem !== undefined);
