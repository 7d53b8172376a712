import type { Cloud } from "../../cloud/cloud";
import { FollowUpError, GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { cloneContents, restore, verifyTime } from "./backups";
import { instanceNotFound, instanceOf, invalid } from "./names";
import { engineOf } from "./versions";

/** The source of a clone; undefined for other instances. */
export const sourceOf = ({ project, clone }: Inputs, cloud: Cloud): Inputs | undefined =>
    clone && instanceOf(cloud, clone.sourceProject ?? project, clone.sourceInstanceName);

/** "Clone instances" and "Perform point-in-time recovery". */
export function verifyClone(inputs: Inputs, source: Inputs, cloud: Cloud): void {
    const { pointInTime, databaseNames = [], preferredZone, sourceInstanceDeletionTime } = inputs.clone;
    const { binaryLogEnabled, pointInTimeRecoveryEnabled } = source.settings.backupConfiguration;
    if (sourceInstanceDeletionTime) {
        throw instanceNotFound();
    }
    if (source.masterInstanceName) {
        throw invalid("This operation isn't valid for a read replica instance.");
    }
    if (preferredZone && !preferredZone.startsWith(`${source.region}-`)) {
        throw invalid(`Invalid zone (${preferredZone}) for region (${source.region}).`);
    }
    if (databaseNames.length > 0 && (engineOf(source.databaseVersion) !== "SQLSERVER" || !pointInTime)) {
        throw invalid("Database names can only be specified for point-in-time recovery of SQL Server instances.");
    }
    if (!pointInTime) {
        return;
    }
    if (Number.isNaN(Date.parse(pointInTime))) {
        throw new GoogleError(
            400,
            `Invalid value at 'body.clone_context.point_in_time' (type.googleapis.com/google.protobuf.Timestamp), "${pointInTime}"`,
            { reason: "invalid" },
        );
    }
    if (!binaryLogEnabled && !pointInTimeRecoveryEnabled) {
        throw invalid("Point-in-time recovery is not enabled for the source instance.");
    }
    verifyTime(source, pointInTime, cloud);
}

/** Backups of the Backup and DR service are not supported. */
export function verifyOtherBackups({ pointInTimeRestoreContext }: Inputs): void {
    if (pointInTimeRestoreContext) {
        throw new GoogleError(404, `Resource '${pointInTimeRestoreContext.datasource}' was not found`, {
            reason: "notFound",
        });
    }
}

/** Restores a backup after the creation, and when the program changes it. */
export function restoreIfChanged(state: Inputs, cloud: Cloud, old?: Inputs): void {
    const [desired, before] = [state, old ?? {}].map(({ restoreBackupContext, backupdrBackup }) =>
        JSON.stringify(restoreBackupContext ?? backupdrBackup),
    );
    if (desired === undefined || desired === before) {
        return;
    }
    try {
        if (!state.restoreBackupContext) {
            throw new GoogleError(404, `Resource '${state.backupdrBackup}' was not found`, { reason: "notFound" });
        }
        restore(state, cloud);
    } catch (error) {
        const { message } = error as Error;
        throw new FollowUpError(`Error, failed to restore instance from backup ${state.name}: ${message}`, {
            cause: error,
        });
    }
}

export { cloneContents };
