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

/** A filter of a subscription: at most 256 bytes (https://docs.cloud.google.com/pubsub/quotas#resource_limits). */
export const filter: check.Check = check.input(
    check.pipe(
        check.text(),
        check.refine((value) => Buffer.byteLength(String(value)) <= 256, "must have at most 256 bytes"),
        check.refine(
            (value) => filterProblem(String(value)) === undefined,
            ({ input }) => `is no filter ${filterProblem(String(input))}`,
        ),
    ),
);
