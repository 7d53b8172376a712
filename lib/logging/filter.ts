import type * as pulumi from "@pulumi/pulumi";
import { loggingLimits } from "../facts/limits/logging";
import { queryProblem } from "../formats/query";
import * as check from "../internal/arguments/check";

const { filter: length, description: text } = loggingLimits.rows;

/** Checks a filter in the {@link https://cloud.google.com/logging/docs/view/logging-query-language Logging query language}. */
export const filter: check.Check<pulumi.Input<string>> = check.input(
    check.pipe(
        check.text(),
        check.longest(length.max),
        check.refine(
            (value) => queryProblem(String(value)) === undefined,
            ({ input }) => `must be a filter in the Logging query language: ${queryProblem(String(input))}`,
        ),
    ),
);

/** Checks a description of a sink or a metric. */
export const description: check.Check<pulumi.Input<string>> = check.input(
    check.pipe(check.text(), check.longest(text.max)),
);
