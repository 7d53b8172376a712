import type { DatabaseInstanceArgs } from "@pulumi/gcp/sql/databaseInstance";
import type { Environment } from "../environment/environment";
import { databaseVersion } from "../facts/cloudSqlVersions";
import type { Network } from "../network";
import { backupConfiguration } from "./backups";
import type { ExistingNetwork } from "./connectivity";
import { type DatabaseFlag, databaseFlags } from "./flags";
import type { Decided } from "./given";
import { insightsConfig } from "./insights";
import { maintenanceSettings } from "./maintenance";
import { passwordValidationPolicy } from "./passwordPolicy";
import { connectionPoolConfig } from "./pooling";
import { protections } from "./protection";
import { ipConfiguration } from "./reach";
import type { DecidedReplica } from "./replicas";
import { sourceOf } from "./source";

/** A disk in the form of the provider; 0 is no limit. */
function diskOf({ type, size, autoIncrease, limit = 0, iops, throughput }: Decided["storage"]) {
    return {
        diskType: type,
        diskSize: size,
        diskAutoresize: autoIncrease,
        diskAutoresizeLimit: limit,
        dataDiskProvisionedIops: iops,
        dataDiskProvisionedThroughput: throughput,
    };
}

/** The flags of an instance or a replica. */
export function flagsIn({ engine, audit }: Decided, flags: object | undefined): DatabaseFlag[] {
    return databaseFlags(engine, { flags, audit, iam: engine !== "sqlserver" });
}

/** What an instance and its replicas have in common. */
function shared(
    args: Decided,
    own: Pick<Decided, "tier" | "highAvailability" | "publicAddress" | "flags"> | DecidedReplica,
    network: Network | ExistingNetwork | undefined,
    environment: Environment,
) {
    return {
        tier: own.tier,
        edition: args.edition,
        availabilityType: own.highAvailability ? "REGIONAL" : "ZONAL",
        ...diskOf(args.storage),
        databaseFlags: flagsIn(args, own.flags),
        insightsConfig: insightsConfig(args.insights),
        ipConfiguration: ipConfiguration({ ...args, publicAddress: own.publicAddress }, network, environment),
        connectorEnforcement: args.connectorEnforcement ? "REQUIRED" : "NOT_REQUIRED",
        // Another edition keeps what it is not told otherwise.
        dataCacheConfig: args.engine === "sqlserver" ? undefined : { dataCacheEnabled: args.dataCache },
        connectionPoolConfigs: connectionPoolConfig(args.connectionPooling),
        userLabels: args.labels,
    };
}

/** An instance in the form of the provider, but for its name. */
export function definition(
    args: Decided,
    network: Network | ExistingNetwork | undefined,
    environment: Environment,
): Omit<DatabaseInstanceArgs, "name"> {
    const { zone, secondaryZone } = args;
    const { deletionProtection, settings } = protections[args.protection];
    const standby = Object.keys(args.replicas).length > 0;
    return {
        databaseVersion: databaseVersion(args.engine, args.version),
        region: args.region,
        encryptionKeyName: args.encryptionKey,
        deletionProtection,
        includeReplicasForMajorVersionUpgrade: standby ? true : undefined,
        ...sourceOf(args.from, environment.project),
        settings: {
            ...shared(args, args, network, environment),
            ...maintenanceSettings(args.maintenance),
            ...settings,
            deletionProtectionEnabled: args.protection === "maximum",
            backupConfiguration: backupConfiguration(args.backups, args.engine, args.edition),
            locationPreference: zone || secondaryZone ? { zone, secondaryZone } : undefined,
            passwordValidationPolicy: passwordValidationPolicy(args.passwordPolicy),
            collation: args.collation,
            timeZone: args.timeZone,
        },
    };
}

/** A replica in the form of the provider, but for its name and its primary. One that was promoted is an instance of its own. */
export function replicaDefinition(
    args: Decided,
    replica: DecidedReplica,
    network: Network | ExistingNetwork | undefined,
    environment: Environment,
): Omit<DatabaseInstanceArgs, "name"> {
    const { deletionProtection, settings } = protections[replica.promoted ? args.protection : "none"];
    return {
        databaseVersion: databaseVersion(args.engine, args.version),
        region: replica.region,
        encryptionKeyName: replica.encryptionKey,
        deletionProtection,
        instanceType: replica.promoted ? "CLOUD_SQL_INSTANCE" : "READ_REPLICA_INSTANCE",
        settings: {
            ...shared(args, replica, network, environment),
            ...settings,
            deletionProtectionEnabled: replica.promoted && args.protection === "maximum",
            backupConfiguration: replica.promoted
                ? backupConfiguration(args.backups, args.engine, args.edition)
                : undefined,
            locationPreference: replica.zone ? { zone: replica.zone } : undefined,
        },
    };
}
