import { isBefore } from "../../formats/version";
import * as check from "../../internal/check";
import type { Engine } from "../versions";
import type { Flag, Values } from "./kinds";
import { mysqlSettings } from "./mysql";
import { mysqlInnodb } from "./mysqlInnodb";
import { mysqlPerformance } from "./mysqlPerformance";
import { mysqlReplication } from "./mysqlReplication";
import { postgresSettings } from "./postgres";
import { postgresExtensions } from "./postgresExtensions";
import { sqlserverFlags } from "./sqlserver";

/**
 * Flags of PostgreSQL by name: `{ max_connections: 200, log_temp_files: 0, "cloudsql.enable_pg_cron": true }`. One that this list does
 * not have yet goes by `transform.instance`.
 */
export type PostgresFlags = Values<typeof postgresSettings & typeof postgresExtensions>;

/**
 * Flags of MySQL by name: `{ max_connections: 200, slow_query_log: true }`. One that this list does not have yet goes by
 * `transform.instance`.
 */
export type MySqlFlags = Values<
    typeof mysqlSettings & typeof mysqlInnodb & typeof mysqlReplication & typeof mysqlPerformance
>;

/**
 * Flags of SQL Server by name: `{ "max server memory (mb)": 3000, "3625 (trace flag)": true }`. One that this list does not have yet goes
 * by `transform.instance`.
 */
export type SqlServerFlags = Values<typeof sqlserverFlags>;

const names = { postgres: "PostgreSQL", mysql: "MySQL", sqlserver: "SQL Server" } as const;

const known: Record<Engine, Record<string, Flag>> = {
    postgres: { ...postgresSettings, ...postgresExtensions },
    mysql: { ...mysqlSettings, ...mysqlInnodb, ...mysqlReplication, ...mysqlPerformance },
    sqlserver: sqlserverFlags,
};

/** Checks the flags of an engine, and tells of those of another one. */
export function flagsOf(engine: Engine): check.Check {
    const own = Object.entries(known[engine]).map(([name, flag]) => [name, flag.check]);
    return check.lazily((given) => {
        const others = Object.keys(given ?? {}).flatMap((name) => {
            const other = ownersOf(name).find((each) => each !== engine);
            const what = `is a flag of ${names[other ?? engine]}, not of ${names[engine]}`;
            return other && !(name in known[engine]) ? [[name, check.custom(() => false, what)]] : [];
        });
        return check.options<Record<string, unknown>>(Object.fromEntries([...others, ...own]));
    });
}

const ownersOf = (name: string) => (Object.keys(known) as Engine[]).filter((engine) => name in known[engine]);

/** Flags that the engine has not in this version. */
export function flagProblems(engine: Engine, version: string, flags: object = {}): (check.Problem | undefined)[] {
    return Object.entries(flags).map(([name, value]) => {
        const { since, before } = known[engine][name] ?? {};
        const who = names[engine];
        const what =
            since !== undefined && isBefore(version, since)
                ? `is a flag of ${who} ${since} and later, not of ${version}`
                : before !== undefined && !isBefore(version, before)
                  ? `is no flag of ${who} from ${before} on`
                  : undefined;
        return what && value !== undefined ? { path: `flags.${name}`, reason: `${what}. Leave it out.` } : undefined;
    });
}

type Value = string | number | boolean;

/** What every instance has: connections and waits are logged, clients load no files and see no databases of others. */
const secure: Record<Engine, Record<string, Value>> = {
    postgres: {
        log_checkpoints: true,
        log_connections: true,
        log_disconnections: true,
        log_lock_waits: true,
        log_min_error_statement: "error",
    },
    mysql: { local_infile: false, skip_show_database: true },
    sqlserver: { "contained database authentication": false, "cross db ownership chaining": false },
};

/** What is logged of statements, by pgAudit and by the audit plugin of MySQL. */
const audited: Record<Engine, Record<string, Value>> = {
    postgres: {
        "cloudsql.enable_pgaudit": true,
        "pgaudit.log": "all",
        log_duration: true,
        log_hostname: true,
        log_statement: "ddl",
    },
    mysql: { cloudsql_mysql_audit: true },
    sqlserver: {},
};

/** By which users sign in as accounts of IAM. */
const iam: Record<Engine, Record<string, Value>> = {
    postgres: { "cloudsql.iam_authentication": true },
    mysql: { cloudsql_iam_authentication: true },
    sqlserver: {},
};

/** A flag as the API takes it. */
export interface DatabaseFlag {
    name: string;
    value: string;
}

/** The flags of an instance: the secure ones, those of what it does, and over them those that were given. */
export function databaseFlags(
    engine: Engine,
    options: { flags?: object; audit?: boolean; iam?: boolean },
): DatabaseFlag[] {
    const all: Record<string, Value> = {
        ...secure[engine],
        ...(options.audit ? audited[engine] : {}),
        ...(options.iam ? iam[engine] : {}),
        ...Object.fromEntries(Object.entries(options.flags ?? {}).filter(([, value]) => value !== undefined)),
    };
    return Object.entries(all)
        .map(([name, value]) => ({ name, value: typeof value === "boolean" ? (value ? "on" : "off") : String(value) }))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The flags of which a change restarts the instance, among those that are not as they were. */
export function restartFlags(engine: Engine, before: DatabaseFlag[], now: DatabaseFlag[]): string[] {
    const valueIn = (flags: DatabaseFlag[], name: string) => flags.find((flag) => flag.name === name)?.value;
    const changed = [...new Set([...before, ...now].map(({ name }) => name))].filter(
        (name) => valueIn(before, name) !== valueIn(now, name),
    );
    return changed.filter((name) => known[engine][name]?.restarts);
}

/** What SQL Server has no audit for, whose audit files go to a bucket instead. */
export function auditProblem(engine: Engine, audit: boolean): check.Problem | undefined {
    const reason =
        "is for PostgreSQL and MySQL alone. Leave it out, and give sqlServerAuditConfig by transform.instance.";
    return audit && engine === "sqlserver" ? { path: "audit", reason } : undefined;
}
