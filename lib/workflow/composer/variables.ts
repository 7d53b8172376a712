import { isReservedComposerVariable } from "../../facts/composerVariables";
import * as check from "../../internal/check";
import { isSecretName } from "../../internal/secretName";

/** Checks the name of an environment variable. */
export const airflowVariable = check.pipe(
    check.matching(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "an environment variable's name must have only letters, digits and _, and not start with a digit",
    ),
    check.refine(
        (name) => !isReservedComposerVariable(String(name)),
        "is set by Composer itself\nChoose another name.",
    ),
    check.refine(
        (name) => !/^AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+$/.test(String(name)),
        "would override Airflow's configuration\nGive it in airflow, as core-max_active_runs_per_dag.",
    ),
);

/** Environment variables that `uses` sets, or that would expose a secret to viewers of the environment. */
export function variableProblems(
    environment: Record<string, unknown>,
    uses: Record<string, unknown>,
): (check.Problem | undefined)[] {
    return Object.entries(environment).map(([name, value]) => {
        const path = `environment.${name}`;
        if (Object.hasOwn(uses, name)) {
            return { path, reason: "is in uses too. Name one of the two otherwise." };
        }
        return typeof value === "string" && isSecretName(name)
            ? {
                  path,
                  reason: "is named as a secret is, and its text can be read by all who see the environment (got a text). Give it as one of variables, by a secret output, which Secret Manager keeps, or name it otherwise.",
              }
            : undefined;
    });
}
