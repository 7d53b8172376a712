import type { Inputs } from "../../../../simulator";
import { applyChanges, type Contents } from "../contents";
import { type MySqlServer, mariaCollation } from "./programs";

/** https://cloud.google.com/sql/docs/mysql/users */
const superuser = "cloudsqlsuperuser";

/** "MySQL user privileges": all but FILE, SUPER and SHUTDOWN. */
const privileges = [
    ...["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "RELOAD", "PROCESS", "REFERENCES", "INDEX", "ALTER"],
    ...["SHOW DATABASES", "CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE", "REPLICATION SLAVE"],
    ...["REPLICATION CLIENT", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "CREATE USER"],
    ...["EVENT", "TRIGGER"],
];

interface Applying {
    administrator: string;
    /** The password of IAM users. */
    iamPassword: string;
    report(line: string): void;
}

const text = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const id = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

const userOf = ({ name, host }: Inputs): string => `${text(String(name))}@${text(host || "%")}`;

/** Creates and removes databases and users, as the instance has them. */
export async function applyContents(
    server: MySqlServer,
    folder: string,
    contents: Contents,
    applying: Applying,
): Promise<void> {
    const { report } = applying;
    await prepare(server);
    await applyChanges(folder, contents, "root", {
        userKey: userOf,
        createDatabase: (database) => createDatabase(server, database, report),
        createUser: (user) => createUser(server, user, applying),
        dropDatabase: async (name) => void (await server.sql(`DROP DATABASE IF EXISTS ${id(name)}`)),
        dropUser: async (user) => void (await server.sql(`DROP USER IF EXISTS ${user}`)),
        report,
    });
}

/** Removes users of the installation, who have no password, and creates the role of Cloud SQL's users. */
async function prepare({ flavour, sql }: MySqlServer): Promise<void> {
    const rows = await sql(
        "SELECT user, host FROM mysql.user WHERE user IN ('', 'mysql') OR (user = 'root' AND host <> '%')",
    );
    for (const row of rows.split("\n").filter((line) => line !== "")) {
        const [name = "", host = ""] = row.split("\t");
        await sql(`DROP USER IF EXISTS ${text(name)}@${text(host)}`);
    }
    const more = flavour === "MySQL" ? ["CREATE ROLE", "DROP ROLE"] : [];
    await sql(
        `CREATE ROLE IF NOT EXISTS ${superuser}; GRANT ${[...privileges, ...more].join(", ")} ON *.* TO ${superuser} WITH GRANT OPTION`,
    );
}

async function createDatabase(
    { flavour, sql }: MySqlServer,
    { name, charset, collation }: Inputs,
    report: (line: string) => void,
): Promise<void> {
    const create = `CREATE DATABASE IF NOT EXISTS ${id(name)}`;
    const known = collation && flavour === "MariaDB" ? mariaCollation(collation) : collation;
    const settings = [
        ...(charset ? [`CHARACTER SET ${text(charset)}`] : []),
        ...(known ? [`COLLATE ${text(known)}`] : []),
    ];
    await sql(`${create} ${settings.join(" ")}`).catch(async ({ message }: Error) => {
        report(`database ${name} has the default collation here: ${message}`);
        await sql(create);
    });
}

/** https://cloud.google.com/sql/docs/mysql/users, https://cloud.google.com/sql/docs/mysql/iam-authentication */
async function createUser(
    { flavour, sql }: MySqlServer,
    inputs: Inputs,
    { administrator, iamPassword, report }: Applying,
): Promise<void> {
    const { name, host = "", type = "", password, databaseRoles = [] } = inputs;
    if (name === administrator) {
        return;
    }
    const isIam = type.startsWith("CLOUD_IAM_");
    const user = userOf(inputs);
    const secret = isIam ? iamPassword : password;
    await sql(`CREATE USER IF NOT EXISTS ${user}`);
    if (secret) {
        await sql(`ALTER USER ${user} IDENTIFIED BY ${text(secret)}`);
    }
    if (!["", "%", "localhost"].includes(host)) {
        report(`user ${name} signs in from ${host} only, and clients of this machine connect from localhost`);
    }
    const roles: string[] = isIam || databaseRoles.length > 0 ? databaseRoles : [superuser];
    for (const role of roles) {
        await sql(`GRANT ${id(role)} TO ${user}`).catch(({ message }: Error) => {
            report(`user ${name} does not get the role ${role}: ${message}`);
        });
    }
    const [first, ...others] = roles;
    if (flavour === "MySQL" && first !== undefined) {
        await sql(`SET DEFAULT ROLE ALL TO ${user}`);
    } else if (first !== undefined) {
        await sql(`SET DEFAULT ROLE ${id(first)} FOR ${user}`).catch(() => undefined);
        if (others.length > 0) {
            report(`user ${name} has the role ${first}; MariaDB activates one role, and SET ROLE another one`);
        }
    }
}
