import type { Environment } from "../environment/environment";
import { workflowsLimits } from "../facts/limits/workflows";
import { nameFormats } from "../facts/names";
import { variableProblems } from "../iam/serverless/variables";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import { type WorkflowArgs, workflowArgs } from "./arguments";

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: WorkflowArgs, { region }: Pick<Environment, "region">) {
    const completed = check.withDefaults(args, {
        name: shortenName(component, nameFormats.rows.workflow.max),
        region,
        uses: {},
        env: {},
        callLogLevel: "LOG_ERRORS_ONLY",
    });
    return check.checked(`Workflow "${component}"`, completed, workflowArgs(String(completed.region)), problems);
}

function problems({ uses = {}, env = {} }: WorkflowArgs): (check.Problem | undefined)[] {
    const { max } = workflowsLimits.rows.variables;
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
