import type { Edition } from "../../../lib/facts/cloudSqlVersions";
import {
    auditProblem,
    changedFixedFlags,
    databaseFlags,
    flagProblems,
    flagsCheck,
    restartFlags,
} from "../../../lib/sql/flags";
import type { Engine } from "../../../lib/sql/versions";
import { errorMessage } from "./errorMessage";

const asRecord = (flags: { name: string; value: string }[]) =>
    Object.fromEntries(flags.map(({ name, value }) => [name, value]));

const secure = {
    postgres: {
        log_checkpoints: "on",
        log_connections: "on",
        log_disconnections: "on",
        log_lock_waits: "on",
        log_min_error_statement: "error",
    },
    mysql: { local_infile: "off", skip_show_database: "on" },
    sqlserver: { "contained database authentication": "off", "cross db ownership chaining": "off" },
};

const engines: Engine[] = ["postgres", "mysql", "sqlserver"];

test.each(engines)("an instance of %s has its secure flags, in order", (engine) => {
    const flags = databaseFlags(engine, {});
    expect(asRecord(flags)).toEqual(secure[engine]);
    expect(flags.map(({ name }) => name)).toEqual(Object.keys(secure[engine]));
    expect(errorMessage(secure[engine], flagsCheck(engine))).toBeUndefined();
});

test("an audited instance logs statements, and one with IAM users enables IAM authentication", () => {
    expect(asRecord(databaseFlags("postgres", { audit: true, iam: true }))).toEqual({
        ...secure.postgres,
        "cloudsql.enable_pgaudit": "on",
        "cloudsql.iam_authentication": "on",
        log_duration: "on",
        log_hostname: "on",
        log_statement: "ddl",
        "pgaudit.log": "all",
    });
    expect(asRecord(databaseFlags("mysql", { audit: true, iam: true }))).toEqual({
        ...secure.mysql,
        cloudsql_iam_authentication: "on",
        cloudsql_mysql_audit: "on",
    });
    expect(asRecord(databaseFlags("sqlserver", { iam: true }))).toEqual(secure.sqlserver);
});

test("auditing of SQL Server, which writes to a bucket, is refused", () => {
    expect(auditProblem("postgres", true)).toBeUndefined();
    expect(auditProblem("sqlserver", false)).toBeUndefined();
    expect(auditProblem("sqlserver", true)).toEqual(
        expect.objectContaining({ path: "audit", id: "sql/audit-of-sql-server" }),
    );
});

test("given flags override the secure flags, in the format of the API", () => {
    const flags = { log_connections: false, work_mem: 65_536, "pgaudit.log": "ddl,-read", random_page_cost: 1.1 };
    expect(asRecord(databaseFlags("postgres", { flags, audit: true }))).toMatchObject({
        log_connections: "off",
        work_mem: "65536",
        "pgaudit.log": "ddl,-read",
        random_page_cost: "1.1",
    });
    expect(asRecord(databaseFlags("mysql", { flags: { local_infile: "on", sql_mode: undefined } }))).toEqual({
        local_infile: "on",
        skip_show_database: "on",
    });
});

test.each<[Engine, object]>([
    ["postgres", { max_connections: 262_143, log_min_messages: "debug5", "cloudsql.enable_pg_cron": true }],
    ["postgres", { log_connections: "on", cursor_tuple_fraction: 0.1, timezone: "Europe/Rome" }],
    ["mysql", { innodb_flush_log_at_timeout: 0.5, log_output: "FILE,TABLE", join_buffer_size: 2 ** 40 }],
    ["mysql", { binlog_expire_logs_seconds: 0, block_encryption_mode: "AES-256-cbc", binlog_row_value_options: "" }],
    ["mysql", { default_time_zone: "-12:59", binlog_expire_logs_seconds: 86_400 }],
    ["mysql", { default_time_zone: "Europe/Paris", binlog_row_value_options: "PARTIAL_JSON" }],
    ["sqlserver", { "cross db ownership chaining": false, "cloud sql xe bucket name": "gs://events" }],
    ["sqlserver", { "3625 (trace flag)": true, "max server memory (mb)": 1000, "user connections": 0 }],
])("the flags of %s %j are accepted", (engine, flags) => {
    expect(errorMessage(flags, flagsCheck(engine))).toBeUndefined();
});

test.each<[Engine, object, string]>([
    [
        "postgres",
        { log_conections: true },
        'log_conections: unknown option "log_conections"; did you mean "log_connections"?',
    ],
    ["mysql", { slow_query_lg: true }, 'slow_query_lg: unknown option "slow_query_lg"; did you mean "slow_query_log"?'],
    ["mysql", { log_checkpoints: true }, "log_checkpoints: is a flag of PostgreSQL, not of MySQL (got true)."],
    ["postgres", { local_infile: false }, "local_infile: is a flag of MySQL, not of PostgreSQL (got false)."],
    ["sqlserver", { max_connections: 9 }, "max_connections: is a flag of PostgreSQL, not of SQL Server (got 9)."],
    ["postgres", { "remote access": true }, "remote access: is a flag of SQL Server, not of PostgreSQL (got true)."],
    ["postgres", { max_connections: 13 }, "max_connections: must be a whole number from 14 to 262143 (got 13)."],
    [
        "postgres",
        { log_statement: "everything" },
        'log_statement: must be one of none, ddl, mod, all (got "everything").',
    ],
    ["postgres", { autovacuum: 1 }, 'autovacuum: must be true, false, "on" or "off" (got 1).'],
    ["postgres", { random_page_cost: -1 }, "random_page_cost: must be a number from 0 on (got -1)."],
    ["postgres", { random_page_cost: "4" }, 'random_page_cost: must be a number from 0 on (got "4").'],
    ["postgres", { max_connections: "100" }, 'max_connections: must be a whole number from 14 to 262143 (got "100").'],
    ["postgres", { max_connections: 99.5 }, "max_connections: must be a whole number from 14 to 262143 (got 99.5)."],
    ["postgres", { geqo_seed: 1.5 }, "geqo_seed: must be a number from 0 to 1 (got 1.5)."],
    [
        "postgres",
        { "pgaudit.log": "ddl;read" },
        'pgaudit.log: must be of read, write, function, role, ddl, misc, misc_set, all, none, -read, -write, -function, -role, -ddl, -misc, -misc_set, -all, with commas between (got "ddl;read").',
    ],
    ["mysql", { log_output: ["FILE"] }, "log_output: must be of FILE, TABLE, NONE, with commas between"],
    ["mysql", { sort_buffer_size: 1 }, "sort_buffer_size: must be a whole number from 32768 on (got 1)."],
    [
        "mysql",
        { binlog_expire_logs_seconds: 3600 },
        "binlog_expire_logs_seconds: must be 0 or a whole number from 86400 to 4294967295 (got 3600).",
    ],
    [
        "mysql",
        { block_encryption_mode: "aes-512-ECB" },
        'block_encryption_mode: must be aes, the length of the key and the mode, such as aes-256-CBC (got "aes-512-ECB").',
    ],
    [
        "mysql",
        { default_time_zone: "+2:00" },
        'default_time_zone: must be a name such as Europe/Paris, or an offset from -12:59 to +13:00 with leading zeros (got "+2:00").',
    ],
    ["mysql", { default_time_zone: "+13:30" }, "default_time_zone: must be a name such as Europe/Paris"],
    ["mysql", { sql_mode: "" }, 'sql_mode: must not be empty, and not have NO_DIR_IN_CREATE (got "").'],
    ["mysql", { sql_mode: "ANSI,NO_DIR_IN_CREATE" }, "sql_mode: must not be empty, and not have NO_DIR_IN_CREATE"],
    ["mysql", { binlog_row_value_options: "JSON" }, 'binlog_row_value_options: must be PARTIAL_JSON (got "JSON").'],
    ["sqlserver", { "user connections": 5 }, "user connections: must be 0 or a whole number from 10 to 32767 (got 5)."],
    ["sqlserver", { "cloud sql xe bucket name": "events" }, "cloud sql xe bucket name: must start with gs://"],
    [
        "sqlserver",
        { "cross db ownership chaining": "on" },
        'cross db ownership chaining: must be off; Google no longer allows changes to it (got "on").',
    ],
    ["postgres", [] as object, "must be an object with"],
    ["postgres", null as never, "must be an object with"],
])("the flags of %s %j are refused by name", (engine, flags, expected) => {
    expect(errorMessage(flags, flagsCheck(engine))).toContain(expected);
});

const problems = (engine: Engine, version: string, flags: object) =>
    flagProblems({ engine, version, edition: "ENTERPRISE", tier: "db-custom-2-8192" }, flags).flatMap((each) =>
        each ? [`${each.path}: [${each.id}]`] : [],
    );

// https://docs.cloud.google.com/sql/docs/mysql/flags
test.each<[string, object, Edition, string, string[]]>([
    ["a shared core", { innodb_buffer_pool_size: 5_242_880 }, "ENTERPRISE", "db-g1-small", ["[sql/flag-of-machine]"]],
    ["cores of its own", { innodb_buffer_pool_size: 5_242_880 }, "ENTERPRISE", "db-custom-2-8192", []],
    [
        "Enterprise",
        { innodb_cloudsql_optimized_write: false },
        "ENTERPRISE",
        "db-custom-2-8192",
        ["[sql/flag-of-edition]"],
    ],
    ["Enterprise Plus", { innodb_cloudsql_optimized_write: false }, "ENTERPRISE_PLUS", "db-perf-optimized-N-2", []],
])("a flag may depend on the machine and the edition: %s", (_, flags, edition, tier, ids) => {
    const found = flagProblems({ engine: "mysql", version: "8.0", edition, tier }, flags);
    expect(found.flatMap((each) => (each ? [`[${each.id}]`] : []))).toEqual(ids);
});

test.each([
    ["8.0", "1", "0", ["lower_case_table_names"]],
    ["8.4", undefined, "1", ["lower_case_table_names"]],
    ["8.4", undefined, "0", []],
    ["5.7", "1", "0", []],
])("names of tables keep their case in MySQL %s once it is chosen: %s, then %s", (version, before, now, changed) => {
    const flags = (value?: string) => (value === undefined ? [] : [{ name: "lower_case_table_names", value }]);
    expect(changedFixedFlags("mysql", version, flags(before), flags(now))).toEqual(changed);
});

test("a flag is accepted in the versions that support it", () => {
    expect(problems("postgres", "18", { io_workers: 4, idle_session_timeout: 0 })).toEqual([]);
    expect(problems("postgres", "9.6", { replacement_sort_tuples: 0 })).toEqual([]);
    expect(problems("mysql", "8.0.36", { cloudsql_vector: true, expire_logs_days: 1 })).toEqual([]);
    expect(problems("mysql", "8.0", { replica_net_timeout: 10 })).toEqual([]);
    expect(problems("mysql", "8.4", { expire_logs_days: undefined })).toEqual([]);
    expect(problems("mysql", "5.7", {})).toEqual([]);
});

test.each<[Engine, string, object, string]>([
    ["postgres", "17", { io_workers: 4 }, "flags.io_workers: [sql/flag-of-later-version]"],
    ["postgres", "9.6", { jit: true }, "flags.jit: [sql/flag-of-later-version]"],
    ["postgres", "16", { force_parallel_mode: "on" }, "flags.force_parallel_mode: [sql/flag-of-earlier-version]"],
    ["mysql", "8.0.35", { cloudsql_vector: true }, "flags.cloudsql_vector: [sql/flag-of-later-version]"],
    ["mysql", "8.4", { expire_logs_days: 1 }, "flags.expire_logs_days: [sql/flag-of-earlier-version]"],
])("a flag that %s %s does not support is refused: %j", (engine, version, flags, expected) => {
    expect(problems(engine, version, flags)).toEqual([expected]);
});

test("changes of some flags restart the instance", () => {
    const flags = (args: object) => databaseFlags("postgres", { flags: args });
    expect(restartFlags("postgres", flags({}), flags({ work_mem: 64 }))).toEqual([]);
    expect(restartFlags("postgres", flags({ max_connections: 100 }), flags({ max_connections: 100 }))).toEqual([]);
    expect(restartFlags("postgres", flags({ max_connections: 100 }), flags({ work_mem: 64 }))).toEqual([
        "max_connections",
    ]);
    expect(restartFlags("postgres", flags({}), databaseFlags("postgres", { audit: true }))).toEqual([
        "cloudsql.enable_pgaudit",
    ]);
    expect(restartFlags("mysql", [], databaseFlags("mysql", { iam: true }))).toEqual(["skip_show_database"]);
});
