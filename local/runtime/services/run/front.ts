import { createHash } from "node:crypto";
import {
    createServer,
    type IncomingHttpHeaders,
    type IncomingMessage,
    request,
    type Server,
    type ServerResponse,
} from "node:http";
import {
    connect as connectHttp2,
    createServer as createHttp2Server,
    type Http2Server,
    type Http2ServerRequest,
    type Http2ServerResponse,
} from "node:http2";
import { request as requestHttps } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import type { Duplex, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { isHttp2, onFirstBytes } from "../../emulator/firstBytes";
import { websiteRefusal } from "../../emulator/websites";
import { type OwnAnswer, timedOut, tokenHeader } from "./invoker";

type Headers = Record<string, string | string[]>;

/** A container, or another server, that a request goes to. */
export interface Upstream {
    /** The origin of a server that is not on a port of this machine, such as `https://predict.acme.dev`. */
    origin?: string;
    port: number;
    /** By default those of the request, with the headers of Cloud Run. */
    sent?: { path: string; headers: Headers };
    /** Whether it accepts only HTTP/2 without TLS: https://cloud.google.com/run/docs/configuring/http2 */
    isHttp2: boolean;
    /** The maximum duration of a request in milliseconds. */
    timeout: number;
    /** Whether the token of the caller was verified: Cloud Run then removes its signature. */
    isVerified: boolean;
    /** Headers that the container gets if the client has not sent them. */
    added?: Record<string, string>;
    /** A cookie that the response sets. */
    cookie?: string;
    /** Changes the headers of the response. */
    answered?(headers: Headers, status: number): Headers;
    /** The next attempt after a response with this status, or after none; undefined if there is none. Only with HTTP/1.1. */
    retry?(status?: number): Upstream | undefined;
    release(): void;
}

/** Called when a request has ended. */
export interface Observed {
    /** @param ms the time from the request to the end of the response in milliseconds */
    done?(status: number, ms: number): void;
}

/** Chooses the container for a request, or answers it. */
export type Choose = (request: Requested, ended: AbortSignal) => Promise<(Upstream | OwnAnswer) & Observed>;

export type Requested = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Headers of a connection, which a proxy does not pass on: RFC 9110, section 7.6.1. */
export const hops = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings"];

/** An address on this machine that passes requests on to containers. */
export class Front {
    private readonly sockets = new Set<Socket>();

    private constructor(
        readonly url: string,
        private readonly server: ReturnType<typeof createTcpServer>,
    ) {}

    /**
     * @param name has the same port at each start, if it is free
     * @param chooseContainer chooses the container
     * @param failed called with the reason of a request that a container did not answer
     * @param isKnown whether a host name is one of the component that answers
     */
    static async open(
        name: string,
        chooseContainer: Choose,
        failed: (answer: OwnAnswer) => void,
        isKnown?: (host: string) => boolean,
    ): Promise<Front> {
        const choose: Choose = async (incoming, ended) => {
            const reason = websiteRefusal(incoming.headers, isKnown);
            return reason === undefined ? chooseContainer(incoming, ended) : { status: 403, body: reason, reason };
        };
        const handle = (incoming: Requested, response: Response) => void passOn(incoming, response, choose, failed);
        const http: Server = createServer({ keepAliveTimeout: 60_000 }, handle);
        http.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
            void upgrade(incoming, socket, head, choose, failed);
        });
        const http2: Http2Server = createHttp2Server(handle);
        const server = createTcpServer((socket) => {
            front.sockets.add(socket);
            socket.on("close", () => front.sockets.delete(socket)).on("error", () => socket.destroy());
            onFirstBytes(socket, (start) => (isHttp2(start) ? http2 : http).emit("connection", socket));
        });
        const listen = (port: number) =>
            new Promise<void>((resolve, reject) => {
                server.once("error", reject).listen(port, "127.0.0.1", () => {
                    server.off("error", reject);
                    resolve();
                });
            });
        await listen(portOf(name)).catch(() => listen(0));
        const front = new Front(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
        return front;
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) {
            socket.destroy();
        }
        await new Promise((resolve) => this.server.close(resolve));
    }
}

/** A port below those that systems assign themselves. */
const portOf = (name: string): number => 20_000 + (createHash("sha256").update(name).digest().readUInt32BE() % 10_000);

async function passOn(
    incoming: Requested,
    response: Response,
    choose: Choose,
    failed: (answer: OwnAnswer) => void,
): Promise<void> {
    const began = performance.now();
    const ended = new AbortController();
    response.on("close", () => ended.abort());
    const upstream: (Upstream | OwnAnswer) & Observed = await choose(incoming, ended.signal).catch((error: Error) =>
        failure(error),
    );
    response.on("close", () => upstream.done?.(response.statusCode, performance.now() - began));
    if ("status" in upstream) {
        incoming.resume();
        failed(upstream);
        reply(response, upstream);
        return;
    }
    // What can be sent again is read as a whole.
    const body = upstream.retry && (await buffer(incoming));
    attempt({ incoming, response, body, failed, ended: ended.signal }, upstream);
}

/** A request that is passed on, and the response to it. */
interface Exchange {
    incoming: Requested;
    response: Response;
    /** The body, unless it is passed on as it arrives. */
    body?: Buffer;
    failed(answer: OwnAnswer): void;
    ended: AbortSignal;
}

function attempt(exchange: Exchange, upstream: Upstream): void {
    const { response, failed, ended } = exchange;
    response.on("close", upstream.release);
    if (ended.aborted) {
        upstream.release();
        return;
    }
    let isTimeout = false;
    let isOver = false;
    const again = (status?: number): boolean => {
        const next = isOver || ended.aborted || response.headersSent ? undefined : upstream.retry?.(status);
        if (next) {
            isOver = true;
            clearTimeout(timer);
            attempt(exchange, next);
        }
        return isOver;
    };
    const fail = (error: Error) => {
        if (!ended.aborted && !again()) {
            const answer = isTimeout ? timedOut : failure(error);
            failed(answer);
            reply(response, answer);
        }
    };
    const send = upstream.isHttp2 ? sendHttp2 : sendHttp1;
    const stream = send(exchange, upstream, fail, again);
    const timer = setTimeout(() => {
        isTimeout = true;
        stream.destroy(new Error("timeout"));
    }, upstream.timeout);
    response.on("close", () => {
        clearTimeout(timer);
        stream.destroy();
    });
}

/** The headers for a container: https://cloud.google.com/run/docs/container-contract#http-headers */
function headersOf({ headers, socket }: Requested, { isVerified, sent, added }: Upstream): Headers {
    if (sent) {
        return sent.headers;
    }
    const passed = Object.entries(headers).filter(([name]) => !name.startsWith(":") && !hops.includes(name));
    const client = socket?.remoteAddress ?? "127.0.0.1";
    const before = headers["x-forwarded-for"];
    return {
        ...added,
        ...(Object.fromEntries(passed) as Record<string, string>),
        host: String(headers.host ?? headers[":authority"] ?? ""),
        "x-forwarded-for": before ? `${before},${client}` : client,
        "x-forwarded-proto": "https",
        ...(isVerified && withoutSignature(headers)),
    };
}

/**
 * Cloud Run verifies tokens, and removes their signature:
 * https://cloud.google.com/run/docs/authenticating/service-to-service
 */
function withoutSignature(headers: IncomingHttpHeaders): Record<string, string> {
    const name = tokenHeader(headers);
    const [, unsigned] = /^(bearer [\w-]+\.[\w-]+)\.[\w-]+$/i.exec(String(headers[name] ?? "")) ?? [];
    return unsigned ? { [name]: `${unsigned}.SIGNATURE_REMOVED_BY_GOOGLE` } : {};
}

/** A request to the upstream of HTTP/1.1. */
function requestTo(
    { origin = "http://127.0.0.1", port, sent }: Upstream,
    { method, url }: Requested,
    headers: Headers,
) {
    const { protocol, hostname } = new URL(origin);
    const send = protocol === "https:" ? requestHttps : request;
    const host = hostname.replaceAll(/[[\]]/g, "");
    return send({ host, port, method, path: sent?.path ?? url, headers, agent: false });
}

const withoutHops = (headers: object): Headers =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":") && !hops.includes(name)));

/** The headers of a response, for the client. */
function responseHeaders(headers: IncomingHttpHeaders, status: number, { cookie, answered }: Upstream): Headers {
    const passed = withoutHops(headers);
    const cookies = [...(headers["set-cookie"] ?? []), ...(cookie ? [cookie] : [])];
    const all = cookies.length > 0 ? { ...passed, "set-cookie": cookies } : passed;
    return answered?.(all, status) ?? all;
}

type Send = (exchange: Exchange, upstream: Upstream, fail: (error: Error) => void, again: Again) => Duplex | Writable;
/** Whether a response with this status is followed by another attempt. */
type Again = (status: number) => boolean;

const sendHttp1: Send = ({ incoming, response, body }, upstream, fail, again) => {
    const sent = requestTo(upstream, incoming, headersOf(incoming, upstream));
    sent.on("response", (answer) => {
        const { statusCode = 502 } = answer;
        if (again(statusCode)) {
            answer.resume();
            return;
        }
        (response as ServerResponse).writeHead(statusCode, responseHeaders(answer.headers, statusCode, upstream));
        answer.pipe(response as ServerResponse);
        answer.on("error", () => response.destroy());
    });
    sent.on("error", fail);
    sendBody(incoming, body, sent);
    return sent;
};

function sendBody(incoming: Requested, body: Buffer | undefined, sent: Writable): void {
    if (body) {
        sent.end(body);
    } else {
        incoming.pipe(sent);
    }
}

const sendHttp2: Send = ({ incoming, response, body }, upstream, fail) => {
    const session = connectHttp2(`http://127.0.0.1:${upstream.port}`);
    const { host, ...headers } = headersOf(incoming, upstream);
    const sent = session.request({
        ...headers,
        ":method": incoming.method ?? "GET",
        ":path": upstream.sent?.path ?? incoming.url ?? "/",
        ":authority": String(host),
        te: "trailers",
    });
    const trailers: Record<string, string> = {};
    sent.on("response", ({ ":status": status = 502, ...headers }) => {
        (response as ServerResponse).writeHead(status, responseHeaders(headers, status, upstream));
        sent.pipe(response as ServerResponse, { end: false });
    });
    sent.on("trailers", (found) => Object.assign(trailers, found));
    sent.on("end", () => {
        (response as ServerResponse).addTrailers(trailers);
        response.end();
    });
    sent.on("close", () => session.close());
    sent.on("error", fail);
    session.on("error", fail);
    sendBody(incoming, body, sent);
    return sent;
};

/** WebSockets: https://cloud.google.com/run/docs/triggering/websockets */
async function upgrade(
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    choose: Choose,
    failed: (answer: OwnAnswer) => void,
): Promise<void> {
    const ended = new AbortController();
    socket.on("close", () => ended.abort()).on("error", () => socket.destroy());
    const upstream = await choose(incoming, ended.signal).catch((error: Error) => failure(error));
    if ("status" in upstream) {
        failed(upstream);
        socket.end(`HTTP/1.1 ${upstream.status} \r\nconnection: close\r\n\r\n${upstream.body}`);
        return;
    }
    socket.on("close", upstream.release);
    const headers = {
        ...headersOf(incoming, upstream),
        connection: "upgrade",
        upgrade: incoming.headers.upgrade ?? "",
    };
    const sent = requestTo(upstream, incoming, headers);
    const timer = setTimeout(() => socket.destroy(), upstream.timeout);
    socket.on("close", () => {
        clearTimeout(timer);
        sent.destroy();
    });
    sent.on("upgrade", (answer, other, first) => {
        const lines = answer.rawHeaders.flatMap((name, index, all) =>
            index % 2 === 0 ? [`${name}: ${all[index + 1]}\r\n`] : [],
        );
        const cookie = upstream.cookie ? `set-cookie: ${upstream.cookie}\r\n` : "";
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}${cookie}\r\n`);
        socket.write(first);
        other.write(head);
        other.on("error", () => socket.destroy()).on("close", () => socket.destroy());
        socket.on("close", () => other.destroy());
        other.pipe(socket).pipe(other);
    });
    sent.on("response", (answer) => {
        socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`);
        answer.pipe(socket);
    });
    sent.on("error", () => socket.destroy());
    sent.end();
}

/**
 * The answer to a request that a container did not answer, with the log of Cloud Run: https://github.com/nodejs/build/issues/3770
 * The body is that of Envoy: https://github.com/GoogleCloudPlatform/cloud-run-samples/issues/223
 */
function failure({ message, code = "" }: NodeJS.ErrnoException): OwnAnswer {
    const isProtocol = /^(HPE_|ERR_HTTP2_)/.test(code);
    const cause = isProtocol
        ? "protocol error"
        : code === "ECONNRESET"
          ? "connection termination"
          : "connection failure";
    return {
        status: 503,
        body: `upstream connect error or disconnect/reset before headers. reset reason: ${cause}`,
        reason: `The request failed because either the HTTP response was malformed or connection to the instance had an error. (${message})`,
    };
}

function reply(response: Response, { status, headers, body }: OwnAnswer): void {
    if (response.headersSent || response.writableEnded) {
        response.destroy();
        return;
    }
    const type = String(body.slice(0, 1)) === "<" ? "text/html; charset=UTF-8" : "text/plain";
    (response as ServerResponse).writeHead(status, {
        "content-type": type,
        "content-length": Buffer.byteLength(body),
        ...headers,
    });
    response.end(body);
}
