import { cloudSqlLimits } from "slipway/facts";
import { between, type Inputs, oneOf } from "../../rules/rules";
import { computedInBlocks } from "../../schema/flags";

const { queryPlansOfPlus, queryLengthOfPlus } = cloudSqlLimits.rows;

const within = (block: string, property: string) => `settings.0.${block}.0.${property}`;

/** The provider's validators. */
export const validators = {
    "settings.activeDirectoryConfig.mode": oneOf(
        within("active_directory_config", "mode"),
        "MANAGED_ACTIVE_DIRECTORY",
        "CUSTOMER_MANAGED_ACTIVE_DIRECTORY",
    ),
    "settings.availabilityType": oneOf("settings.0.availability_type", "REGIONAL", "ZONAL"),
    "settings.connectorEnforcement": oneOf("settings.0.connector_enforcement", "NOT_REQUIRED", "REQUIRED"),
    "settings.dataApiAccess": oneOf("settings.0.data_api_access", "DISALLOW_DATA_API", "ALLOW_DATA_API"),
    "settings.edition": oneOf("settings.0.edition", "ENTERPRISE", "ENTERPRISE_PLUS"),
    "settings.finalBackupConfig.retentionDays": between(within("final_backup_config", "retention_days"), 1, 36_135),
    "settings.insightsConfig.queryPlansPerMinute": between(
        within("insights_config", "query_plans_per_minute"),
        queryPlansOfPlus.min,
        queryPlansOfPlus.max,
    ),
    "settings.insightsConfig.queryStringLength": between(
        within("insights_config", "query_string_length"),
        1,
        queryLengthOfPlus.max,
    ),
    "settings.ipConfiguration.serverCaMode": oneOf(
        within("ip_configuration", "server_ca_mode"),
        "CA_MODE_UNSPECIFIED",
        "GOOGLE_MANAGED_INTERNAL_CA",
        "GOOGLE_MANAGED_CAS_CA",
        "CUSTOMER_MANAGED_CAS_CA",
    ),
    "settings.ipConfiguration.serverCertificateRotationMode": oneOf(
        within("ip_configuration", "server_certificate_rotation_mode"),
        "NO_AUTOMATIC_ROTATION",
        "AUTOMATIC_ROTATION_DURING_MAINTENANCE",
    ),
    "settings.ipConfiguration.sslMode": oneOf(
        within("ip_configuration", "ssl_mode"),
        "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
        "ENCRYPTED_ONLY",
        "TRUSTED_CLIENT_CERTIFICATE_REQUIRED",
    ),
    "settings.maintenanceWindow.day": between(within("maintenance_window", "day"), 1, 7),
    "settings.maintenanceWindow.hour": between(within("maintenance_window", "hour"), 0, 23),
    "settings.passwordValidationPolicy.complexity": oneOf(
        within("password_validation_policy", "complexity"),
        "COMPLEXITY_DEFAULT",
        "COMPLEXITY_UNSPECIFIED",
    ),
    "settings.readPoolAutoScaleConfig.maxNodeCount": between(
        within("read_pool_auto_scale_config", "max_node_count"),
        1,
        20,
    ),
    "settings.readPoolAutoScaleConfig.minNodeCount": between(
        within("read_pool_auto_scale_config", "min_node_count"),
        1,
        20,
    ),
};

/** Settings that keep their values when removed from the program. */
export function withServerValues(settings: Inputs, before: Inputs = {}): Inputs {
    const inSettings = computedInBlocks("gcp:sql/databaseInstance:DatabaseInstance")
        .filter((path) => /^settings\.\w+$/.test(path))
        .map((path) => path.slice("settings.".length));
    const filled = inSettings.filter(
        (property) => property !== "effectiveAvailabilityType" && before[property] !== undefined,
    );
    return { ...Object.fromEntries(filled.map((property) => [property, before[property]])), ...settings };
}
