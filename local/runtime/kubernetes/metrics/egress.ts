import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The address of a server. */
export interface Destination {
    host: string;
    port: number;
}

/**
 * Connects the API server to Services, whose addresses are not reachable on this machine: it is a proxy ("Set up
 * Konnectivity service" of Kubernetes) that forwards each connection to the process that implements the Service.
 */
export class Egress {
    private readonly folder = mkdtempSync(join(tmpdir(), "slipway-egress-"));
    private readonly sockets = new Set<Socket>();
    private readonly server: Server;
    /** Resolves an address; unknown addresses are used unchanged. */
    standsFor: (host: string, port: number) => Destination | undefined = () => undefined;

    constructor() {
        this.server = createServer((_, response) => response.writeHead(405).end());
        this.server.on("connect", (request, socket: Socket, head) => {
            const { hostname, port } = new URL(`http://${request.url}`);
            // The default HTTP port.
            const requested = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
            this.join(socket, head, this.standsFor(requested.host, requested.port) ?? requested);
        });
    }

    /** The socket of the proxy, in a folder with a short name because socket paths are limited. */
    get socket(): string {
        return join(this.folder, "egress.sock");
    }

    /** The file for `--egress-selector-config-file`. */
    get configuration(): string {
        return JSON.stringify({
            apiVersion: "apiserver.k8s.io/v1beta1",
            kind: "EgressSelectorConfiguration",
            egressSelections: [
                {
                    name: "cluster",
                    connection: { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: this.socket } } },
                },
            ],
        });
    }

    listen(): Promise<void> {
        return new Promise((resolve, reject) => {
            this.server.on("error", reject).listen(this.socket, resolve);
        });
    }

    close(): void {
        this.server.close();
        for (const socket of this.sockets) {
            socket.destroy();
        }
        rmSync(this.folder, { recursive: true, force: true });
    }

    private join(socket: Socket, head: Buffer, to: Destination): void {
        const other = connect(to);
        const ends = [socket, other];
        for (const end of ends) {
            this.sockets.add(end);
            end.on("close", () => {
                this.sockets.delete(end);
                for (const item of ends) {
                    item.destroySoon();
                }
            });
        }
        socket.on("error", () => undefined);
        other.on("error", ({ message }) => socket.end(`HTTP/1.1 502 Bad Gateway\r\n\r\n${message}\r\n`));
        other.on("connect", () => {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            other.write(head);
            socket.pipe(other).pipe(socket);
        });
    }
}
