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
            const isAllowed = await this.signsIn(client, user, instance, way);
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
     * Whether a client of PostgreSQL is the account of an IAM user, and may sign in.
     * https://cloud.google.com/sql/docs/postgres/iam-logins
     */
    private async signsIn(client: Socket, user: string, instance: Inputs, way: Way): Promise<boolean> {
        const account = way.isIam ? way.account : this.accountOf(await askForPassword(client));
        if (account === undefined) {
            if (!way.isIam) {
                this.reportUnsigned(user, instance);
            }
            return way.isIam;
        }
        if (databaseUserOf(account) !== user) {
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

    /** Serves a client of MySQL or SQL Server. */
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
        server.on("close", () => client.destroy());
        client.on("close", () => {
            about.clients.delete(client);
            server.destroy();
        });
    }
}
