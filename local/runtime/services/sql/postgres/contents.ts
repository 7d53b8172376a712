import { type Client, escapeIdentifier as id, escapeLiteral as text } from "pg";
import type { Inputs } from "../../../../simulator";
import { applyChanges, type Contents } from "../contents";
import { administrator, type Cluster, iamRoles } from "./cluster";

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

/** Creates and removes databases and users, as the instance has them. */
export async function applyContents(
    cluster: Cluster,
    folder: string,
    contents: Contents,
    report: (line: string) => void,
): Promise<void> {
    await cluster.administer("postgres", async (client) => {
        const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [superuser]);
        if (rows.length === 0) {
            await client.query(roles);
        }
        await applyChanges(folder, contents, "postgres", {
            userKey: ({ name }) => String(name),
            createDatabase: (database) => createDatabase(client, database, report),
            createUser: (user) => createUser(client, user, report),
            // The server before version 13 has no `FORCE`.
            dropDatabase: async (name) => void (await client.query(`DROP DATABASE IF EXISTS ${id(name)} WITH (FORCE)`)),
            dropUser: async (name) => void (await client.query(`DROP ROLE IF EXISTS ${id(name)}`)),
            report,
        });
    });
}

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
