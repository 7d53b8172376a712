import { cloudSqlLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { instanceName, instanceOf, invalid } from "./names";
import { editionOf, engineOf, isMySql } from "./versions";

/** "About replication": the maximum number of levels of cascading replicas below the primary. */
const maxLevels = cloudSqlLimits.rows.replicaLevels.max;

/** The error for operations on instances with replicas. */
export const hasReplicas = () =>
    new GoogleError(400, "The requested operation is not valid for a replication master instance.", {
        reason: "errorReplicationMasterInvalidOperation",
    });

/** The name of an instance, which can be given with its project, as `acme-dev:sales`. */
export const shortName = (name: string): string => name.split(":").at(-1) as string;

/** The primary of a replica; undefined for primaries. */
export const primaryOf = ({ project, masterInstanceName }: Inputs, cloud: Cloud): Inputs | undefined =>
    masterInstanceName ? instanceOf(cloud, project, shortName(masterInstanceName)) : undefined;

function levelsAbove(instance: Inputs, cloud: Cloud): number {
    const primary = primaryOf(instance, cloud);
    return primary ? 1 + levelsAbove(primary, cloud) : 1;
}

/** "Requirements for creating a read replica": requirements of the primary. */
function verifyPrimary(primary: Inputs): void {
    const { databaseVersion, masterInstanceName, settings } = primary;
    if (!settings.backupConfiguration.enabled && !masterInstanceName) {
        throw invalid("The master instance must have backups enabled before a replica is made of it.");
    }
    if (isMySql(primary) && !settings.backupConfiguration.binaryLogEnabled) {
        throw invalid("The master instance must have binary logging enabled before a replica is made of it.");
    }
    if (engineOf(databaseVersion) === "SQLSERVER" && !databaseVersion.endsWith("_ENTERPRISE")) {
        throw invalid("Read replicas are only supported for the Enterprise edition of SQL Server.");
    }
}

/** Throws if a replica is not valid for its primary. */
export function verifyReplica(inputs: Inputs, primary: Inputs, cloud: Cloud): void {
    const { databaseVersion, settings, region, replicaConfiguration, encryptionKeyName } = inputs;
    verifyPrimary(primary);
    if (levelsAbove(primary, cloud) >= maxLevels) {
        throw invalid(`A replica can be at most ${maxLevels} levels below its primary instance.`);
    }
    if (databaseVersion !== primary.databaseVersion) {
        throw invalid(`The database version of a replica must be that of its master instance.`);
    }
    if (editionOf(inputs) !== primary.settings.edition) {
        throw invalid("The edition of a replica must be that of its master instance.");
    }
    if (settings.backupConfiguration?.enabled) {
        throw invalid("Backups cannot be enabled for a read replica instance.");
    }
    if (settings.passwordValidationPolicy) {
        throw invalid("Password Validation policies cannot be set on a read replica.");
    }
    if (settings.diskSize < primary.settings.diskSize) {
        throw invalid("The disk of a replica must be at least as large as that of its master instance.");
    }
    if (replicaConfiguration?.cascadableReplica && engineOf(databaseVersion) !== "SQLSERVER") {
        throw invalid("Cascadable replicas are only supported for SQL Server instances.");
    }
    if (primary.encryptionKeyName && region !== primary.region && !encryptionKeyName) {
        throw invalid("Disk encryption config is not specified for the cross region replica..");
    }
}

/** What replicas are configured with by default. */
export const noConfiguration: Inputs = { cascadableReplica: false, failoverTarget: false };

/**
 * "Disaster recovery": the DR replica must be a replica of the instance in another region. A switchover comes first, after which the
 * former primary instance is such a replica.
 */
export function verifyCluster(inputs: Inputs, cloud: Cloud, old?: Inputs): void {
    const { name, project, region, replicationCluster } = inputs;
    if (!replicationCluster?.failoverDrReplicaName) {
        return;
    }
    if (editionOf(inputs) !== "ENTERPRISE_PLUS") {
        throw invalid("A DR replica is only supported for Enterprise Plus edition.");
    }
    const replica = instanceOf(cloud, project, shortName(replicationCluster.failoverDrReplicaName));
    const isFormer =
        isPromotion(inputs, old) &&
        isSwitchover(inputs, old as Inputs) &&
        (old as Inputs).masterInstanceName === replica.name;
    if ((!isFormer && shortName(replica.masterInstanceName) !== name) || replica.region === region) {
        throw invalid(`Instance ${replica.name} is not a cross-region replica of instance ${name}.`);
    }
}

const isReplica = ({ instanceType }: Inputs) => instanceType === "READ_REPLICA_INSTANCE";

/** Whether a replica is promoted, or switched over with its primary. */
export const isPromotion = (desired: Inputs, found?: Inputs): boolean =>
    found !== undefined && desired.instanceType === "CLOUD_SQL_INSTANCE" && isReplica(found);
const isSwitchover = (desired: Inputs, found: Inputs): boolean =>
    (desired.replicaNames ?? []).includes(found.masterInstanceName);

/** The provider's validation of promotions. */
export function promotionError(desired: Inputs, found: Inputs): string | undefined {
    const left = ["masterInstanceName", "replicaConfiguration"].find((property) => desired[property] !== undefined);
    const name = left === "masterInstanceName" ? "master_instance_name" : "replica_configuration";
    return isPromotion(desired, found) && left !== undefined
        ? `Replica promote configuration check failed. Please remove ${name} and try again.`
        : undefined;
}

/** For `replaceWhen`: whether the primary changes, except by a switchover. */
export function isOtherPrimary(desired: unknown, _: unknown, inputs: Inputs, state: Inputs): boolean {
    const becomesReplica = isReplica(inputs) && state.instanceType === "CLOUD_SQL_INSTANCE";
    const isReplicas =
        inputs.replicaConfiguration !== undefined && (state.replicaNames ?? []).includes(inputs.masterInstanceName);
    const { databaseVersion = "", replicaConfiguration } = inputs;
    const isReady = engineOf(databaseVersion) !== "SQLSERVER" || replicaConfiguration?.cascadableReplica === true;
    return (
        Boolean(desired) &&
        !(becomesReplica && isReplicas && isReady && !(inputs.replicaNames ?? []).includes(inputs.masterInstanceName))
    );
}

function change({ project }: Inputs, name: string | undefined, cloud: Cloud, changes: (state: Inputs) => Inputs): void {
    const entry = name && cloud.store.read(instanceName(project, shortName(name)));
    if (entry) {
        cloud.store.write({ ...entry, state: { ...entry.state, ...changes(entry.state) } });
    }
}

/** Updates the replica names of a primary. */
export function recordReplica(replica: Inputs, cloud: Cloud, isThere: boolean): void {
    change(replica, replica.masterInstanceName, cloud, ({ replicaNames = [] }) => {
        const others = replicaNames.filter((item: string) => item !== replica.name);
        return { replicaNames: isThere ? [...others, replica.name] : others };
    });
}

/** Updates the primary after a promotion or switchover. */
export function afterPromotion(state: Inputs, old: Inputs, cloud: Cloud): void {
    if (isSwitchover(state, old)) {
        change(state, old.masterInstanceName, cloud, () => ({
            instanceType: "READ_REPLICA_INSTANCE",
            masterInstanceName: state.name,
            replicaConfiguration: { ...noConfiguration, ...old.replicaConfiguration },
            replicaNames: [],
            replicationCluster: { ...old.replicationCluster, drReplica: true },
        }));
    } else {
        recordReplica(old, cloud, false);
    }
}

/** Sets which replica is the DR replica. */
export function recordCluster(state: Inputs, cloud: Cloud): void {
    for (const name of state.replicaNames as string[]) {
        const drReplica = name === shortName(state.replicationCluster.failoverDrReplicaName ?? "");
        change(state, name, cloud, ({ replicationCluster }) => ({
            replicationCluster: { ...replicationCluster, drReplica },
        }));
    }
}

/** Upgrades the replicas with their primary. */
export function upgradeReplicas(state: Inputs, cloud: Cloud): void {
    for (const name of state.replicaNames as string[]) {
        change(state, name, cloud, () => ({ databaseVersion: state.databaseVersion }));
    }
}
