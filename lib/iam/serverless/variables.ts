import type * as pulumi from "@pulumi/pulumi";
import { isSecretName } from "../../formats/secretName";
import type { Attachment, Uses } from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";

/**
 * Reports plain variables that have the name of one in `uses`, or a value that looks like a secret.
 *
 * @param kind the workload: `function`
 * @param of the argument with the variables: `env`
 * @param uses the capabilities; undefined for variables of a build
 * @param hint how to pass a secret instead, for workloads without secret variables
 */
export function variableProblems(
    kind: string,
    of: string,
    variables: Record<string, pulumi.Input<string>>,
    uses?: Uses<Attachment>,
    hint: (key: string) => string = (key) =>
        `Store it in a Secret and set uses: { ${key}: thatSecret.reader }, or rename the variable.`,
): (Problem | undefined)[] {
    return Object.entries(variables).map(([key, value]) => {
        const path = `${of}.${key}`;
        if (uses && Object.hasOwn(uses, key)) {
            return check.problem(path, "iam/env-also-in-uses", "is also in uses. Rename one of them.");
        }
        if (typeof value === "string" && isSecretName(key, value)) {
            const reason = `has the name of a secret, and everyone who can view the ${kind} can read its value (got a string).`;
            const how = uses ? hint(key) : "Fetch it in the build, or rename the variable.";
            return { ...check.problem(path, "iam/secret-in-env", `${reason} ${how}`), isPolicy: true };
        }
        return undefined;
    });
}
