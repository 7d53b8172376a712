import { execFileSync } from "node:child_process";
import { serverCertificate } from "../../../local/machine/certificates";
import type { Cloud } from "../../../local/simulator/cloud/cloud";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { serverCa } from "../../../local/simulator/services/sql/serverCa";
import { MariaDbServer } from "./mariadb";
import { PostgresServer } from "./postgres";
import type { DatabaseServer } from "./server";

/** A real database server for an instance: with its address, its certificate authority, its databases and users. */
export interface Behind {
    instance: Inputs;
    /** Its private address, or the public one if it has none. */
    address: string;
    server: DatabaseServer;
    /** Sets the current passwords of users; IAM users get a token instead, which the real server verifies. */
    updateUsers(token: string): Promise<void>;
    remove(): Promise<void>;
}

const type = {
    instance: "gcp:sql/databaseInstance:DatabaseInstance",
    user: "gcp:sql/user:User",
    database: "gcp:sql/database:Database",
};

/** @param component the name of the component; the instance's name starts with it */
export async function serverBehind(cloud: Cloud, project: string, component: string, token: string): Promise<Behind> {
    const all = () => cloud.store.list(`//cloudsql.googleapis.com/projects/${project}/`);
    const of = (kind: string) => all().flatMap(({ type, state }): Inputs[] => (type === kind ? [state] : []));
    const instance = of(type.instance).find(({ name }) => name.replace(/-[^-]+$/, "") === component);
    if (!instance) {
        throw new Error(`there is no instance '${component}' in ${project}`);
    }
    const own = (each: Inputs) => each.instance === instance.name;
    const { privateIpAddress, publicIpAddress, name, databaseVersion } = instance;
    const address = privateIpAddress || publicIpAddress;
    const remove = reached(address);
    const certified = await serverCertificate(await serverCa(cloud, project, name), `${project}:${name}`, [address]);
    const isPostgres = databaseVersion.startsWith("POSTGRES");
    const server = await (isPostgres ? PostgresServer : MariaDbServer).started({ address, certified });
    for (const database of of(type.database).filter(own)) {
        await server.sql(
            isPostgres
                ? `CREATE DATABASE "${database.name}" OWNER cloudsqlsuperuser`
                : `CREATE DATABASE \`${database.name}\``,
        );
    }
    const updateUsers = async (token: string) => {
        for (const user of of(type.user).filter(own)) {
            await server.sql(isPostgres ? postgresUser(user, token) : mySqlUser(user));
        }
    };
    await updateUsers(token);
    return {
        instance,
        address,
        server,
        updateUsers,
        remove: async () => {
            await server.remove();
            remove();
        },
    };
}

const isIam = ({ type }: Inputs) => String(type).startsWith("CLOUD_IAM_");

function postgresUser(user: Inputs, token: string): string {
    const { name, databaseRoles = ["cloudsqlsuperuser"] } = user;
    const roles = [...databaseRoles, ...(isIam(user) ? ["cloudsqliamserviceaccount"] : [])].join(", ");
    return `
DO $$ BEGIN CREATE ROLE "${name}" LOGIN; GRANT ${roles} TO "${name}"; EXCEPTION WHEN duplicate_object THEN END $$;
ALTER ROLE "${name}" PASSWORD '${isIam(user) ? token : user.password}'`;
}

/** IAM users only connect through the Auth Proxy, without a password. */
function mySqlUser(user: Inputs): string {
    const [name, host, password] = isIam(user)
        ? [user.name.split("@")[0], "localhost", ""]
        : [user.name, user.host || "%", user.password];
    return `
CREATE USER IF NOT EXISTS '${name}'@'${host}'; GRANT ALL ON *.* TO '${name}'@'${host}';
ALTER USER '${name}'@'${host}' IDENTIFIED BY '${password}'`;
}

/** Adds an address to this machine until the returned function is called. */
function reached(address: string): () => void {
    const ip = (verb: string) => execFileSync("ip", ["address", verb, `${address}/32`, "dev", "lo"], { stdio: "pipe" });
    try {
        ip("add");
    } catch {
        return () => undefined; // The address exists already.
    }
    return () => ip("del");
}
