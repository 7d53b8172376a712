import { loggingLimits } from "slipway/facts";
import { queryProblem } from "slipway/formats";
import { GoogleError } from "../../cloud/errors";

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
    const problem = filter && queryProblem(filter);
    if (problem) {
        throw new GoogleError(400, `Unparseable filter: syntax error ${problem}`);
    }
}
