import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { backUp, retainBackups } from "./backups";
import { cloneContents, restoreIfChanged, sourceOf } from "./clones";
import { api } from "./names";
import { leaveNetwork } from "./network";
import { plan } from "./plan";
import { validators } from "./properties";
import {
    afterPromotion,
    hasReplicas,
    isPromotion,
    recordCluster,
    recordReplica,
    shortName,
    upgradeReplicas,
} from "./replicas";
import { withServerCa } from "./serverCa";
import { state } from "./state";
import { alreadyExists, name, verify } from "./verify";
import { defaultUser, isMySql } from "./versions";

/** "Delete instances": how long the name of a deleted instance is reserved, in days. */
const daysBlocked = 7;

/** Resources created with an instance: its default user, the contents of its source, and its first backup. */
function stored(state: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, clone, masterInstanceName, databaseVersion, settings } = state;
    if (!old) {
        // The instance's service account for imports and exports.
        cloud.iam.admitAgent(project, state.serviceAccountEmailAddress);
        // The provider deletes MySQL's root user with host `%`.
        if (!masterInstanceName && !isMySql(state)) {
            const user = defaultUser(databaseVersion);
            const path = `${name(state)}/users/${user}/-`;
            cloud.store.write({ name: path, project, id: `${user}//${state.name}`, state: { name: user, host: "" } });
        }
        if (clone) {
            cloneContents(sourceOf(state, cloud) as Inputs, state, cloud);
        }
        recordReplica(state, cloud, true);
    } else if (isPromotion(state, old)) {
        afterPromotion(state, old, cloud);
    } else if (databaseVersion !== old.databaseVersion) {
        upgradeReplicas(state, cloud);
    }
    if (settings.backupConfiguration.enabled && !old?.settings.backupConfiguration.enabled) {
        backUp(state, "AUTOMATED", cloud);
    }
    recordCluster(state, cloud);
    restoreIfChanged(state, cloud, old);
}

export const instance: TypeRules = {
    noun: "instance",
    api,
    // Pulumi generates the name, although the schema marks it as optional and computed.
    autoname: "name",
    // The provider's error prefix of updates does not contain the instance.
    errorPrefix: (verb, inputs) =>
        verb === "create"
            ? `Error, failed to create instance ${inputs.name}`
            : "Error, failed to update instance settings for ",
    deleteErrorPrefix: (inputs) => `Error, failed to delete instance ${inputs.name}`,
    id: (inputs) => inputs.name,
    name,
    validators: validators,
    validateInputs: (inputs) => {
        const { clone, pointInTimeRestoreContext, settings } = inputs;
        if ((inputs.rootPasswordWo === undefined) !== (inputs.rootPasswordWoVersion === undefined)) {
            return "all of `root_password_wo,root_password_wo_version` must be specified";
        }
        if (!settings && !clone && !pointInTimeRestoreContext) {
            return "one of `clone,point_in_time_restore_context,settings` must be specified";
        }
        return undefined;
    },
    plan,
    normalize: { masterInstanceName: (instance) => shortName(String(instance)) },
    changesOnUpdate: ["settings.version"],
    alreadyExists: alreadyExists,
    verify,
    state,
    afterStore: stored,
    waitUntilReady: withServerCa,
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
        retainBackups({ ...now, finalBackupDescription: inputs.finalBackupDescription }, cloud);
        recordReplica(now, cloud, false);
        cloud.iam.dismissAgent(now.serviceAccountEmailAddress);
        cloud.blocked.reserve(name(inputs), inputs.project, daysBlocked);
        leaveNetwork(now, cloud);
        cloud.store.removeBelow(name(inputs));
        cloud.simulated.forget(name(inputs));
    },
    calls: {
        also: {
            create: ({ clone, restoreBackupContext, databaseVersion = "", masterInstanceName }) => [
                ...(clone ? ["sqladmin.instances.clone"] : []),
                ...(restoreBackupContext ? ["sqladmin.instances.restoreBackup"] : []),
                // The provider deletes the user root of new instances.
                ...(databaseVersion.startsWith("MYSQL") && !masterInstanceName
                    ? ["sqladmin.users.list", "sqladmin.users.delete"]
                    : []),
            ],
            update: ({ instanceType, restoreBackupContext }, _, old) => [
                ...(old?.masterInstanceName && instanceType === "CLOUD_SQL_INSTANCE"
                    ? ["sqladmin.instances.promoteReplica"]
                    : []),
                ...(restoreBackupContext ? ["sqladmin.instances.restoreBackup"] : []),
            ],
        },
    },
};
