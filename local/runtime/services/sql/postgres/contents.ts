import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, escapeIdentifier as id, escapeLiteral as text } from "pg";
import { writePrivate } from "../../../../../lib/privateFiles";
import type { Inputs } from "../../../../simulator";
import { administrator, type Cluster, iamRoles } from "./cluster";

/** What an instance has, as it is stored. */
export interface Contents {
    databases: Inputs[];
    users: Inputs[];
    rootPassword?: string;
}

/** Hashes of what was applied, by name. */
interface Applied {
    databases: Record<string, string>;
    users: Record<string, string>;
}

/** https://cloud.google.com/sql/docs/postgres/users */
const superuser = "cloudsqlsuperuser";

/** Roles that every instance has, and its default user. */
const roles = `
CREATE ROLE ${superuser} CREATEDB CREATEROLE;
GRANT pg_monitor, pg_signal_backend TO ${superuser};
${iamRoles.map((role) => `CREATE ROLE ${role};`).join("\n")}
CREATE ROLE postgres LOGIN CREATEDB CREATEROLE IN ROLE ${superuser};
ALTER DATABASE postgres OWNER TO ${superuser};
ALTER DATABASE template1 OWNER TO ${superuser};
`;

/**
 * Creates and removes databases and users, as the instance has them. What was created by statements of clients stays.
 *
 * @param folder of the record of what was applied
 */
export async function applyContents(
    cluster: Cluster,
    folder: string,
    { databases, users, rootPassword }: Contents,
    report: (line: string) => void,
): Promise<void> {
    const record = join(folder, "applied.json");
    const applied: Applied = existsSync(record)
        ? JSON.parse(readFileSync(record, "utf8"))
        : { databases: {}, users: {} };
    await cluster.administer("postgres", async (client) => {
        const tried = async (what: string, statement: string) => {
            try {
                await client.query(statement);
                return true;
            } catch (error) {
                report(`${what}: ${(error as Error).message}`);
                return false;
            }
        };
        const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [superuser]);
        if (rows.length === 0) {
            await client.query(roles);
        }
        const admin = { name: "postgres", ...(rootPassword && { password: rootPassword }) };
        const wanted = users.some(({ name }) => name === "postgres") ? users : [admin, ...users];
        for (const [kind, all] of [["databases", databases] as const, ["users", wanted] as const]) {
            const names = new Map(all.map((each) => [String(each.name), each]));
            for (const name of Object.keys(applied[kind]).filter((name) => !names.has(name))) {
                const statements = kind === "databases" ? droppedDatabase(name) : `DROP ROLE IF EXISTS ${id(name)}`;
                if (await tried(`${kind === "databases" ? "database" : "user"} ${name} is not removed`, statements)) {
                    delete applied[kind][name];
                }
            }
            for (const [name, each] of names) {
                const hash = hashOf(each);
                if (applied[kind][name] === hash) {
                    continue;
                }
                await (kind === "databases" ? createDatabase(client, each, report) : createUser(client, each, report));
                applied[kind][name] = hash;
            }
        }
    });
    writePrivate(record, JSON.stringify(applied));
}

/** The server before version 13 has no `FORCE`. */
const droppedDatabase = (name: string) => `DROP DATABASE IF EXISTS ${id(name)} WITH (FORCE)`;

const hashOf = ({ name, charset, collation, type, password, passwordWoVersion, databaseRoles }: Inputs): string =>
    createHash("sha256")
        .update(JSON.stringify({ name, charset, collation, type, password, passwordWoVersion, databaseRoles }))
        .digest("hex");

async function createDatabase(
    client: Client,
    { name, charset, collation }: Inputs,
    report: (line: string) => void,
): Promise<void> {
    const { rows } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rows.length > 0) {
        return;
    }
    const create = `CREATE DATABASE ${id(name)} OWNER ${superuser}`;
    // The default of Cloud SQL is that of the server.
    if (isDefault(charset, /^utf-?8$/i) && isDefault(collation, /^en_US\.utf-?8$/i)) {
        await client.query(create);
        return;
    }
    const settings = [
        "TEMPLATE template0",
        ...(charset ? [`ENCODING ${text(charset)}`] : []),
        ...(collation ? [`LC_COLLATE ${text(collation)} LC_CTYPE ${text(collation)}`] : []),
    ];
    await client.query(`${create} ${settings.join(" ")}`).catch(async ({ message }: Error) => {
        report(`database ${name} has the default collation here: ${message}`);
        await client.query(create);
    });
}

const isDefault = (value: string | undefined, form: RegExp): boolean => !value || form.test(value);

/** https://cloud.google.com/sql/docs/postgres/users#other_postgresql_users, https://cloud.google.com/sql/docs/postgres/iam-authentication */
async function createUser(
    client: Client,
    { name, type = "", password, databaseRoles = [] }: Inputs,
    report: (line: string) => void,
): Promise<void> {
    if (name === administrator) {
        return;
    }
    const isIam = type.startsWith("CLOUD_IAM_");
    const own = isIam ? [type === "CLOUD_IAM_SERVICE_ACCOUNT" ? "cloudsqliamserviceaccount" : "cloudsqliamuser"] : [];
    const isSuperuser = !isIam && databaseRoles.length === 0;
    const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
    const verb = rows.length > 0 ? "ALTER" : "CREATE";
    const attributes = isSuperuser ? "LOGIN CREATEDB CREATEROLE" : "LOGIN";
    const secret = password ? ` PASSWORD ${text(password)}` : "";
    await client.query(`${verb} ROLE ${id(name)} ${attributes}${secret}`);
    for (const role of [...own, ...(isSuperuser ? [superuser] : databaseRoles)]) {
        await client.query(`GRANT ${id(role)} TO ${id(name)}`).catch(({ message }: Error) => {
            report(`user ${name} does not get the role ${role}: ${message}`);
        });
    }
}
