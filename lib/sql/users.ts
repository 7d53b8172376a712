import type { UserPasswordPolicy } from "./passwordPolicy";

/** A database of an instance. */
export interface SqlDatabase {
    /**
     * Its character set, as the engine names it.
     * @default "UTF8" for PostgreSQL, "utf8mb4" for MySQL
     */
    charset?: string;
    /**
     * How texts are compared and sorted, as the engine names it. PostgreSQL and SQL Server cannot change it.
     * @default the engine's own
     */
    collation?: string;
}

/** A user with a password, which stands in a {@link Secret}. */
export interface SqlUser {
    /**
     * Database roles, such as those that a migration has made.
     * @default ["cloudsqlsuperuser"], as Cloud SQL gives it to every such user
     */
    roles?: string[];
    /**
     * From where the user may connect, for MySQL alone: `"10.%"`.
     * @default "%": from everywhere
     */
    host?: string;
    /**
     * A text such as `"2026-03"`; another one makes another password, in the database and in the secret.
     * @default the password stays
     */
    rotation?: string;
    /**
     * What becomes of the user after wrong passwords, and of old passwords; not for SQL Server.
     * @default nothing
     */
    passwordPolicy?: UserPasswordPolicy;
}

/** Somebody who signs in by IAM. */
export interface IamUser {
    /**
     * Database roles. Without one, nothing but connecting is allowed until somebody grants more in SQL.
     * @default []
     */
    roles?: string[];
}
