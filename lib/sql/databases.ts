import { Database } from "@pulumi/gcp/sql/database";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type { User } from "@pulumi/gcp/sql/user";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import { sqlName } from "./names";
import { type InstanceOfUsers, placeOf } from "./users";
import type { Engine } from "./versions";

/** A database of an instance. */
export interface SqlDatabase {
    /**
     * The character set, by the engine's name for it. PostgreSQL accepts only
     * {@link https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database#charset UTF8}.
     * @default "UTF8" for PostgreSQL, "utf8mb4" or the character set of `collation` for MySQL
     */
    charset?: string;
    /**
     * The collation, by the engine's name for it. PostgreSQL accepts only
     * {@link https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database#collation en_US.UTF8}, and MySQL
     * only collations of the character set, such as `utf8mb4_0900_ai_ci`. SQL Server cannot change it.
     * @default the engine's default
     */
    collation?: string;
}

/** Checks each database. */
export const databasesCheck = check.short(
    check.record(sqlName, check.options<SqlDatabase>({ charset: check.text(), collation: check.text() })),
    check.named,
    Array.isArray,
);

/** What databases depend on in the arguments of their instance. */
export interface InstanceOfDatabases extends Pick<InstanceOfUsers, "engine" | "protection" | "isExisting"> {
    databases: Record<string, SqlDatabase>;
}

/** The character set of a collation of MySQL, of whose name it is the start: `latin1_bin`, or `binary`. */
const charsetOf = (collation: string): string => collation.toLowerCase().split("_")[0] as string;

/** What the engine refuses of a character set and a collation. */
export function charsetProblems({
    engine,
    databases,
}: Pick<InstanceOfDatabases, "engine" | "databases">): (check.Problem | undefined)[] {
    return Object.entries(databases).flatMap(([name, { charset, collation }]) => {
        const isOther = (value: string | undefined, only: string) => value !== undefined && value !== only;
        // "utf8" is an older name of utf8mb3.
        const alike = (set: string) => set.toLowerCase().replace(/^utf8$/, "utf8mb3");
        if (engine === "postgres") {
            return [
                check.when(
                    isOther(charset?.toUpperCase(), "UTF8"),
                    `databases.${name}.charset`,
                    "sql/charset-of-postgres",
                    `must be UTF8, which PostgreSQL's databases have (got "${charset}").`,
                ),
                check.when(
                    isOther(collation, "en_US.UTF8"),
                    `databases.${name}.collation`,
                    "sql/collation-of-postgres",
                    `must be en_US.UTF8, which PostgreSQL's databases have (got "${collation}").`,
                ),
            ];
        }
        return engine === "mysql" && charset && collation && alike(charsetOf(collation)) !== alike(charset)
            ? check.problem(
                  `databases.${name}.collation`,
                  "sql/collation-of-charset",
                  `must be one of the character set ${charset} (got "${collation}"). Set charset: "${charsetOf(collation)}".`,
              )
            : [];
    });
}

/** The character sets of databases without a collation; SQL Server has none. */
const defaultCharsets: Partial<Record<Engine, string>> = { postgres: "UTF8", mysql: "utf8mb4" };

/** The character set of a database, unless the arguments have one. */
const defaultCharset = (engine: Engine, collation: string | undefined): string | undefined =>
    engine === "mysql" && collation ? charsetOf(collation) : defaultCharsets[engine];

/** Creates the databases after the users, so that they and what users own in them are dropped first. */
export function createDatabases(
    name: string,
    resolved: InstanceOfDatabases,
    instance: DatabaseInstance,
    users: User[],
    child: Child,
): Record<string, Database> {
    const databases = Object.entries(resolved.databases).map(([key, { charset, collation }]) => {
        const database = new Database(
            ...child(
                "database",
                `${name}-${key}`,
                {
                    name: key,
                    ...placeOf(resolved, instance),
                    charset: charset ?? defaultCharset(resolved.engine, collation),
                    collation,
                },
                { protect: resolved.protection !== "none", dependsOn: users },
            ),
        );
        return [key, database];
    });
    return Object.fromEntries(databases);
}
