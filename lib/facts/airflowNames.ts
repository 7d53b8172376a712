import { facts } from "./facts";

/** What only some versions of Airflow have. */
export interface AirflowChange {
    /** The first version without it. */
    removed?: `${number}.${number}`;
    /** The first version with it. */
    added?: `${number}.${number}`;
    /** What the other versions have in its place. */
    use?: string;
}

/**
 * A module stands for all names below it, of which some have a row with what to use. `test/extended/airflowNames` generates the rows from the
 * names of ruff and from what each Airflow imports.
 */
export const airflowNames = facts<AirflowChange>()({
    subject: "Modules and names that Airflow has added or removed since 2.11",
    source: "https://github.com/astral-sh/ruff/tree/0.17.6/crates/ruff_linter/src/rules/airflow/rules",
    checked: "2026-11-30",
    rows: {
        "airflow.PY310": { removed: "3.0" },
        "airflow.PY311": { removed: "3.0" },
        "airflow.PY312": { removed: "3.0" },
        "airflow.PY36": { removed: "3.0" },
        "airflow.PY37": { removed: "3.0" },
        "airflow.PY38": { removed: "3.0" },
        "airflow.PY39": { removed: "3.0" },
        "airflow.api.auth.backend": { removed: "3.0", use: "airflow.providers.fab.auth_manager.api.auth.backend" },
        "airflow.api_connexion": { removed: "3.0" },
        "airflow.auth.managers": { removed: "3.0", use: "airflow.api_fastapi.auth.managers" },
        "airflow.auth.managers.fab": { removed: "3.0", use: "airflow.providers.fab.auth_manager" },
        "airflow.callbacks.pipe_callback_sink": { removed: "3.1" },
        "airflow.config_templates.default_celery": {
            removed: "3.0",
            use: "airflow.providers.celery.executors.default_celery",
        },
        "airflow.configuration.as_dict": { removed: "3.0", use: "airflow.configuration.conf.as_dict" },
        "airflow.configuration.get": { removed: "3.0", use: "airflow.configuration.conf.get" },
        "airflow.configuration.getboolean": { removed: "3.0", use: "airflow.configuration.conf.getboolean" },
        "airflow.configuration.getfloat": { removed: "3.0", use: "airflow.configuration.conf.getfloat" },
        "airflow.configuration.getint": { removed: "3.0", use: "airflow.configuration.conf.getint" },
        "airflow.configuration.has_option": { removed: "3.0", use: "airflow.configuration.conf.has_option" },
        "airflow.configuration.remove_option": { removed: "3.0", use: "airflow.configuration.conf.remove_option" },
        "airflow.configuration.set": { removed: "3.0", use: "airflow.configuration.conf.set" },
        "airflow.contrib": { removed: "3.0" },
        "airflow.datasets": { removed: "3.2" },
        "airflow.datasets.Dataset": { removed: "3.2", use: "airflow.sdk.Asset" },
        "airflow.datasets.DatasetAlias": { removed: "3.2", use: "airflow.sdk.AssetAlias" },
        "airflow.datasets.DatasetAll": { removed: "3.2", use: "airflow.sdk.AssetAll" },
        "airflow.datasets.DatasetAny": { removed: "3.2", use: "airflow.sdk.AssetAny" },
        "airflow.datasets.expand_alias_to_datasets": {
            removed: "3.2",
            use: "airflow.models.asset.expand_alias_to_assets",
        },
        "airflow.datasets.manager.DatasetManager": { removed: "3.2", use: "airflow.assets.manager.AssetManager" },
        "airflow.datasets.manager.dataset_manager": { removed: "3.2", use: "airflow.assets.manager.asset_manager" },
        "airflow.datasets.manager.resolve_dataset_manager": {
            removed: "3.2",
            use: "airflow.assets.manager.resolve_asset_manager",
        },
        "airflow.datasets.metadata.Metadata": { removed: "3.2", use: "airflow.sdk.Metadata" },
        "airflow.decorators.bash": { removed: "3.0" },
        "airflow.decorators.branch_external_python": { removed: "3.0" },
        "airflow.decorators.branch_python": { removed: "3.0" },
        "airflow.decorators.branch_virtualenv": { removed: "3.0" },
        "airflow.decorators.condition": { removed: "3.0" },
        "airflow.decorators.external_python": { removed: "3.0" },
        "airflow.decorators.python": { removed: "3.0" },
        "airflow.decorators.python_virtualenv": { removed: "3.0" },
        "airflow.decorators.sensor": { removed: "3.0" },
        "airflow.decorators.setup_teardown": { removed: "3.0" },
        "airflow.decorators.short_circuit": { removed: "3.0" },
        "airflow.executors.celery_executor": { removed: "3.0" },
        "airflow.executors.celery_executor.CeleryExecutor": {
            removed: "3.0",
            use: "airflow.providers.celery.executors.celery_executor.CeleryExecutor",
        },
        "airflow.executors.celery_executor.app": {
            removed: "3.0",
            use: "airflow.providers.celery.executors.celery_executor_utils.app",
        },
        "airflow.executors.celery_kubernetes_executor": {
            removed: "3.0",
            use: "airflow.providers.celery.executors.celery_kubernetes_executor",
        },
        "airflow.executors.dask_executor": {
            removed: "3.0",
            use: "airflow.providers.daskexecutor.executors.dask_executor",
        },
        "airflow.executors.debug_executor": { removed: "3.0" },
        "airflow.executors.kubernetes_executor_types": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.executors.kubernetes_executor_types",
        },
        "airflow.executors.sequential_executor": { removed: "3.0" },
        "airflow.hooks.S3_hook": { removed: "3.0", use: "airflow.providers.amazon.aws.hooks.s3" },
        "airflow.hooks.base_hook": { removed: "3.0", use: "airflow.hooks.base" },
        "airflow.hooks.dbapi": { removed: "3.0", use: "airflow.providers.common.sql.hooks.sql" },
        "airflow.hooks.dbapi_hook": { removed: "3.0", use: "airflow.providers.common.sql.hooks.sql" },
        "airflow.hooks.docker_hook": { removed: "3.0", use: "airflow.providers.docker.hooks.docker" },
        "airflow.hooks.druid_hook": { removed: "3.0", use: "airflow.providers.apache.druid.hooks.druid" },
        "airflow.hooks.hive_hooks": { removed: "3.0", use: "airflow.providers.apache.hive.hooks.hive" },
        "airflow.hooks.http_hook": { removed: "3.0", use: "airflow.providers.http.hooks.http" },
        "airflow.hooks.jdbc_hook": { removed: "3.0", use: "airflow.providers.jdbc.hooks.jdbc" },
        "airflow.hooks.mssql_hook": { removed: "3.0", use: "airflow.providers.microsoft.mssql.hooks.mssql" },
        "airflow.hooks.mysql_hook": { removed: "3.0", use: "airflow.providers.mysql.hooks.mysql" },
        "airflow.hooks.oracle_hook": { removed: "3.0", use: "airflow.providers.oracle.hooks.oracle" },
        "airflow.hooks.pig_hook": { removed: "3.0", use: "airflow.providers.apache.pig.hooks.pig" },
        "airflow.hooks.postgres_hook": { removed: "3.0", use: "airflow.providers.postgres.hooks.postgres" },
        "airflow.hooks.presto_hook": { removed: "3.0", use: "airflow.providers.presto.hooks.presto" },
        "airflow.hooks.samba_hook": { removed: "3.0", use: "airflow.providers.samba.hooks.samba" },
        "airflow.hooks.slack_hook": { removed: "3.0", use: "airflow.providers.slack.hooks.slack" },
        "airflow.hooks.sqlite_hook": { removed: "3.0", use: "airflow.providers.sqlite.hooks.sqlite" },
        "airflow.hooks.subprocess.SubprocessResult": {
            removed: "3.0",
            use: "airflow.providers.standard.hooks.subprocess.SubprocessResult",
        },
        "airflow.hooks.subprocess.working_directory": {
            removed: "3.0",
            use: "airflow.providers.standard.hooks.subprocess.working_directory",
        },
        "airflow.hooks.webhdfs_hook": { removed: "3.0", use: "airflow.providers.apache.hdfs.hooks.webhdfs" },
        "airflow.hooks.zendesk_hook": { removed: "3.0", use: "airflow.providers.zendesk.hooks.zendesk" },
        "airflow.io.store": { removed: "3.0", use: "airflow.sdk.io" },
        "airflow.io.utils": { removed: "3.0" },
        "airflow.kubernetes": { removed: "3.0" },
        "airflow.kubernetes.k8s_model.K8SModel": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.k8s_model.K8SModel",
        },
        "airflow.kubernetes.k8s_model.append_to_pod": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.k8s_model.append_to_pod",
        },
        "airflow.kubernetes.kube_client.get_kube_client": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kube_client.get_kube_client",
        },
        "airflow.kubernetes.kubernetes_helper_functions.add_pod_suffix": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.add_unique_suffix",
        },
        "airflow.kubernetes.kubernetes_helper_functions.annotations_for_logging_task_metadata": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.annotations_for_logging_task_metadata",
        },
        "airflow.kubernetes.kubernetes_helper_functions.annotations_to_key": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.annotations_to_key",
        },
        "airflow.kubernetes.kubernetes_helper_functions.create_pod_id": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.create_unique_id",
        },
        "airflow.kubernetes.kubernetes_helper_functions.get_logs_task_metadata": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.get_logs_task_metadata",
        },
        "airflow.kubernetes.kubernetes_helper_functions.rand_str": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.rand_str",
        },
        "airflow.kubernetes.pod.Port": { removed: "3.0", use: "kubernetes.client.models.V1ContainerPort" },
        "airflow.kubernetes.pod.Resources": { removed: "3.0", use: "kubernetes.client.models.V1ResourceRequirements" },
        "airflow.kubernetes.pod_generator.PodDefaults": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.xcom_sidecar.PodDefaults",
        },
        "airflow.kubernetes.pod_generator.PodGenerator": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.PodGenerator",
        },
        "airflow.kubernetes.pod_generator.PodGeneratorDeprecated": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.PodGenerator",
        },
        "airflow.kubernetes.pod_generator.add_pod_suffix": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.add_unique_suffix",
        },
        "airflow.kubernetes.pod_generator.datetime_to_label_safe_datestring": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.datetime_to_label_safe_datestring",
        },
        "airflow.kubernetes.pod_generator.extend_object_field": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.extend_object_field",
        },
        "airflow.kubernetes.pod_generator.label_safe_datestring_to_datetime": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.label_safe_datestring_to_datetime",
        },
        "airflow.kubernetes.pod_generator.make_safe_label_value": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.make_safe_label_value",
        },
        "airflow.kubernetes.pod_generator.merge_objects": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.merge_objects",
        },
        "airflow.kubernetes.pod_generator.rand_str": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kubernetes_helper_functions.rand_str",
        },
        "airflow.kubernetes.pod_generator_deprecated.PodDefaults": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.xcom_sidecar.PodDefaults",
        },
        "airflow.kubernetes.pod_generator_deprecated.PodGenerator": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.PodGenerator",
        },
        "airflow.kubernetes.pod_generator_deprecated.make_safe_label_value": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.pod_generator.make_safe_label_value",
        },
        "airflow.kubernetes.pod_launcher.PodLauncher": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.pod_manager.PodManager",
        },
        "airflow.kubernetes.pod_launcher.PodStatus": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.pod_manager.PodPhase",
        },
        "airflow.kubernetes.pod_launcher_deprecated.PodDefaults": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.xcom_sidecar.PodDefaults",
        },
        "airflow.kubernetes.pod_launcher_deprecated.PodLauncher": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.pod_manager.PodManager",
        },
        "airflow.kubernetes.pod_launcher_deprecated.PodStatus": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.utils.pod_manager.PodPhase",
        },
        "airflow.kubernetes.pod_launcher_deprecated.get_kube_client": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.kube_client.get_kube_client",
        },
        "airflow.kubernetes.pod_runtime_info_env.PodRuntimeInfoEnv": {
            removed: "3.0",
            use: "kubernetes.client.models.V1EnvVar",
        },
        "airflow.kubernetes.secret.K8SModel": {
            removed: "3.0",
            use: "airflow.providers.cncf.kubernetes.k8s_model.K8SModel",
        },
        "airflow.kubernetes.secret.Secret": { removed: "3.0", use: "airflow.providers.cncf.kubernetes.secret.Secret" },
        "airflow.kubernetes.volume.Volume": { removed: "3.0", use: "kubernetes.client.models.V1Volume" },
        "airflow.kubernetes.volume_mount.VolumeMount": {
            removed: "3.0",
            use: "kubernetes.client.models.V1VolumeMount",
        },
        "airflow.lineage.backend": { removed: "3.0" },
        "airflow.lineage.entities": { removed: "3.0" },
        "airflow.lineage.hook.DatasetLineageInfo": { removed: "3.0", use: "airflow.lineage.hook.AssetLineageInfo" },
        "airflow.listeners.spec.dataset": { removed: "3.0" },
        "airflow.listeners.spec.dataset.on_dataset_changed": {
            removed: "3.0",
            use: "airflow.listeners.spec.asset.on_asset_changed",
        },
        "airflow.listeners.spec.dataset.on_dataset_created": {
            removed: "3.0",
            use: "airflow.listeners.spec.asset.on_asset_created",
        },
        "airflow.listeners.spec.lifecycle": { removed: "3.2" },
        "airflow.listeners.spec.taskinstance": { removed: "3.2" },
        "airflow.macros.hive": { removed: "3.0", use: "airflow.providers.apache.hive.macros.hive" },
        "airflow.metrics.base_stats_logger": { removed: "3.2" },
        "airflow.metrics.datadog_logger": { removed: "3.2" },
        "airflow.metrics.otel_logger": { removed: "3.2" },
        "airflow.metrics.protocols": { removed: "3.2" },
        "airflow.metrics.statsd_logger": { removed: "3.2" },
        "airflow.metrics.validators": { removed: "3.2" },
        "airflow.metrics.validators.AllowListValidator": {
            removed: "3.2",
            use: "airflow.metrics.validators.PatternAllowListValidator",
        },
        "airflow.metrics.validators.BlockListValidator": {
            removed: "3.2",
            use: "airflow.metrics.validators.PatternBlockListValidator",
        },
        "airflow.models.abstractoperator.NotMapped": {
            removed: "3.2",
            use: "airflow.sdk.definitions._internal.abstractoperator.NotMapped",
        },
        "airflow.models.dagparam": { removed: "3.0" },
        "airflow.models.dagpickle": { removed: "3.0" },
        "airflow.models.dataset": { removed: "3.0" },
        "airflow.models.mappedoperator": { removed: "3.2" },
        "airflow.models.slamiss": { removed: "3.0" },
        "airflow.models.taskfail": { removed: "3.0" },
        "airflow.operators.bash_operator": { removed: "3.0", use: "airflow.providers.standard.operators.bash" },
        "airflow.operators.check_operator": { removed: "3.0", use: "airflow.providers.common.sql.operators.sql" },
        "airflow.operators.check_operator.CheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLCheckOperator",
        },
        "airflow.operators.check_operator.IntervalCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLIntervalCheckOperator",
        },
        "airflow.operators.check_operator.ThresholdCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLThresholdCheckOperator",
        },
        "airflow.operators.check_operator.ValueCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLValueCheckOperator",
        },
        "airflow.operators.dagrun_operator": {
            removed: "3.0",
            use: "airflow.providers.standard.operators.trigger_dagrun",
        },
        "airflow.operators.datetime.target_times_as_dates": {
            removed: "3.0",
            use: "airflow.providers.standard.operators.datetime.target_times_as_dates",
        },
        "airflow.operators.docker_operator": { removed: "3.0", use: "airflow.providers.docker.operators.docker" },
        "airflow.operators.druid_check_operator": { removed: "3.0" },
        "airflow.operators.druid_check_operator.CheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLCheckOperator",
        },
        "airflow.operators.druid_check_operator.DruidCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLCheckOperator",
        },
        "airflow.operators.dummy": { removed: "3.0", use: "airflow.providers.standard.operators.empty" },
        "airflow.operators.dummy.DummyOperator": {
            removed: "3.0",
            use: "airflow.providers.standard.operators.empty.EmptyOperator",
        },
        "airflow.operators.dummy_operator": { removed: "3.0", use: "airflow.providers.standard.operators.empty" },
        "airflow.operators.dummy_operator.DummyOperator": {
            removed: "3.0",
            use: "airflow.providers.standard.operators.empty.EmptyOperator",
        },
        "airflow.operators.email_operator": { removed: "3.0", use: "airflow.providers.smtp.operators.smtp" },
        "airflow.operators.gcs_to_s3": { removed: "3.0", use: "airflow.providers.amazon.aws.transfers.gcs_to_s3" },
        "airflow.operators.google_api_to_s3_transfer": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.transfers.google_api_to_s3",
        },
        "airflow.operators.google_api_to_s3_transfer.GoogleApiToS3Transfer": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.transfers.google_api_to_s3.GoogleApiToS3Operator",
        },
        "airflow.operators.hive_operator": { removed: "3.0", use: "airflow.providers.apache.hive.operators.hive" },
        "airflow.operators.hive_stats_operator": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.operators.hive_stats",
        },
        "airflow.operators.hive_to_druid": {
            removed: "3.0",
            use: "airflow.providers.apache.druid.transfers.hive_to_druid",
        },
        "airflow.operators.hive_to_druid.HiveToDruidTransfer": {
            removed: "3.0",
            use: "airflow.providers.apache.druid.transfers.hive_to_druid.HiveToDruidOperator",
        },
        "airflow.operators.hive_to_mysql": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.hive_to_mysql",
        },
        "airflow.operators.hive_to_mysql.HiveToMySqlTransfer": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.hive_to_mysql.HiveToMySqlOperator",
        },
        "airflow.operators.hive_to_samba_operator": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.hive_to_samba",
        },
        "airflow.operators.http_operator": { removed: "3.0" },
        "airflow.operators.http_operator.SimpleHttpOperator": {
            removed: "3.0",
            use: "airflow.providers.http.operators.http.HttpOperator",
        },
        "airflow.operators.jdbc_operator": { removed: "3.0" },
        "airflow.operators.jdbc_operator.JdbcOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        },
        "airflow.operators.latest_only_operator": {
            removed: "3.0",
            use: "airflow.providers.standard.operators.latest_only",
        },
        "airflow.operators.mssql_operator": { removed: "3.0" },
        "airflow.operators.mssql_operator.MsSqlOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        },
        "airflow.operators.mssql_to_hive": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.mssql_to_hive",
        },
        "airflow.operators.mssql_to_hive.MsSqlToHiveTransfer": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.mssql_to_hive.MsSqlToHiveOperator",
        },
        "airflow.operators.mysql_operator": { removed: "3.0" },
        "airflow.operators.mysql_operator.MySqlOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        },
        "airflow.operators.mysql_to_hive": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.mysql_to_hive",
        },
        "airflow.operators.mysql_to_hive.MySqlToHiveTransfer": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.mysql_to_hive.MySqlToHiveOperator",
        },
        "airflow.operators.oracle_operator": { removed: "3.0" },
        "airflow.operators.oracle_operator.OracleOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        },
        "airflow.operators.papermill_operator": {
            removed: "3.0",
            use: "airflow.providers.papermill.operators.papermill",
        },
        "airflow.operators.pig_operator": { removed: "3.0", use: "airflow.providers.apache.pig.operators.pig" },
        "airflow.operators.postgres_operator": { removed: "3.0" },
        "airflow.operators.postgres_operator.PostgresOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        },
        "airflow.operators.presto_check_operator": { removed: "3.0" },
        "airflow.operators.presto_check_operator.CheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLCheckOperator",
        },
        "airflow.operators.presto_check_operator.IntervalCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLIntervalCheckOperator",
        },
        "airflow.operators.presto_check_operator.PrestoCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLCheckOperator",
        },
        "airflow.operators.presto_check_operator.PrestoIntervalCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLIntervalCheckOperator",
        },
        "airflow.operators.presto_check_operator.PrestoValueCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLValueCheckOperator",
        },
        "airflow.operators.presto_check_operator.ValueCheckOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLValueCheckOperator",
        },
        "airflow.operators.presto_to_mysql": {
            removed: "3.0",
            use: "airflow.providers.mysql.transfers.presto_to_mysql",
        },
        "airflow.operators.presto_to_mysql.PrestoToMySqlTransfer": {
            removed: "3.0",
            use: "airflow.providers.mysql.transfers.presto_to_mysql.PrestoToMySqlOperator",
        },
        "airflow.operators.python_operator": { removed: "3.0", use: "airflow.providers.standard.operators.python" },
        "airflow.operators.redshift_to_s3_operator": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.transfers.redshift_to_s3",
        },
        "airflow.operators.redshift_to_s3_operator.RedshiftToS3Transfer": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.transfers.redshift_to_s3.RedshiftToS3Operator",
        },
        "airflow.operators.s3_file_transform_operator": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.operators.s3",
        },
        "airflow.operators.s3_to_hive_operator": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.s3_to_hive",
        },
        "airflow.operators.s3_to_hive_operator.S3ToHiveTransfer": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.transfers.s3_to_hive.S3ToHiveOperator",
        },
        "airflow.operators.s3_to_redshift_operator": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.transfers.s3_to_redshift",
        },
        "airflow.operators.s3_to_redshift_operator.S3ToRedshiftTransfer": {
            removed: "3.0",
            use: "airflow.providers.amazon.aws.transfers.s3_to_redshift.S3ToRedshiftOperator",
        },
        "airflow.operators.slack_operator": { removed: "3.0", use: "airflow.providers.slack.operators.slack" },
        "airflow.operators.sql": { removed: "3.0", use: "airflow.providers.common.sql.operators.sql" },
        "airflow.operators.sqlite_operator": { removed: "3.0" },
        "airflow.operators.sqlite_operator.SqliteOperator": {
            removed: "3.0",
            use: "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        },
        "airflow.operators.subdag": { removed: "3.0" },
        "airflow.operators.subdag.SubDagOperator": { removed: "3.0", use: "airflow.sdk.TaskGroup" },
        "airflow.operators.trigger_dagrun.TriggerDagRunLink": {
            removed: "3.0",
            use: "airflow.providers.standard.operators.trigger_dagrun.TriggerDagRunLink",
        },
        "airflow.secrets.local_filesystem.load_connections": {
            removed: "3.0",
            use: "airflow.secrets.local_filesystem.load_connections_dict",
        },
        "airflow.security.permissions.RESOURCE_DATASET": {
            removed: "3.0",
            use: "airflow.security.permissions.RESOURCE_ASSET",
        },
        "airflow.sdk": { added: "3.0" },
        "airflow.sensors.base_sensor_operator": { removed: "3.0", use: "airflow.sdk.bases.sensor" },
        "airflow.sensors.external_task.ExternalTaskSensorLink": {
            removed: "3.0",
            use: "airflow.providers.standard.sensors.external_task.ExternalTaskSensorLink",
        },
        "airflow.sensors.external_task_sensor": {
            removed: "3.0",
            use: "airflow.providers.standard.sensors.external_task",
        },
        "airflow.sensors.external_task_sensor.ExternalTaskSensorLink": {
            removed: "3.0",
            use: "airflow.providers.standard.sensors.external_task.ExternalDagLink",
        },
        "airflow.sensors.hive_partition_sensor": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.sensors.hive_partition",
        },
        "airflow.sensors.http_sensor": { removed: "3.0", use: "airflow.providers.http.sensors.http" },
        "airflow.sensors.metastore_partition_sensor": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.sensors.metastore_partition",
        },
        "airflow.sensors.named_hive_partition_sensor": {
            removed: "3.0",
            use: "airflow.providers.apache.hive.sensors.named_hive_partition",
        },
        "airflow.sensors.s3_key_sensor": { removed: "3.0", use: "airflow.providers.amazon.aws.sensors.s3" },
        "airflow.sensors.sql": { removed: "3.0", use: "airflow.providers.common.sql.sensors.sql" },
        "airflow.sensors.sql_sensor": { removed: "3.0", use: "airflow.providers.common.sql.sensors.sql" },
        "airflow.sensors.time_delta.WaitSensor": {
            removed: "3.0",
            use: "airflow.providers.standard.sensors.time_delta.WaitSensor",
        },
        "airflow.sensors.web_hdfs_sensor": { removed: "3.0", use: "airflow.providers.apache.hdfs.sensors.web_hdfs" },
        "airflow.sentry": { removed: "3.2" },
        "airflow.serialization.pydantic": { removed: "3.0" },
        "airflow.task.task_runner": { removed: "3.0" },
        "airflow.template": { removed: "3.0" },
        "airflow.templates": { removed: "3.0" },
        "airflow.timetables.datasets": { removed: "3.2" },
        "airflow.timetables.datasets.DatasetOrTimeSchedule": {
            removed: "3.2",
            use: "airflow.timetables.assets.AssetOrTimeSchedule",
        },
        "airflow.timetables.simple.DatasetTriggeredTimetable": {
            removed: "3.0",
            use: "airflow.timetables.simple.AssetTriggeredTimetable",
        },
        "airflow.traces.otel_tracer": { removed: "3.2" },
        "airflow.traces.tracer": { removed: "3.2" },
        "airflow.traces.utils": { removed: "3.2" },
        "airflow.triggers.external_task.TaskStateTrigger": { removed: "3.0" },
        "airflow.utils.airflow_flask_app": { removed: "3.0" },
        "airflow.utils.compression": { removed: "3.0" },
        "airflow.utils.configuration": { removed: "3.0" },
        "airflow.utils.dag_cycle_tester.test_cycle": { removed: "3.0" },
        "airflow.utils.dag_parsing_context": { removed: "3.2", use: "airflow.sdk" },
        "airflow.utils.dates.date_range": { removed: "3.0" },
        "airflow.utils.dates.days_ago": { removed: "3.0", use: 'pendulum.today("UTC").add(days=-1)' },
        "airflow.utils.dates.infer_time_unit": { removed: "3.0" },
        "airflow.utils.dates.parse_execution_date": { removed: "3.0" },
        "airflow.utils.dates.round_time": { removed: "3.0" },
        "airflow.utils.dates.scale_time_units": { removed: "3.0" },
        "airflow.utils.db.create_session": { removed: "3.0" },
        "airflow.utils.empty_set": { removed: "3.0" },
        "airflow.utils.file.TemporaryDirectory": { removed: "3.0", use: "tempfile.TemporaryDirectory" },
        "airflow.utils.file.mkdirs": { removed: "3.0" },
        "airflow.utils.helpers.chain": { removed: "3.0", use: "airflow.sdk.chain" },
        "airflow.utils.helpers.cross_downstream": { removed: "3.0", use: "airflow.sdk.cross_downstream" },
        "airflow.utils.jwt_signer": { removed: "3.0" },
        "airflow.utils.log.secrets_masker": { removed: "3.0", use: "airflow.sdk.execution_time.secrets_masker" },
        "airflow.utils.log.task_context_logger": { removed: "3.0" },
        "airflow.utils.log.task_handler_with_custom_formatter": { removed: "3.2" },
        "airflow.utils.log.trigger_handler": { removed: "3.0" },
        "airflow.utils.mixins": { removed: "3.0" },
        "airflow.utils.module_loading": { removed: "3.2" },
        "airflow.utils.pydantic": { removed: "3.0" },
        "airflow.utils.python_virtualenv": { removed: "3.0" },
        "airflow.utils.sensor_helper": { removed: "3.0" },
        "airflow.utils.singleton": { removed: "3.2" },
        "airflow.utils.state.SHUTDOWN": { removed: "3.0" },
        "airflow.utils.state.terminating_states": { removed: "3.0" },
        "airflow.utils.task_instance_session": { removed: "3.2" },
        "airflow.utils.template": { removed: "3.0" },
        "airflow.utils.trigger_rule.TriggerRule.DUMMY": { removed: "3.0" },
        "airflow.utils.warnings": { removed: "3.1" },
        "airflow.utils.weekday": { removed: "3.0" },
        "airflow.www": { removed: "3.0" },
    },
});

/** An argument that only some versions of Airflow accept: the others do not load the file. */
export interface AirflowArgument extends AirflowChange {
    /** What takes it; `Operator` stands for all operators and sensors. */
    of: "DAG" | "Operator";
}

/** Arguments of `DAG`, `@dag` and operators that Airflow has added or removed since 2.11, by their signatures. */
export const airflowArguments = facts<AirflowArgument>()({
    subject: "Arguments of DAGs and operators that only some versions of Airflow accept",
    source: "https://airflow.apache.org/docs/apache-airflow/stable/release_notes.html",
    checked: "2026-11-30",
    rows: {
        allowed_run_types: { of: "DAG", added: "3.2" },
        concurrency: { of: "DAG", removed: "3.0", use: "max_active_tasks" },
        deadline: { of: "DAG", added: "3.1" },
        default_view: { of: "DAG", removed: "3.0" },
        disable_bundle_versioning: { of: "DAG", added: "3.0" },
        fail_fast: { of: "DAG", added: "3.0", use: "fail_stop" },
        fail_stop: { of: "DAG", removed: "3.0", use: "fail_fast" },
        full_filepath: { of: "DAG", removed: "3.0" },
        orientation: { of: "DAG", removed: "3.0" },
        provide_context: { of: "Operator", removed: "3.0" },
        rerun_with_latest_version: { of: "DAG", added: "3.3" },
        schedule_interval: { of: "DAG", removed: "3.0", use: "schedule" },
        task_concurrency: { of: "Operator", removed: "3.0", use: "max_active_tis_per_dag" },
        timetable: { of: "DAG", removed: "3.0", use: "schedule" },
    },
});

/** Keys of the context of tasks, which templates also use, that Airflow has removed, and a trigger rule. */
export const airflowContext = facts<AirflowChange>()({
    subject: "Keys of the context of tasks that Airflow has removed since 2.11",
    source: "https://github.com/astral-sh/ruff/blob/0.17.6/crates/ruff_linter/src/rules/airflow/rules/removal_in_3.rs",
    checked: "2026-11-30",
    rows: {
        conf: { removed: "3.0" },
        execution_date: { removed: "3.0", use: "logical_date" },
        next_ds: { removed: "3.0" },
        next_ds_nodash: { removed: "3.0" },
        next_execution_date: { removed: "3.0" },
        prev_ds: { removed: "3.0" },
        prev_ds_nodash: { removed: "3.0" },
        prev_execution_date: { removed: "3.0" },
        prev_execution_date_success: { removed: "3.0" },
        tomorrow_ds: { removed: "3.0" },
        triggering_dataset_events: { removed: "3.0", use: "triggering_asset_events" },
        yesterday_ds: { removed: "3.0" },
        yesterday_ds_nodash: { removed: "3.0" },
    },
});

/** Trigger rules that Airflow has removed. */
export const airflowTriggerRules = facts<AirflowChange>()({
    subject: "Trigger rules that Airflow has removed since 2.11",
    source: "https://github.com/astral-sh/ruff/blob/0.17.6/crates/ruff_linter/src/rules/airflow/rules/removal_in_3.rs",
    checked: "2026-11-30",
    rows: {
        dummy: { removed: "3.0", use: "always" },
        none_failed_or_skipped: { removed: "3.0", use: "none_failed_min_one_success" },
    },
});
