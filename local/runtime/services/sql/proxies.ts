import { X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { type KeyPair, serverCertificate } from "../../../machine/certificates";
import type { Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { serverCa } from "../../../simulator/services/sql/serverCa";
import { engineOf } from "../../../simulator/services/sql/versions";
import { DatabaseServer } from "./databaseServer";
import type { Engine, RunningDatabase } from "./engine";
import type { SqlInstance } from "./instance";
import { instancesOf, type SqlInstances } from "./instances";
import { readStartup, type Startup } from "./postgres/protocol";
import { postgres } from "./postgres/server";
import { type SessionOptions, SqlSessions, type Way } from "./sessions";

/** Database servers by instance: an address such as `127.0.0.1:5432`, or the path of a socket. */
export type SqlServers = Record<string, string>;

/** The port for the Auth Proxy and connectors: "About the Cloud SQL Auth Proxy". */
const proxyPort = 3307;

/** The common name of client certificates for IAM authentication. */
export const iamLogin = "Cloud SQL IAM login";

/** A proxy of an instance. */
interface Front {
    key: string;
    /** The address on this machine, which differs between instances. */
    address: string;
    server: DatabaseServer;
    listening: Server[];
    /** The engine of a server that runs here. */
    engine?: Engine;
    /** The port for clients that connect to the instance's addresses. */
    direct?: number;
}

/** Proxies for instances with a database server. */
export class SqlProxies {
    private readonly fronts: Front[] = [];
    /** Sockets in folders. */
    private readonly local: Server[] = [];
    private readonly sockets = new Set<Socket>();
    /** Certificates of instances, by the certificate of their authority. */
    private readonly certificates = new Map<string, Promise<KeyPair>>();
    /** The accounts of certificates for IAM authentication, by fingerprint. */
    private readonly accounts = new Map<string, string>();
    private servers?: SqlInstances;
    private opening: Promise<void> = Promise.resolve();
    private timer?: NodeJS.Timeout;

    private readonly sessions: SqlSessions;

    constructor(private readonly options: SessionOptions) {
        this.sessions = new SqlSessions(options, (socket) => this.keep(socket));
    }

    /** Listens on a separate local address for each instance, as all use the same port. */
    async open(servers: SqlServers): Promise<void> {
        for (const [key, target] of Object.entries(servers)) {
            await this.add(key, new DatabaseServer(async () => target));
        }
    }

    /** Runs servers for instances without a server. */
    async run(servers: SqlInstances): Promise<void> {
        this.servers = servers;
        this.timer = setInterval(() => void this.update(), interval).unref();
        await this.update();
    }

    /** The server of an instance that runs here; undefined for one of your own. */
    async serverOf(state: Inputs): Promise<SqlInstance | undefined> {
        await this.update();
        const front = this.fronts.find(({ key }) => isNamed(key, state));
        return front?.direct === undefined ? undefined : this.servers?.of(state);
    }

    /** The addresses of servers that run here, by their connection names. */
    get addresses(): Record<string, string> {
        const all = this.fronts.filter(({ direct }) => direct !== undefined);
        return Object.fromEntries(all.map(({ key, address, direct }) => [key, `${address}:${direct}`]));
    }

    /** A text with addresses of instances, in which they are those of this machine. */
    localize(text: string): string {
        return this.fronts.reduce((localized, { key, address, direct, engine }) => {
            const state = direct === undefined ? undefined : this.named(key)[0];
            return (state?.ipAddresses ?? []).reduce((before: string, { ipAddress }: Inputs) => {
                const form = new RegExp(
                    `(?<![\\w.-])${ipAddress.replaceAll(".", "\\.")}(:${engine?.port})?(?![\\w.-])`,
                    "g",
                );
                return before.replace(form, (_, port) => (port ? `${address}:${direct}` : address));
            }, localized);
        }, text);
    }

    /**
     * Listens on a socket for an instance, as in `/cloudsql`: a folder with the socket for PostgreSQL, or the socket.
     *
     * @param connection a connection name such as `acme-dev:europe-west1:sales`
     * @param account who connects
     */
    async openSocket(folder: string, connection: string, account: string): Promise<void> {
        const [project = "", , name = ""] = connection.split(":");
        const state: Inputs | undefined = this.options.cloud.store.read(instanceName(project, name))?.state;
        if (state === undefined) {
            throw new Error(`there is no Cloud SQL instance ${connection}`);
        }
        await this.update();
        const isPostgres = engineOf(state.databaseVersion) === "POSTGRES";
        if (isPostgres) {
            mkdirSync(join(folder, connection), { recursive: true });
        }
        const path = isPostgres ? join(folder, connection, `.s.PGSQL.${postgres.port}`) : join(folder, connection);
        const listening = createServer((socket) => void this.acceptLocal(socket, connection, account));
        await new Promise<void>((resolve, reject) => {
            listening.once("error", reject).listen({ path, writableAll: true }, resolve);
        });
        this.local.push(listening);
    }

    /** Accepts a client of a socket, which the proxy of Cloud Run or App Engine connects to the instance. */
    private async acceptLocal(socket: Socket, connection: string, account: string): Promise<void> {
        this.keep(socket);
        try {
            const instance = this.instance(connection);
            const front = this.fronts.find(({ key }) => isNamed(key, instance));
            if (front === undefined) {
                throw new Error(
                    `no server for the instance ${connection}: add --sql ${instance.name}=127.0.0.1:<port>`,
                );
            }
            this.options.access.require(
                account,
                "cloudsql.instances.connect",
                instanceName(instance.project, instance.name),
            );
            const way = { isIam: false, isEncrypted: true };
            if (engineOf(instance.databaseVersion) === "POSTGRES") {
                await this.sessions.serve(socket, await this.startupOf(socket), instance, front.server, way);
            } else {
                await this.serveOther(socket, instance, front.server, way);
            }
        } catch (error) {
            this.options.terminal.logOnce((error as Error).message);
            socket.destroy();
        }
    }

    /** The first message of a client that may ask for encryption before, which it does not get. */
    private async startupOf(socket: Socket): Promise<Startup> {
        const startup = await readStartup(socket);
        if (startup.kind === "startup" || startup.kind === "cancel") {
            return startup;
        }
        socket.write("N");
        return this.startupOf(socket);
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
        for (const listening of [...this.local, ...this.fronts.flatMap((front) => front.listening)]) {
            listening.close();
        }
        for (const socket of this.sockets) {
            socket.destroy();
        }
        await this.servers?.close();
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
        const { terminal } = this.options;
        this.opening = this.opening
            .then(async () => {
                for (const { state } of instancesOf(this.options.cloud)) {
                    const known = this.addressOf(state);
                    const instance = known === undefined ? await this.servers?.of(state) : undefined;
                    if (instance) {
                        const running = () => this.running(state.connectionName);
                        const server = new DatabaseServer(async () => (await running()).socket, running);
                        const front = await this.add(state.connectionName, server);
                        await this.addDirect(front, instance.engine);
                        // A client does not wait for its start. One that fails starts again with the next client.
                        instance.running().catch(({ message }: Error) => terminal.log(`${state.name}: ${message}`));
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
            .catch(({ message }: Error) => this.options.terminal.logOnce(message));
        return this.opening;
    }

    /** Listens for clients that connect to the addresses of the instance. */
    private async addDirect(front: Front, engine: Engine): Promise<void> {
        const { key, address, server } = front;
        const direct = createServer((socket) => void this.acceptDirect(socket, key, server));
        const port = await listens(direct, engine.port, address).catch(() => listens(direct, 0, address));
        front.listening.push(direct);
        front.direct = port;
        front.engine = engine;
    }

    private async accept(socket: Socket, key: string, server: DatabaseServer): Promise<void> {
        this.keep(socket);
        try {
            const instance = this.instance(key);
            await this.handOn(await this.encrypted(socket, instance, true), instance, server, true);
        } catch (error) {
            this.options.terminal.logOnce((error as Error).message);
            socket.destroy();
        }
    }

    /** Accepts a client that asks for encryption itself. */
    private async acceptDirect(socket: Socket, key: string, server: DatabaseServer): Promise<void> {
        this.keep(socket);
        try {
            const instance = this.instance(key);
            const way = { isIam: false, isEncrypted: false };
            if (engineOf(instance.databaseVersion) === "MYSQL") {
                const encrypt = (socket: Socket) => this.encrypted(socket, instance, false);
                await this.sessions.serveMySql(socket, instance, server, way, encrypt);
                return;
            }
            const startup = await readStartup(socket);
            if (startup.kind === "gss") {
                socket.write("N");
                await this.acceptDirect(socket, key, server);
            } else if (startup.kind === "tls") {
                socket.write("S");
                await this.handOn(await this.encrypted(socket, instance, false), instance, server, false);
            } else {
                await this.sessions.serve(socket, startup, instance, server, way);
            }
        } catch (error) {
            this.options.terminal.logOnce((error as Error).message);
            socket.destroy();
        }
    }

    private async handOn(
        client: TLSSocket,
        instance: Inputs,
        database: DatabaseServer,
        isProxy: boolean,
    ): Promise<void> {
        const { subject, fingerprint256 } = client.getPeerCertificate();
        const isIam = isProxy && subject.CN === iamLogin;
        const account = isIam ? this.accounts.get(fingerprint256) : undefined;
        const way = { isIam, isEncrypted: true, ...(account && { account }) };
        if (engineOf(instance.databaseVersion) === "POSTGRES") {
            await this.sessions.serve(client, await readStartup(client), instance, database, way);
        } else {
            await this.serveOther(client, instance, database, way);
        }
    }

    /** Serves a client of MySQL or SQL Server, whose connection is encrypted or local. */
    private async serveOther(client: Socket, instance: Inputs, database: DatabaseServer, way: Way): Promise<void> {
        await (database.running === undefined
            ? this.sessions.pass(client, instance, database, way)
            : this.sessions.serveMySql(client, instance, database, way));
    }

    /** Starts the server of an instance that runs here, unless it runs. */
    private async running(key: string): Promise<RunningDatabase> {
        const server = await this.servers?.of(this.instance(key));
        if (server === undefined) {
            throw new Error(`no server runs here for ${key}`);
        }
        return server.running();
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
        return instancesOf(this.options.cloud)
            .map(({ state }) => state)
            .filter((state) => isNamed(key, state));
    }

    /**
     * Encrypts a connection with the instance's certificate.
     *
     * @param isProxy whether the client must have a certificate of its authority
     */
    private async encrypted(socket: Socket, { project, name, settings }: Inputs, isProxy: boolean): Promise<TLSSocket> {
        const ca = await serverCa(this.options.cloud, project, name);
        const certified =
            this.certificates.get(ca.certificate) ?? serverCertificate(ca, `${project}:${name}`, [`${name}.sql.goog`]);
        this.certificates.set(ca.certificate, certified);
        const { certificate: cert, key } = await certified;
        const needsCertificate = settings?.ipConfiguration?.sslMode === "TRUSTED_CLIENT_CERTIFICATE_REQUIRED";
        const client = await new Promise<TLSSocket>((resolve, reject) => {
            createTlsServer({
                ...{ cert, key, ca: ca.certificate, requestCert: true },
                rejectUnauthorized: isProxy || needsCertificate,
                minVersion: isProxy ? "TLSv1.3" : "TLSv1.2",
            })
                .once("secureConnection", resolve)
                .once("tlsClientError", ({ message }) => reject(new Error(`refused a client of ${name}: ${message}`)))
                .emit("connection", socket);
        });
        this.keep(client);
        return client;
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
