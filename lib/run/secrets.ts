import * as pulumi from "@pulumi/pulumi";
import type { ServerlessAttachment } from "../iam/serverless/attachments";
import { secretFolders } from "../iam/serverless/secretFiles";
import { type Attached, ofKind } from "../internal/access/capability";
import { hashOf, shortenName } from "../internal/arguments/names";

/** The name of a secret in its own project, and its path in another project. */
const nameIn = (project: string, secret: pulumi.Input<string>) =>
    pulumi.output(secret).apply((path) => {
        const [, of, , id] = path.split("/");
        return of === project ? (id as string) : path;
    });

/** The environment variables with secrets. */
export function secretVariables(attached: Attached<ServerlessAttachment>[], project: string) {
    return ofKind("secret-variable", attached).map(({ variable, attachment: { secret, version } }) => ({
        name: variable,
        valueSource: { secretKeyRef: { secret: nameIn(project, secret), version } },
    }));
}

/** The name of the volume of a folder. */
function volumeName(start: string, folder: string): string {
    const plain = folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    return shortenName(`${start}${plain}${/^(\/[a-z0-9]+)+$/.test(folder) ? "" : `-${hashOf(folder, 6)}`}`, 63);
}

/**
 * The volumes with secret files, each with the folder at which it is mounted.
 *
 * @param start the start of their names
 */
export function secretVolumes(start: string, attached: Attached<ServerlessAttachment>[], project: string) {
    return secretFolders(attached).map(({ folder, secret, files }) => ({
        path: folder,
        volume: {
            name: volumeName(start, folder),
            secret: {
                secret: nameIn(project, secret),
                // The API's own default, which it returns.
                defaultMode: 0o444,
                items: files.map(({ file, version }) => ({ path: file, version })),
            },
        },
    }));
}
