import type { DatabaseInstanceArgs } from "@pulumi/gcp/sql/databaseInstance";
import { idOfKey } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { databaseVersion } from "../facts/cloudSqlVersions";
import type { NetworkOr } from "../internal/network/networkOf";
import { backupConfiguration } from "./backups";
import { type InstanceNetwork, ipConfiguration } from "./connectivity";
import { instanceFlags } from "./flags";
import { insightsConfig } from "./insights";
import type { ResolvedArgs } from "./instanceArgs";
import { maintenanceSettings } from "./maintenance";
import { passwordValidationPolicy } from "./passwordPolicy";
import { connectionPoolConfig } from "./pooling";
import { protectionOfReplica, protections } from "./protection";
import type { ResolvedReplica } from "./replicas";
import { sourceArgs } from "./source";
import { diskSettings } from "./storage";

/** The settings that an instance and its replicas have in common. */
function commonSettings(
    resolved: ResolvedArgs,
    own: Pick<ResolvedArgs, "tier" | "highAvailability" | "publicAddress" | "flags"> | ResolvedReplica,
    network: NetworkOr<InstanceNetwork> | undefined,
    environment: Environment,
) {
    return {
        tier: own.tier,
        edition: resolved.edition,
        availabilityType: own.highAvailability ? "REGIONAL" : "ZONAL",
        ...diskSettings(resolved.storage),
        databaseFlags: instanceFlags(resolved, own.flags),
        insightsConfig: insightsConfig(resolved.insights),
        ipConfiguration: ipConfiguration({ ...resolved, publicAddress: own.publicAddress }, network, environment),
        connectorEnforcement: resolved.connectorEnforcement ? "REQUIRED" : "NOT_REQUIRED",
        dataApiAccess: dataApiAccess(resolved.dataApi),
        // Always set, because a change of the edition keeps the current value.
        dataCacheConfig: resolved.engine === "sqlserver" ? undefined : { dataCacheEnabled: resolved.dataCache },
        connectionPoolConfigs: connectionPoolConfig(resolved.connectionPooling),
        userLabels: resolved.labels,
    };
}

/** The primary instance for the provider, without its name. */
export function instanceDefinition(
    resolved: ResolvedArgs,
    network: NetworkOr<InstanceNetwork> | undefined,
    environment: Environment,
): Omit<DatabaseInstanceArgs, "name"> {
    const { zone, secondaryZone } = resolved;
    const { deletionProtection, settings } = protections[resolved.protection];
    const hasReplicas = Object.keys(resolved.replicas).length > 0;
    return {
        databaseVersion: databaseVersion(resolved.engine, resolved.version),
        region: resolved.region,
        encryptionKeyName: idOfKey(resolved.encryptionKey),
        deletionProtection,
        includeReplicasForMajorVersionUpgrade: hasReplicas ? true : undefined,
        ...sourceArgs(resolved.from, environment.project),
        settings: {
            ...commonSettings(resolved, resolved, network, environment),
            ...maintenanceSettings(resolved.maintenance),
            ...settings,
            backupConfiguration: backupConfiguration(resolved.backups, resolved.engine, resolved.edition),
            locationPreference: zone || secondaryZone ? { zone, secondaryZone } : undefined,
            passwordValidationPolicy: passwordValidationPolicy(resolved.passwordPolicy),
            collation: resolved.collation,
            timeZone: resolved.timeZone,
        },
    };
}

/** A replica for the provider, without its name and its primary. A promoted replica is an independent instance. */
export function replicaDefinition(
    resolved: ResolvedArgs,
    replica: ResolvedReplica,
    network: NetworkOr<InstanceNetwork> | undefined,
    environment: Environment,
): Omit<DatabaseInstanceArgs, "name"> {
    const { deletionProtection, settings } = protectionOfReplica(replica.promoted, resolved.protection);
    return {
        databaseVersion: databaseVersion(resolved.engine, resolved.version),
        region: replica.region,
        encryptionKeyName: idOfKey(replica.encryptionKey),
        deletionProtection,
        instanceType: replica.promoted ? "CLOUD_SQL_INSTANCE" : "READ_REPLICA_INSTANCE",
        settings: {
            ...commonSettings(resolved, replica, network, environment),
            ...settings,
            backupConfiguration: replica.promoted
                ? backupConfiguration(resolved.backups, resolved.engine, resolved.edition)
                : undefined,
            locationPreference: replica.zone ? { zone: replica.zone } : undefined,
        },
    };
}

/** Whether statements can be run with the Data API; left to Cloud SQL, which refuses them, without the option. */
const dataApiAccess = (isAllowed: boolean | undefined) =>
    isAllowed === undefined ? undefined : isAllowed ? "ALLOW_DATA_API" : "DISALLOW_DATA_API";
