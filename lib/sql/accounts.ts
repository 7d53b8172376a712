import type { SecretArgs as SecretResourceArgs } from "@pulumi/gcp/secretmanager/secret";
import { Database } from "@pulumi/gcp/sql/database";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import { User } from "@pulumi/gcp/sql/user";
import * as pulumi from "@pulumi/pulumi";
import type { Child, Transform } from "../internal/children";
import { Secret } from "../secret";
import type { Decided } from "./given";
import { iamUser } from "./names";
import { passwordLength, userPasswordPolicy } from "./passwordPolicy";
import { protections } from "./protection";

/** Who is in an instance, and the secrets with the passwords. */
export interface Users {
    users: Record<string, User>;
    passwords: Record<string, Secret>;
}

/** Letters, digits and what is the same in a URL, so that a password has every kind of character that a policy may ask for. */
const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";

/** A generated password in a secret, which is protected as the instance is. */
export function password(
    name: string,
    rotation: string | undefined,
    { crossProject, protection }: Decided,
    parent: pulumi.ComponentResource,
): Secret {
    const { protect } = protections[protection];
    const secret: Transform<SecretResourceArgs> = (args, options) => {
        args.deletionProtection = protect;
        options.protect = protect;
    };
    const generate = { length: passwordLength, characters, rotation };
    return new Secret(name, { generate, crossProject, transform: { secret } }, { parent });
}

/** PostgreSQL drops no user who owns something: it goes with the instance, or by hand. */
const abandoned = (args: Decided) => (args.engine === "postgres" ? "ABANDON" : undefined);

/** Makes the built-in users, with their passwords. */
export function builtInUsers(
    name: string,
    args: Decided,
    instance: DatabaseInstance,
    child: Child,
    parent: pulumi.ComponentResource,
): Users {
    const users: Record<string, User> = {};
    const passwords: Record<string, Secret> = {};
    for (const [key, { roles, host, rotation, passwordPolicy }] of Object.entries(args.users)) {
        const secret = password(`${name}-${key}`, rotation, args, parent);
        passwords[key] = secret;
        users[key] = new User(
            ...child("user", `${name}-${key}`, {
                name: key,
                instance: instance.name,
                host: args.engine === "mysql" ? (host ?? "%") : undefined,
                password: secret.version?.secretData as pulumi.Output<string>,
                databaseRoles: roles,
                passwordPolicy: passwordPolicy && userPasswordPolicy(passwordPolicy),
                deletionPolicy: abandoned(args),
            }),
        );
    }
    return { users, passwords };
}

/** Makes a user who signs in by IAM, whose name is in the principal. */
export function iamUserOf(
    name: string,
    args: Decided,
    instance: DatabaseInstance,
    { member, roles }: { member: pulumi.Input<string>; roles: string[] },
    child: Child,
): User {
    const user = pulumi.output(member).apply((whom) => iamUser(args.engine, whom));
    return new User(
        ...child("iamUser", name, {
            name: user.name,
            type: user.type,
            instance: instance.name,
            databaseRoles: roles.length > 0 ? roles : undefined,
            deletionPolicy: abandoned(args),
        }),
    );
}

/** Makes the databases, after the users: what users own in them is dropped with them first. */
export function databases(
    name: string,
    args: Decided,
    instance: DatabaseInstance,
    users: User[],
    child: Child,
): Record<string, Database> {
    const made = Object.entries(args.databases).map(([key, { charset, collation }]) => {
        const database = new Database(
            ...child(
                "database",
                `${name}-${key}`,
                {
                    name: key,
                    instance: instance.name,
                    charset: charset ?? { postgres: "UTF8", mysql: "utf8mb4", sqlserver: undefined }[args.engine],
                    collation,
                },
                { protect: args.protection !== "none", dependsOn: users },
            ),
        );
        return [key, database];
    });
    return Object.fromEntries(made);
}
