import { composerEnvironmentLimits } from "slipway/facts";
import { parseRange, secondsIn } from "../../../../lib/formats";
import { oneOf } from "../../rules/rules";
import { nameError } from "../compute/names";
import { terraformPath, validateImage } from "./generation";

/** Paths within a block. */
const below = (block: string, paths: string[]) => paths.map((path) => `${block}.${path}`);
const sized = ["cpu", "memoryGb", "storageGb"];

const atLeast = (property: string, min: number) => (value: string) =>
    Number(value) >= min ? undefined : `expected ${property} to be at least (${min}), got ${value}`;

const within = (property: string, first: number, last: number) => (value: string) =>
    Number(value) >= first && Number(value) <= last
        ? undefined
        : `expected ${property} to be in the range (${first} - ${last}), got ${value}`;

const counted = [
    ...below("dagProcessor", sized),
    ...below("scheduler", ["count", ...sized]),
    ...below("triggerer", ["count", "cpu", "memoryGb"]),
    ...below("webServer", sized),
    ...below("worker", ["maxCount", "minCount", ...sized]),
].map((path) => `config.workloadsConfig.${path}`);

/** The provider's validation of a service account: an email or a path. */
const account = /^(projects\/.+\/serviceAccounts\/)?([\w.-]+@[\w.-]+\.gserviceaccount\.com|[\w.:-]+@[\w.-]+)$/;

const { databaseRetention, internalPrefix } = composerEnvironmentLimits.rows;

export const validators: Record<string, (value: string) => string | undefined> = {
    name: nameError,
    "config.nodeCount": atLeast("config.0.node_count", 3),
    "config.nodeConfig.maxPodsPerNode": within("config.0.node_config.0.max_pods_per_node", 8, 110),
    "config.nodeConfig.serviceAccount": (value) =>
        account.test(value)
            ? undefined
            : `"config.0.node_config.0.service_account" (${JSON.stringify(value)}) doesn't match regexp ${JSON.stringify(account.source)}`,
    "config.nodeConfig.composerInternalIpv4CidrBlock": (range) => {
        const parsed = parseRange(range);
        return parsed
            ? parsed.prefix === internalPrefix.max
                ? undefined
                : `Composer Internal IPv4 CIDR range must have size /${internalPrefix.max}`
            : `Invalid CIDR range: invalid CIDR address: ${range}`;
    },
    "config.softwareConfig.imageVersion": (version) =>
        validateImage.test(version)
            ? undefined
            : `"config.0.software_config.0.image_version" (${JSON.stringify(version)}) doesn't match regexp ${JSON.stringify(validateImage.source)}`,
    "config.softwareConfig.webServerPluginsMode": oneOf(
        "config.0.software_config.0.web_server_plugins_mode",
        "ENABLED",
        "DISABLED",
    ),
    "config.privateEnvironmentConfig.connectionType": oneOf(
        "config.0.private_environment_config.0.connection_type",
        "VPC_PEERING",
        "PRIVATE_SERVICE_CONNECT",
    ),
    "config.dataRetentionConfig.taskLogsRetentionConfigs.storageMode": oneOf(
        "config.0.data_retention_config.0.task_logs_retention_config.0.storage_mode",
        "CLOUD_LOGGING_ONLY",
        "CLOUD_LOGGING_AND_CLOUD_STORAGE",
    ),
    "config.dataRetentionConfig.airflowMetadataRetentionConfigs.retentionMode": oneOf(
        "config.0.data_retention_config.0.airflow_metadata_retention_config.0.retention_mode",
        "RETENTION_MODE_ENABLED",
        "RETENTION_MODE_DISABLED",
    ),
    "config.dataRetentionConfig.airflowMetadataRetentionConfigs.retentionDays": within(
        "config.0.data_retention_config.0.airflow_metadata_retention_config.0.retention_days",
        secondsIn(databaseRetention.min) / 86_400,
        secondsIn(databaseRetention.max) / 86_400,
    ),
    "config.environmentSize": oneOf(
        "config.0.environment_size",
        "ENVIRONMENT_SIZE_SMALL",
        "ENVIRONMENT_SIZE_MEDIUM",
        "ENVIRONMENT_SIZE_LARGE",
        "ENVIRONMENT_SIZE_EXTRA_LARGE",
    ),
    "config.resilienceMode": oneOf("config.0.resilience_mode", "STANDARD_RESILIENCE", "HIGH_RESILIENCE"),
    "config.workloadsConfig.dagProcessor.count": within("config.0.workloads_config.0.dag_processor.0.count", 0, 3),
    ...Object.fromEntries(counted.map((path) => [path, atLeast(terraformPath(path), 0)])),
};
