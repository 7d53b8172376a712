import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../../../lib/privateFiles";
import type { Inputs } from "../../../simulator";

/** What an instance has, as it is stored. */
export interface Contents {
    databases: Inputs[];
    users: Inputs[];
    rootPassword?: string;
}

/** How a server creates and removes what an instance has. */
export interface Changes {
    /** The key of a user, from which {@link dropUser} finds it. */
    userKey(user: Inputs): string;
    createDatabase(database: Inputs): Promise<void>;
    createUser(user: Inputs): Promise<void>;
    dropDatabase(name: string): Promise<void>;
    dropUser(key: string): Promise<void>;
    report(line: string): void;
}

/** Hashes of what was applied, by name. */
interface Applied {
    databases: Record<string, string>;
    users: Record<string, string>;
}

/**
 * Creates and removes databases and users, as the instance has them. What was created by statements of clients stays.
 *
 * @param folder of the record of what was applied
 * @param defaultUser the user that each instance has
 */
export async function applyChanges(
    folder: string,
    { databases, users, rootPassword }: Contents,
    defaultUser: string,
    changes: Changes,
): Promise<void> {
    const record = join(folder, "applied.json");
    const applied: Applied = existsSync(record)
        ? JSON.parse(readFileSync(record, "utf8"))
        : { databases: {}, users: {} };
    const admin = { name: defaultUser, ...(rootPassword && { password: rootPassword }) };
    const wanted = users.some(({ name }) => name === defaultUser) ? users : [admin, ...users];
    const all = {
        databases: { items: databases, key: ({ name }: Inputs) => String(name) },
        users: { items: wanted, key: changes.userKey },
    };
    for (const kind of ["databases", "users"] as const) {
        const items = new Map(all[kind].items.map((each) => [all[kind].key(each), each]));
        for (const key of Object.keys(applied[kind]).filter((key) => !items.has(key))) {
            try {
                await (kind === "databases" ? changes.dropDatabase(key) : changes.dropUser(key));
                delete applied[kind][key];
            } catch (error) {
                const what = kind === "databases" ? "database" : "user";
                changes.report(`${what} ${key} is not removed: ${(error as Error).message}`);
            }
        }
        for (const [key, each] of items) {
            const hash = hashOf(each);
            if (applied[kind][key] !== hash) {
                await (kind === "databases" ? changes.createDatabase(each) : changes.createUser(each));
                applied[kind][key] = hash;
            }
        }
    }
    writePrivate(record, JSON.stringify(applied));
}

const hashOf = ({ name, charset, collation, type, password, passwordWoVersion, databaseRoles }: Inputs): string =>
    createHash("sha256")
        .update(JSON.stringify({ name, charset, collation, type, password, passwordWoVersion, databaseRoles }))
        .digest("hex");
