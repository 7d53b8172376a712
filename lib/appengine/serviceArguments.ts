import type * as pulumi from "@pulumi/pulumi";
import { variableName } from "../identity/capability";
import * as check from "../internal/check";
import { isSecretName } from "../internal/secretName";

/** What services of both environments have. */
export interface ServiceArgs {
    /**
     * Environment variables that are not secret: a text is refused for one whose name ends with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`. Names that begin with `GAE` are App Engine's own ("app.yaml reference").
     * @default none but those of `uses`
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * From where requests reach the service: from everywhere, from the project's VPC networks and what is allowed into them, or
     * from there and from load balancers ("Ingress settings").
     * @default "all"
     */
    ingress?: "all" | "internal-only" | "internal-and-cloud-load-balancing";
}

/** The name of an environment variable that a user may set ("app.yaml reference"). */
export const variable: check.Check = check.pipe(
    variableName,
    check.refine(
        (name) => !/^(GAE_?.*|PORT|GOOGLE_CLOUD_PROJECT)$/.test(String(name)),
        "is set by App Engine itself\nChoose another name.",
    ),
);

export const serviceChecks: Record<keyof ServiceArgs, check.Check> = {
    environment: check.record(variable, check.input(check.text())),
    ingress: check.oneOf("all", "internal-only", "internal-and-cloud-load-balancing"),
};

/** A variable that would show a secret to whoever sees the version: App Engine mounts none by reference. */
export function environmentProblems({ environment = {} }: ServiceArgs): check.Problem[] {
    const secrets = Object.entries(environment).filter(
        ([name, value]) => typeof value === "string" && isSecretName(name),
    );
    const reasonOf = (name: string) =>
        `is named as a secret is, and its text can be read by all who see the version (got a text). Keep it in a Secret and take uses: { ${name}: thatSecret.accessor }, or name the variable otherwise.`;
    return secrets.map(([name]) => ({ path: `environment.${name}`, reason: reasonOf(name) }));
}
