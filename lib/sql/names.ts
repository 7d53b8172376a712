import { cloudSqlUserNames } from "../facts/cloudSqlUsers";
import { hyphenated, nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { suffixLength } from "../internal/engine/freshName";
import type { Engine } from "./versions";

/**
 * The format of the prefix of an {@link https://cloud.google.com/sql/docs/postgres/instance-settings instance's name}. A hyphen and six
 * hexadecimal digits follow it; the project ID and a colon count towards the limit.
 */
export const namePrefix = hyphenated(nameFormats.rows.cloudSqlInstance.max - suffixLength - ":".length);

/** Checks the prefix of an instance's name. */
export const instanceName = check.nameOf(namePrefix);

/** The problem of a name that is too long with its project ID. */
export function nameProblem(name: string, project: string): check.Problem | undefined {
    const max = nameFormats.rows.cloudSqlInstance.max - `${project}:`.length - suffixLength;
    return check.when(
        name.length > max,
        "name",
        "sql/instance-name-too-long",
        `must have ${max} characters at most with this project's ID (got ${name.length}).`,
    );
}

/** The databases that every instance has. */
export const systemDatabases: Record<Engine, string[]> = {
    postgres: ["postgres", "template0", "template1", "cloudsqladmin"],
    mysql: ["mysql", "sys", "information_schema", "performance_schema"],
    sqlserver: ["master", "model", "msdb", "tempdb"],
};

/** The default user of every instance. */
export const administrators: Record<Engine, string> = { postgres: "postgres", mysql: "root", sqlserver: "sqlserver" };

/** The users that the engine or Google reserves. */
const systemUsers: Record<Engine, string[]> = {
    postgres: ["cloudsqladmin", "cloudsqlagent", "cloudsqlimportexport", "cloudsqlreplica", "cloudsqlsuperuser"],
    mysql: ["mysql.sys", "mysql.session", "mysql.infoschema", "cloudsqlsuperuser"],
    sqlserver: ["sa"],
};

/**
 * The maximum lengths of the names of databases in
 * {@link https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS PostgreSQL},
 * {@link https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html MySQL} and
 * {@link https://learn.microsoft.com/en-us/sql/relational-databases/databases/database-identifiers SQL Server}.
 */
const maxDatabase: Record<Engine, number> = { postgres: 63, mysql: 64, sqlserver: 123 };

/** The maximum length of the name of a user. */
function maxUser({ engine, version }: EngineVersion): number {
    return cloudSqlUserNames.rows[version === "5.6" ? "earlyMysql" : engine].max;
}

interface EngineVersion {
    engine: Engine;
    version: string;
}

/** Checks the name of a database or a user. Only hyphens in it need quotes in SQL. */
export const sqlName = check.matching(
    /^[A-Za-z_][A-Za-z0-9_-]*$/,
    "must have only letters, digits, _ and -, and not start with a digit or a hyphen",
);

/** The names that the engine reserves, and those that are too long for it. */
export function nameProblems(
    resolved: EngineVersion & { databases: object; users: object },
): (check.Problem | undefined)[] {
    const { engine, databases, users } = resolved;
    const each = (path: string, names: object, reserved: string[], max: number) => {
        return Object.keys(names).map((name) => {
            return (
                check.when(
                    reserved.includes(name),
                    `${path}.${name}`,
                    "sql/database-or-user-name-reserved",
                    "is reserved by the engine. Choose another name.",
                ) ??
                check.when(
                    name.length > max,
                    `${path}.${name}`,
                    "sql/database-or-user-name-too-long",
                    `must have ${max} characters at most (got ${name.length}).`,
                )
            );
        });
    };
    return [
        ...each("databases", databases, systemDatabases[engine], maxDatabase[engine]),
        ...each("users", users, [administrators[engine], ...systemUsers[engine]], maxUser(resolved)),
    ];
}

/** Checks the principal of an IAM user. */
export const iamPrincipal = check.matching(
    /^(user|group|serviceAccount):[^@\s:]+@[^@\s]+$/,
    "must be a principal: user:ana@acme.com, group:data@acme.com or serviceAccount:reports@acme-dev.iam.gserviceaccount.com",
);

/** The database user of an IAM principal. */
export interface DatabaseUser {
    /** The type of the user in the API. */
    type: string;
    /** The name of the user in the API. */
    name: string;
    /** The name with which it signs in. */
    login: string;
}

const userTypes: Record<string, string> = {
    user: "CLOUD_IAM_USER",
    group: "CLOUD_IAM_GROUP",
    serviceAccount: "CLOUD_IAM_SERVICE_ACCOUNT",
};

/**
 * The {@link https://cloud.google.com/sql/docs/postgres/add-manage-iam-users database user} of an IAM principal. PostgreSQL uses the
 * email address, without `.gserviceaccount.com`. MySQL uses the whole address; users sign in with the part before the @.
 *
 * @param member `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`
 */
export function databaseUser(engine: Engine, member: string): DatabaseUser {
    const [kind, ...rest] = member.split(":") as [string, ...string[]];
    const email = rest.join(":").toLowerCase();
    const type = userTypes[kind] as string;
    if (engine === "postgres") {
        const name = email.replace(/\.gserviceaccount\.com$/, "");
        return { type, name, login: name };
    }
    return { type, name: email, login: email.split("@")[0] as string };
}

/** What is wrong with the name of the database user of an IAM principal: that it is too long for the engine. */
export function iamUserProblem(path: string, resolved: EngineVersion, member: string): check.Problem | undefined {
    const { login } = databaseUser(resolved.engine, member);
    const max = maxUser(resolved);
    return check.when(
        login.length > max,
        path,
        "sql/iam-user-name-too-long",
        `makes ${member} the user "${login}", and names of users have ${max} characters at most (got ${login.length}).`,
    );
}
