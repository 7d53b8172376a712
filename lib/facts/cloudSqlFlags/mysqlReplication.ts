import { facts } from "../facts";
import { choice, choices, type Flag, integer, restarting, since, text, toggle } from "./flag";

const uint32 = 4_294_967_295;

/** Flags of replication; MySQL 8.0.26 renamed many of them. */
export const mysqlReplicationFlags = facts<Flag>()({
    subject: "Flags of MySQL replication in Cloud SQL",
    source: "https://cloud.google.com/sql/docs/mysql/flags",
    checked: "2026-04-10",
    rows: {
        replica_checkpoint_group: since("8.0.26", integer(32, 524_280)),
        replica_checkpoint_period: since("8.0.26", integer(1, uint32)),
        replica_compressed_protocol: since("8.0.26", toggle),
        replica_net_timeout: since("8.0.26", integer(1, 31_536_000)),
        replica_parallel_type: since("8.0.26", choice("DATABASE", "LOGICAL_CLOCK")),
        replica_parallel_workers: since("8.0.26", integer(0, 1024)),
        replica_pending_jobs_size_max: since("8.0.26", integer(1024)),
        replica_preserve_commit_order: since("8.0.26", toggle),
        replica_skip_errors: restarting(since("8.0.26", text)),
        replica_sql_verify_checksum: since("8.0.26", toggle),
        replica_transaction_retries: since("8.0.26", integer(0)),
        replica_type_conversions: since("8.0.26", choices("ALL_LOSSY", "ALL_NON_LOSSY", "ALL_SIGNED", "ALL_UNSIGNED")),
        replicate_do_db: text,
        replicate_do_table: text,
        replicate_ignore_db: text,
        replicate_ignore_table: text,
        replicate_wild_do_table: text,
        replicate_wild_ignore_table: text,
        slave_checkpoint_group: integer(32, 524_280),
        slave_checkpoint_period: integer(1, uint32),
        slave_compressed_protocol: toggle,
        slave_net_timeout: integer(1, 31_536_000),
        slave_parallel_type: choice("DATABASE", "LOGICAL_CLOCK"),
        slave_parallel_workers: integer(0, 1024),
        slave_pending_jobs_size_max: integer(1024),
        slave_preserve_commit_order: toggle,
        slave_skip_errors: restarting(text),
        slave_sql_verify_checksum: toggle,
        slave_transaction_retries: integer(0),
        slave_type_conversions: choices("ALL_LOSSY", "ALL_NON_LOSSY", "ALL_SIGNED", "ALL_UNSIGNED"),
        source_verify_checksum: since("8.0.26", toggle),
        sync_master_info: integer(0, uint32),
        sync_relay_log: integer(0, uint32),
        sync_relay_log_info: integer(0, uint32),
        sync_source_info: since("8.0.26", integer(0, uint32)),
    },
});
