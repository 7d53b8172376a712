import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import { between, type Context, type Inputs, lastPart, oneOf, type TypeRules } from "../../rules/rules";
import { connectionName } from "../servicenetworking";
import { api, instanceName, invalid, noInstance } from "./names";
import { computed, defaults, replacing } from "./properties";
import { withServerCa } from "./serverCa";
import { isMySql, privateNetworkOf, state } from "./state";
import { editionOf, isVersion, verifyTier } from "./versions";

/** "Delete instances": how long the name of a deleted instance stays taken. */
const daysBlocked = 7;

const taken = () =>
    new GoogleError(
        409,
        "The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date.",
        { reason: "instanceAlreadyExists" },
    );

const name = (inputs: Inputs) => instanceName(inputs.project, inputs.name);

/** "Instance settings": a name, with the project's not longer than 98 characters. */
function verifyName({ project, name }: Inputs): void {
    if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) || `${project}:${name}`.length > 98) {
        throw invalid(`Invalid instance name (${name}).`);
    }
}

function verifyNetwork(inputs: Inputs, cloud: Cloud): void {
    const { ipv4Enabled = true, privateNetwork, pscConfigs } = inputs.settings?.ipConfiguration ?? {};
    const network = privateNetworkOf(inputs);
    if (!ipv4Enabled && !privateNetwork && !pscConfigs) {
        throw invalid("At least one of Public IP or Private IP or PSC connectivity must be enabled.");
    }
    if (network && !cloud.store.read(network)) {
        throw new GoogleError(404, `The resource '${network.replace(/^\/\/[^/]+\//, "")}' was not found`, {
            reason: "notFound",
        });
    }
}

/** "Instance settings", "Backups" and "Introduction to Cloud SQL editions". */
function verifySettings(inputs: Inputs): void {
    const { settings } = inputs;
    const { backupConfiguration: backups = {}, availabilityType } = settings;
    const most = editionOf(inputs) === "ENTERPRISE_PLUS" ? 35 : 7;
    verifyTier(inputs);
    if (backups.transactionLogRetentionDays > most || backups.transactionLogRetentionDays < 1) {
        throw invalid(`The number of transaction log retention days must be between 1 and ${most}`);
    }
    if (settings.connectionPoolConfigs?.some((each: Inputs) => each.connectionPoolingEnabled) && most === 7) {
        throw invalid("Connection pool is only supported for Enterprise Plus edition..");
    }
    const recovery = isMySql(inputs) ? backups.binaryLogEnabled : backups.pointInTimeRecoveryEnabled;
    if (recovery && !backups.enabled) {
        throw invalid("Point in time recovery must be disabled when backup is disabled.");
    }
    if (
        availabilityType === "REGIONAL" &&
        !inputs.masterInstanceName &&
        (!backups.enabled || (isMySql(inputs) && !recovery))
    ) {
        throw invalid("Backups and point in time recovery must be enabled for instances with REGIONAL availability.");
    }
    for (const zone of [settings.locationPreference?.zone, settings.locationPreference?.secondaryZone]) {
        if (zone && !new RegExp(`^${inputs.region}-[a-f]$`).test(zone)) {
            throw invalid(`Invalid zone (${zone}) for region (${inputs.region}).`);
        }
    }
    if (settings.diskSize !== undefined && (settings.diskSize < 10 || settings.diskSize > 65536)) {
        throw invalid(`Invalid disk size (${settings.diskSize}).`);
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { region, databaseVersion, settings, masterInstanceName, project } = inputs;
    if (!isVersion(databaseVersion)) {
        throw new GoogleError(
            400,
            `Invalid value at 'body.database_version' (type.googleapis.com/google.cloud.sql.v1beta4.SqlDatabaseVersion), "${databaseVersion}"`,
            { reason: "invalid" },
        );
    }
    if (!isRegion(region ?? "")) {
        throw invalid(`Invalid region (${region}).`);
    }
    verifyName(inputs);
    const master = masterInstanceName && cloud.store.read(instanceName(project, masterInstanceName))?.state;
    if (masterInstanceName && !master) {
        throw noInstance();
    }
    if (!settings) {
        throw invalid("Missing parameter: settings.");
    }
    verifySettings(inputs);
    verifyNetwork(inputs, cloud);
    if (!old && (cloud.store.read(name(inputs)) || cloud.blocked.has(name(inputs)))) {
        throw taken();
    }
    if (master && !(master as Inputs).settings.backupConfiguration.enabled) {
        throw invalid("The master instance must have backups enabled before a replica is made of it.");
    }
}

/** Notes of a primary instance which replicas it has. */
function noteReplica({ project, masterInstanceName, ...replica }: Inputs, cloud: Cloud, isThere: boolean): void {
    const entry = masterInstanceName && cloud.store.read(instanceName(project, masterInstanceName));
    if (entry) {
        const others = (entry.state.replicaNames as string[]).filter((each) => each !== replica.name);
        const replicaNames = isThere ? [...others, replica.name] : others;
        cloud.store.write({ ...entry, state: { ...entry.state, replicaNames } });
    }
}

/** "Private service access": the range of the network that Google's services have must be there already. */
function verifyConnection(inputs: Inputs, cloud: Cloud): void {
    const network = privateNetworkOf(inputs);
    const path = network?.replace(/^\/\/[^/]+\//, "");
    if (path && !cloud.store.read(connectionName(path))) {
        throw new Error(
            "Error, failed to create instance because the network doesn't have at least 1 private services connection. Please see https://cloud.google.com/sql/docs/mysql/private-ip#network_requirements for how to create this connection.",
        );
    }
}

export const instance: TypeRules = {
    noun: "instance",
    api,
    autoname: "name",
    doing: (verb, inputs) =>
        verb === "create"
            ? `Error, failed to create instance ${inputs.name}`
            : `Error, failed to update instance settings for ${inputs.name}`,
    deleting: (inputs) => `Error, failed to delete instance ${inputs.name}`,
    id: (inputs) => inputs.name,
    name,
    defaults,
    refused: {
        "settings.edition": oneOf("settings.0.edition", "ENTERPRISE", "ENTERPRISE_PLUS"),
        "settings.availabilityType": oneOf("settings.0.availability_type", "REGIONAL", "ZONAL"),
        "settings.connectorEnforcement": oneOf("settings.0.connector_enforcement", "NOT_REQUIRED", "REQUIRED"),
        "settings.ipConfiguration.sslMode": oneOf(
            "settings.0.ip_configuration.0.ssl_mode",
            "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
            "ENCRYPTED_ONLY",
            "TRUSTED_CLIENT_CERTIFICATE_REQUIRED",
        ),
        "settings.maintenanceWindow.day": between("settings.0.maintenance_window.0.day", 1, 7),
        "settings.maintenanceWindow.hour": between("settings.0.maintenance_window.0.hour", 0, 23),
    },
    exclusive: [{ properties: ["rootPassword", "rootPasswordWo"] }],
    refusedTogether: ({ databaseVersion, settings }) =>
        settings?.backupConfiguration?.pointInTimeRecoveryEnabled === true &&
        String(databaseVersion).startsWith("MYSQL")
            ? "point_in_time_recovery_enabled is only available for the following [POSTGRES SQLSERVER]. You may want to consider using binary_log_enabled instead and remove point_in_time_recovery_enabled (removing point_in_time_recovery_enabled and adding binary_log_enabled will enable pitr for MYSQL)"
            : undefined,
    replaceOnChange: replacing,
    replaceWhen: {
        masterInstanceName: () => true,
        "settings.ipConfiguration.privateNetwork": (wanted, found) => Boolean(found) && !wanted,
    },
    compared: {
        databaseVersion: (version) => String(version),
        "settings.ipConfiguration.privateNetwork": (network) => lastPart(network),
        "settings.diskType": (type) => String(type).toUpperCase().replace("-", "_"),
    },
    sets: [
        "settings.connectionPoolConfigs",
        "settings.connectionPoolConfigs.flags",
        "settings.databaseFlags",
        "settings.ipConfiguration.authorizedNetworks",
        "settings.ipConfiguration.customSubjectAlternativeNames",
        "settings.ipConfiguration.pscConfigs",
        "settings.ipConfiguration.pscConfigs.allowedConsumerProjects",
        "settings.readPoolAutoScaleConfig.targetMetrics",
    ],
    computed,
    changesOnUpdate: ["settings.version"],
    taken,
    verify: (inputs, context, old) => {
        if (!old) {
            verifyConnection(inputs, context.cloud);
        }
        verify(inputs, context, old);
    },
    state,
    stored: (state, { cloud }, old) => {
        if (!old) {
            noteReplica(state, cloud, true);
        }
    },
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
            throw invalid(
                `Instance ${inputs.name} has replicas, which must be deleted first: ${now.replicaNames.join(", ")}.`,
            );
        }
        noteReplica(inputs, cloud, false);
        cloud.blocked.block(name(inputs), inputs.project, daysBlocked);
        cloud.store.removeBelow(name(inputs));
    },
};
