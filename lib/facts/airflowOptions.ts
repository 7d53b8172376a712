import { facts } from "./facts";
import type { Limit } from "./limits/limit";

/** The options of a section of `airflow.cfg` that cannot be overridden. */
export interface BlockedAirflowOptions {
    /** Their names, or all of the section. */
    options: readonly string[] | "all";
}

/** Airflow options that Cloud Composer sets itself, by section: for all Airflow versions and both generations. */
export const blockedAirflowOptions = facts<BlockedAirflowOptions>()({
    subject: "Blocked Airflow options of Cloud Composer",
    source: "https://cloud.google.com/composer/docs/composer-3/airflow-configurations",
    checked: "2026-11-21",
    rows: {
        celery: {
            options: [
                "broker_url",
                "celery_app_name",
                "default_queue",
                "pool",
                "result_backend",
                "worker_log_server_port",
            ],
        },
        cli: { options: "all" },
        core: {
            options: [
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
        },
        database: {
            options: ["alembic_ini_file_path", "sql_alchemy_conn", "sql_alchemy_pool_recycle", "sql_alchemy_pool_size"],
        },
        kubernetes: { options: ["namespace", "pod_template_file"] },
        operators: { options: ["default_queue"] },
        scheduler: { options: ["child_process_log_directory"] },
        smtp: { options: ["smtp_password"] },
    },
});

/** Limits of Airflow options in Cloud Composer 3. */
export const airflowOptionLimits = facts<Limit>()({
    subject: "Limits of Airflow options in Cloud Composer 3",
    source: "https://cloud.google.com/composer/docs/composer-3/airflow-configurations",
    checked: "2026-11-21",
    rows: {
        "celery-worker_concurrency": { min: 1, max: 24, unit: "tasks" },
        "core-dag_file_processor_timeout": { min: 0, max: 600, unit: "seconds" },
        "core-dagbag_import_timeout": { min: 0, max: 600, unit: "seconds" },
        "core-min_file_process_interval": { min: 30, unit: "seconds" },
        "kubernetes_executor-worker_pods_queued_check_interval": { min: 30, max: 60, unit: "seconds" },
        "scheduler-scheduler_heartbeat_sec": { min: 15, unit: "seconds" },
        "triggerer-job_heartbeat_sec": { min: 30, unit: "seconds" },
        "triggerer-triggerer_health_check_threshold": { min: 30, unit: "seconds" },
    },
});

/** Whether an Airflow option cannot be overridden. */
export function isBlockedAirflowOption(section: string, option: string): boolean {
    const rows: Record<string, BlockedAirflowOptions> = blockedAirflowOptions.rows;
    const { options = [] } = rows[section] ?? {};
    return options === "all" || options.includes(option);
}

/** The limits of an Airflow option, such as `core-dagbag_import_timeout`, in Cloud Composer 3. */
export function limitsOfAirflowOption(name: string): { min: number; max: number } | undefined {
    const rows: Record<string, Limit> = airflowOptionLimits.rows;
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    return row && { min: row.min ?? 0, max: row.max ?? Number.POSITIVE_INFINITY };
}
