import type * as pulumi from "@pulumi/pulumi";
import {
    type Attached,
    type Attachment,
    attachmentsOf,
    distinctFiles,
    type SecretFile,
    type Uses,
} from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";

/** Folders of Linux and {@link https://cloud.google.com/run/docs/configuring/services/secrets Cloud Run} that a volume would hide. */
const systemFolders = /^\/(cloudsql|dev|proc|sys|var\/log)(\/|$)/;

/** Whether a volume cannot be mounted there. */
export const isSystemFolder = (folder: string): boolean => systemFolders.test(folder);

/** Splits a path into the mount path and the filename. */
function splitPath({ path }: SecretFile): { folder: string; file: string } {
    const end = path.lastIndexOf("/");
    return { folder: path.slice(0, end), file: path.slice(end + 1) };
}

/**
 * Validates the paths of secret files, each reported at its variable.
 *
 * @param code other folders that a volume would hide: the folders of the code
 */
export function secretFileProblems(uses: Uses<Attachment>, code?: RegExp, at = "uses"): (Problem | undefined)[] {
    const files = distinctFiles(attachmentsOf(uses));
    return files.map((file, index) => validateFile(file, files.slice(0, index), code, at));
}

function validateFile(
    { variable, attachment }: Attached<SecretFile>,
    previous: Attached<SecretFile>[],
    code: RegExp | undefined,
    uses: string,
): Problem | undefined {
    const at = `${uses}.${variable}`;
    const { path, secret } = attachment;
    const { folder } = splitPath(attachment);
    const same = previous.find((other) => other.attachment.path === path);
    // A volume holds one secret: a second one in the same folder would be hidden.
    const beside = previous.find((other) => {
        return splitPath(other.attachment).folder === folder && other.attachment.secret !== secret;
    });
    return (
        check.when(
            !/^(\/[\w.-]+){2,}$/.test(path) || /\/\.\.?(\/|$)/.test(path),
            at,
            "iam/secret-file-without-folder",
            `must be a file in a folder of its own (got "${path}"). Choose a path such as /secrets/api-key.`,
        ) ??
        check.when(
            isSystemFolder(folder) || code?.test(folder),
            at,
            "iam/secret-file-hides-folder",
            `would hide a folder of ${code ? "the system or the code" : "the system"} (got "${path}"). Choose a path such as /secrets/api-key.`,
        ) ??
        check.when(
            same,
            at,
            "iam/secret-file-path-twice",
            `is where ${uses}.${same?.variable} is (got "${path}"). Use another path for each file.`,
        ) ??
        check.when(
            beside,
            at,
            "iam/secret-file-beside-other-secret",
            `is in the folder of ${uses}.${beside?.variable}, which has another secret (got "${path}"). Use another folder for each secret.`,
        )
    );
}

/** A folder with files of one secret. */
export interface SecretFolder {
    folder: string;
    secret: pulumi.Input<string>;
    files: { file: string; version: pulumi.Input<string> }[];
}

/** The folders with secret files. */
export function secretFolders(attached: Attached<Attachment>[]): SecretFolder[] {
    const files = distinctFiles(attached).map(({ attachment }) => ({ ...attachment, ...splitPath(attachment) }));
    const folders = [...new Set(files.map(({ folder }) => folder))];
    return folders.map((folder) => {
        const here = files.filter((each) => each.folder === folder);
        return {
            folder,
            secret: (here[0] as SecretFile).secret,
            files: here.map(({ file, version }) => ({ file, version })),
        };
    });
}
