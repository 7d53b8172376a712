import type { Inputs } from "../../rules/rules";
import type { Image } from "./versions";

/** "Set environment variables": reserved names; the provider refuses some of them. */
const reserved = [
    "AIRFLOW_HOME",
    "AIRFLOW_WEBSERVER",
    "C_FORCE_ROOT",
    "COMPOSER_ENVIRONMENT",
    "COMPOSER_LOCATION",
    "CONTAINER_NAME",
    "DAGS_FOLDER",
    "GCE_METADATA_TIMEOUT",
    "GCP_PROJECT",
    "GCS_BUCKET",
    "GKE_CLUSTER_NAME",
    "SQL_DATABASE",
    "SQL_HOST",
    "SQL_INSTANCE",
    "SQL_PASSWORD",
    "SQL_PROJECT",
    "SQL_REGION",
    "SQL_USER",
];

function variableProblems({ envVariables = {} }: Inputs): string[] {
    return Object.keys(envVariables).flatMap((name) => {
        if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
            return [`Environment variable name '${name}' must match the pattern [a-zA-Z_][a-zA-Z0-9_]*.`];
        }
        return reserved.includes(name) ? [`Environment variable name '${name}' is reserved.`] : [];
    });
}

/** "Airflow configurations": blocked options. */
const blocked: Record<string, string[]> = {
    celery: ["broker_url", "celery_app_name", "default_queue", "pool", "result_backend", "worker_log_server_port"],
    core: [
        "base_log_folder",
        "dags_folder",
        "encrypt_s3_logs",
        "fernet_key",
        "load_examples",
        "log_format",
        "logging_config_class",
        "multi_team",
        "plugins_folder",
        "remote_base_log_folder",
        "remote_log_conn_id",
        "remote_logging",
        "security",
        "sql_alchemy_conn",
        "sql_alchemy_pool_recycle",
        "sql_alchemy_pool_size",
        "store_dag_code",
        "store_serialized_dags",
        "task_log_reader",
        "wait_dag_not_found_timeout",
    ],
    database: ["alembic_ini_file_path", "sql_alchemy_conn", "sql_alchemy_pool_recycle", "sql_alchemy_pool_size"],
    kubernetes: ["namespace", "pod_template_file"],
    operators: ["default_queue"],
    scheduler: ["child_process_log_directory"],
    smtp: ["smtp_password"],
};

/** The same page: options that are limited in Cloud Composer 3. */
const limited: Record<string, [least: number, most: number]> = {
    "celery-worker_concurrency": [1, 24],
    "core-dag_file_processor_timeout": [0, 600],
    "core-dagbag_import_timeout": [0, 600],
    "core-min_file_process_interval": [30, Number.POSITIVE_INFINITY],
    "kubernetes_executor-worker_pods_queued_check_interval": [30, 60],
    "scheduler-scheduler_heartbeat_sec": [15, Number.POSITIVE_INFINITY],
    "triggerer-job_heartbeat_sec": [30, Number.POSITIVE_INFINITY],
};

function overrideProblems({ airflowConfigOverrides = {} }: Inputs, { generation }: Image): string[] {
    return Object.entries(airflowConfigOverrides as Record<string, string>).flatMap(([key, value]) => {
        const [, section = "", option = ""] = /^([^-[\].]+)-([^=;.]+)$/.exec(key) ?? [];
        if (!section) {
            return [`Error validating key ${key}: Airflow property keys must have the form 'section-property'.`];
        }
        if (section === "cli" || blocked[section]?.includes(option)) {
            return [`Error validating key ${key}: Airflow property is blocked and cannot be overridden.`];
        }
        const [least, most] = limited[key] ?? [];
        const isOutside =
            least !== undefined && most !== undefined && !(Number(value) >= least && Number(value) <= most);
        return generation === 3 && isOutside
            ? [
                  `Error validating key ${key}: value ${value} must be between ${least} and ${most === Number.POSITIVE_INFINITY ? "any" : most}.`,
              ]
            : [];
    });
}

/** "PEP 508": a name, then extras and versions. */
const identifier = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
const version = String.raw`(~=|===?|!=|<=?|>=?)\s*[\w.!+*-]+`;
const specifier = new RegExp(String.raw`^\s*(\[[\w\s,.-]+\])?\s*(${version}(\s*,\s*${version})*)?\s*$`);

function packageProblems({ pypiPackages = {} }: Inputs): string[] {
    return Object.entries(pypiPackages as Record<string, string>).flatMap(([name, desired]) => {
        if (!identifier.test(name)) {
            return [
                `Error validating key ${name}: PyPI dependency name is not formatted properly. It must follow the format of 'identifier' specified in PEP-508.`,
            ];
        }
        return specifier.test(desired)
            ? []
            : [
                  `Error validating value ${desired} of key ${name}: PyPI dependency extras and version must consist of extras (optional) followed by versionspec (optional), as specified in PEP-508.`,
              ];
    });
}

/** Verifies variables, overrides and package names. */
export function softwareProblems({ softwareConfig = {} }: Inputs, image: Image): string[] {
    return [
        ...variableProblems(softwareConfig),
        ...overrideProblems(softwareConfig, image),
        ...packageProblems(softwareConfig),
    ];
}
