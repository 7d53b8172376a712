import { cloudSqlFlags, type FlagType } from "../facts/cloudSqlFlags";
import type { Engine } from "../facts/cloudSqlVersions";
import { isBefore } from "../formats/version";
import * as check from "../internal/check";

export type { MySqlFlags, PostgresFlags, SqlServerFlags } from "../facts/cloudSqlFlags";

const names = { postgres: "PostgreSQL", mysql: "MySQL", sqlserver: "SQL Server" } as const;

const known = cloudSqlFlags;

/** Forms of the names of flags, also of future ones. */
const forms: Record<Engine, RegExp> = {
    postgres: /^[a-z]\w*(\.[a-z]\w*)?$/,
    mysql: /^[a-z]\w*$/,
    sqlserver: /^[a-z0-9]([a-z0-9 ()%-]*[a-z0-9)])?$/,
};

/** Checks the flags of an engine, and names the engine of those of another one. */
export function flagsOf(engine: Engine): check.Check {
    const own = Object.fromEntries(Object.entries(known[engine]).map(([name, { type }]) => [name, checkOf(type)]));
    return check.lazily((args) => {
        const others = Object.keys(args ?? {}).filter((name) => !Object.hasOwn(own, name));
        const checks = others.flatMap((name): [string, check.Check][] => {
            const owner = ownersOf(name)[0];
            const what = `is a flag of ${names[owner ?? engine]}, not of ${names[engine]}`;
            if (owner) {
                return [[name, check.custom(() => false, what)]];
            }
            // Of a name of another form the options below say that it is unknown.
            return forms[engine].test(name)
                ? [[name, check.unlisted(check.unknownOption(name, Object.keys(own)))]]
                : [];
        });
        return check.options<Record<string, unknown>>({ ...Object.fromEntries(checks), ...own });
    });
}

function checkOf(type: FlagType): check.Check {
    switch (type.kind) {
        case "toggle":
            return check.custom(
                (value) => [true, false, "on", "off"].includes(value as string),
                'must be true, false, "on" or "off"',
            );
        case "off":
            return check.custom(
                (value) => value === false || value === "off",
                "must be off, which Google no longer lets anybody change",
            );
        case "text":
            return check.text();
        case "choice":
            return check.oneOf(...type.words);
        case "choices":
            return check.custom(
                (value) =>
                    typeof value === "string" && value.split(",").every((word) => type.words.includes(word.trim())),
                `must be of ${type.words.join(", ")}, with commas between`,
            );
        default: {
            const { kind, min, max } = type;
            const isNumber = kind === "integer" ? Number.isInteger : (value: unknown) => typeof value === "number";
            const end = max === undefined ? "on" : `to ${max}`;
            return check.custom(
                (value) =>
                    isNumber(value) && Number(value) >= min && Number(value) <= (max ?? Number.POSITIVE_INFINITY),
                `must be a ${kind === "integer" ? "whole number" : "number"} from ${min} ${end}`,
            );
        }
    }
}

const ownersOf = (name: string) =>
    (Object.keys(known) as Engine[]).filter((engine) => Object.hasOwn(known[engine], name));

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
