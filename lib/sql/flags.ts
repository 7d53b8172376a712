import { cloudSqlFlags, type FlagType } from "../facts/cloudSqlFlags";
import { cloudSqlMachine } from "../facts/cloudSqlMachines";
import type { Edition, Engine } from "../facts/cloudSqlVersions";
import { isBefore } from "../formats/version";
import * as check from "../internal/arguments/check";

export type { MySqlFlags, PostgresFlags, SqlServerFlags } from "../facts/cloudSqlFlags";

const engineNames = { postgres: "PostgreSQL", mysql: "MySQL", sqlserver: "SQL Server" } as const;

/** The formats of flag names, also of future ones. */
const nameFormats: Record<Engine, RegExp> = {
    postgres: /^[a-z]\w*(\.[a-z]\w*)?$/,
    mysql: /^[a-z]\w*$/,
    sqlserver: /^[a-z0-9]([a-z0-9 ()%-]*[a-z0-9)])?$/,
};

/** Checks the flags of an engine. The error about a flag of another engine names that engine. */
export function flagsCheck(engine: Engine): check.Check<object> {
    const own = Object.fromEntries(
        Object.entries(cloudSqlFlags[engine]).map(([name, { type }]) => [name, flagCheck(type)]),
    );
    return check.lazily((args) => {
        const others = Object.keys(args ?? {}).filter((name) => !Object.hasOwn(own, name));
        const checks = others.flatMap((name): [string, check.AnyCheck][] => {
            const owner = enginesWithFlag(name)[0];
            const what = `is a flag of ${engineNames[owner ?? engine]}, not of ${engineNames[engine]}`;
            if (owner) {
                return [[name, check.refused(what)]];
            }
            // A name of another format is refused as unknown by the options below.
            return nameFormats[engine].test(name)
                ? [[name, check.unlisted(check.unknownOption(name, Object.keys(own)))]]
                : [];
        });
        return check.options<object>({ ...Object.fromEntries(checks), ...own });
    });
}

function flagCheck(type: FlagType): check.AnyCheck {
    switch (type.kind) {
        case "toggle":
            return check.custom(
                (value) => [true, false, "on", "off"].includes(value as string),
                'must be true, false, "on" or "off"',
            );
        case "off":
            return check.custom(
                (value) => value === false || value === "off",
                "must be off; Google no longer allows changes to it",
            );
        case "text":
            return check.text();
        case "format":
            return check.matching(type.pattern, `must ${type.rule}`);
        case "choice":
            return check.oneOf(...type.words);
        case "choices":
            return check.custom(
                (value) =>
                    typeof value === "string" && value.split(",").every((word) => type.words.includes(word.trim())),
                `must be of ${type.words.join(", ")}, with commas between`,
            );
        default: {
            const { kind, min, max, or } = type;
            const isNumber = kind === "integer" ? Number.isInteger : (value: unknown) => typeof value === "number";
            const end = max === undefined ? "on" : `to ${max}`;
            return check.custom(
                (value) =>
                    value === (or ?? Number.NaN) ||
                    (isNumber(value) && Number(value) >= min && Number(value) <= (max ?? Number.POSITIVE_INFINITY)),
                `must be ${or === undefined ? "" : `${or} or `}a ${kind === "integer" ? "whole number" : "number"} from ${min} ${end}`,
            );
        }
    }
}

const enginesWithFlag = (name: string) =>
    (Object.keys(cloudSqlFlags) as Engine[]).filter((engine) => Object.hasOwn(cloudSqlFlags[engine], name));

/** The flags that this version of the engine, the edition or the machine does not have. */
export function flagProblems(
    { engine, version, edition, tier }: { engine: Engine; version: string; edition: Edition; tier: string },
    flags: object = {},
): (check.Problem | undefined)[] {
    const set = Object.entries(flags).filter(([, value]) => value !== undefined);
    return set.map(([name]) => {
        const { since, before, isOfPlus, needsCores } = cloudSqlFlags[engine][name] ?? {};
        return (
            check.when(
                isOfPlus && edition !== "ENTERPRISE_PLUS",
                `flags.${name}`,
                "sql/flag-of-edition",
                "is a flag of the edition ENTERPRISE_PLUS. Remove it.",
            ) ??
            check.when(
                needsCores && cloudSqlMachine(tier)?.isSharedCore,
                `flags.${name}`,
                "sql/flag-of-machine",
                `is not a flag of machines that share a core, such as ${tier}. Remove it.`,
            ) ??
            check.when(
                since !== undefined && isBefore(version, since),
                `flags.${name}`,
                "sql/flag-of-later-version",
                `is a flag of ${engineNames[engine]} ${since} and later, not of ${version}. Remove it.`,
            ) ??
            check.when(
                before !== undefined && !isBefore(version, before),
                `flags.${name}`,
                "sql/flag-of-earlier-version",
                `is not a flag of ${engineNames[engine]} since ${before}. Remove it.`,
            )
        );
    });
}

type FlagValue = string | number | boolean;

/** The flags of every instance: it logs connections and lock waits; clients cannot load files or list databases of others. */
const secureFlags: Record<Engine, Record<string, FlagValue>> = {
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

/**
 * The flags of auditing: {@link https://cloud.google.com/sql/docs/postgres/pg-audit pgAudit} and the
 * {@link https://cloud.google.com/sql/docs/mysql/db-audit audit plugin of MySQL}.
 */
const auditFlags: Record<Engine, Record<string, FlagValue>> = {
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

/** The flags of {@link https://cloud.google.com/sql/docs/postgres/iam-authentication IAM authentication}. */
const iamFlags: Record<Engine, Record<string, FlagValue>> = {
    postgres: { "cloudsql.iam_authentication": true },
    mysql: { cloudsql_iam_authentication: true },
    sqlserver: {},
};

/** A flag in the format of the API. */
export interface DatabaseFlag {
    name: string;
    value: string;
}

/** The flags of an instance: secure flags, flags of enabled features, overridden by the given flags. */
export function databaseFlags(
    engine: Engine,
    options: { flags?: object; audit?: boolean; iam?: boolean },
): DatabaseFlag[] {
    const all: Record<string, FlagValue> = {
        ...secureFlags[engine],
        ...(options.audit ? auditFlags[engine] : {}),
        ...(options.iam ? iamFlags[engine] : {}),
        ...Object.fromEntries(Object.entries(options.flags ?? {}).filter(([, value]) => value !== undefined)),
    };
    const textOf = (value: FlagValue | undefined) =>
        typeof value === "boolean" ? (value ? "on" : "off") : String(value);
    return Object.keys(all)
        .sort()
        .map((name) => ({ name, value: textOf(all[name]) }));
}

const valueIn = (flags: DatabaseFlag[], name: string) => flags.find((flag) => flag.name === name)?.value;

/** The changed flags that are only set at the creation of an instance; 0 by default. */
export function changedFixedFlags(
    engine: Engine,
    version: string,
    before: DatabaseFlag[],
    now: DatabaseFlag[],
): string[] {
    return Object.entries(cloudSqlFlags[engine]).flatMap(([name, { fixedSince }]) =>
        fixedSince !== undefined &&
        !isBefore(version, fixedSince) &&
        (valueIn(before, name) ?? "0") !== (valueIn(now, name) ?? "0")
            ? [name]
            : [],
    );
}

/** The changed flags that require a restart of the instance. */
export function restartFlags(engine: Engine, before: DatabaseFlag[], now: DatabaseFlag[]): string[] {
    const changed = [...new Set([...before, ...now].map(({ name }) => name))].filter(
        (name) => valueIn(before, name) !== valueIn(now, name),
    );
    return changed.filter((name) => cloudSqlFlags[engine][name]?.restarts);
}

/** SQL Server has no audit flags: it writes audit files to a bucket instead. */
export function auditProblem(engine: Engine, audit: boolean): check.Problem | undefined {
    const reason = "is only for PostgreSQL and MySQL. Remove it, and set sqlServerAuditConfig with transform.instance.";
    return check.when(audit && engine === "sqlserver", "audit", "sql/audit-of-sql-server", reason);
}

/** The flags of an instance or a replica. */
export function instanceFlags(
    { engine, audit }: { engine: Engine; audit: boolean },
    flags: object | undefined,
): DatabaseFlag[] {
    return databaseFlags(engine, { flags, audit, iam: engine !== "sqlserver" });
}
