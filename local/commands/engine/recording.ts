import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Exported } from "../../machine/exported";
import { resourcesOf } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";
import type { UsedPermission } from "../../simulator/cloud/caller";
import { explain, formatExplanations } from "../../simulator/permissions/explain";
import { kubernetesPermissions } from "../../simulator/permissions/kubernetes";

/** The permissions that a command needs, which the provider records in a file. */
export interface Recording {
    file: string;
    /** Explains the permissions of the command, and deletes the file. */
    explanation(place: Workspace, stack: string | undefined): string;
}

export function startRecording(): Recording {
    const file = join(mkdtempSync(join(tmpdir(), "slipway-permissions-")), "used.jsonl");
    return {
        file,
        explanation: (place, stack) => {
            const used = [...recorded(file), ...(stack === undefined ? [] : ofOtherProviders(place, stack))];
            rmSync(dirname(file), { recursive: true, force: true });
            return formatExplanations(explain(used));
        },
    };
}

/** The recorded permissions, each once. */
export function recorded(file: string): UsedPermission[] {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    return [...new Set(lines.filter((line) => line !== ""))].map((line) => JSON.parse(line));
}

/** The permissions for resources of a stack that other providers create: images in Artifact Registry, and objects of Kubernetes. */
export function ofOtherProviders(place: Workspace, stack: string): UsedPermission[] {
    const all = resourcesOf(place, stack);
    return [...ofImages(all), ...ofKubernetes(all)];
}

/** https://cloud.google.com/artifact-registry/docs/access-control#roles */
function ofImages(all: Exported[]): UsedPermission[] {
    return all.flatMap(({ type, outputs }) => {
        const image = String(outputs?.ref ?? outputs?.repoDigest ?? "");
        const [, location, project, repository] =
            /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/@:]+)/.exec(image) ?? [];
        return /^docker(-build)?:index.*:/.test(type) && project !== undefined
            ? ["downloadArtifacts", "uploadArtifacts"].map((verb) => ({
                  permission: `artifactregistry.repositories.${verb}`,
                  project,
                  resource: `projects/${project}/locations/${location}/repositories/${repository}`,
                  type: "artifactregistry.googleapis.com/Repository",
              }))
            : [];
    });
}

/** Their provider calls the cluster, where IAM grants what the cluster's own roles do not. */
function ofKubernetes(all: Exported[]): UsedPermission[] {
    const cluster = all.find(({ type }) => type === "gcp:container/cluster:Cluster")?.outputs;
    const objects = all.filter(({ type, id }) => type.startsWith("kubernetes:") && id !== undefined);
    return objects.flatMap(({ type, id }) =>
        kubernetesPermissions(type).map((permission) => ({
            permission,
            project: String(cluster?.project ?? ""),
            resource: `${type.split(":").at(-1)} ${id}`,
            type,
        })),
    );
}
