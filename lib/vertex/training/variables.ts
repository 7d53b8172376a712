import type * as pulumi from "@pulumi/pulumi";
import { trainingLimits } from "../../facts/vertex/training";
import { variableProblems } from "../../iam/serverless/variables";
import { type Uses, uses, variableOf } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";

/** The environment variables of the code. */
export interface TrainingVariables {
    /**
     * Capabilities of other components, by environment variable. The service account gets the roles, and each variable identifies the
     * resource.
     * @default none
     */
    uses?: Uses;
    /**
     * Environment variables without secrets: at most 100, with the variables of `uses`. Names of Vertex AI's own, such as names that start with
     * `AIP_`, are refused.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
}

/** {@link https://cloud.google.com/vertex-ai/docs/training/code-requirements#environment-variables Variables} of others than Vertex AI. */
const variable = variableOf("Vertex AI", /^(AIP_.*|CLOUD_ML_.*|CLUSTER_SPEC|TF_CONFIG)$/);

/** Checks each of {@link TrainingVariables}. */
export const variableChecks = { uses: uses(variable), env: check.record(variable, check.input(check.text())) };

const secretHint = (name: string) =>
    `Store it in a Secret, set uses: { ${name}: thatSecret.role("roles/secretmanager.secretAccessor") } and read the secret in the code, or rename the variable.`;

/** Reports secrets, variables that are set twice, and too many variables. */
export function trainingVariableProblems({ uses, env }: Required<TrainingVariables>): (check.Problem | undefined)[] {
    const { max } = trainingLimits.rows.variables;
    const count = Object.keys(uses).length + Object.keys(env).length;
    return [
        ...variableProblems("training job", "env", env, uses, secretHint),
        check.when(
            count > max,
            "env",
            "vertex/too-many-variables",
            `must have ${max} variables at most, with uses (got ${count}).`,
        ),
    ];
}

/** The variables of `uses` and `env` in the form of the API: another order in the program is not another job. */
export function variableSpec({ uses, env }: Required<TrainingVariables>) {
    const used = Object.entries(uses).flatMap(([name, { value }]) => (value === undefined ? [] : [{ name, value }]));
    const own = Object.entries(env).map(([name, value]) => ({ name, value }));
    const all = [...used, ...own].sort((one, other) => (one.name < other.name ? -1 : 1));
    return all.length > 0 ? { env: all } : {};
}
