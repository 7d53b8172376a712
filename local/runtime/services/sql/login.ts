import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { engineOf } from "../../../simulator/services/sql/versions";

/** Reads the database user from the client's data. */
export class LoginReader {
    private readonly engine: string;
    private bytes = Buffer.alloc(0);
    private isDone = false;
    /** The database of a login to PostgreSQL, once it is known. */
    database = "";

    constructor(databaseVersion: string) {
        this.engine = engineOf(databaseVersion);
        // SQL Server does not support IAM authentication.
        this.isDone = this.engine === "SQLSERVER";
    }

    /** Adds data; returns the user once it is known. */
    read(bytes: Buffer): string | undefined {
        if (this.isDone) {
            return undefined;
        }
        this.bytes = Buffer.concat([this.bytes, bytes]);
        const login = this.engine === "POSTGRES" ? postgresLogin(this.bytes) : { user: mySqlUser(this.bytes) };
        this.isDone = login?.user !== undefined;
        this.database = login?.database ?? "";
        return login?.user;
    }
}

/** The startup message: "PostgreSQL: Message Formats". */
function postgresLogin(bytes: Buffer): { user?: string; database?: string } | undefined {
    const length = bytes.length < 8 ? 8 : bytes.readUInt32BE(0);
    if (bytes.length < length) {
        return undefined;
    }
    if (bytes.readUInt16BE(4) !== 3) {
        // A request before the startup message, such as for encryption.
        return bytes.length > length ? postgresLogin(bytes.subarray(length)) : undefined;
    }
    const message = bytes.toString("utf8", 8, length).split("\0");
    const wordAfter = (name: string) => {
        const at = message.findIndex((word, index) => index % 2 === 0 && word === name);
        return at < 0 ? "" : message[at + 1];
    };
    const user = wordAfter("user");
    // "The database to connect to. Defaults to the user name."
    return { user, database: wordAfter("database") || user };
}

/** The handshake response: "MySQL: Protocol::HandshakeResponse41". */
function mySqlUser(bytes: Buffer): string | undefined {
    const start = 4 + 32;
    const end = bytes.indexOf(0, start);
    return end < 0 ? undefined : bytes.toString("utf8", start, end);
}

/**
 * Whether the server requests a password, such as with "AuthenticationCleartextPassword". For MySQL this is always
 * false: the request is part of its handshake.
 */
export function asksForPassword(databaseVersion: string, answer: Buffer): boolean {
    const isAuthentication = engineOf(databaseVersion) === "POSTGRES" && answer.length >= 9 && answer[0] === 0x52;
    return isAuthentication && answer.readUInt32BE(5) !== 0;
}

/** "AuthenticationCleartextPassword" of PostgreSQL. */
export const passwordRequest = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

/** The password of a "PasswordMessage" of PostgreSQL; undefined for other messages. */
export function passwordIn(message: Buffer): string | undefined {
    const isPassword = message.length > 5 && message[0] === 0x70 && message.readUInt32BE(1) === message.length - 1;
    return isPassword ? message.toString("utf8", 5, message.length - 1) : undefined;
}

/** "ErrorResponse" of PostgreSQL to a wrong password. */
export function refusedLogin(user: string): Buffer {
    const fields = ["SFATAL", "VFATAL", "C28P01", `Mpassword authentication failed for user "${user}"`, "", ""];
    const content = Buffer.from(fields.join("\0"));
    const head = Buffer.from([0x45, 0, 0, 0, 0]);
    head.writeUInt32BE(content.length + 4, 1);
    return Buffer.concat([head, content]);
}

/** Whether a database user authenticates with IAM and needs a token. */
export function needsToken(cloud: Cloud, { project, name, databaseVersion, masterInstanceName }: Inputs, user: string) {
    const users = cloud.store.list(`${instanceName(project, masterInstanceName || name)}/users/`);
    return users.some(({ state }) => {
        // "Manage users with IAM database authentication": MySQL users have no domain.
        const known = engineOf(databaseVersion) === "MYSQL" ? String(state.name).split("@")[0] : state.name;
        return known === user && String(state.type).startsWith("CLOUD_IAM_");
    });
}
