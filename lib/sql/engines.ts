import * as check from "../internal/arguments/check";
import type { MySqlFlags, PostgresFlags, SqlServerFlags } from "./flags";
import type { Engine, MySqlVersion, PostgresVersion, SqlServerVersion } from "./versions";

/** An instance of PostgreSQL. */
export interface PostgresInstance {
    /**
     * The database engine. Changing this replaces the instance.
     * @default "postgres"
     */
    engine?: "postgres";
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/db-versions major version}. A newer version upgrades the instance in
     * place; a downgrade is not possible.
     * @default "18"
     */
    version?: PostgresVersion;
    /**
     * {@link https://cloud.google.com/sql/docs/postgres/flags Database flags} in addition to the secure flags that the component
     * sets.
     * @default the secure flags only
     * @example
     * ```ts
     * flags: { max_connections: 500 }
     * ```
     */
    flags?: PostgresFlags;
}

/** An instance of MySQL. */
export interface MySqlInstance {
    /** The database engine. Changing this replaces the instance. */
    engine: "mysql";
    /**
     * The {@link https://cloud.google.com/sql/docs/mysql/db-versions major version}. A newer version upgrades the instance in place;
     * a downgrade is not possible.
     * @default "8.4"
     */
    version?: MySqlVersion;
    /**
     * {@link https://cloud.google.com/sql/docs/mysql/flags Database flags} in addition to the secure flags that the component sets.
     * @default the secure flags only
     */
    flags?: MySqlFlags;
}

/** An instance of SQL Server. */
export interface SqlServerInstance {
    /** The database engine. Changing this replaces the instance. */
    engine: "sqlserver";
    /**
     * The {@link https://cloud.google.com/sql/docs/sqlserver/db-versions version and edition of SQL Server}.
     * @default "2022 Standard"
     */
    version?: SqlServerVersion;
    /**
     * {@link https://cloud.google.com/sql/docs/sqlserver/flags Database flags} in addition to the secure flags that the component
     * sets.
     * @default the secure flags only
     */
    flags?: SqlServerFlags;
    /**
     * The default {@link https://cloud.google.com/sql/docs/sqlserver/instance-settings collation} of the server: how texts are
     * compared and sorted. Changing this replaces the instance.
     * @default "SQL_Latin1_General_CP1_CI_AS"
     */
    collation?: string;
    /**
     * The time zone of the server, by its Windows name. Changing this replaces the instance.
     * @default "UTC"
     */
    timeZone?: string;
}

/** The problems of options that only SQL Server has. */
export function sqlServerProblems(
    engine: Engine,
    options: Pick<SqlServerInstance, "collation" | "timeZone">,
): (check.Problem | undefined)[] {
    return (["collation", "timeZone"] as const).map((path) =>
        options[path] !== undefined && engine !== "sqlserver"
            ? check.problem(
                  path,
                  "sql/option-of-sql-server",
                  `is only for SQL Server (got "${options[path]}"). Remove it.`,
              )
            : undefined,
    );
}
