import type { SecretArgs as SecretResourceArgs } from "@pulumi/gcp/secretmanager/secret";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import { User } from "@pulumi/gcp/sql/user";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import { nameFormats } from "../facts/names";
import { deferredError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { shortenName } from "../internal/arguments/names";
import type { Child, Transform } from "../internal/engine/children";
import { Secret } from "../secretmanager/secret";
import type { DatabaseProtection } from "../stack/settings/defaults";
import { databaseUser, iamPrincipal, iamUserProblem, sqlName } from "./names";
import { passwordLength, type UserPasswordPolicy, userPasswordPolicy, userPolicy } from "./passwordPolicy";
import { protections } from "./protection";
import type { Engine } from "./versions";

/** A {@link https://cloud.google.com/sql/docs/postgres/built-in-authentication built-in user}, with a password in a {@link Secret}. */
export interface SqlUser {
    /**
     * Database roles, such as roles that a migration has created.
     * @default ["cloudsqlsuperuser"], which Cloud SQL grants to every built-in user
     */
    roles?: string[];
    /**
     * The host from which the user may connect, such as `"10.%"`; MySQL only.
     * @default "%": any host
     */
    host?: string;
    /**
     * Any text, such as `"2026-03"`. Changing it generates a new password, in the database and in the secret.
     * @default no rotation
     */
    rotation?: string;
    /**
     * Locks the user after failed sign-ins and expires passwords; not for SQL Server.
     * @default none
     */
    passwordPolicy?: UserPasswordPolicy;
}

/** A person, group or service account that signs in {@link https://cloud.google.com/sql/docs/postgres/iam-authentication with IAM}. */
export interface IamUser {
    /**
     * Database roles. Without roles, the user can only connect, until somebody grants privileges in SQL.
     * @default []
     */
    roles?: string[];
}

const roles = check.list(check.text());

/** Checks each user. */
export const userChecks = {
    users: check.record(
        sqlName,
        check.explainedOptions<SqlUser>(
            { password: "The component generates it, and keeps it in a secret, which is in passwords. Remove it." },
            {
                roles,
                host: check.matching(/^[\w.%:/-]{1,60}$/, "must be a host or an address, also with %, such as 10.%"),
                rotation: check.text(),
                passwordPolicy: userPolicy,
            },
        ),
    ),
    iamUsers: check.record(iamPrincipal, check.options<IamUser>({ roles })),
};

/** What users depend on in the arguments of their instance. */
export interface InstanceOfUsers extends ComponentArgs {
    engine: Engine;
    version: string;
    users: Record<string, SqlUser>;
    protection: DatabaseProtection;
    /** Whether the instance exists already, and the component does not manage it. */
    isExisting: boolean;
}

/** The problems of users with the engine and its version. */
export function userProblems({
    engine,
    version,
    users,
    iamUsers,
}: Pick<InstanceOfUsers, "engine" | "version" | "users"> & { iamUsers: object }): (check.Problem | undefined)[] {
    const noRoles = engine === "sqlserver" || version.startsWith("5.");
    const each = Object.entries(users).flatMap(([key, { host, roles, passwordPolicy }]) => [
        check.when(
            host !== undefined && engine !== "mysql",
            `users.${key}.host`,
            "sql/user-host-of-engine",
            "is only for MySQL. Remove it.",
        ),
        check.when(
            roles !== undefined && noRoles,
            `users.${key}.roles`,
            "sql/user-roles-of-version",
            "need PostgreSQL, or MySQL 8.0 or newer. Remove them.",
        ),
        check.when(
            passwordPolicy !== undefined && engine === "sqlserver",
            `users.${key}.passwordPolicy`,
            "sql/user-password-policy-of-engine",
            "is only for PostgreSQL and MySQL. Remove it.",
        ),
    ]);
    return [
        ...each,
        check.when(
            engine === "sqlserver" && Object.keys(iamUsers).length > 0,
            "iamUsers",
            "sql/iam-users-of-sql-server",
            "are only for PostgreSQL and MySQL: SQL Server does not support IAM. Use users.",
        ),
        ...(engine === "sqlserver" ? [] : Object.keys(iamUsers)).map((member) => {
            const problem = iamUserProblem(`iamUsers.${member}`, { engine, version }, member);
            return problem && { ...problem, reason: `${problem.reason} Use a principal with a shorter address.` };
        }),
    ];
}

/** The built-in users and the secrets with their passwords. */
interface Users {
    users: Record<string, User>;
    passwords: Record<string, Secret>;
}

/** The characters of passwords: every kind that a policy may require, and none that a URL must encode. */
const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";

/**
 * The characters of a user's password: without the first one of a name that is so short that the password can contain it, which
 * password policies refuse, in upper or lower case.
 */
function charactersFor(user: string): string {
    const first = user.length <= 2 ? user.slice(0, 1).toLowerCase() : "";
    return Array.from(characters, (each) => (each.toLowerCase() === first ? "" : each)).join("");
}

/** Generates the password of a user into a secret with the protection of the instance. */
export function generatePassword(
    name: string,
    { user, rotation }: { user: string; rotation?: string },
    { crossProject, protection }: InstanceOfUsers,
    parent: pulumi.ComponentResource,
): Secret {
    const { protect } = protections[protection];
    const secret: Transform<SecretResourceArgs> = (args, options) => {
        args.deletionProtection = protect;
        options.protect = protect;
    };
    const generate = { length: passwordLength, characters: charactersFor(user), rotation };
    const id = shortenName(name, nameFormats.rows.secret.max);
    return new Secret(name, { name: id, generate, crossProject, transform: { secret } }, { parent });
}

/** PostgreSQL cannot drop a user that owns objects, so the user stays until it is dropped by hand or with the instance. */
const userDeletionPolicy = (resolved: InstanceOfUsers) => (resolved.engine === "postgres" ? "ABANDON" : undefined);

/** The instance of a user or a database, with its project if that may differ from the environment's. */
export const placeOf = ({ isExisting }: Pick<InstanceOfUsers, "isExisting">, { name, project }: DatabaseInstance) =>
    isExisting ? { instance: name, project } : { instance: name };

/** Creates the built-in users with their passwords. */
export function createUsers(
    name: string,
    resolved: InstanceOfUsers,
    instance: DatabaseInstance,
    child: Child,
    parent: pulumi.ComponentResource,
): Users {
    const users: Record<string, User> = {};
    const passwords: Record<string, Secret> = {};
    for (const [key, { roles, host, rotation, passwordPolicy }] of Object.entries(resolved.users)) {
        const secret = generatePassword(`${name}-${key}`, { user: key, rotation }, resolved, parent);
        passwords[key] = secret;
        users[key] = new User(
            ...child("user", `${name}-${key}`, {
                name: key,
                ...placeOf(resolved, instance),
                host: resolved.engine === "mysql" ? (host ?? "%") : undefined,
                password: secret.version?.secretData as pulumi.Output<string>,
                databaseRoles: roles,
                passwordPolicy: passwordPolicy && userPasswordPolicy(passwordPolicy),
                deletionPolicy: userDeletionPolicy(resolved),
            }),
        );
    }
    return { users, passwords };
}

/** Checks the principal of an IAM user, which is an account or a group: domains and `allUsers` cannot log in. */
const userMember = check.options<{ client: pulumi.Input<string> }>({ client: check.input(iamPrincipal) });

/**
 * Creates an IAM user, named by its principal.
 *
 * @param component the name of the component of the instance
 */
export function createIamUser(
    childName: string,
    resolved: InstanceOfUsers,
    instance: DatabaseInstance,
    { component, member, roles }: { component: string; member: pulumi.Input<string>; roles: string[] },
    child: Child,
): User {
    const { client } = check.checked(`CloudSqlInstance "${component}"`, { client: member }, userMember);
    const principal = pulumi.output(client);
    const name = principal.apply((known) => {
        const problem = iamUserProblem("client", resolved, known);
        if (problem) {
            const hint =
                "Give the consumer a shorter name, or an account with a shorter ID, or set one of users: as({ user: … }).";
            const problems = [{ ...problem, reason: `${problem.reason} ${hint}` }];
            throw deferredError(`CloudSqlInstance "${component}"`, problems);
        }
        return databaseUser(resolved.engine, known).name;
    });
    return new User(
        ...child("iamUser", childName, {
            name,
            type: principal.apply((known) => databaseUser(resolved.engine, known).type),
            ...placeOf(resolved, instance),
            databaseRoles: roles.length > 0 ? roles : undefined,
            deletionPolicy: userDeletionPolicy(resolved),
        }),
    );
}
