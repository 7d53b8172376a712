import * as pulumi from "@pulumi/pulumi";
import { isSecretName } from "../formats/secretName";
import type { Capability } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { isDeferred } from "../internal/arguments/value";
import { Secret } from "../secretmanager/secret";

/** An Airflow connection: a URI, as a secret output if it has a password, or a {@link Secret} with the URI. */
export type AirflowConnection = pulumi.Input<string> | Secret;

const id = check.matching(
    /^[A-Za-z0-9_-]{1,100}$/,
    "must have up to 100 letters, digits, - and _, because the name of its secret ends with it",
);

/** The keys in the query of a URI or in JSON: `?token=`, `"private_key":`, also if one is encoded in the other. */
const keys = /([A-Za-z_]+)(?:"|\\"|%22)?(?:=|\s*:|%3A)/g;

/** Whether a connection's URI or JSON contains no password. */
const hasNoPassword = (connection: unknown) => {
    const text = String(connection);
    const [, ...after] = text.split(/[?{]/);
    const named = [...after.join("?").matchAll(keys)].map(([, key]) => key as string);
    return (
        typeof connection === "string" &&
        /^([a-z][a-z0-9+._-]*:\/\/|\{)/.test(text) &&
        !/:\/\/[^/@]*:[^/@]+@|password/i.test(text) &&
        !named.some((key) => isSecretName(key) || key.endsWith("keyfile_dict"))
    );
};

/** Checks the Airflow connections by ID. No error shows one that could contain a password. */
export const connections = check.record(
    id,
    check.componentOr(
        check.component("Secret"),
        check.sensitive<pulumi.Input<string>>(
            (connection) => isDeferred(connection) || hasNoPassword(connection),
            'must be a URI such as "google-cloud-platform://" without a password, a secret output with one, or a Secret\nSet it with \'pulumi config set --secret <key>\' and pass it as new pulumi.Config().requireSecret("<key>").',
        ),
    ),
);

/** Checks a text that the environment variable of a process can have. */
export const withoutNull = check.pipe(
    check.text(),
    check.refine((value) => !value.includes("\0"), "must not have a null character"),
);

/** Checks the Airflow variables by key. */
export const variables = check.record(id, check.input(withoutNull));

/** The {@link https://cloud.google.com/composer/docs/composer-3/configure-secret-manager Secret Manager backend} of Airflow. */
const backend = "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";
const options = ["secrets-backend", "secrets-backend_kwargs"];

/** The prefixes of secret names, which contain the environment because several environments share a project. */
const prefixes = (environment: string) => ({
    connections_prefix: `${environment}-connections`,
    variables_prefix: `${environment}-variables`,
});

interface BackendArgs {
    name: string;
    connections: Record<string, AirflowConnection>;
    variables: Record<string, pulumi.Input<string>>;
}

const needsBackend = (args: BackendArgs) => Object.keys({ ...args.connections, ...args.variables }).length > 0;

/** The overrides that make Airflow read its connections and variables from Secret Manager. */
export function backendOptions(args: BackendArgs, project: string): Record<string, string> {
    const kwargs = { project_id: project, ...prefixes(args.name), sep: "-" };
    return needsBackend(args) ? { "secrets-backend": backend, "secrets-backend_kwargs": JSON.stringify(kwargs) } : {};
}

/** Problems of connections and variables in combination. */
export function backendProblems(args: BackendArgs, airflow: Record<string, string>): (check.Problem | undefined)[] {
    return [
        ...options.map((option) => {
            return check.when(
                needsBackend(args) && Object.hasOwn(airflow, option),
                `airflow.${option}`,
                "composer/airflow-option-reserved",
                "is set for connections and variables. Remove it, or them.",
            );
        }),
        ...Object.entries(args.variables).map(([key, value]) => {
            return typeof value === "string" && isSecretName(key, value)
                ? {
                      ...check.problem(
                          `variables.${key}`,
                          "composer/secret-in-variables",
                          "has the name of a secret, and its value is in the source code (got a string). Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\"), or rename it.",
                      ),
                      isPolicy: true,
                  }
                : undefined;
        }),
        ...Object.entries(args.connections).map(([key, connection]) => {
            return check.when(
                pulumi.Resource.isInstance(connection) && (connection as Secret).version === undefined,
                `connections.${key}`,
                "composer/connection-value-unknown",
                "is an external secret, whose value is unknown to the program. Use a Secret with a value, or a secret output.",
            );
        }),
    ];
}

/**
 * Creates the secrets that Airflow reads as children of the component, by `connections.warehouse`, with the grants to read
 * them.
 */
export function createSecrets(
    component: string,
    args: BackendArgs,
    parent: pulumi.ComponentResource,
): Record<string, { secret: Secret; uses: Pick<Capability, "grants"> }> {
    const names = prefixes(args.name);
    const create = (part: "connection" | "variable", prefix: string, key: string, value: pulumi.Input<string>) => {
        const secret = new Secret(
            `${component}-${part}-${key}`,
            { name: `${prefix}-${key}`, value: pulumi.secret(value) },
            { parent },
        );
        return [`${part}s.${key}`, { secret, uses: secret.accessor }] as const;
    };
    return Object.fromEntries([
        ...Object.entries(args.connections).map(([key, connection]) =>
            create("connection", names.connections_prefix, key, connectionValue(connection)),
        ),
        ...Object.entries(args.variables).map(([key, value]) => create("variable", names.variables_prefix, key, value)),
    ]);
}

function connectionValue(connection: AirflowConnection): pulumi.Input<string> {
    return pulumi.Resource.isInstance(connection)
        ? ((connection as Secret).version?.secretData as pulumi.Output<string>)
        : (connection as pulumi.Input<string>);
}
