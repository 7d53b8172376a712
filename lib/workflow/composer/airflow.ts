import * as check from "../../internal/check";
import type { Image } from "./versions";

/**
 * {@link https://cloud.google.com/composer/docs/composer-3/airflow-configurations Blocked options} of all Airflow versions and
 * both generations: whole sections, or options by section.
 */
const blocked: Record<string, string[] | true> = {
    cli: true,
    celery: ["celery_app_name", "worker_log_server_port", "broker_url", "result_backend", "pool", "default_queue"],
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

/** {@link https://cloud.google.com/composer/docs/composer-3/airflow-configurations Options with limits} in Composer 3. */
const limited: Record<string, [min: number, max: number]> = {
    "core-min_file_process_interval": [30, Number.POSITIVE_INFINITY],
    "core-dag_file_processor_timeout": [0, 600],
    "core-dagbag_import_timeout": [0, 600],
    "celery-worker_concurrency": [1, 24],
    "kubernetes_executor-worker_pods_queued_check_interval": [30, 60],
    "scheduler-scheduler_heartbeat_sec": [15, Number.POSITIVE_INFINITY],
    "triggerer-job_heartbeat_sec": [30, Number.POSITIVE_INFINITY],
    "triggerer-triggerer_health_check_threshold": [30, Number.POSITIVE_INFINITY],
};

/**
 * An option's {@link https://cloud.google.com/composer/docs/composer-3/override-airflow-configurations name}: section and
 * option, joined by a hyphen.
 */
const key = check.pipe(
    check.matching(
        /^[a-z][a-z0-9_.]*-[a-z][a-z0-9_]*$/,
        "must be a section and an option of airflow.cfg, as core-max_active_runs_per_dag is",
    ),
    check.refine((name) => {
        const [section = "", option = ""] = String(name).split(/-(.*)/s);
        const options = blocked[section];
        return options !== true && !options?.includes(option);
    }, "is set by Composer itself and cannot be overridden"),
);

/** Checks the overrides of `airflow.cfg`. */
export const airflowOptions = check.record(key, check.text());

/** Overrides that exceed the limits of Composer. */
export function airflowProblems(overrides: Record<string, string>, { composer }: Image): (check.Problem | undefined)[] {
    return Object.entries(overrides).map(([option, value]) => {
        const [min, max] = (composer === 3 && limited[option]) || [];
        if (min === undefined || max === undefined) {
            return undefined;
        }
        const isWithin = value.trim() !== "" && Number(value) >= min && Number(value) <= max;
        const bounds = max === Number.POSITIVE_INFINITY ? `${min} at least` : `from ${min} to ${max}`;
        return isWithin ? undefined : { path: `airflow.${option}`, reason: `must be ${bounds} (got "${value}").` };
    });
}
