import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import { serverCertificate } from "../../../machine/certificates";
import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { serverCa } from "../../../simulator/services/sql/serverCa";
import { engineOf } from "../../../simulator/services/sql/versions";
import type { Access } from "../../emulator/access";
import type { Terminal } from "../../emulator/terminal";
import type { Tokens } from "../../emulator/tokens";
import { DatabaseServer } from "./databaseServer";
import { databaseUserOf, iamTypeOf, LoginReader } from "./login";
import { instancesOf, type PostgresInstances } from "./postgres/instances";
import { askForPassword, asksForPassword, fatal, readStartup, type Startup } from "./postgres/protocol";

/** Database servers by instance: an address such as `127.0.0.1:5432`, or the path of a socket. */
export type SqlServers = Record<string, string>;

/** The port for the Auth Proxy and connectors: "About the Cloud SQL Auth Proxy". */
const proxyPort = 3307;
const postgresPort = 5432;

/** The common name of client certificates for IAM authentication. */
export const iamLogin = "Cloud SQL IAM login";

/** A proxy of an instance. */
interface Front {
    key: string;
    /** The address on this machine, which differs between instances. */
    address: string;
    server: DatabaseServer;
    listening: Server[];
    /** The port of PostgreSQL, for clients that connect to the instance's addresses. */
    direct?: number;
}

/** How a client has connected. */
interface Way {
    /** Whether by the Auth Proxy or a connector, which signs in as its account. */
    isIam: boolean;
    /** Its account; undefined for a developer's own token, which only Google can verify. */
    account?: string;
    isEncrypted: boolean;
}

/** Proxies for instances with a database server. */
export class SqlProxies {
    private readonly fronts: Front[] = [];
    private readonly sockets = new Set<Socket>();
    /** By the certificate of the instance's authority. */
    private readonly secures = new Map<string, { proxy: TlsServer; direct: TlsServer }>();
    /** The accounts of certificates for IAM authentication, by fingerprint. */
    private readonly accounts = new Map<string, string>();
    private postgres?: PostgresInstances;
    private opening: Promise<void> = Promise.resolve();
    private timer?: NodeJS.Timeout;

    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
        private readonly tokens: Tokens,
        private readonly access: Access,
    ) {}

    /** Listens on a separate local address for each instance, as all use the same port. */
    async open(servers: SqlServers): Promise<void> {
        for (const [key, target] of Object.entries(servers)) {
            await this.add(key, new DatabaseServer(async () => target));
        }
    }

    /** Runs PostgreSQL for instances without a server. */
    async run(postgres: PostgresInstances): Promise<void> {
        this.postgres = postgres;
        this.timer = setInterval(() => void this.update(), interval).unref();
        await this.update();
    }

    /** The addresses of PostgreSQL servers that run here, by their connection names. */
    get addresses(): Record<string, string> {
        const all = this.fronts.filter(({ direct }) => direct !== undefined);
        return Object.fromEntries(all.map(({ key, address, direct }) => [key, `${address}:${direct}`]));
    }

    /** A text with addresses of instances, in which they are those of this machine. */
    localize(text: string): string {
        return this.fronts.reduce((localized, { key, address, direct }) => {
            const state = direct === undefined ? undefined : this.named(key)[0];
            return (state?.ipAddresses ?? []).reduce((before: string, { ipAddress }: Inputs) => {
                const form = new RegExp(
                    `(?<![\\w.-])${ipAddress.replaceAll(".", "\\.")}(:${postgresPort})?(?![\\w.-])`,
                    "g",
                );
                return before.replace(form, (_, port) => (port ? `${address}:${direct}` : address));
            }, localized);
        }, text);
    }

    /** Records the account that a client certificate for IAM authentication is for. */
    recordLogin(certificate: string, account: string): void {
        this.accounts.set(new X509Certificate(certificate).fingerprint256, account);
    }

    /** The address of an instance's proxy; undefined if it has no server. */
    addressOf(instance: Inputs): string | undefined {
        return this.fronts.find(({ key }) => isNamed(key, instance))?.address;
    }

    /** The instances that exist, with their servers. */
    served(): { instance: Inputs; server: DatabaseServer }[] {
        return this.fronts.flatMap(({ key, server }) => {
            const [instance, ...others] = this.named(key);
            return instance && others.length === 0 ? [{ instance, server }] : [];
        });
    }

    /** Looks which servers accept connections, but not often at one of MySQL: it blocks hosts that only connect. */
    look(): void {
        for (const { instance, server } of this.served()) {
            if (server.isUp !== true || engineOf(instance.databaseVersion) !== "MYSQL") {
                server.look();
            }
        }
    }

    async close(): Promise<void> {
        clearInterval(this.timer);
        await this.opening;
        for (const listening of this.fronts.flatMap((front) => front.listening)) {
            listening.close();
        }
        for (const socket of this.sockets) {
            socket.destroy();
        }
        await this.postgres?.close();
    }

    private async add(key: string, server: DatabaseServer): Promise<Front> {
        const proxy = createServer((socket) => void this.accept(socket, key, server));
        const address = await listening(proxy);
        const front: Front = { key, server, address, listening: [proxy] };
        this.fronts.push(front);
        return front;
    }

    /** Opens proxies for new instances, and closes those of deleted ones. */
    private update(): Promise<void> {
        this.opening = this.opening
            .then(async () => {
                for (const { state } of instancesOf(this.cloud)) {
                    const known = this.addressOf(state);
                    const instance = known === undefined ? await this.postgres?.of(state) : undefined;
                    if (instance) {
                        const server = new DatabaseServer(() => instance.socket(), true);
                        const front = await this.add(state.connectionName, server);
                        await this.addDirect(front);
                    }
                }
                for (const front of this.fronts.filter(({ direct }) => direct !== undefined)) {
                    if (this.named(front.key).length === 0) {
                        this.fronts.splice(this.fronts.indexOf(front), 1);
                        for (const each of front.listening) {
                            each.close();
                        }
                    }
                }
            })
            .catch(({ message }: Error) => this.terminal.logOnce(message));
        return this.opening;
    }

    /** Listens for clients that connect to the addresses of the instance. */
    private async addDirect(front: Front): Promise<void> {
        const { key, address, server } = front;
        const direct = createServer((socket) => void this.acceptDirect(socket, key, server));
        const port = await listens(direct, postgresPort, address).catch(() => listens(direct, 0, address));
        front.listening.push(direct);
        front.direct = port;
    }

    private async accept(socket: Socket, key: string, server: DatabaseServer): Promise<void> {
        this.keep(socket);
        try {
            (await this.secured(this.instance(key), server)).proxy.emit("connection", socket);
        } catch (error) {
            this.terminal.logOnce((error as Error).message);
            socket.destroy();
        }
    }

    /** Accepts a client of PostgreSQL that asks for encryption itself. */
    private async acceptDirect(socket: Socket, key: string, server: DatabaseServer): Promise<void> {
        this.keep(socket);
        try {
            const instance = this.instance(key);
            for (;;) {
                const startup = await readStartup(socket);
                if (startup.kind === "tls") {
                    socket.write("S");
                    (await this.secured(instance, server)).direct.emit("connection", socket);
                    return;
                }
                if (startup.kind === "gss") {
                    socket.write("N");
                    continue;
                }
                await this.serve(socket, startup, instance, server, { isIam: false, isEncrypted: false });
                return;
            }
        } catch (error) {
            this.terminal.logOnce((error as Error).message);
            socket.destroy();
        }
    }

    private async handOn(client: TLSSocket, key: string, database: DatabaseServer, isProxy: boolean): Promise<void> {
        this.keep(client);
        try {
            const instance = this.instance(key);
            const { subject, fingerprint256 } = client.getPeerCertificate();
            const isIam = isProxy && subject.CN === iamLogin;
            const account = isIam ? this.accounts.get(fingerprint256) : undefined;
            const way = { isIam, isEncrypted: true, ...(account && { account }) };
            if (engineOf(instance.databaseVersion) === "POSTGRES") {
                await this.serve(client, await readStartup(client), instance, database, way);
            } else {
                await this.pass(client, instance, database, way);
            }
        } catch (error) {
            this.terminal.logOnce((error as Error).message);
            client.destroy();
        }
    }

    /** Serves a client of PostgreSQL. */
    private async serve(
        client: Socket,
        startup: Startup,
        instance: Inputs,
        database: DatabaseServer,
        way: Way,
    ): Promise<void> {
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
        const type = iamTypeOf(this.cloud, instance, user);
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
            this.terminal.logOnce(
                `${account} cannot sign in to ${instance.name} as ${user}: each account is a user of its own`,
            );
            return false;
        }
        return this.mayLogIn(account, instance);
    }

    private reportUnsigned(user: string, { name }: Inputs): void {
        this.terminal.logOnce(
            `${user} uses IAM authentication for ${name}: start the proxy with --auto-iam-authn, or send a token of the account as the password`,
        );
    }

    private mayLogIn(account: string, { project, name }: Inputs): boolean {
        try {
            this.access.require(account, "cloudsql.instances.login", instanceName(project, name));
            return true;
        } catch {
            return false;
        }
    }

    private accountOf(token: string): string | undefined {
        try {
            return this.tokens.accountOf(token);
        } catch {
            return undefined;
        }
    }

    /** Serves a client of MySQL or SQL Server. */
    private async pass(client: Socket, instance: Inputs, database: DatabaseServer, { isIam }: Way): Promise<void> {
        const server = await database.connect();
        this.join(client, server, instance, database, "");
        let unsigned: string | undefined;
        const login = engineOf(instance.databaseVersion) === "MYSQL" ? new LoginReader() : undefined;
        client.on("data", (bytes) => {
            const user = isIam ? undefined : login?.read(bytes);
            unsigned = user !== undefined && iamTypeOf(this.cloud, instance, user) !== undefined ? user : undefined;
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
        server.on("error", ({ message }) => this.terminal.log(`server of ${name}: ${message}`));
        server.on("close", () => client.destroy());
        client.on("close", () => {
            about.clients.delete(client);
            server.destroy();
        });
    }

    /** Finds the current instance of a name. */
    private instance(key: string): Inputs {
        const named = this.named(key);
        if (named.length !== 1) {
            const names = named.map(({ connectionName }) => connectionName).join(", ");
            throw new Error(
                named.length === 0
                    ? `no Cloud SQL instance has the name ${key}`
                    : `several Cloud SQL instances have the name ${key}: use one of ${names}`,
            );
        }
        return named[0] as Inputs;
    }

    private named(key: string): Inputs[] {
        return instancesOf(this.cloud)
            .map(({ state }) => state)
            .filter((state) => isNamed(key, state));
    }

    /** TLS servers with the instance's certificate: for clients with a certificate of its authority, and for others. */
    private async secured(
        { project, name, connectionName, settings }: Inputs,
        database: DatabaseServer,
    ): Promise<{ proxy: TlsServer; direct: TlsServer }> {
        const ca = await serverCa(this.cloud, project, name);
        const known = this.secures.get(ca.certificate);
        if (known) {
            return known;
        }
        const { certificate: cert, key } = await serverCertificate(ca, `${project}:${name}`, [`${name}.sql.goog`]);
        const server = (isProxy: boolean, needsCertificate: boolean) =>
            createTlsServer(
                {
                    ...{ cert, key, ca: ca.certificate, requestCert: true },
                    rejectUnauthorized: needsCertificate,
                    minVersion: isProxy ? "TLSv1.3" : "TLSv1.2",
                },
                (client) => void this.handOn(client, connectionName, database, isProxy),
            ).on("tlsClientError", ({ message }) => this.terminal.log(`refused a client of ${name}: ${message}`));
        const needsCertificate = settings?.ipConfiguration?.sslMode === "TRUSTED_CLIENT_CERTIFICATE_REQUIRED";
        const secure = { proxy: server(true, true), direct: server(false, needsCertificate) };
        this.secures.set(ca.certificate, secure);
        return secure;
    }

    private keep(socket: Socket): void {
        this.sockets.add(socket);
        socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
    }
}

/** The interval between two looks at what is deployed, in milliseconds. */
const interval = 1000;

/** An instance matches its connection name, its name, or its name without the suffix. */
function isNamed(key: string, { project, name, connectionName }: Inputs): boolean {
    const [, within = project, named = key] = /^([^:]+):([^:]+)$/.exec(key) ?? [];
    return connectionName === key || (within === project && (name === named || name.replace(/-[^-]+$/, "") === named));
}

/** Listens on the first local address, starting at `127.0.0.1`, whose port is free; returns the address. */
async function listening(server: Server): Promise<string> {
    for (let last = 1; ; last++) {
        const host = `127.0.0.${last}`;
        try {
            await listens(server, proxyPort, host);
            return host;
        } catch (error) {
            const { code, message } = error as NodeJS.ErrnoException;
            if (code !== "EADDRINUSE" || last === 254) {
                const hint =
                    code === "EADDRNOTAVAIL"
                        ? `. To add the address ${host}, run: sudo ifconfig lo0 alias ${host}`
                        : "";
                throw new Error(`port ${proxyPort} for Cloud SQL instances is not available: ${message}${hint}`);
            }
        }
    }
}

/** Listens on a port, or a free one if it is 0; returns it. */
function listens(server: Server, port: number, host: string): Promise<number> {
    return new Promise<number>((resolve, reject) => {
        server.once("error", reject).listen(port, host, () => {
            server.off("error", reject);
            resolve((server.address() as AddressInfo).port);
        });
    });
}
