import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { serverCertificate } from "../../../machine/certificates";
import type { Cloud, Inputs } from "../../../simulator";
import { serverCa } from "../../../simulator/services/sql/serverCa";
import { engineOf } from "../../../simulator/services/sql/versions";
import type { Terminal } from "../../emulator/terminal";
import type { Tokens } from "../../emulator/tokens";
import { DatabaseServer } from "./databaseServer";
import { asksForPassword, LoginReader, needsToken, passwordIn, passwordRequest, refusedLogin } from "./login";

/** Database servers by instance: an address such as `127.0.0.1:5432`, or the path of a socket. */
export type SqlServers = Record<string, string>;

/** The port for the Auth Proxy and connectors: "About the Cloud SQL Auth Proxy". */
const port = 3307;

/** The common name of client certificates for IAM authentication. */
export const iamLogin = "Cloud SQL IAM login";

/** Proxies for instances with a database server. */
export class SqlProxies {
    private readonly fronts: { key: string; address: string; proxy: Server; server: DatabaseServer }[] = [];
    private readonly sockets = new Set<Socket>();
    /** By the certificate of the instance's authority. */
    private readonly secures = new Map<string, Server>();

    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
        private readonly tokens: Tokens,
    ) {}

    /** Listens on a separate local address for each instance, as all use the same port. */
    async open(servers: SqlServers): Promise<void> {
        for (const [key, target] of Object.entries(servers)) {
            const server = new DatabaseServer(target);
            const proxy = createServer((socket) => void this.accept(socket, key, server));
            await listening(proxy);
            this.fronts.push({ key, server, proxy, address: (proxy.address() as AddressInfo).address });
        }
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

    close(): void {
        for (const { proxy } of this.fronts) {
            proxy.close();
        }
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    private async accept(socket: Socket, key: string, server: DatabaseServer): Promise<void> {
        this.keep(socket);
        try {
            (await this.secured(this.instance(key), server)).emit("connection", socket);
        } catch (error) {
            this.terminal.logOnce((error as Error).message);
            socket.destroy();
        }
    }

    private handOn(client: TLSSocket, instance: Inputs, database: DatabaseServer): void {
        this.keep(client);
        const isIam = client.getPeerCertificate().subject.CN === iamLogin;
        const server = database.connect();
        this.keep(server);
        const about = { database: "" };
        database.clients.set(client, about);
        client.on("close", () => database.clients.delete(client));
        const login = new LoginReader(instance.databaseVersion);
        let tokenOf: string | undefined;
        client.on("data", (bytes) => {
            const user = login.read(bytes);
            about.database = login.database;
            if (user !== undefined && !isIam && needsToken(this.cloud, instance, user)) {
                tokenOf = user;
            }
        });
        const isUnsigned = (answer: Buffer) =>
            tokenOf !== undefined && !asksForPassword(instance.databaseVersion, answer);
        if (engineOf(instance.databaseVersion) === "POSTGRES") {
            // Clients that the Auth Proxy does not authenticate send a token as the password, also to a server that does not ask for one.
            server.once("data", (answer: Buffer) => {
                const begin = () => {
                    client.write(answer);
                    server.pipe(client);
                };
                if (!isUnsigned(answer)) {
                    begin();
                    return;
                }
                server.pause();
                client.unpipe(server);
                this.askForToken(client, instance.name, tokenOf as string, () => {
                    begin();
                    client.pipe(server);
                });
            });
        } else {
            server.on("data", (answer) => {
                if (isUnsigned(answer)) {
                    this.reportUnsigned(instance.name, tokenOf as string);
                    client.destroy();
                    server.destroy();
                }
                tokenOf = undefined;
            });
            server.pipe(client);
        }
        server.on("error", ({ message }) => this.terminal.log(`server of ${instance.name}: ${message}`));
        server.on("close", () => client.destroy());
        client.on("close", () => server.destroy()).pipe(server);
    }

    /**
     * Asks for an access token of the account of a user, as Cloud SQL does.
     * https://cloud.google.com/sql/docs/postgres/iam-logins
     */
    private askForToken(client: TLSSocket, instance: string, user: string, passed: () => void): void {
        client.write(passwordRequest);
        client.once("data", (message: Buffer) => {
            if (this.isTokenOf(passwordIn(message) ?? "", user)) {
                passed();
                return;
            }
            this.reportUnsigned(instance, user);
            client.end(refusedLogin(user));
        });
        // Without a pipe, it is paused.
        client.resume();
    }

    /** Whether a token is one of the account of a user, whose name has no suffix of the domain. */
    private isTokenOf(token: string, user: string): boolean {
        try {
            return this.tokens.accountOf(token)?.replace(/\.gserviceaccount\.com$/, "") === user;
        } catch {
            return false;
        }
    }

    private reportUnsigned(instance: string, user: string): void {
        this.terminal.log(
            `${user} uses IAM authentication for ${instance}: start the proxy with --auto-iam-authn, or send a token of the account as the password`,
        );
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
        const all = this.cloud.store.list("//cloudsql.googleapis.com/").filter(({ type }) => type === instanceType);
        return all.map(({ state }) => state).filter((state) => isNamed(key, state));
    }

    /** A TLS server with the instance's certificate, for clients with a certificate of its authority. */
    private async secured(instance: Inputs, database: DatabaseServer): Promise<Server> {
        const { project, name } = instance;
        const ca = await serverCa(this.cloud, project, name);
        const known = this.secures.get(ca.certificate);
        if (known) {
            return known;
        }
        const { certificate: cert, key } = await serverCertificate(ca, `${project}:${name}`, [`${name}.sql.goog`]);
        const server = createTlsServer(
            { cert, key, ca: ca.certificate, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" },
            (client) => this.handOn(client, instance, database),
        );
        server.on("tlsClientError", ({ message }) => this.terminal.log(`refused a client of ${name}: ${message}`));
        this.secures.set(ca.certificate, server);
        return server;
    }

    private keep(socket: Socket): void {
        this.sockets.add(socket);
        socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
    }
}

const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

/** An instance matches its connection name, its name, or its name without the suffix. */
function isNamed(key: string, { project, name, connectionName }: Inputs): boolean {
    const [, within = project, named = key] = /^([^:]+):([^:]+)$/.exec(key) ?? [];
    return connectionName === key || (within === project && (name === named || name.replace(/-[^-]+$/, "") === named));
}

/** Listens on the first local address, starting at `127.0.0.1`, whose port is free. */
async function listening(server: Server): Promise<void> {
    for (let last = 1; ; last++) {
        const host = `127.0.0.${last}`;
        try {
            await new Promise<void>((resolve, reject) => {
                server.once("error", reject).listen(port, host, () => {
                    server.off("error", reject);
                    resolve();
                });
            });
            return;
        } catch (error) {
            const { code, message } = error as NodeJS.ErrnoException;
            if (code !== "EADDRINUSE" || last === 254) {
                const hint =
                    code === "EADDRNOTAVAIL"
                        ? `. To add the address ${host}, run: sudo ifconfig lo0 alias ${host}`
                        : "";
                throw new Error(`port ${port} for Cloud SQL instances is not available: ${message}${hint}`);
            }
        }
    }
}
