import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { KeyPair } from "../../../machine/certificates";
import type { Mount } from "../containers/docker";
import { onFirstBytes } from "../firstBytes";
import {
    certificateFile,
    certificateVariables,
    GoogleFront,
    googleAuthority,
    guestFolder,
    isServedHost,
    writeCertificates,
} from "../googleFront";
import type { Terminal } from "../terminal";

/** The first byte of a connection with TLS: RFC 8446, section 5.1. */
const tlsHandshake = 22;

const isApi = (host: string) => /(^|\.)googleapis\.com$/.test(host);

/** What the proxies of processes are run with. */
export interface GoogleProxyOptions {
    terminal: Terminal;
    /** The folder for the certificates that processes trust. */
    folder: string;
    /** The address on this machine of a deployed service, by its URL; undefined for other URLs. */
    running(url: string): string | undefined;
    /** The address of the APIs for an account: `127.0.0.1:41873`. */
    apisOf(email: string): Promise<string>;
}

/**
 * Proxies with which processes reach the APIs at Google's own addresses. Each account has one, so that its calls are known, and only the processes
 * trust its certificates: neither the names nor the certificates of this machine change.
 */
export class GoogleProxy {
    private authority?: Promise<KeyPair>;
    private readonly listening = new Map<string, Promise<number>>();
    private readonly servers: { server: Server; front: GoogleFront }[] = [];
    private readonly sockets = new Set<Socket>();

    constructor(private readonly options: GoogleProxyOptions) {}

    /** The certificates, for containers. */
    get certificates(): Mount {
        return { source: certificateFile(this.options.folder), target: certificateFile(guestFolder), isReadOnly: true };
    }

    /**
     * Variables with which the processes of an account use its proxy.
     *
     * @param file where they find the certificates
     */
    async variables(email: string, file = certificateFile(this.options.folder)): Promise<Record<string, string>> {
        const port = this.listening.get(email) ?? this.listen(email);
        this.listening.set(email, port);
        const proxy = `http://127.0.0.1:${await port}`;
        // Clients differ in which case they read. Addresses of this machine are reached directly, such as those of the metadata server.
        const direct = "127.0.0.1,localhost,::1,host.docker.internal";
        return {
            ...{ HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: direct, no_proxy: direct },
            ...certificateVariables(file),
        };
    }

    close(): void {
        for (const { server, front } of this.servers) {
            server.close();
            front.close();
        }
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    private async listen(email: string): Promise<number> {
        const { folder, running, apisOf, terminal } = this.options;
        this.authority ??= googleAuthority().then((authority) => {
            writeCertificates(authority, certificateFile(folder));
            return authority;
        });
        const front = new GoogleFront(await this.authority, async (host) => {
            if (isApi(host) && !isServedHost(host)) {
                terminal.logOnce(`${email} calls ${host}, an API that the local Google Cloud does not have`);
            }
            return running(`https://${host}`) ?? `http://${await apisOf(email)}`;
        });
        const http = createHttpServer((_, response) => {
            response.writeHead(405, { allow: "CONNECT" }).end("This proxy is for HTTPS.");
        }).on("connect", (request: IncomingMessage, socket: Socket) => this.connected(email, front, request, socket));
        const server = createServer((socket) => {
            this.sockets.add(socket);
            socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
            // Node.js connects with TLS, and others ask for a tunnel.
            onFirstBytes(socket, (start) =>
                start[0] === tlsHandshake ? front.accept(socket) : http.emit("connection", socket),
            );
        });
        this.servers.push({ server, front });
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
        return (server.address() as AddressInfo).port;
    }

    private connected(email: string, front: GoogleFront, { url = "" }: IncomingMessage, socket: Socket): void {
        const { terminal, running } = this.options;
        const { hostname, port } = new URL(`tcp://${url}`);
        if (isApi(hostname) || running(`https://${hostname}`) !== undefined) {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            front.accept(socket);
            return;
        }
        if (!/^(127\.[\d.]+|localhost|\[::1\])$/.test(hostname)) {
            terminal.logOnce(`${email} calls ${hostname}, on the internet`);
        }
        let isOpen = false;
        const target = connect(Number(port || 443), hostname.replace(/^\[|\]$/g, ""), () => {
            isOpen = true;
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            socket.pipe(target).pipe(socket);
        });
        target.on("error", () => socket.end(isOpen ? "" : "HTTP/1.1 502 Bad Gateway\r\n\r\n"));
        socket.on("close", () => target.destroy());
    }
}
