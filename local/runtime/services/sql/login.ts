import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { engineOf } from "../../../simulator/services/sql/versions";

/** Reads the database user from the first data of a client of MySQL. */
export class LoginReader {
    private bytes = Buffer.alloc(0);
    private isDone = false;

    /** Adds data; returns the user once it is known. */
    read(bytes: Buffer): string | undefined {
        if (this.isDone) {
            return undefined;
        }
        this.bytes = Buffer.concat([this.bytes, bytes]);
        const user = mySqlUser(this.bytes);
        this.isDone = user !== undefined;
        return user;
    }
}

/** The handshake response: "MySQL: Protocol::HandshakeResponse41". */
function mySqlUser(bytes: Buffer): string | undefined {
    const start = 4 + 32;
    const end = bytes.indexOf(0, start);
    return end < 0 ? undefined : bytes.toString("utf8", start, end);
}

/** The type of a database user that authenticates with IAM, and needs a token; undefined for others. */
export function iamTypeOf(
    cloud: Cloud,
    { project, name, databaseVersion, masterInstanceName }: Inputs,
    user: string,
): string | undefined {
    const users = cloud.store.list(`${instanceName(project, masterInstanceName || name)}/users/`);
    const found = users.find(({ state }) => {
        // "Manage users with IAM database authentication": MySQL users have no domain.
        const known = engineOf(databaseVersion) === "MYSQL" ? String(state.name).split("@")[0] : state.name;
        return known === user && String(state.type).startsWith("CLOUD_IAM_");
    });
    return found && String(found.state.type);
}

/**
 * The name of the database user of an account or a person: https://cloud.google.com/sql/docs/postgres/iam-authentication,
 * https://cloud.google.com/sql/docs/mysql/iam-authentication
 */
export const databaseUserOf = (email: string, databaseVersion: string): string =>
    engineOf(databaseVersion) === "MYSQL"
        ? (email.split("@")[0] as string)
        : email.replace(/\.gserviceaccount\.com$/, "");
