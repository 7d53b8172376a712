import * as pulumi from "@pulumi/pulumi";
import { type Attached, attachedTo, filesOnce, type SecretFile, type Uses } from "../../identity/capability";
import type { Problem } from "../../internal/check";
import { fitted, hashOf } from "../../internal/names";
import type { Mountable } from "./attachments";

/** The driver of GKE's add-on for Secret Manager ("Use Secret Manager add-on with Google Kubernetes Engine"). */
const driver = "secrets-store-gke.csi.k8s.io";

/** Folders in which a container cannot do without what is there. */
const reserved = /^\/(bin|boot|dev|etc|lib|lib64|proc|root|sbin|sys|usr|var\/run)?$/;
const within = /^\/(dev|proc|sys)\//;

/** Where a file's folder is mounted, and its name in it. */
export function placed(path: string): { folder: string; file: string } {
    const end = path.lastIndexOf("/");
    return { folder: path.slice(0, end), file: path.slice(end + 1) };
}

/** Why a folder cannot be mounted, if it cannot. */
export function folderProblem(folder: string): string | undefined {
    return !/^(\/[\w.-]+)+$/.test(folder) || /\/\.\.?(\/|$)/.test(folder)
        ? "must be the absolute path of a folder"
        : reserved.test(folder) || within.test(folder)
          ? "would hide a folder of the system"
          : undefined;
}

/** A name for what is mounted at a folder: two folders never have the same. */
export function volumeName(start: string, folder: string): string {
    const plain = folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    const isPlain = /^(\/[a-z0-9]+)+$/.test(folder);
    const hash = hashOf(folder, 6);
    return fitted(`${start}${plain.replace(/-$/, "")}${isPlain ? "" : `-${hash}`}`, 63);
}

/** Why the files of secrets cannot be where they are wanted, each at the variable that has its path. */
export function secretProblems(uses: Uses<Mountable>, writable: string[]): (Problem | undefined)[] {
    const files = filesOnce(attachedTo(uses));
    return files.map(({ variable, attachment: { path } }, index) => {
        const { folder } = placed(path);
        const because = folderProblem(folder);
        const same = files.slice(0, index).find((other) => other.attachment.path === path);
        const how = "Choose a path such as /secrets/api-key/text.";
        const reason = because
            ? `is a file in a folder that ${because} (got "${path}"). ${how}`
            : writable.includes(folder)
              ? `is in a folder that is writable, and would be hidden by it (got "${path}"). ${how}`
              : same
                ? `is where uses.${same.variable} is (got "${path}"). Give each file a path of its own.`
                : undefined;
        return reason === undefined ? undefined : { path: `uses.${variable}`, reason };
    });
}

/** The secrets of one folder. */
export interface SecretFolder {
    folder: string;
    /** The name of the SecretProviderClass and of the volume. */
    name: string;
    /** What the add-on is to put there, as the YAML that it takes. */
    secrets: pulumi.Output<string>;
}

/** The folders in which a pod has secrets, each with all of its files. */
export function secretFolders(component: string, attached: Attached<Mountable>[]): SecretFolder[] {
    const files = filesOnce(attached).map(({ attachment }) => attachment);
    const folders = [...new Set(files.map(({ path }) => placed(path).folder))];
    return folders.map((folder) => {
        const here = files.filter(({ path }) => placed(path).folder === folder);
        return { folder, name: volumeName(component, folder), secrets: written(here) };
    });
}

function written(files: SecretFile[]): pulumi.Output<string> {
    const entries = files.map(({ secret, version, path }) => {
        return { resourceName: pulumi.interpolate`${secret}/versions/${version}`, path: placed(path).file };
    });
    return pulumi.output(entries).apply((known) => JSON.stringify(known));
}

/** The object that tells the add-on what to put into a folder. */
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
 * An annotation of the pods that changes with the secrets' versions: a file that is mounted already keeps its text, so that
 * another version has to make other pods.
 */
export function secretAnnotations(folders: SecretFolder[]): Record<string, pulumi.Output<string>> {
    const hash = (all: string[]) => hashOf(all.join("\n"), 16);
    return folders.length === 0
        ? {}
        : { "slipway/secrets": pulumi.all(folders.map(({ secrets }) => secrets)).apply(hash) };
}
