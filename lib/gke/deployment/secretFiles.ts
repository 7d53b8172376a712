import * as pulumi from "@pulumi/pulumi";
import {
    type Attached,
    attachmentsOf,
    distinctFiles,
    type SecretFile,
    type Uses,
} from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { hashOf, shortenName } from "../../internal/arguments/names";
import type { Mountable } from "./attachments";

/**
 * The CSI driver of GKE's {@link https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component Secret
 * Manager add-on}.
 */
const driver = "secrets-store-gke.csi.k8s.io";

/** System folders, which a mount would hide. */
const systemFolders = /^\/(bin|boot|dev|etc|lib|lib64|proc|root|sbin|sys|usr|var\/run)?$/;
const kernelFolders = /^\/(dev|proc|sys)\//;

/** Splits a path into the folder to mount and the filename. */
export function splitPath(path: string): { folder: string; file: string } {
    const end = path.lastIndexOf("/");
    return { folder: path.slice(0, end), file: path.slice(end + 1) };
}

/** The reason why a folder cannot be mounted, if any. */
export function folderProblem(folder: string): string | undefined {
    return !/^(\/[\w.-]+)+$/.test(folder) || /\/\.\.?(\/|$)/.test(folder)
        ? "must be the absolute path of a folder"
        : systemFolders.test(folder) || kernelFolders.test(folder)
          ? "would hide a folder of the system"
          : undefined;
}

/** A volume name for a folder, unique for each folder. */
export function volumeName(start: string, folder: string): string {
    const plain = folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    const isPlain = /^(\/[a-z0-9]+)+$/.test(folder);
    const hash = hashOf(folder, 6);
    return shortenName(`${start}${plain.replace(/-$/, "")}${isPlain ? "" : `-${hash}`}`, 63);
}

/** Checks the paths of secret files. */
export function secretProblems(uses: Uses<Mountable>, writable: string[]): (Problem | undefined)[] {
    const files = distinctFiles(attachmentsOf(uses));
    return files.map(({ variable, attachment: { path } }, index) => {
        const { folder } = splitPath(path);
        const because = folderProblem(folder);
        const same = files.slice(0, index).find((other) => other.attachment.path === path);
        const how = "Choose a path such as /secrets/api-key/text.";
        const at = `uses.${variable}`;
        return (
            check.when(
                because,
                at,
                "gke/secret-file-in-invalid-folder",
                `is a file in a folder that ${because} (got "${path}"). ${how}`,
            ) ??
            check.when(
                writable.includes(folder),
                at,
                "gke/secret-file-in-writable-folder",
                `is in a writable folder, which would hide it (got "${path}"). ${how}`,
            ) ??
            check.when(
                same,
                at,
                "gke/secret-file-path-twice",
                `is where uses.${same?.variable} is (got "${path}"). Use another path for each file.`,
            )
        );
    });
}

/** The secrets of one folder. */
export interface SecretFolder {
    folder: string;
    /** The name of the SecretProviderClass and of the volume. */
    name: string;
    /** The secrets as the YAML that the add-on reads. */
    secrets: pulumi.Output<string>;
}

/** The folders with secrets, each with all of its files. */
export function secretFolders(component: string, attached: Attached<Mountable>[]): SecretFolder[] {
    const files = distinctFiles(attached).map(({ attachment }) => attachment);
    const folders = [...new Set(files.map(({ path }) => splitPath(path).folder))];
    return folders.map((folder) => {
        const own = files.filter(({ path }) => splitPath(path).folder === folder);
        return { folder, name: volumeName(component, folder), secrets: mountedSecrets(own) };
    });
}

function mountedSecrets(files: SecretFile[]): pulumi.Output<string> {
    const entries = files.map(({ secret, version, path }) => {
        return { resourceName: pulumi.interpolate`${secret}/versions/${version}`, path: splitPath(path).file };
    });
    return pulumi.output(entries).apply((known) => JSON.stringify(known));
}

/** The SecretProviderClass that lists the secrets for the add-on to mount. */
export function secretProviderClass({ secrets }: SecretFolder) {
    return {
        apiVersion: "secrets-store.csi.x-k8s.io/v1",
        kind: "SecretProviderClass",
        spec: { provider: "gke", parameters: { secrets } },
    };
}

/** The volumes with the secrets. */
export function secretVolumes(folders: SecretFolder[]) {
    return folders.map(({ name }) => {
        return { name, csi: { driver, readOnly: true, volumeAttributes: { secretProviderClass: name } } };
    });
}

/**
 * A pod annotation that changes with the secrets' versions: mounted files are not updated, so that a new version needs new
 * pods.
 */
export function secretAnnotations(folders: SecretFolder[]): Record<string, pulumi.Output<string>> {
    const hash = (all: string[]) => hashOf(all.join("\n"), 16);
    return folders.length === 0
        ? {}
        : { "slipway/secrets": pulumi.all(folders.map(({ secrets }) => secrets)).apply(hash) };
}
