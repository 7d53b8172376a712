import type * as pulumi from "@pulumi/pulumi";
import { isSecretName } from "../../formats/secretName";
import { type Uses, uses as usesOf, variableName } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { type Mountable, mountable } from "./attachments";

const variable = check.pipe(
    variableName,
    check.refine((name) => name !== "PORT", "is set by the component itself, to port\nChoose another name."),
);

/** Checks the `uses` of a deployment. */
export const uses = usesOf(variable, ...mountable);

/** Checks the `env` of a deployment. */
export const env = check.record(variable, check.input(check.text()));

/** Reports variables that are also in `uses`, and plain ones that look like secrets. */
export function variableProblems(
    plain: Record<string, pulumi.Input<string>>,
    used: Uses<Mountable>,
): (check.Problem | undefined)[] {
    return Object.entries(plain).map(([key, value]) => {
        const path = `env.${key}`;
        if (Object.hasOwn(used, key)) {
            return check.problem(path, "gke/env-also-in-uses", "is also in uses. Rename one of them.");
        }
        if (typeof value === "string" && isSecretName(key, value)) {
            const what =
                "has the name of a secret, and everyone who can view the pods can read its value (got a string).";
            const how = `Store it in a Secret and set uses: { ${key}_FILE: thatSecret.file("/secrets/${key.toLowerCase()}/text") }, or rename the variable.`;
            return { ...check.problem(path, "gke/secret-in-env", `${what} ${how}`), isPolicy: true };
        }
        return undefined;
    });
}

/** The environment variables of the container. */
export function variables(
    plain: Record<string, pulumi.Input<string>>,
    used: Record<string, pulumi.Input<string>>,
    port: number | undefined,
): { name: string; value: pulumi.Input<string> }[] {
    const all = { ...(port === undefined ? {} : { PORT: String(port) }), ...plain, ...used };
    return Object.entries(all).map(([name, value]) => ({ name, value }));
}
