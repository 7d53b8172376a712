import type { DatabaseInstanceArgs } from "@pulumi/gcp/sql/databaseInstance";
import type { UserArgs } from "@pulumi/gcp/sql/user";
import type { Unwrap } from "@pulumi/pulumi";
import { type Check, each, type Rule, rule } from "../rule";

type Instance = Unwrap<DatabaseInstanceArgs>;
type Engine = "MYSQL" | "POSTGRES" | "SQLSERVER";

const instances = "gcp:sql/databaseInstance:DatabaseInstance";

const engineOf = ({ databaseVersion }: Instance) => databaseVersion.split("_")[0];

/** The value of a database flag; undefined if it is not set. */
function flag({ settings }: Instance, name: string): string | undefined {
    return settings?.databaseFlags?.find((each) => each.name === name)?.value.toLowerCase();
}

/** Checks a database flag of the instances of one engine. */
function flagOf(engine: Engine, name: string, hint: string, isValid: (value: string | undefined) => boolean): Check {
    return each<DatabaseInstanceArgs>(instances, (args) => {
        return engineOf(args) === engine && !isValid(flag(args, name)) && `Set the flag '${name}' ${hint}.`;
    });
}

const isOn = (value: string | undefined) => value === "on" || value === "1" || value === "true";
const isOff = (value: string | undefined) => value === "off" || value === "0" || value === "false";
const isNotOn = (value: string | undefined) => value === undefined || isOff(value);
const oneOf =
    (...values: string[]) =>
    (value: string | undefined) =>
        value !== undefined && values.includes(value);

/** Levels of messages of PostgreSQL, from the fewest messages. */
const panicToError = ["panic", "fatal", "log", "error"];

const flagsPage = {
    MYSQL: "https://cloud.google.com/sql/docs/mysql/flags",
    POSTGRES: "https://cloud.google.com/sql/docs/postgres/flags",
    SQLSERVER: "https://cloud.google.com/sql/docs/sqlserver/flags",
};

/** A rule that a database flag has a value. */
function flagRule(
    engine: Engine,
    name: string,
    {
        hint,
        isValid,
        optional,
        ...identifiers
    }: Pick<Rule, "cis" | "checkov" | "optional"> & { hint: string; isValid: (value: string | undefined) => boolean },
): Rule {
    const title = { MYSQL: "MySQL", POSTGRES: "PostgreSQL", SQLSERVER: "SQL Server" }[engine];
    const definition = {
        name: `sql-${engine.toLowerCase()}-${name.replaceAll(/\W+|_/g, "-")}`,
        description: `The flag '${name}' of ${title} is ${hint.replace(/^to /, "")}.`,
        url: flagsPage[engine],
        ...identifiers,
        ...(optional !== undefined && { optional }),
    };
    return rule(definition, flagOf(engine, name, hint, isValid));
}

const cis = (id: string) => ({ "4.0": [id], "5.0": [id] });
const on = { hint: "to on", isValid: isOn };
const off = { hint: "to off", isValid: isOff };
const notOn = { hint: "to off", isValid: isNotOn };
const logs = "Logs of statements are billed, and can have data.";

/** Rules of Cloud SQL. */
export const sql: Rule[] = [
    flagRule("MYSQL", "skip_show_database", { ...on, cis: cis("6.1.2") }),
    flagRule("MYSQL", "local_infile", { ...off, cis: cis("6.1.3"), checkov: ["CKV_GCP_50"] }),
    flagRule("POSTGRES", "log_error_verbosity", {
        hint: "to default or terse",
        isValid: (value) => value === undefined || oneOf("default", "terse")(value),
        cis: cis("6.2.1"),
    }),
    flagRule("POSTGRES", "log_connections", { ...on, cis: cis("6.2.2"), checkov: ["CKV_GCP_52"] }),
    flagRule("POSTGRES", "log_disconnections", { ...on, cis: cis("6.2.3"), checkov: ["CKV_GCP_53"] }),
    flagRule("POSTGRES", "log_statement", {
        hint: "to ddl or mod",
        isValid: oneOf("ddl", "mod", "all"),
        cis: cis("6.2.4"),
        checkov: ["CKV_GCP_111"],
        optional: logs,
    }),
    flagRule("POSTGRES", "log_min_messages", {
        hint: "to warning or fewer messages",
        isValid: (value) => value === undefined || oneOf("warning", ...panicToError)(value),
        cis: cis("6.2.5"),
        checkov: ["CKV_GCP_55"],
    }),
    flagRule("POSTGRES", "log_min_error_statement", {
        hint: "to error or fewer messages",
        isValid: (value) => value === undefined || oneOf(...panicToError)(value),
        cis: cis("6.2.6"),
        checkov: ["CKV_GCP_109"],
    }),
    flagRule("POSTGRES", "log_min_duration_statement", {
        hint: "to -1, which logs no statements",
        isValid: (value) => value === undefined || value === "-1",
        cis: cis("6.2.7"),
        checkov: ["CKV_GCP_57"],
    }),
    flagRule("POSTGRES", "cloudsql.enable_pgaudit", {
        ...on,
        cis: cis("6.2.8"),
        checkov: ["CKV_GCP_110"],
        optional: "The extension pgAudit must be created in each database, and can log data.",
    }),
    flagRule("POSTGRES", "log_checkpoints", { ...on, checkov: ["CKV_GCP_51"] }),
    flagRule("POSTGRES", "log_lock_waits", { ...on, checkov: ["CKV_GCP_54"] }),
    flagRule("POSTGRES", "log_temp_files", {
        hint: "to 0",
        isValid: oneOf("0"),
        checkov: ["CKV_GCP_56"],
        optional: logs,
    }),
    flagRule("POSTGRES", "log_hostname", {
        ...on,
        checkov: ["CKV_GCP_108"],
        optional: "Looks up the name of each client, which is that of a proxy of Google.",
    }),
    flagRule("SQLSERVER", "external scripts enabled", { ...notOn, cis: cis("6.3.1") }),
    flagRule("SQLSERVER", "cross db ownership chaining", { ...notOn, cis: cis("6.3.2"), checkov: ["CKV_GCP_58"] }),
    flagRule("SQLSERVER", "user connections", {
        hint: "to 0, which does not limit them, or left out",
        isValid: (value) => value === undefined || value === "0",
        cis: cis("6.3.3"),
    }),
    flagRule("SQLSERVER", "user options", {
        hint: "nowhere: leave it out",
        isValid: (value) => value === undefined,
        cis: cis("6.3.4"),
    }),
    flagRule("SQLSERVER", "remote access", { ...off, cis: cis("6.3.5") }),
    flagRule("SQLSERVER", "3625", { ...on, cis: cis("6.3.6") }),
    flagRule("SQLSERVER", "contained database authentication", {
        ...notOn,
        cis: cis("6.3.7"),
        checkov: ["CKV_GCP_59"],
    }),
    rule(
        {
            name: "sql-encrypted-connections",
            description: "Database instances only accept encrypted connections.",
            cis: { "4.0": ["6.4"], "5.0": ["6.4"] },
            url: "https://cloud.google.com/sql/docs/postgres/configure-ssl-instance",
        },
        each<DatabaseInstanceArgs>(
            instances,
            ({ settings }) =>
                !/^(ENCRYPTED_ONLY|TRUSTED_CLIENT_CERTIFICATE_REQUIRED)$/.test(
                    settings?.ipConfiguration?.sslMode ?? "",
                ) && "Set 'settings.ipConfiguration.sslMode' to \"ENCRYPTED_ONLY\".",
        ),
    ),
    rule(
        {
            name: "sql-client-certificates",
            description: "Database instances only accept clients with a certificate.",
            checkov: ["CKV_GCP_6"],
            url: "https://cloud.google.com/sql/docs/postgres/configure-ssl-instance",
            optional: "Certificates are keys that live for years; IAM authentication and proxies need none.",
        },
        each<DatabaseInstanceArgs>(
            instances,
            ({ settings }) =>
                settings?.ipConfiguration?.sslMode !== "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" &&
                "Set 'settings.ipConfiguration.sslMode' to \"TRUSTED_CLIENT_CERTIFICATE_REQUIRED\".",
        ),
    ),
    rule(
        {
            name: "sql-no-open-network",
            description: "Not all addresses of the internet can connect to database instances.",
            cis: { "4.0": ["6.5"], "5.0": ["6.5"] },
            checkov: ["CKV_GCP_11"],
            url: "https://cloud.google.com/sql/docs/postgres/authorize-networks",
        },
        each<DatabaseInstanceArgs>(instances, ({ settings }) => {
            const networks = settings?.ipConfiguration?.authorizedNetworks ?? [];
            return (
                networks.some(({ value }) => value.endsWith("/0")) &&
                "Narrow 'settings.ipConfiguration.authorizedNetworks', or leave it out and use the Auth Proxy."
            );
        }),
    ),
    rule(
        {
            name: "sql-no-public-address",
            description: "Database instances have no public address.",
            cis: { "4.0": ["6.6"], "5.0": ["6.7"] },
            checkov: ["CKV_GCP_60"],
            url: "https://cloud.google.com/sql/docs/postgres/configure-private-ip",
            optional:
                "Sockets of App Engine's standard environment lead to a public address. Without an authorized network it only accepts connectors, whose accounts need a role.",
        },
        each<DatabaseInstanceArgs>(
            instances,
            ({ settings }) =>
                settings?.ipConfiguration?.ipv4Enabled !== false &&
                "Set 'settings.ipConfiguration.ipv4Enabled' to false, and 'privateNetwork' or 'pscConfigs'.",
        ),
    ),
    rule(
        {
            name: "sql-no-authorized-networks",
            description: "The public address of a database instance only accepts connectors.",
            url: "https://cloud.google.com/sql/docs/postgres/authorize-networks",
        },
        each<DatabaseInstanceArgs>(instances, ({ settings }) => {
            const { ipv4Enabled, authorizedNetworks = [] } = settings?.ipConfiguration ?? {};
            return (
                ipv4Enabled !== false &&
                authorizedNetworks.length > 0 &&
                settings?.connectorEnforcement !== "REQUIRED" &&
                "Leave 'settings.ipConfiguration.authorizedNetworks' out, or set 'settings.connectorEnforcement' to \"REQUIRED\"."
            );
        }),
    ),
    rule(
        {
            name: "sql-backups",
            description: "Database instances have automated backups.",
            cis: { "4.0": ["6.7"], "5.0": ["6.8"] },
            checkov: ["CKV_GCP_14"],
            url: "https://cloud.google.com/sql/docs/postgres/backup-recovery/backups",
        },
        each<DatabaseInstanceArgs>(
            instances,
            ({ settings, masterInstanceName }) =>
                !masterInstanceName &&
                settings?.backupConfiguration?.enabled !== true &&
                "Set 'settings.backupConfiguration.enabled' to true.",
        ),
    ),
    rule(
        {
            name: "sql-mysql-point-in-time-recovery",
            description: "MySQL instances have point-in-time recovery.",
            checkov: ["CKV2_GCP_20"],
            url: "https://cloud.google.com/sql/docs/mysql/backup-recovery/pitr",
        },
        each<DatabaseInstanceArgs>(instances, (args) => {
            return (
                engineOf(args) === "MYSQL" &&
                !args.masterInstanceName &&
                args.settings?.backupConfiguration?.binaryLogEnabled !== true &&
                "Set 'settings.backupConfiguration.binaryLogEnabled' to true."
            );
        }),
    ),
    rule(
        {
            name: "sql-iam-authentication",
            description: "Users can sign in to PostgreSQL and MySQL instances with IAM.",
            cis: { "5.0": ["6.6"] },
            url: "https://cloud.google.com/sql/docs/postgres/iam-authentication",
        },
        ...(["POSTGRES", "MYSQL"] as const).map((engine) =>
            flagOf(
                engine,
                engine === "POSTGRES" ? "cloudsql.iam_authentication" : "cloudsql_iam_authentication",
                "to on",
                isOn,
            ),
        ),
    ),
    rule(
        {
            name: "sql-deletion-protection",
            description: "Database instances are protected from deletion, by the provider and by the API.",
            cis: { "5.0": ["6.9"] },
            url: "https://cloud.google.com/sql/docs/postgres/deletion-protection",
        },
        each<DatabaseInstanceArgs>(
            instances,
            ({ deletionProtection, settings, masterInstanceName }) =>
                // A replica has no data of its own.
                !masterInstanceName && [
                    deletionProtection === false && "Leave 'deletionProtection' out, or set it to true.",
                    settings?.deletionProtectionEnabled !== true && "Set 'settings.deletionProtectionEnabled' to true.",
                ],
        ),
    ),
    rule(
        {
            name: "sql-mysql-administrators-by-host",
            description: "Users of MySQL with a password cannot sign in from any host as root.",
            cis: { "4.0": ["6.1.1"], "5.0": ["6.1.1"] },
            checkov: ["CKV2_GCP_7"],
            url: "https://cloud.google.com/sql/docs/mysql/create-manage-users",
        },
        each<UserArgs>("gcp:sql/user:User", ({ name, host, type, password, passwordWo }) => {
            return (
                name === "root" &&
                (type ?? "BUILT_IN") === "BUILT_IN" &&
                [
                    !password && !passwordWo && "Set 'password' of root.",
                    (host ?? "%") === "%" && "Set 'host' of root to one host, such as localhost.",
                ].find((problem) => problem !== false)
            );
        }),
    ),
    rule(
        {
            name: "sql-supported-version",
            description: "Database instances have a version that is still developed.",
            url: "https://cloud.google.com/sql/docs/db-versions",
        },
        each<DatabaseInstanceArgs>(
            instances,
            ({ databaseVersion }) =>
                /^(MYSQL_5_|POSTGRES_(9|10|11|12|13)(_|$)|SQLSERVER_2017)/.test(databaseVersion) &&
                `Set 'databaseVersion' to a newer one than ${databaseVersion}.`,
        ),
    ),
];
