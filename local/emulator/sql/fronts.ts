import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Cloud } from "../../cloud/cloud";
import { serverCertificate } from "../../kubernetes/controlPlane/certificates";
import type { Inputs } from "../../rules/rules";
import { serverCa } from "../../services/sql/serverCa";
import type { Terminal } from "../terminal";
import { asksForPassword, LoginReader, needsToken } from "./login";

/** Real database servers by the instance that they stand behind: an address such as `127.0.0.1:5432`, or the path of a socket. */
export type SqlServers = Record<string, string>;

/** The port at which an instance is reached by the Auth Proxy and connectors: "About the Cloud SQL Auth Proxy". */
const port = 3307;

/** Whom a client's certificate names that was made for a login by IAM. */
export const iamLogin = "Cloud SQL IAM login";

/** How the instances of Cloud SQL are reached behind which a real server stands. */
export class SqlFronts {
    private readonly fronts: { key: string; address: string; server: Server }[] = [];
    private readonly sockets = new Set<Socket>();
    /** By the certificate of the instance's authority. */
    private readonly secures = new Map<string, Server>();

    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
    ) {}

    /** Listens for each instance at an address of this machine's own, as all have the same port. */
    async open(servers: SqlServers): Promise<void> {
        for (const [key, target] of Object.entries(servers)) {
            const server = createServer((socket) => void this.accept(socket, key, target));
            await listening(server);
            this.fronts.push({ key, server, address: (server.address() as AddressInfo).address });
        }
    }

    /** Where an instance is reached; nothing when no server stands behind it. */
    addressOf(instance: Inputs): string | undefined {
        return this.fronts.find(({ key }) => isNamed(key, instance))?.address;
    }

    close(): void {
        for (const { server } of this.fronts) {
            server.close();
        }
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    private async accept(socket: Socket, key: string, target: string): Promise<void> {
        this.keep(socket);
        try {
            (await this.secured(this.instance(key), target)).emit("connection", socket);
        } catch (error) {
            this.terminal.once((error as Error).message);
            socket.destroy();
        }
    }

    private handOn(client: TLSSocket, instance: Inputs, target: string): void {
        this.keep(client);
        const isIam = client.getPeerCertificate().subject.CN === iamLogin;
        const server = target.startsWith("/") ? connect(target) : connect(addressed(target));
        this.keep(server);
        const login = new LoginReader(instance.databaseVersion);
        let tokenOf: string | undefined;
        client.on("data", (bytes) => {
            const user = login.read(bytes);
            if (user !== undefined && !isIam && needsToken(this.cloud, instance, user)) {
                tokenOf = user;
            }
        });
        // Whoever is not signed in by the proxy gives the token as a password, for which the server must ask.
        server.on("data", (answer) => {
            if (tokenOf !== undefined && !asksForPassword(instance.databaseVersion, answer)) {
                this.terminal.say(`${tokenOf} signs in to ${instance.name} by IAM: the proxy needs --auto-iam-authn`);
                client.destroy();
                server.destroy();
            }
            tokenOf = undefined;
        });
        server.on("error", ({ message }) => this.terminal.say(`the server of ${instance.name}: ${message}`));
        server.on("close", () => client.destroy()).pipe(client);
        client.on("close", () => server.destroy()).pipe(server);
    }

    /** The instance that a key names, as it is now. */
    private instance(key: string): Inputs {
        const all = this.cloud.store.list("//cloudsql.googleapis.com/").filter(({ type }) => type === instanceType);
        const named = all.map(({ state }) => state).filter((state) => isNamed(key, state));
        if (named.length !== 1) {
            const names = named.map(({ connectionName }) => connectionName).join(", ");
            throw new Error(
                named.length === 0
                    ? `there is no instance of Cloud SQL that is named ${key}`
                    : `several instances of Cloud SQL are named ${key}: name one as ${names}`,
            );
        }
        return named[0] as Inputs;
    }

    /** What speaks TLS as an instance, and takes clients with a certificate of its authority. */
    private async secured(instance: Inputs, target: string): Promise<Server> {
        const { project, name } = instance;
        const ca = await serverCa(this.cloud, project, name);
        const known = this.secures.get(ca.certificate);
        if (known) {
            return known;
        }
        const { certificate: cert, key } = await serverCertificate(ca, `${project}:${name}`, [`${name}.sql.goog`]);
        const server = createTlsServer(
            { cert, key, ca: ca.certificate, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" },
            (client) => this.handOn(client, instance, target),
        );
        server.on("tlsClientError", ({ message }) => this.terminal.say(`a client of ${name} is refused: ${message}`));
        this.secures.set(ca.certificate, server);
        return server;
    }

    private keep(socket: Socket): void {
        this.sockets.add(socket);
        socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
    }
}

const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

/** An instance is named by its connection name, its name, or the part of its name before what makes it unique. */
function isNamed(key: string, { project, name, connectionName }: Inputs): boolean {
    const [, within = project, named = key] = /^([^:]+):([^:]+)$/.exec(key) ?? [];
    return connectionName === key || (within === project && (name === named || name.replace(/-[^-]+$/, "") === named));
}

/** Listens at the first address of this machine's own, `127.0.0.1` and so on, whose port is free. */
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
                const mend =
                    code === "EADDRNOTAVAIL"
                        ? `: this system has ${host} once it is added: sudo ifconfig lo0 alias ${host}`
                        : "";
                throw new Error(
                    `an instance of Cloud SQL has port ${port}, and that cannot be used: ${message}${mend}`,
                );
            }
        }
    }
}

function addressed(target: string): { host: string; port: number } {
    const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(target) ?? [];
    return { host, port: Number(port) };
}
