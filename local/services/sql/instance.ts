import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { backUp, keepBackups } from "./backups";
import { copyContents, restored, sourceOf } from "./copies";
import { api } from "./names";
import { leaveNetwork } from "./network";
import { refused } from "./properties";
import {
    hasReplicas,
    isOther,
    isPromotion,
    noteCluster,
    noteReplica,
    promoted,
    refusedPromotion,
    shortName,
    upgradeReplicas,
} from "./replicas";
import { withServerCa } from "./serverCa";
import { state } from "./state";
import { isGrown, isShrunk } from "./storage";
import { name, taken, verify } from "./verify";
import { defaultUser, isMySql, isSameVersion } from "./versions";

/** "Delete instances": how long the name of a deleted instance stays taken. */
const daysBlocked = 7;

/** What there is once an instance is: its own user, what it is a copy of, and its first backup. */
function stored(state: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, clone, masterInstanceName, databaseVersion, settings } = state;
    if (!old) {
        // By this the instance reads and writes what is imported and exported.
        cloud.iam.admitAgent(project, state.serviceAccountEmailAddress);
        // The provider deletes the user of MySQL, who may come from anywhere.
        if (!masterInstanceName && !isMySql(state)) {
            const user = defaultUser(databaseVersion);
            const path = `${name(state)}/users/${user}/-`;
            cloud.store.write({ name: path, project, id: `${user}//${state.name}`, state: { name: user, host: "" } });
        }
        if (clone) {
            copyContents(sourceOf(state, cloud) as Inputs, state, cloud);
        }
        noteReplica(state, cloud, true);
    } else if (isPromotion(state, old)) {
        promoted(state, old, cloud);
    } else if (databaseVersion !== old.databaseVersion) {
        upgradeReplicas(state, cloud);
    }
    if (settings.backupConfiguration.enabled && !old?.settings.backupConfiguration.enabled) {
        backUp(state, "AUTOMATED", cloud);
    }
    noteCluster(state, cloud);
    restored(state, cloud, old);
}

export const instance: TypeRules = {
    noun: "instance",
    api,
    // Pulumi makes a name up, although the schema calls it optional and set by the server.
    autoname: "name",
    // The provider names no instance that it updates.
    doing: (verb, inputs) =>
        verb === "create"
            ? `Error, failed to create instance ${inputs.name}`
            : "Error, failed to update instance settings for ",
    deleting: (inputs) => `Error, failed to delete instance ${inputs.name}`,
    id: (inputs) => inputs.name,
    name,
    refused,
    refusedTogether: (inputs) => {
        const { clone, databaseVersion, pointInTimeRestoreContext, settings } = inputs;
        if ((inputs.rootPasswordWo === undefined) !== (inputs.rootPasswordWoVersion === undefined)) {
            return "all of `root_password_wo,root_password_wo_version` must be specified";
        }
        if (!settings && !clone && !pointInTimeRestoreContext) {
            return "one of `clone,point_in_time_restore_context,settings` must be specified";
        }
        return settings?.backupConfiguration?.pointInTimeRecoveryEnabled === true &&
            String(databaseVersion).startsWith("MYSQL")
            ? "point_in_time_recovery_enabled is only available for the following [POSTGRES SQLSERVER]. You may want to consider using binary_log_enabled instead and remove point_in_time_recovery_enabled (removing point_in_time_recovery_enabled and adding binary_log_enabled will enable pitr for MYSQL)"
            : undefined;
    },
    refusedChange: refusedPromotion,
    replaceWhen: {
        masterInstanceName: isOther,
        "replicaConfiguration.cascadableReplica": isOther,
        "settings.autoUpgradeEnabled": (wanted, found) => found === true && !wanted,
        "settings.diskSize": isShrunk,
        "settings.ipConfiguration.privateNetwork": (wanted, found) => Boolean(found) && !wanted,
    },
    compared: {
        masterInstanceName: (instance) => shortName(String(instance)),
        "replicationCluster.failoverDrReplicaName": (replica) => shortName(String(replica)),
        "settings.diskType": (type) => String(type).toUpperCase().replace("-", "_"),
        "settings.ipConfiguration.privateNetwork": (network) => lastPart(network),
    },
    same: {
        databaseVersion: (wanted, found) => isSameVersion(String(wanted), String(found)),
        enforceNewSqlNetworkArchitecture: (_, found) => found === true,
        "settings.diskSize": isGrown,
    },
    changesOnUpdate: ["settings.version"],
    taken,
    verify,
    state,
    stored,
    started: withServerCa,
    remove: (inputs, { cloud }) => {
        if (inputs.deletionProtection) {
            throw new Error(
                "Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion",
            );
        }
        const now = cloud.store.read(name(inputs))?.state as Inputs;
        if (now.settings.deletionProtectionEnabled) {
            throw new GoogleError(
                400,
                "The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.",
                { reason: "invalid" },
            );
        }
        if (now.replicaNames.length > 0) {
            throw hasReplicas();
        }
        keepBackups({ ...now, finalBackupDescription: inputs.finalBackupDescription }, cloud);
        noteReplica(now, cloud, false);
        cloud.iam.dismissAgent(now.serviceAccountEmailAddress);
        cloud.blocked.block(name(inputs), inputs.project, daysBlocked);
        leaveNetwork(now, cloud);
        cloud.store.removeBelow(name(inputs));
        cloud.told.forget(name(inputs));
    },
};
