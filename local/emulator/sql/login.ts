import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { instanceName } from "../../services/sql/names";
import { engineOf } from "../../services/sql/versions";

/** Reads from what a client sends as whom it signs in. */
export class LoginReader {
    private readonly engine: string;
    private bytes = Buffer.alloc(0);
    private isDone = false;

    constructor(databaseVersion: string) {
        this.engine = engineOf(databaseVersion);
        this.isDone = this.engine === "SQLSERVER"; // which has no users of IAM
    }

    /** Takes what came next; the user in the moment in which it is known. */
    read(bytes: Buffer): string | undefined {
        if (this.isDone) {
            return undefined;
        }
        this.bytes = Buffer.concat([this.bytes, bytes]);
        const user = this.engine === "POSTGRES" ? postgresUser(this.bytes) : mySqlUser(this.bytes);
        this.isDone = user !== undefined;
        return user;
    }
}

/** The startup message: "PostgreSQL: Message Formats". */
function postgresUser(bytes: Buffer): string | undefined {
    const length = bytes.length < 8 ? 8 : bytes.readUInt32BE(0);
    if (bytes.length < length) {
        return undefined;
    }
    if (bytes.readUInt16BE(4) !== 3) {
        // Asks for something else first, such as encryption.
        return bytes.length > length ? postgresUser(bytes.subarray(length)) : undefined;
    }
    const words = bytes.toString("utf8", 8, length).split("\0");
    const at = words.findIndex((word, index) => index % 2 === 0 && word === "user");
    return at < 0 ? "" : words[at + 1];
}

/** The answer to the server's greeting: "MySQL: Protocol::HandshakeResponse41". */
function mySqlUser(bytes: Buffer): string | undefined {
    const start = 4 + 32;
    const end = bytes.indexOf(0, start);
    return end < 0 ? undefined : bytes.toString("utf8", start, end);
}

/**
 * Whether that is how a server answers who signs in when it wants a password, "AuthenticationCleartextPassword" and the like. One of
 * MySQL is taken for one that wants none: it has sent its greeting, and what it wants is in it.
 */
export function asksForPassword(databaseVersion: string, answer: Buffer): boolean {
    const isAuthentication = engineOf(databaseVersion) === "POSTGRES" && answer.length >= 9 && answer[0] === 0x52;
    return isAuthentication && answer.readUInt32BE(5) !== 0;
}

/** Whether a user of a database signs in by IAM, so that a token is wanted. */
export function needsToken(cloud: Cloud, { project, name, databaseVersion, masterInstanceName }: Inputs, user: string) {
    const users = cloud.store.list(`${instanceName(project, masterInstanceName || name)}/users/`);
    return users.some(({ state }) => {
        // "Manage users with IAM database authentication": those of MySQL lack what is behind the @.
        const known = engineOf(databaseVersion) === "MYSQL" ? String(state.name).split("@")[0] : state.name;
        return known === user && String(state.type).startsWith("CLOUD_IAM_");
    });
}
