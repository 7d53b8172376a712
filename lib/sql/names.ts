import { cloudSqlLimits } from "../facts/limits";
import * as check from "../internal/check";
import type { Engine } from "./versions";

/** "Instance settings": what an instance's name starts with; six digits and a hyphen follow, and the project's id and a colon count. */
export const instanceName: check.Check = check.matching(
    /^[a-z]([a-z0-9-]{0,88}[a-z0-9])?$/,
    "must have up to 90 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
);

/** A name that is too long with the id of its project. */
export function nameProblem(name: string, project: string): check.Problem | undefined {
    const most = cloudSqlLimits.rows.instanceName.max - `${project}:-abcdef`.length;
    return name.length > most
        ? { path: "name", reason: `must have ${most} characters at most beside the project's id (got ${name.length}).` }
        : undefined;
}

/** The databases that an instance has from the start. */
export const systemDatabases: Record<Engine, string[]> = {
    postgres: ["postgres", "template0", "template1", "cloudsqladmin"],
    mysql: ["mysql", "sys", "information_schema", "performance_schema"],
    sqlserver: ["master", "model", "msdb", "tempdb"],
};

/** The user that every instance has from the start. */
export const administrators: Record<Engine, string> = { postgres: "postgres", mysql: "root", sqlserver: "sqlserver" };

/** The users that are the engine's or Google's own. */
const systemUsers: Record<Engine, string[]> = {
    postgres: ["cloudsqladmin", "cloudsqlagent", "cloudsqlimportexport", "cloudsqlreplica", "cloudsqlsuperuser"],
    mysql: ["mysql.sys", "mysql.session", "mysql.infoschema", "cloudsqlsuperuser"],
    sqlserver: ["sa"],
};

/** Identifiers of the engines: `NAMEDATALEN` of PostgreSQL, "Identifier Length Limits" of MySQL, "Database identifiers" of SQL Server. */
const longest: Record<Engine, { database: number; user: number }> = {
    postgres: { database: 63, user: 63 },
    mysql: { database: 64, user: 32 },
    sqlserver: { database: 123, user: 128 },
};

/** Checks the name of a database or a user, which needs no quoting anywhere but for hyphens. */
export const sqlName: check.Check = check.matching(
    /^[A-Za-z_][A-Za-z0-9_-]*$/,
    "must have only letters, digits, _ and -, and not start with a digit or a hyphen",
);

/** Names that an engine has already, or finds too long. */
export function nameProblems(
    engine: Engine,
    { databases, users }: { databases: object; users: object },
): (check.Problem | undefined)[] {
    const each = (path: string, names: object, taken: string[], most: number) => {
        return Object.keys(names).map((name) => {
            const what = taken.includes(name)
                ? "is one of the engine's own. Choose another name."
                : name.length > most
                  ? `must have ${most} characters at most (got ${name.length}).`
                  : undefined;
            return what === undefined ? undefined : { path: `${path}.${name}`, reason: what };
        });
    };
    const { database, user } = longest[engine];
    return [
        ...each("databases", databases, systemDatabases[engine], database),
        ...each("users", users, [administrators[engine], ...systemUsers[engine]], user),
    ];
}

/** Checks who signs in by IAM. */
export const iamPrincipal: check.Check = check.matching(
    /^(user|group|serviceAccount):[^@\s:]+@[^@\s]+$/,
    "must be a principal: user:ana@acme.com, group:data@acme.com or serviceAccount:reports@acme-dev.iam.gserviceaccount.com",
);

/** A principal as a user of a database. */
export interface DatabaseUser {
    /** The type of the user. */
    type: string;
    /** What the API takes. */
    name: string;
    /** What one signs in with. */
    login: string;
}

const types: Record<string, string> = {
    user: "CLOUD_IAM_USER",
    group: "CLOUD_IAM_GROUP",
    serviceAccount: "CLOUD_IAM_SERVICE_ACCOUNT",
};

/**
 * The user of a database that a principal is ("Manage users with IAM database authentication"): for PostgreSQL the e-mail address,
 * without the end of those of service accounts; MySQL takes the whole one and knows who signs in by what is before the @.
 *
 * @param member `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`
 */
export function iamUser(engine: Engine, member: string): DatabaseUser {
    const [kind = "", ...rest] = member.split(":");
    const email = rest.join(":").toLowerCase();
    const type = types[kind] ?? "";
    if (engine === "postgres") {
        const name = email.replace(/\.gserviceaccount\.com$/, "");
        return { type, name, login: name };
    }
    return { type, name: email, login: email.split("@")[0] as string };
}
