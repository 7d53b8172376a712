import * as pulumi from "@pulumi/pulumi";
import type { ServerlessAttachment } from "../iam/serverless/attachments";
import { secretFolders } from "../iam/serverless/secretFiles";
import { type Attached, ofKind } from "../internal/access/capability";

/** The environment variables and volumes of attached secrets. */
export function secretConfig(attached: Attached<ServerlessAttachment>[]) {
    return {
        secretEnvironmentVariables: ofKind("secret-variable", attached).map(
            ({ variable, attachment: { secret, version } }) => {
                return { key: variable, ...secretId(secret), version };
            },
        ),
        secretVolumes: secretFolders(attached).map(({ folder, secret, files }) => {
            const versions = files.map(({ file, version }) => ({ path: file, version }));
            return { mountPath: folder, ...secretId(secret), versions };
        }),
    };
}

/** The project and ID of a secret's path, `projects/acme-dev/secrets/api-key`. */
function secretId(secret: pulumi.Input<string>) {
    const part = (index: number) => pulumi.output(secret).apply((path) => path.split("/")[index] as string);
    return { projectId: part(1), secret: part(3) };
}
