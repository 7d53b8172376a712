import { isReservedComposerVariable } from "../facts/composerVariables";
import { isSecretName } from "../formats/secretName";
import * as check from "../internal/arguments/check";

/**
 * Checks the name of an environment variable. The provider refuses a name of one character, and one that contains an option of Airflow, but
 * only where all of the environment's configuration is known, which it is not at preview (`composerEnvironmentEnvVariablesRegexp`):
 * {@link https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/composer/resource_composer_environment.go}
 */
export const airflowVariable = check.pipe(
    check.matching(
        /^[A-Za-z_][A-Za-z0-9_]+$/,
        "an environment variable's name must have at least two characters, only letters, digits and _, and not start with a digit",
    ),
    check.refine((name) => !isReservedComposerVariable(String(name)), "is reserved by Composer\nChoose another name."),
    check.refine(
        (name) => !/AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+/.test(String(name)),
        "would override Airflow's configuration\nSet it in airflow, such as core-max_active_runs_per_dag.",
    ),
);

/** Environment variables that `uses` sets, or that would expose a secret to viewers of the environment. */
export function variableProblems(
    env: Record<string, unknown>,
    uses: Record<string, unknown>,
): (check.Problem | undefined)[] {
    return Object.entries(env).map(([name, value]) => {
        const path = `env.${name}`;
        if (Object.hasOwn(uses, name)) {
            return check.problem(path, "composer/env-also-in-uses", "is also in uses. Rename one of them.");
        }
        return typeof value === "string" && isSecretName(name, value)
            ? {
                  ...check.problem(
                      path,
                      "composer/secret-in-env",
                      "has the name of a secret, and everyone who can view the environment can read its value (got a string). Set it in variables with a secret output, which is stored in Secret Manager, or rename it.",
                  ),
                  isPolicy: true,
              }
            : undefined;
    });
}
