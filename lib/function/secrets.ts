import * as pulumi from "@pulumi/pulumi";
import { type Attached, attachedTo, filesOnce, ofKind, type SecretFile, type Uses } from "../identity/capability";
import type { Problem } from "../internal/check";
import type { Mountable } from "./attachments";

/**
 * Folders that a secret cannot hide: those of Linux and Cloud Run ("Configure secrets", "SecretVolume"), and those where
 * the code, its packages and what starts it are.
 */
const reserved = /^\/(cloudsql|cnb|dev|layers|pod|proc|sys|var\/log|workspace)(\/|$)/;

/** Where a file's folder is mounted, and its name in it. */
function placed({ path }: SecretFile): { folder: string; file: string } {
    const end = path.lastIndexOf("/");
    return { folder: path.slice(0, end), file: path.slice(end + 1) };
}

/** Why the files of secrets cannot be where they are wanted, each at the variable that has its path. */
export function secretProblems(uses: Uses<Mountable>): (Problem | undefined)[] {
    const files = filesOnce(attachedTo(uses));
    return files.map((file, index) => fileProblem(file, files.slice(0, index)));
}

function fileProblem(
    { variable, attachment }: Attached<SecretFile>,
    before: Attached<SecretFile>[],
): Problem | undefined {
    const problem = (what: string, how: string): Problem => {
        return { path: `uses.${variable}`, reason: `${what} (got "${attachment.path}"). ${how}` };
    };
    const { folder } = placed(attachment);
    if (!/^(\/[\w.-]+){2,}$/.test(attachment.path) || /\/\.\.?(\/|$)/.test(attachment.path)) {
        return problem("must be a file in a folder of its own", "Choose a path such as /secrets/api-key.");
    }
    if (reserved.test(folder)) {
        return problem("would hide a folder of the system or of the code", "Choose a path such as /secrets/api-key.");
    }
    const same = before.find((other) => other.attachment.path === attachment.path);
    if (same) {
        return problem(`is where uses.${same.variable} is`, "Give each file a path of its own.");
    }
    // A folder shows one secret: what else is mounted there would be hidden.
    const beside = before.find((other) => {
        return placed(other.attachment).folder === folder && other.attachment.secret !== attachment.secret;
    });
    return beside
        ? problem(
              `is in the folder of uses.${beside.variable}, which is another secret`,
              "Give each secret a folder of its own.",
          )
        : undefined;
}

/** What becomes of attached secrets in the configuration of a function. */
export function secretConfig(attached: Attached<Mountable>[]) {
    const files = filesOnce(attached);
    const folders = [...new Set(files.map(({ attachment }) => placed(attachment).folder))];
    return {
        secretEnvironmentVariables: ofKind("secret-variable", attached).map(
            ({ variable, attachment: { secret, version } }) => {
                return { key: variable, ...named(secret), version };
            },
        ),
        secretVolumes: folders.map((mountPath) => {
            const here = files.filter(({ attachment }) => placed(attachment).folder === mountPath);
            const [{ attachment }] = here as [Attached<SecretFile>];
            const versions = here.map((each) => {
                return { path: placed(each.attachment).file, version: each.attachment.version };
            });
            return { mountPath, ...named(attachment.secret), versions };
        }),
    };
}

/** The parts of a secret's path, `projects/acme-dev/secrets/api-key`. */
function named(secret: pulumi.Input<string>) {
    const part = (index: number) => pulumi.output(secret).apply((path) => path.split("/")[index] ?? "");
    return { projectId: part(1), secret: part(3) };
}
