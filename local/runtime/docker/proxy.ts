import type { IncomingMessage, Server } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";

/** Artifact Registry hosts for images. */
const registryHost = /^[a-z0-9-]+-docker\.pkg\.dev$/;

/** A certificate and its key, as PEM. */
interface Certified {
    certificate: string;
    key: string;
}

/**
 * Makes a server a proxy for image builds and pulls: requests to Artifact Registry are served by the local registry
 * with its own certificate, all other traffic is forwarded unread.
 *
 * @param server the server that clients connect to
 * @param registry serves the Artifact Registry hosts
 */
export function proxyTo(server: Server, registry: Server, { certificate, key }: Certified): void {
    const secureContext = createSecureContext({ cert: certificate, key });
    server.on("connect", (request: IncomingMessage, socket: Duplex, first: Buffer) => {
        const [, host = "", port = "443"] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(request.url ?? "") ?? [];
        socket.on("error", () => socket.destroy());
        if (registryHost.test(host)) {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            socket.unshift(first);
            const secure = new TLSSocket(socket as Socket, { isServer: true, secureContext });
            secure.on("error", () => secure.destroy());
            registry.emit("connection", secure);
        } else {
            tunnel(socket, first, host, Number(port));
        }
    });
}

/** Forwards a connection, through the machine's own proxy if one is configured for the host. */
function tunnel(socket: Duplex, first: Buffer, host: string, port: number): void {
    const proxy = proxyFor(host, process.env);
    const other = proxy ? connect(Number(proxy.port || 80), proxy.hostname) : connect(port, host);
    const refuse = () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    other.once("error", refuse);
    other.once("connect", () => {
        other.off("error", refuse).on("error", () => socket.destroy());
        if (proxy) {
            const user = decodeURIComponent(`${proxy.username}:${proxy.password}`);
            const signed = proxy.username
                ? `Proxy-Authorization: Basic ${Buffer.from(user).toString("base64")}\r\n`
                : "";
            other.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n${signed}\r\n`);
        } else {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        }
        other.write(first);
        socket.pipe(other).pipe(socket);
    });
    socket.once("close", () => other.destroy());
}

/** Reads "HTTPS_PROXY and NO_PROXY" like Go programs. */
function proxyFor(host: string, { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy }: NodeJS.ProcessEnv): URL | undefined {
    const value = HTTPS_PROXY ?? https_proxy;
    const direct = (NO_PROXY ?? no_proxy ?? "").split(",").map((item) => item.trim().replace(/^\*?\./, ""));
    const isDirect = direct.some(
        (item) => item === "*" || (item !== "" && (host === item || host.endsWith(`.${item}`))),
    );
    return !value || isDirect ? undefined : new URL(/:\/\//.test(value) ? value : `http://${value}`);
}
