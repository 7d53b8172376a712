import * as pulumi from "@pulumi/pulumi";
import type { Capability } from "../../identity/capability";
import * as check from "../../internal/check";
import { isSecretName } from "../../internal/secretName";
import { isLater } from "../../internal/value";
import { Secret } from "../../secret";

/** A connection of Airflow: a URI, which may have a password only as a secret output, or a {@link Secret} with one. */
export type AirflowConnection = pulumi.Input<string> | Secret;

const id = check.matching(
    /^[A-Za-z0-9_-]{1,100}$/,
    "must have up to 100 letters, digits, - and _, as the name of its secret ends with it",
);

/** What keys of a URI's query or of JSON stand before: `?token=`, `"private_key":`, also where one is encoded in the other. */
const keys = /([A-Za-z_]+)(?:"|\\"|%22)?(?:=|\s*:|%3A)/g;

/** A URI, or the JSON of a connection, without a password. */
const isHarmless = (given: unknown) => {
    const text = String(given);
    const [, ...after] = text.split(/[?{]/);
    const named = [...after.join("?").matchAll(keys)].map(([, key]) => key as string);
    return (
        typeof given === "string" &&
        /^([a-z][a-z0-9+._-]*:\/\/|\{)/.test(text) &&
        !/:\/\/[^/@]*:[^/@]+@|password/i.test(text) &&
        !named.some((key) => isSecretName(key) || key.endsWith("keyfile_dict"))
    );
};

/** Checks the connections of Airflow by their ids; one that could have a password is shown in no error. */
export const connections: check.Check = check.record(
    id,
    check.componentOr(
        check.component("Secret"),
        check.sensitive(
            (given) => isLater(given) || isHarmless(given),
            'must be a URI such as "google-cloud-platform://" without a password, a secret output with one, or a Secret\nSet it with \'pulumi config set --secret <key>\' and give it as new pulumi.Config().requireSecret("<key>").',
        ),
    ),
);

/** Checks the variables of Airflow by their keys. */
export const variables: check.Check = check.record(id, check.input(check.text()));

/** "Google Cloud Secret Manager Backend": what of `airflow.cfg` makes Airflow ask Secret Manager first. */
const backend = "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";
const options = ["secrets-backend", "secrets-backend_kwargs"];

/** With what the names of an environment's secrets start, as several environments of a project have theirs. */
const prefixes = (environment: string) => ({
    connections_prefix: `${environment}-connections`,
    variables_prefix: `${environment}-variables`,
});

interface Kept {
    name: string;
    connections: Record<string, AirflowConnection>;
    variables: Record<string, pulumi.Input<string>>;
}

const isUsed = ({ connections: all, variables: others }: Kept) => Object.keys({ ...all, ...others }).length > 0;

/** The overrides by which Airflow reads its connections and variables from Secret Manager. */
export function backendOptions(kept: Kept, project: string): Record<string, string> {
    const kwargs = { project_id: project, ...prefixes(kept.name), sep: "-" };
    return isUsed(kept) ? { "secrets-backend": backend, "secrets-backend_kwargs": JSON.stringify(kwargs) } : {};
}

/** What is wrong with connections and variables that are right each by itself. */
export function backendProblems(kept: Kept, airflow: Record<string, string>): (check.Problem | undefined)[] {
    return [
        ...options.map((option) => {
            return isUsed(kept) && Object.hasOwn(airflow, option)
                ? { path: `airflow.${option}`, reason: "is set for connections and variables. Leave it out, or them." }
                : undefined;
        }),
        ...Object.entries(kept.variables).map(([key, value]) => {
            return typeof value === "string" && isSecretName(key)
                ? {
                      path: `variables.${key}`,
                      reason: "is named as a secret is, and its text stands in the program (got a text). Set it with 'pulumi config set --secret <key>' and give it as new pulumi.Config().requireSecret(\"<key>\"), or name it otherwise.",
                  }
                : undefined;
        }),
        ...Object.entries(kept.connections).map(([key, connection]) => {
            return pulumi.Resource.isInstance(connection) && (connection as Secret).version === undefined
                ? {
                      path: `connections.${key}`,
                      reason: "is an external secret, of which no value is known here. Give a Secret with a value, or a secret output.",
                  }
                : undefined;
        }),
    ];
}

/** The secrets that Airflow reads, as children of the environment, each by `connections.warehouse`, and what lets it. */
export function keptSecrets(
    component: string,
    kept: Kept,
    parent: pulumi.ComponentResource,
): Record<string, { secret: Secret; uses: Pick<Capability, "grants"> }> {
    const names = prefixes(kept.name);
    const make = (part: "connection" | "variable", prefix: string, key: string, value: pulumi.Input<string>) => {
        const secret = new Secret(
            `${component}-${part}-${key}`,
            { name: `${prefix}-${key}`, value: pulumi.secret(value) },
            { parent },
        );
        return [`${part}s.${key}`, { secret, uses: secret.accessor }] as const;
    };
    return Object.fromEntries([
        ...Object.entries(kept.connections).map(([key, given]) =>
            make("connection", names.connections_prefix, key, textOf(given)),
        ),
        ...Object.entries(kept.variables).map(([key, value]) => make("variable", names.variables_prefix, key, value)),
    ]);
}

function textOf(given: AirflowConnection): pulumi.Input<string> {
    return pulumi.Resource.isInstance(given)
        ? ((given as Secret).version?.secretData as pulumi.Output<string>)
        : (given as pulumi.Input<string>);
}
