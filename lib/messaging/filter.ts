import { pubSubLimits } from "../facts/limits";
import { FilterSyntaxError, parseFilter } from "../formats/filter";
import * as check from "../internal/check";

/** Why a text is not a filter, and in which column; nothing when it is one. */
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

const mostBytes = pubSubLimits.rows.filter.max;

/** Checks the filter of a subscription: {@link https://docs.cloud.google.com/pubsub/quotas#resource_limits}. */
export const filter: check.Check = check.input(
    check.pipe(
        check.text(),
        check.refine((value) => Buffer.byteLength(String(value)) <= mostBytes, `must have at most ${mostBytes} bytes`),
        check.refine(
            (value) => filterProblem(String(value)) === undefined,
            ({ input }) => `is no filter ${filterProblem(String(input))}`,
        ),
    ),
);
