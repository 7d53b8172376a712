import { once } from "node:events";
import type { Socket } from "node:net";
import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { engineOf } from "../../../simulator/services/sql/versions";
import type { Access } from "../../emulator/access";
import type { Terminal } from "../../emulator/terminal";
import type { Tokens } from "../../emulator/tokens";
import type { DatabaseServer } from "./databaseServer";
import { databaseUserOf, iamTypeOf, LoginReader } from "./login";
import { askForPassword as askForClearPassword } from "./mysql/protocol";
import { authenticate, openSession } from "./mysql/session";
import { askForPassword, asksForPassword, fatal, type Startup } from "./postgres/protocol";

/** How a client has connected. */
export interface Way {
    /** Whether by the Auth Proxy or a connector, which signs in as its account. */
    isIam: boolean;
    /** Its account; undefined for a developer's own token, which only Google can verify. */
    account?: string;
    isEncrypted: boolean;
}

export interface SessionOptions {
    cloud: Cloud;
    terminal: Terminal;
    tokens: Tokens;
    access: Access;
}

/** "ER_SECURE_TRANSPORT_REQUIRED". */
const insecure = "Connections using insecure transport are prohibited while --require_secure_transport=ON.";

/** What a session of a replica begins with, as it is on the server of its primary. */
const readOnly = "SET SESSION TRANSACTION READ ONLY";

/** Connects clients with the servers of instances, and checks IAM users. */
export class SqlSessions {
    constructor(
        private readonly options: SessionOptions,
        /** Keeps a connection, to end it with the command. */
        private readonly keep: (socket: Socket) => void,
    ) {}

    /** Serves a client of PostgreSQL. */
    async serve(client: Socket, startup: Startup, instance: Inputs, database: DatabaseServer, way: Way): Promise<void> {
        const { kind, bytes, user } = startup;
        const { sslMode } = instance.settings?.ipConfiguration ?? {};
        if (!way.isEncrypted && sslMode !== "ALLOW_UNENCRYPTED_AND_ENCRYPTED") {
            client.end(fatal("28000", `pg_hba.conf rejects connection for user "${user}", no encryption`));
            return;
        }
        const server = await database.connect();
        this.join(client, server, instance, database, startup.database);
        server.write(bytes);
        if (kind === "cancel") {
            return;
        }
        const [answer] = (await once(server, "data")) as [Buffer];
        server.pause();
        const type = iamTypeOf(this.options.cloud, instance, user);
        // A server that asks for a password checks it itself.
        if (type !== undefined && !asksForPassword(answer)) {
            const isAllowed = await this.signsIn(user, instance, way, () => askForPassword(client));
            if (!isAllowed) {
                const kindOfUser = type === "CLOUD_IAM_SERVICE_ACCOUNT" ? "service account" : "user";
                const reason = `Cloud SQL IAM ${kindOfUser} authentication failed for user "${user}"`;
                client.end(fatal("28P01", reason));
                server.destroy();
                return;
            }
        }
        client.write(answer);
        server.pipe(client);
        client.pipe(server);
    }

    /**
     * Serves a client of a MySQL server that runs here, which greets first.
     *
     * @param encrypt begins encryption, if clients can ask for it
     */
    async serveMySql(
        socket: Socket,
        instance: Inputs,
        database: DatabaseServer,
        way: Way,
        encrypt?: (socket: Socket) => Promise<Socket>,
    ): Promise<void> {
        const { sslMode } = instance.settings?.ipConfiguration ?? {};
        const server = await database.connect();
        socket.once("close", () => server.destroy());
        const opened = await openSession(socket, server, encrypt);
        if (opened === undefined) {
            return;
        }
        const { client, login } = opened;
        const isEncrypted = way.isEncrypted || client.stream !== socket;
        this.join(client.stream as Socket, server, instance, database, login.database);
        if (!isEncrypted && sslMode !== "ALLOW_UNENCRYPTED_AND_ENCRYPTED") {
            client.refuse(3159, "HY000", insecure);
            return;
        }
        const isIam = iamTypeOf(this.options.cloud, instance, login.user) !== undefined;
        const token = () => (isEncrypted ? askForClearPassword(client, login) : Promise.resolve(""));
        if (isIam && !(await this.signsIn(login.user, instance, way, token))) {
            client.refuse(1045, "28000", `Access denied for user '${login.user}'@'%' (using password: YES)`);
            return;
        }
        const password = isIam ? (await database.running?.())?.iamPassword : undefined;
        const isReplica = Boolean(instance.masterInstanceName);
        if (await authenticate(opened, password, isReplica ? readOnly : undefined)) {
            server.pipe(client.stream);
            client.stream.pipe(server);
        }
    }

    /**
     * Whether a client is the account of an IAM user, and may sign in.
     * https://cloud.google.com/sql/docs/postgres/iam-logins, https://cloud.google.com/sql/docs/mysql/iam-logins
     */
    private async signsIn(user: string, instance: Inputs, way: Way, token: () => Promise<string>): Promise<boolean> {
        const account = way.isIam ? way.account : this.accountOf(await token());
        if (account === undefined) {
            if (!way.isIam) {
                this.reportUnsigned(user, instance);
            }
            return way.isIam;
        }
        if (databaseUserOf(account, instance.databaseVersion) !== user) {
            this.options.terminal.logOnce(
                `${account} cannot sign in to ${instance.name} as ${user}: each account is a user of its own`,
            );
            return false;
        }
        return this.mayLogIn(account, instance);
    }

    private reportUnsigned(user: string, { name }: Inputs): void {
        this.options.terminal.logOnce(
            `${user} uses IAM authentication for ${name}: start the proxy with --auto-iam-authn, or send a token of the account as the password`,
        );
    }

    private mayLogIn(account: string, { project, name }: Inputs): boolean {
        try {
            this.options.access.require(account, "cloudsql.instances.login", instanceName(project, name));
            return true;
        } catch {
            return false;
        }
    }

    private accountOf(token: string): string | undefined {
        try {
            return this.options.tokens.accountOf(token);
        } catch {
            return undefined;
        }
    }

    /** Serves a client of MySQL or SQL Server, with a server of your own. */
    async pass(client: Socket, instance: Inputs, database: DatabaseServer, { isIam }: Way): Promise<void> {
        const server = await database.connect();
        this.join(client, server, instance, database, "");
        let unsigned: string | undefined;
        const login = engineOf(instance.databaseVersion) === "MYSQL" ? new LoginReader() : undefined;
        client.on("data", (bytes) => {
            const user = isIam ? undefined : login?.read(bytes);
            unsigned =
                user !== undefined && iamTypeOf(this.options.cloud, instance, user) !== undefined ? user : undefined;
        });
        // The request for a password is a part of the handshake.
        server.on("data", () => {
            if (unsigned !== undefined) {
                this.reportUnsigned(unsigned, instance);
                client.destroy();
                server.destroy();
            }
        });
        server.pipe(client);
        client.pipe(server);
    }

    /** Ends a client and its connection to the server together. */
    private join(client: Socket, server: Socket, { name }: Inputs, about: DatabaseServer, database: string): void {
        this.keep(server);
        about.clients.set(client, { database });
        server.on("error", ({ message }) => this.options.terminal.log(`server of ${name}: ${message}`));
        server.on("close", () => client.destroySoon());
        client.on("close", () => {
            about.clients.delete(client);
            server.destroy();
        });
    }
}
