import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { engineOf } from "./versions";

const names = (...lines: string[]) => new Set(lines.join(" ").split(" "));

/** How many there are is told by how they start: families of which every member is a flag, and the flags besides. */
interface Flags {
    families: RegExp;
    others: Set<string>;
}

/** "Configure database flags", of each engine. */
const flags: Record<string, Flags> = {
    POSTGRES: {
        families:
            /^(anon|auto_explain|cloudsql|cron|google_ml_integration|hnsw|ivfflat|pg_bigm|pg_hint_plan|pg_stat_statements|pg_wait_sampling|pgaudit|pglogical|postgis|rdkit|squeeze)\.\w+$|^(autovacuum|bgwriter|checkpoint|enable|geqo|google|io|jit|tcp_keepalives|track|vacuum|wal)(_\w+)?$/,
        others: names(
            "backend_flush_after client_connection_check_interval commit_delay commit_siblings constraint_exclusion",
            "cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction deadlock_timeout",
            "default_statistics_target default_tablespace default_transaction_deferrable default_transaction_isolation",
            "default_transaction_read_only default_toast_compression effective_cache_size effective_io_concurrency",
            "force_parallel_mode from_collapse_limit gin_fuzzy_search_limit gin_pending_list_limit hash_mem_multiplier",
            "hot_standby_feedback huge_pages idle_in_transaction_session_timeout idle_session_timeout log_lock_failures",
            "join_collapse_limit lock_timeout log_autovacuum_min_duration log_checkpoints log_connections log_disconnections",
            "log_duration log_error_verbosity log_executor_stats log_hostname log_line_prefix log_lock_waits",
            "log_min_duration_sample log_min_duration_statement log_min_error_statement log_min_messages",
            "log_parameter_max_length log_parameter_max_length_on_error log_parser_stats log_planner_stats",
            "log_recovery_conflict_waits log_replication_commands log_startup_progress_interval log_statement",
            "log_statement_sample_rate log_statement_stats log_temp_files log_timezone log_transaction_sample_rate",
            "logical_decoding_work_mem logical_replication_mode maintenance_io_concurrency maintenance_work_mem",
            "max_active_replication_origins max_connections max_files_per_process max_locks_per_transaction",
            "max_logical_replication_workers min_parallel_relation_size recovery_prefetch stats_fetch_consistency",
            "max_parallel_apply_workers_per_subscription max_parallel_maintenance_workers max_parallel_workers",
            "max_parallel_workers_per_gather max_pred_locks_per_page max_pred_locks_per_relation",
            "max_pred_locks_per_transaction max_prepared_transactions max_replication_slots max_slot_wal_keep_size",
            "max_stack_depth max_standby_archive_delay max_standby_streaming_delay max_sync_workers_per_subscription",
            "max_wal_senders max_wal_size max_worker_processes min_dynamic_shared_memory min_parallel_index_scan_size",
            "min_parallel_table_scan_size min_wal_size old_snapshot_threshold parallel_leader_participation",
            "parallel_setup_cost parallel_tuple_cost password_encryption plan_cache_mode quote_all_identifiers",
            "random_page_cost recovery_init_sync_method recursive_worktable_factor replacement_sort_tuples row_security",
            "seq_page_cost session_replication_role shared_buffers ssl_max_protocol_version ssl_min_protocol_version",
            "standard_conforming_strings statement_timeout synchronize_seqscans synchronous_commit temp_buffers",
            "temp_file_limit timezone trace_notify trace_recovery_messages trace_sort transaction_timeout",
            "transform_null_equals work_mem xmlbinary xmloption",
        ),
    },
    MYSQL: {
        families:
            /^(audit_log|binlog|character_set|cloudsql|collation|ft|gtid|innodb|key_cache|myisam|net|ngram|optimizer|performance_schema|query_cache|regexp|replica|replicate|rpl|session_track|skip|slave|temptable|thread)(_\w+)?$/,
        others: names(
            "activate_all_roles_on_login auto_increment_increment auto_increment_offset autocommit automatic_sp_privileges",
            "back_log block_encryption_mode bulk_insert_buffer_size check_proxy_users completion_type concurrent_insert",
            "connect_timeout connection_memory_chunk_size connection_memory_limit disconnect_on_expired_password",
            "global_connection_memory_limit global_connection_memory_tracking lc_times_names",
            "mysql_native_password_proxy_users sha256_password_proxy_users sql_generate_invisible_primary_key",
            "sql_select_limit transaction_write_set_extraction",
            "cte_max_recursion_depth default_authentication_plugin default_password_lifetime default_storage_engine",
            "default_time_zone default_tmp_storage_engine default_week_format delay_key_write div_precision_increment",
            "end_markers_in_json eq_range_index_dive_limit event_scheduler expire_logs_days explicit_defaults_for_timestamp",
            "flush flush_time foreign_key_checks general_log generated_random_password_length group_concat_max_len",
            "histogram_generation_max_mem_size host_cache_size information_schema_stats_expiry init_connect",
            "interactive_timeout internal_tmp_disk_storage_engine internal_tmp_mem_storage_engine join_buffer_size",
            "keep_files_on_create key_buffer_size local_infile lock_wait_timeout log_bin_trust_function_creators log_bin",
            "log_error_verbosity log_output log_queries_not_using_indexes log_slow_admin_statements log_slow_extra",
            "log_slow_replica_statements log_slow_slave_statements log_throttle_queries_not_using_indexes log_timestamps",
            "long_query_time low_priority_updates lower_case_table_names mandatory_roles master_verify_checksum",
            "max_allowed_packet max_binlog_cache_size max_binlog_size max_binlog_stmt_cache_size max_connect_errors",
            "max_connections max_digest_length max_error_count max_execution_time max_heap_table_size max_join_size",
            "max_length_for_sort_data max_points_in_geometry max_prepared_stmt_count max_relay_log_size max_seeks_for_key",
            "max_sort_length max_sp_recursion_depth max_user_connections max_write_lock_count metadata_locks_cache_size",
            "min_examined_row_limit old_alter_table open_files_limit parser_max_mem_size partial_revokes",
            "password_history password_require_current password_reuse_interval preload_buffer_size",
            "print_identified_with_as_hex query_alloc_block_size query_prealloc_size range_alloc_block_size",
            "range_optimizer_max_mem_size read_buffer_size read_only read_rnd_buffer_size relay_log_space_limit",
            "require_secure_transport schema_definition_cache set_operations_buffer_size show_compatibility_56",
            "show_create_table_verbosity show_old_temporals simplified_binlog_gtid_recovery slow_launch_time",
            "slow_query_log sort_buffer_size source_verify_checksum sql_mode sql_require_primary_key sql_safe_updates",
            "ssl_session_cache_mode stored_program_cache stored_program_definition_cache sync_binlog sync_master_info",
            "sync_relay_log sync_relay_log_info sync_source_info sysdate_is_now table_definition_cache table_open_cache",
            "table_open_cache_instances tablespace_definition_cache tls_version tmp_table_size",
            "transaction_alloc_block_size transaction_isolation transaction_prealloc_size transaction_read_only",
            "tx_isolation tx_read_only unique_checks updatable_views_with_limit wait_timeout windowing_use_high_precision",
        ),
    },
    // Trace flags are numbers, all others but one have spaces.
    SQLSERVER: { families: /^\d{3,5}$|^cloudsql [a-z0-9 ]+$|^[a-z0-9-]+( [a-z0-9()%-]+)+$/, others: names("locks") },
};

/** Flags that are `on` or `off`, of those that people write most. */
const switches =
    /^(autovacuum|cloudsql[._](iam_authentication|enable_\w+|logical_decoding)|local_infile|log_(checkpoints|connections|disconnections|duration|lock_waits|hostname)|skip_show_database|slow_query_log|general_log|event_scheduler|contained database authentication|cross db ownership chaining|remote access|external scripts enabled|\d+ \(trace flag\))$/;

/** Refuses flags that the engine does not have, twice the same one, and what is no value of it. */
export function verifyFlags({ databaseVersion, settings }: Inputs): void {
    const given = (settings.databaseFlags ?? []) as { name: string; value: string }[];
    const known = flags[engineOf(databaseVersion)] as Flags;
    for (const [index, { name, value }] of given.entries()) {
        if (!known.families.test(name) && !known.others.has(name)) {
            throw new GoogleError(400, "Flag requested is not valid.", { reason: "invalidFlagName" });
        }
        if (given.findIndex((each) => each.name === name) < index) {
            throw invalidValue(`Failed to set ${name}: the flag is given twice.`);
        }
        if (switches.test(name) && !/^(on|off|0|1|ON|OFF)$/.test(value)) {
            throw invalidValue(`Failed to set ${name}: ${value} was not an expected string.`);
        }
    }
}

const invalidValue = (why: string) =>
    new GoogleError(400, `Value requested is not valid. ${why}`, { reason: "invalidFlagValue" });

/** Whether people and service accounts may sign in as themselves: "IAM authentication". */
export const hasIamAuthentication = ({ settings }: Inputs): boolean =>
    (settings.databaseFlags ?? []).some(
        ({ name, value }: Inputs) => /^cloudsql[._]iam_authentication$/.test(name) && /^(on|1)$/i.test(value),
    );
