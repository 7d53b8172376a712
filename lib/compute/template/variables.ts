import * as pulumi from "@pulumi/pulumi";
import { type Attached, ofKind, type SecretVariable } from "../../internal/access/capability";

/** The environment variables of a startup script or a container. */
export interface Variables {
    plain: Record<string, pulumi.Input<string>>;
    secrets: Attached<SecretVariable>[];
}

/** The variables of a machine. */
export const variablesOf = (
    environment: Record<string, pulumi.Input<string>>,
    used: { environment: Record<string, pulumi.Input<string>>; attachments: Attached<SecretVariable>[] },
): Variables => ({
    plain: { ...environment, ...used.environment },
    secrets: ofKind("secret-variable", used.attachments),
});

/** A text in single quotes for a shell. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * A shell function that prints the value of a secret version, which it reads from Secret Manager as the machine's service account. The
 * value is on the disk at no time.
 * https://cloud.google.com/secret-manager/docs/access-secret-version and
 * https://cloud.google.com/compute/docs/access/authenticate-workloads
 */
const readSecret = `read_secret() {
  metadata=http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token
  token=$(curl -sSf --retry 5 -H 'Metadata-Flavor: Google' "$metadata" | sed -n 's/.*"access_token": *"\\([^"]*\\)".*/\\1/p')
  curl -sSf --retry 5 --retry-connrefused -H "Authorization: Bearer $token" "https://secretmanager.googleapis.com/v1/$1:access" |
    sed -n 's/.*"data": *"\\([^"]*\\)".*/\\1/p' | base64 -d
}`;

/** Shell commands that set and export the variables. */
export function exportsOf({ plain, secrets }: Variables): pulumi.Output<string> {
    const references = secrets.map(({ variable, attachment }) => ({
        variable,
        version: pulumi.interpolate`${attachment.secret}/versions/${attachment.version}`,
    }));
    return pulumi.all([pulumi.output(plain), pulumi.output(references)]).apply(([values, versions]) => {
        const assigned = Object.entries(values).map(([name, value]) => `export ${name}=${quoted(value)}`);
        // In two commands, as the status of an export is not that of the function.
        const read = versions.flatMap(({ variable, version }) => [
            `${variable}=$(read_secret ${quoted(version)})`,
            `export ${variable}`,
        ]);
        return [...assigned, ...(versions.length > 0 ? [readSecret, ...read] : [])].join("\n");
    });
}
