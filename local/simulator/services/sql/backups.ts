import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { instanceName } from "./names";
import { hasReplicas } from "./replicas";
import { engineOf } from "./versions";

/** The backup of a database or user: the end of its name, and its contents. */
interface Content extends Pick<Entry, "type" | "id" | "state"> {
    place: string;
}

const nameOf = ({ project, name }: Inputs) => instanceName(project, name);
const runs = (instance: Inputs) => `${nameOf(instance)}/backupRuns`;

/** The databases and users of an instance. */
function contentsOf(instance: Inputs, cloud: Cloud): Content[] {
    const name = nameOf(instance);
    return ["databases", "users"].flatMap((kind) =>
        cloud.store.list(`${name}/${kind}`).map((entry) => ({ ...entry, place: entry.name.slice(name.length + 1) })),
    );
}

/** Replaces the databases and users of an instance. */
function fill(instance: Inputs, contents: Content[], from: string, cloud: Cloud): void {
    const { name: to, project } = instance;
    for (const kind of ["databases", "users"]) {
        cloud.store.removeBelow(`${nameOf(instance)}/${kind}`);
    }
    for (const { place, type, id, state } of contents) {
        const moved = (path: string) =>
            path.replace(`instances/${from}/`, `instances/${to}/`).replace(new RegExp(`/${from}$`), `/${to}`);
        const selfLink = typeof state.selfLink === "string" ? moved(state.selfLink) : undefined;
        cloud.store.write({
            name: `${nameOf(instance)}/${place}`,
            project,
            type,
            id: moved(id),
            state: { ...state, instance: to, project, ...(selfLink && { selfLink }) },
        });
    }
}

/** Copies the contents of an instance to its clone. */
export const cloneContents = (source: Inputs, clone: Inputs, cloud: Cloud): void =>
    fill(clone, contentsOf(source, cloud), source.name, cloud);

/** The backups of an instance, newest first. */
export const backupsOf = (instance: Inputs, cloud: Cloud): Inputs[] =>
    cloud.store
        .list(runs(instance))
        .map(({ state }) => state as Inputs)
        .sort((one, other) => other.id - one.id);

/** Creates a backup; its ID is the time in milliseconds. */
export function backUp(instance: Inputs, type: "AUTOMATED" | "ON_DEMAND" | "FINAL", cloud: Cloud): Inputs {
    const now = cloud.now();
    const id = Math.max(now.getTime(), 1 + (backupsOf(instance, cloud)[0]?.id ?? 0));
    const { name, project, region, databaseVersion, settings } = instance;
    const time = now.toISOString();
    const state = {
        id,
        instance: name,
        project,
        type,
        status: "SUCCESSFUL",
        location:
            settings.backupConfiguration.location ??
            (region.startsWith("europe-") ? "eu" : region.startsWith("us-") ? "us" : region),
        startTime: time,
        endTime: time,
        databaseVersion,
        diskSize: settings.diskSize,
        contents: contentsOf(instance, cloud),
    };
    cloud.store.write({ name: `${runs(instance)}/${id}`, project, id: `${name}/${id}`, state });
    return state;
}

const noBackup = (operation: string) =>
    new GoogleError(
        400,
        `A successful backup that's required for carrying out the ${operation} operation can't be found, or a backup that was created before the restored timestamp can't be found. Modify the ID or timestamp for the backup.`,
        { reason: "errorBackupNotFound" },
    );

/** "Restore an instance": restores a backup of any instance to an existing one. */
export function restore(instance: Inputs, cloud: Cloud): void {
    const { backupRunId, instanceId = instance.name, project = instance.project } = instance.restoreBackupContext;
    const source = { project, name: instanceId };
    const backup = backupsOf(source, cloud).find(({ id }) => id === backupRunId);
    if (!backup) {
        throw noBackup("RESTORE_VOLUME");
    }
    if (instance.replicaNames.length > 0) {
        throw hasReplicas();
    }
    if (
        engineOf(backup.databaseVersion) !== engineOf(instance.databaseVersion) ||
        instance.settings.diskSize < backup.diskSize
    ) {
        throw new GoogleError(400, "The target instance is not compatible with the backup.", {
            reason: "invalidOperation",
        });
    }
    fill(instance, backup.contents, instanceId, cloud);
}

/** Throws if a point in time cannot be restored: the first backup must be older. */
export function verifyTime(source: Inputs, time: string, cloud: Cloud): void {
    const desired = new Date(time);
    const oldest = backupsOf(source, cloud).at(-1);
    if (!oldest || desired < new Date(oldest.startTime) || desired > cloud.now()) {
        throw noBackup("CLONE");
    }
}

/** "Retained backups" and "Final backup": keeps backups of a deleted instance. */
export function retainBackups(instance: Inputs, cloud: Cloud): void {
    const { name, project, settings, finalBackupDescription } = instance;
    const { finalBackupConfig, retainBackupsOnDelete } = settings;
    const retained = retainBackupsOnDelete ? backupsOf(instance, cloud) : [];
    if (finalBackupConfig?.enabled) {
        const last = backUp(instance, "FINAL", cloud);
        retained.push({
            ...last,
            description: finalBackupDescription ?? "",
            ttlDays: finalBackupConfig.retentionDays ?? 30,
        });
    }
    for (const state of retained) {
        const path = `projects/${project}/backups/${name}/${state.id}`;
        cloud.store.write({ name: `//cloudsql.googleapis.com/${path}`, project, id: name, state });
    }
}
