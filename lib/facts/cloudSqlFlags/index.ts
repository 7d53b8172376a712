import type { Engine } from "../cloudSqlVersions";
import type { Flag, Values } from "./flag";
import { mysqlFlags } from "./mysql";
import { mysqlInnodbFlags } from "./mysqlInnodb";
import { mysqlPerformanceFlags } from "./mysqlPerformance";
import { mysqlReplicationFlags } from "./mysqlReplication";
import { postgresFlags } from "./postgres";
import { postgresExtensionFlags } from "./postgresExtensions";
import { sqlServerFlags } from "./sqlserver";

export type { Flag, FlagType } from "./flag";
export {
    mysqlFlags,
    mysqlInnodbFlags,
    mysqlPerformanceFlags,
    mysqlReplicationFlags,
    postgresExtensionFlags,
    postgresFlags,
    sqlServerFlags,
};

/**
 * Flags of PostgreSQL by name: `{ max_connections: 200, log_temp_files: 0, "cloudsql.enable_pg_cron": true }`. Unlisted flags need
 * `allowUnlisted`.
 */
export type PostgresFlags = Values<typeof postgresFlags.rows & typeof postgresExtensionFlags.rows>;

/** Flags of MySQL by name: `{ max_connections: 200, slow_query_log: true }`. Unlisted flags need `allowUnlisted`. */
export type MySqlFlags = Values<
    typeof mysqlFlags.rows &
        typeof mysqlInnodbFlags.rows &
        typeof mysqlReplicationFlags.rows &
        typeof mysqlPerformanceFlags.rows
>;

/**
 * Flags of SQL Server by name: `{ "max server memory (mb)": 3000, "3625 (trace flag)": true }`. Unlisted flags need
 * `allowUnlisted`.
 */
export type SqlServerFlags = Values<typeof sqlServerFlags.rows>;

/** All flags by engine and name. */
export const cloudSqlFlags: Record<Engine, Record<string, Flag>> = {
    postgres: { ...postgresFlags.rows, ...postgresExtensionFlags.rows },
    mysql: {
        ...mysqlFlags.rows,
        ...mysqlInnodbFlags.rows,
        ...mysqlReplicationFlags.rows,
        ...mysqlPerformanceFlags.rows,
    },
    sqlserver: sqlServerFlags.rows,
};
