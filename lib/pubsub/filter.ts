import { pubSubLimits } from "../facts/limits/pubSub";
import { parseFilter } from "../formats/filter";
import { FilterSyntaxError } from "../formats/tokens";
import * as check from "../internal/arguments/check";

/** Explains why a filter is invalid, with the column; undefined for a valid filter. */
export function filterProblem(filter: string): string | undefined {
    try {
        parseFilter(filter);
        return undefined;
    } catch (error) {
        if (error instanceof FilterSyntaxError) {
            return error.message;
        }
        throw error;
    }
}

const { max } = pubSubLimits.rows.filter;

/** Checks a filter, whose {@link https://cloud.google.com/pubsub/quotas#resource_limits size is limited}. */
export const filter = check.input(
    check.pipe(
        check.validText((text) => {
            const problem = filterProblem(text);
            return problem && `is not a valid filter ${problem}`;
        }),
        check.longest(max, "bytes"),
    ),
);
