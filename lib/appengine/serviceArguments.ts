import type * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import { variableName } from "../iam/capability";
import type { Problem } from "../internal/check";
import * as check from "../internal/check";
import { type Ingress, ingress } from "../internal/ingress";
import { isSecretName } from "../internal/secretName";

/** The arguments of services in both environments. */
export interface ServiceArgs {
    /**
     * Environment variables that are not secret. A plain string is refused for a name that ends with `PASSWORD`, `TOKEN`,
     * `KEY` or `SECRET`. Names that start with `GAE` are
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml reserved}.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * Where requests may come from, by {@link https://cloud.google.com/appengine/docs/standard/ingress-settings ingress settings}:
     * `"internal"` is the project's VPC networks, `"load-balancer"` also load balancers, `"all"` everywhere, which makes the service
     * public, at its URL and custom domains. Required if cron jobs, tasks or services outside of the networks call it. A
     * {@link LoadBalancer} requires `"load-balancer"` or an explicit `"all"`.
     * @default "load-balancer"; with `iap`, which lets in only its members, "all"
     */
    ingress?: Ingress;
}

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

export const serviceChecks: check.Checks<ServiceArgs> = {
    env: check.record(variable, check.input(check.text())),
    ingress,
};

/** Checks for variables that would show a secret to everyone who can read the version: App Engine cannot mount secrets. */
export function environmentProblems({ env = {} }: ServiceArgs): check.Problem[] {
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

/** Checks that a service that an argument refers to exists: one of the program or `default`. */
export function unknownServiceProblem(
    path: string,
    service: string | undefined,
    deployed: string[],
): Problem | undefined {
    const known = [...new Set(["default", ...deployed])];
    if (service === undefined || known.includes(service)) {
        return undefined;
    }
    const nearest = known.length > 1 ? ` Did you mean "${closest(service, known)}"?` : "";
    return check.problem(
        path,
        "appengine/unknown-service",
        `must be one of the services ${known.join(", ")} (got "${service}").${nearest}`,
    );
}
