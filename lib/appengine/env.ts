import type * as pulumi from "@pulumi/pulumi";
import { isSecretName } from "../formats/secretName";
import { variableName } from "../internal/access/capability";
import * as check from "../internal/arguments/check";

/**
 * Checks the name of an environment variable; App Engine
 * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml sets some itself}.
 */
export const variable = check.pipe(
    variableName,
    check.refine(
        (name) => !/^(GAE_?.*|PORT|GOOGLE_CLOUD_PROJECT)$/.test(String(name)),
        "is set by App Engine itself\nChoose another name.",
    ),
);

/** Checks environment variables. */
export const env = check.record(variable, check.input(check.text()));

/** Checks for variables that would show a secret to everyone who can read the version: App Engine cannot mount secrets. */
export function environmentProblems({ env = {} }: { env?: Record<string, pulumi.Input<string>> }): check.Problem[] {
    const secrets = Object.entries(env).filter(
        ([name, value]) => typeof value === "string" && isSecretName(name, value),
    );
    return secrets.map(([name]) => ({
        ...check.problem(
            `env.${name}`,
            "appengine/secret-in-env",
            `has the name of a secret, and everyone who can view the version can read its value (got a string). Store it in a Secret and set uses: { ${name}: thatSecret.accessor }, or rename the variable.`,
        ),
        isPolicy: true,
    }));
}
