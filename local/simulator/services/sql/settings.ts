import { cloudSqlLimits } from "slipway/facts";
import { zonesOf } from "../../cloud/zones";
import type { Inputs } from "../../rules/rules";
import { verifyFlags } from "./flags";
import { verifyMaintenance } from "./maintenance";
import { invalid } from "./names";
import { verifyRootPassword } from "./passwords";
import { withServerValues } from "./properties";
import { verifyStorage } from "./storage";
import { verifyTier } from "./tiers";
import { defaultUser, editionOf, engineOf, isMySql, isPlusVersion, logsAfterSwitch } from "./versions";

const limits = cloudSqlLimits.rows;

/** "Backups" and "High availability". */
function verifyBackups(inputs: Inputs): void {
    const { masterInstanceName, settings } = inputs;
    const { backupConfiguration: backups = {}, availabilityType } = settings;
    const max = editionOf(inputs) === "ENTERPRISE_PLUS" ? limits.logDaysOfPlus.max : limits.logDays.max;
    if (backups.transactionLogRetentionDays > max || backups.transactionLogRetentionDays < 1) {
        throw invalid(`The number of transaction log retention days must be between 1 and ${max}`).recordedIn(
            "https://github.com/langfuse/langfuse-terraform-gcp/issues/8",
        );
    }
    const remaining = backups.backupRetentionSettings?.retainedBackups;
    if (remaining < limits.retainedBackups.min || remaining > limits.retainedBackups.max) {
        throw invalid(`Invalid number of retained backups (${remaining}).`);
    }
    if (backups.startTime !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(backups.startTime)) {
        throw invalid(`Invalid backup start time (${backups.startTime}).`);
    }
    if (backups.binaryLogEnabled && !isMySql(inputs)) {
        throw invalid("Binary logging can only be enabled for MySQL instances.");
    }
    if (masterInstanceName) {
        return;
    }
    if (backups.binaryLogEnabled && !backups.enabled) {
        throw invalid(
            "Binary log must be disabled when backup is disabled or the instance must be a replica instance with a MySQL 5.7 or above version.",
        );
    }
    if (backups.pointInTimeRecoveryEnabled && !backups.enabled) {
        throw invalid("Point in time recovery must be disabled when backup is disabled.");
    }
    if (availabilityType === "REGIONAL" && isMySql(inputs) && backups.enabled && !backups.binaryLogEnabled) {
        throw invalid(
            "Invalid flag for instance role: MySQL HA non-replica instances need to have binary logging enabled.",
        );
    }
    if (availabilityType === "REGIONAL" && !backups.enabled) {
        throw invalid("Backups and point in time recovery must be enabled for instances with REGIONAL availability.");
    }
}

/** "Introduction to Cloud SQL editions": features of one edition. */
function verifyEdition(inputs: Inputs): void {
    const { databaseVersion, settings } = inputs;
    if (editionOf(inputs) === "ENTERPRISE_PLUS") {
        if (!isPlusVersion(databaseVersion)) {
            throw invalid(`Enterprise Plus edition is not supported for database version ${databaseVersion}.`);
        }
        return;
    }
    if (settings.connectionPoolConfigs?.some((item: Inputs) => item.connectionPoolingEnabled)) {
        throw invalid("Connection pool is only supported for Enterprise Plus edition..");
    }
    if (settings.dataCacheConfig?.dataCacheEnabled) {
        throw invalid("Data cache is only supported for Enterprise Plus edition..");
    }
}

/** "Query insights": the maximum length of a stored query, in bytes. */
function verifyInsights(inputs: Inputs): void {
    const length = inputs.settings.insightsConfig?.queryStringLength;
    const { min, max } = editionOf(inputs) === "ENTERPRISE_PLUS" ? limits.queryLengthOfPlus : limits.queryLength;
    if (length > 0 && (length < min || length > max)) {
        throw invalid(`Invalid query string length: ${length}. Query String length should be ${min}-${max}.`);
    }
}

/** The ranges of the thresholds of MySQL's captures, of which 0 disables one. */
const thresholds: Record<string, [min: number, max: number]> = {
    cpuUtilizationThresholdPercent: [10, 99],
    memoryUsageThresholdPercent: [10, 99],
    historyListLengthThresholdCount: [10_000, 10_000_000],
    semaphoreWaitThresholdCount: [10, 10_000],
    transactionLockWaitThresholdCount: [10, 10_000],
    transactionKillThresholdSeconds: [60, 604_800],
};

/** https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances. The text is approximate. */
function verifyCaptures({ settings: { performanceCaptureConfig: capture = {} } }: Inputs): void {
    for (const [field, [min, max]] of Object.entries(thresholds)) {
        const value = capture[field] ?? 0;
        if (value !== 0 && (value < min || value > max)) {
            throw invalid(`Invalid ${field} (${value}). It must be between ${min} and ${max}, or 0.`);
        }
    }
}

function verifyZones({ region, settings }: Inputs): void {
    const { zone, secondaryZone } = settings.locationPreference ?? {};
    for (const item of [zone, secondaryZone]) {
        if (item && !zonesOf(region).includes(item)) {
            throw invalid(`Invalid zone (${item}) for region (${region}).`);
        }
    }
    if (zone && zone === secondaryZone) {
        throw invalid("The secondary zone must be different from the primary zone.");
    }
}

/** Features that an engine does not support. */
function verifyEngine(inputs: Inputs): void {
    const { settings, rootPassword, rootPasswordWo } = inputs;
    const isSqlServer = engineOf(inputs.databaseVersion) === "SQLSERVER";
    const { sslMode, enablePrivatePathForGoogleCloudServices } = settings.ipConfiguration ?? {};
    if (isSqlServer && enablePrivatePathForGoogleCloudServices) {
        throw invalid("Private path for Google Services is not supported on SQLSERVER database type..");
    }
    if (isSqlServer && sslMode === "TRUSTED_CLIENT_CERTIFICATE_REQUIRED") {
        throw invalid("SSL mode TRUSTED_CLIENT_CERTIFICATE_REQUIRED is not supported for SQL Server instances.");
    }
    if (isSqlServer && !inputs.masterInstanceName && !rootPassword && !rootPasswordWo) {
        throw invalid("Missing parameter: rootPassword.");
    }
    for (const property of ["activeDirectoryConfig", "collation", "sqlServerAuditConfig", "timeZone"]) {
        if (!isSqlServer && settings[property] !== undefined) {
            throw invalid(`The setting ${property} is only supported for SQL Server instances.`);
        }
    }
}

/** Throws if settings are not valid for the engine, edition or machine type. */
export function verifySettings(value: Inputs, old?: Inputs): void {
    const settings = withServerValues(value.settings, old?.settings);
    const { backupConfiguration: backups } = settings;
    const isPlus = editionOf({ ...value, settings }) === "ENTERPRISE_PLUS";
    const backupConfiguration = backups && { ...backups, ...logsAfterSwitch(backups, isPlus, old) };
    const inputs: Inputs = { ...value, settings: { ...settings, ...(backups && { backupConfiguration }) } };
    verifyTier(inputs);
    verifyBackups(inputs);
    verifyEdition(inputs);
    verifyInsights(inputs);
    verifyCaptures(inputs);
    verifyZones(inputs);
    verifyStorage(inputs, old);
    verifyMaintenance(inputs);
    verifyFlags(inputs, old);
    if (!old) {
        verifyEngine(inputs);
        if (!inputs.masterInstanceName) {
            verifyRootPassword(inputs, defaultUser(inputs.databaseVersion));
        }
    }
}
