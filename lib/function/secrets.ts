import * as pulumi from "@pulumi/pulumi";
import {
    type Attached,
    attachmentsOf,
    distinctFiles,
    ofKind,
    type SecretFile,
    type Uses,
} from "../identity/capability";
import type { Problem } from "../internal/check";
import type { FunctionAttachment } from "./arguments";

/**
 * Folders that a secret volume would hide: those of Linux and Cloud Run
 * ({@link https://cloud.google.com/run/docs/configuring/services/secrets}), and those of the code, its packages and its
 * launcher.
 */
const reserved = /^\/(cloudsql|cnb|dev|layers|pod|proc|sys|var\/log|workspace)(\/|$)/;

/** Splits a path into the mount path and the file name. */
function splitPath({ path }: SecretFile): { folder: string; file: string } {
    const end = path.lastIndexOf("/");
    return { folder: path.slice(0, end), file: path.slice(end + 1) };
}

/** Validates the paths of secret files, each reported at its variable. */
export function secretProblems(uses: Uses<FunctionAttachment>): (Problem | undefined)[] {
    const files = distinctFiles(attachmentsOf(uses));
    return files.map((file, index) => validateFile(file, files.slice(0, index)));
}

function validateFile(
    { variable, attachment }: Attached<SecretFile>,
    previous: Attached<SecretFile>[],
): Problem | undefined {
    const problem = (what: string, how: string): Problem => {
        return { path: `uses.${variable}`, reason: `${what} (got "${attachment.path}"). ${how}` };
    };
    const { folder } = splitPath(attachment);
    if (!/^(\/[\w.-]+){2,}$/.test(attachment.path) || /\/\.\.?(\/|$)/.test(attachment.path)) {
        return problem("must be a file in a folder of its own", "Choose a path such as /secrets/api-key.");
    }
    if (reserved.test(folder)) {
        return problem("would hide a folder of the system or the code", "Choose a path such as /secrets/api-key.");
    }
    const same = previous.find((other) => other.attachment.path === attachment.path);
    if (same) {
        return problem(`is where uses.${same.variable} is`, "Use another path for each file.");
    }
    // A volume holds one secret: a second one in the same folder would be hidden.
    const beside = previous.find((other) => {
        return splitPath(other.attachment).folder === folder && other.attachment.secret !== attachment.secret;
    });
    return beside
        ? problem(
              `is in the folder of uses.${beside.variable}, which has another secret`,
              "Use another folder for each secret.",
          )
        : undefined;
}

/** The environment variables and volumes of attached secrets. */
export function secretConfig(attached: Attached<FunctionAttachment>[]) {
    const files = distinctFiles(attached);
    const folders = [...new Set(files.map(({ attachment }) => splitPath(attachment).folder))];
    return {
        secretEnvironmentVariables: ofKind("secret-variable", attached).map(
            ({ variable, attachment: { secret, version } }) => {
                return { key: variable, ...secretId(secret), version };
            },
        ),
        secretVolumes: folders.map((mountPath) => {
            const here = files.filter(({ attachment }) => splitPath(attachment).folder === mountPath);
            const [{ attachment }] = here as [Attached<SecretFile>];
            const versions = here.map((each) => {
                return { path: splitPath(each.attachment).file, version: each.attachment.version };
            });
            return { mountPath, ...secretId(attachment.secret), versions };
        }),
    };
}

/** The project and ID of a secret's path, `projects/acme-dev/secrets/api-key`. */
function secretId(secret: pulumi.Input<string>) {
    const part = (index: number) => pulumi.output(secret).apply((path) => path.split("/")[index] ?? "");
    return { projectId: part(1), secret: part(3) };
}
