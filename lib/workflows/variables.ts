import type * as pulumi from "@pulumi/pulumi";
import { workflowsLimits } from "../facts/limits/workflows";
import { variableProblems } from "../iam/serverless/variables";
import { type Uses, uses } from "../internal/access/capability";
import * as check from "../internal/arguments/check";

/** The environment variables that steps read. */
interface Variables {
    uses: Uses;
    env: Record<string, pulumi.Input<string>>;
}

const limits = workflowsLimits.rows;

/** The name of a variable: {@link https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows}. */
const variable = check.pipe(
    check.matching(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "a variable's name must have only letters, digits and _, and not start with a digit",
    ),
    check.refine(
        (name) => !/^(GOOGLE|WORKFLOWS)/.test(String(name)),
        "must not start with GOOGLE or WORKFLOWS, which Workflows reserves",
    ),
);

const value = check.pipe(check.text(), check.longest(limits.variable.max, "bytes"));

/** Checks each of {@link Variables}. */
export const variableChecks = {
    uses: uses(variable) as check.Check<Uses>,
    env: check.record(variable, check.input(value)),
};

/** Reports secrets, variables that are set twice, and too many variables. */
export function workflowVariableProblems({ uses, env }: Variables): (check.Problem | undefined)[] {
    const { max } = limits.variables;
    const count = Object.keys(uses).length + Object.keys(env).length;
    return [
        ...variableProblems("workflow", "env", env, uses),
        check.when(
            count > max,
            "env",
            "workflows/too-many-variables",
            `there can be ${max} variables at most, with the variables of uses (got ${count}).`,
        ),
    ];
}
