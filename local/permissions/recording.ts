import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { UsedPermission } from "../cloud/caller";
import { resourcesOf } from "../engine";
import type { Workspace } from "../workspace";
import { explain, formatExplanations, kubernetesPermissions } from "./explain";

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
            const used = [...recorded(file), ...(stack === undefined ? [] : ofKubernetes(place, stack))];
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

/** The permissions for a stack's objects of Kubernetes: their provider calls the cluster, not the APIs of Google Cloud. */
export function ofKubernetes(place: Workspace, stack: string): UsedPermission[] {
    const all = resourcesOf(place, stack);
    const cluster = all.find(({ type }) => type === "gcp:container/cluster:Cluster")?.outputs;
    const objects = all.filter(
        ({ type, id }) => /^kubernetes:.*:.*:(?!ProviderResource)/.test(type) && id !== undefined,
    );
    return objects.flatMap(({ type, id }) =>
        kubernetesPermissions(type).map((permission) => ({
            permission,
            project: String(cluster?.project ?? ""),
            resource: `${type.split(":").at(-1)} ${id}`,
            type,
        })),
    );
}
