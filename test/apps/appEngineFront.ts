import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Cloud } from "../../local/cloud/cloud";
import type { Inputs } from "../../local/rules/rules";
import { type RunningVersion, splitOf } from "./appEngine";

/** Versions that run, by their service and their id; those of the flexible environment have no files of their own. */
export type Fleet = Record<string, Record<string, Pick<RunningVersion, "url"> & Partial<RunningVersion>>>;

/** What comes before the services of an application: it chooses service and version, and does what the version's handlers say. */
export interface Front {
    url: string;
    close(): void;
}

/** Stands in for who is known to App Engine by other means than a header that anybody could send. */
const knownAs = "x-test-known-as";

/** Headers of a request of Cloud Scheduler, which counts as an administrator. */
export const scheduler = { [knownAs]: "admin", "x-cloudscheduler": "true" };

/** A request to an application. */
export interface AppRequest {
    /** As whom it is called. */
    host?: string;
    /** @default "https" */
    scheme?: "http" | "https";
    /** What is sent, as JSON and by POST. */
    body?: unknown;
    headers?: Record<string, string>;
}

/** Asks an application at a path; redirections are answers. */
export async function asked({ url }: Front, { host = "", scheme = "https", body, headers }: AppRequest, path: string) {
    const response = await fetch(`${url}${path}`, {
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
        headers: { connection: "close", "x-forwarded-host": host, "x-forwarded-proto": scheme, ...headers },
        redirect: "manual",
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return { status: response.status, headers: response.headers, answer: isJson ? JSON.parse(text) : text };
}

/** What so many browsers are answered, which App Engine's cookie tells apart: they stand for all of its thousand. */
export async function byBrowsers<Answer>(
    count: number,
    ask: (headers: Record<string, string>) => Promise<Answer>,
): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let browser = 0; browser < 1000; browser += 1000 / count) {
        answers.push(await ask({ cookie: `GOOGAPPUID=x${browser}` }));
    }
    return answers;
}

/** How many times each word is there. */
export function counted(words: string[]): Record<string, number> {
    return Object.fromEntries([...new Set(words)].map((word) => [word, words.filter((each) => each === word).length]));
}

/** @param fleet may change while it runs */
export async function front(cloud: Cloud, project: string, fleet: Fleet): Promise<Front> {
    const server = createServer((incoming, response) => {
        try {
            const { service, version } = routed(cloud, project, fleet, incoming, response);
            const running = fleet[service]?.[version];
            running ? handled(running, incoming, response) : ended(response, 503, `${service} ${version} does not run`);
        } catch (error) {
            ended(response, 500, String(error));
        }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = () => {
        server.closeAllConnections();
        server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function ended(response: ServerResponse, status: number, text = "", headers: Record<string, string> = {}): void {
    response.writeHead(status, headers).end(text);
}

/** As whom the application is called. Node's `fetch` calls nobody by another name than its address. */
const hostOf = ({ headers }: IncomingMessage) =>
    String(headers["x-forwarded-host"] ?? headers.host ?? "").replace(/:\d+$/, "");

const pathOf = ({ url = "/" }: IncomingMessage) => decodeURIComponent(url.split("?")[0] as string);

/** "How requests are routed": by the first rule of dispatch, or else by the host; then by the division of the traffic. */
function routed(cloud: Cloud, project: string, fleet: Fleet, incoming: IncomingMessage, response: ServerResponse) {
    const host = hostOf(incoming);
    const { urlDispatchRules }: Inputs = cloud.store.read(`//appengine.googleapis.com/apps/${project}`)?.state ?? {};
    const rule = urlDispatchRules.find(({ domain, path }: Inputs) => {
        return isLike(domain, host) && isLike(path, pathOf(incoming));
    });
    const labels = rule ? [rule.service] : (host.split(".")[0] as string).split("-dot-").slice(0, -1);
    // What is no service is a version of the default one.
    const service: string = fleet[labels.at(-1)] ? labels.at(-1) : "default";
    const [version = chosen(splitOf(cloud, project, service), incoming, response)] = labels.filter(
        (label) => label !== service,
    );
    return { service, version };
}

function isLike(pattern: string, text: string): boolean {
    return new RegExp(
        `^${pattern
            .split("*")
            .map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, "\\$&"))
            .join(".*")}$`,
    ).test(text);
}

/** "Splitting traffic": the version of a share, which a cookie or an address always has the same of. */
function chosen(
    { allocations, shardBy }: ReturnType<typeof splitOf>,
    incoming: IncomingMessage,
    response: ServerResponse,
): string {
    const [, cookie] = /\bGOOGAPPUID=x?(\d{1,3})\b/.exec(incoming.headers.cookie ?? "") ?? [];
    const address = String(incoming.headers["x-forwarded-for"] ?? incoming.socket.remoteAddress);
    const number =
        shardBy === "IP"
            ? createHash("sha256").update(address).digest().readUInt32BE(0) % 1000
            : Number(cookie ?? Math.floor(Math.random() * 1000));
    if (shardBy === "COOKIE" && cookie === undefined) {
        response.setHeader("set-cookie", `GOOGAPPUID=x${number}`);
    }
    let end = 0;
    for (const [version, share] of Object.entries(allocations).sort()) {
        end += share * 1000;
        if (number < end - 1e-6) {
            return version;
        }
    }
    throw new Error(`no version has the share ${number} of ${JSON.stringify(allocations)}`);
}

/** "app.yaml reference": the first handler whose expression is the whole path. */
function handled(running: Fleet[string][string], incoming: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(incoming);
    for (const handler of (running.deployed?.handlers ?? [{ urlRegex: ".*", script: {} }]) as Inputs[]) {
        const matched = new RegExp(`^(?:${handler.urlRegex})$`).exec(path);
        const file = matched && handler.staticFiles && fileOf(running, handler.staticFiles, matched);
        if (matched && !(handler.staticFiles?.requireMatchingFile && file === undefined)) {
            refusedBy(handler, incoming, response) ||
                (handler.staticFiles
                    ? served(handler.staticFiles, file, response)
                    : passedOn(running, incoming, response));
            return;
        }
    }
    ended(response, 404);
}

/** Whether a handler lets a request go no further, which then is answered. */
function refusedBy(handler: Inputs, incoming: IncomingMessage, response: ServerResponse): boolean {
    const { securityLevel, login, authFailAction, redirectHttpResponseCode } = handler;
    const { "x-forwarded-proto": scheme, [knownAs]: known } = incoming.headers;
    if (securityLevel === "SECURE_ALWAYS" && scheme !== "https") {
        const status = Number(String(redirectHttpResponseCode ?? "302").slice(-3));
        ended(response, status, "", { location: `https://${hostOf(incoming)}${incoming.url}` });
        return true;
    }
    const isKnown = login === "LOGIN_ADMIN" ? known === "admin" : login !== "LOGIN_REQUIRED" || known !== undefined;
    if (!isKnown) {
        const isRefused = authFailAction === "AUTH_FAIL_ACTION_UNAUTHORIZED";
        isRefused
            ? ended(response, 401)
            : ended(response, 302, "", { location: "https://accounts.google.com/ServiceLogin" });
    }
    return !isKnown;
}

function fileOf(
    { files }: Partial<RunningVersion>,
    { path, uploadPathRegex }: Inputs,
    matched: string[],
): string | undefined {
    const name = String(path).replaceAll(/\\(\d)/g, (_, group) => matched[Number(group)] ?? "");
    const isThere = files && new RegExp(`^(?:${uploadPathRegex})$`).test(name) && existsSync(join(files, name));
    return isThere ? join(files, name) : undefined;
}

const types: Record<string, string> = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".txt": "text/plain",
};

/** "app.yaml reference": expiration, of ten minutes where a handler has none. */
function served(
    { mimeType, expiration, httpHeaders }: Inputs,
    file: string | undefined,
    response: ServerResponse,
): void {
    if (file === undefined) {
        ended(response, 404);
        return;
    }
    const seconds = expiration === undefined ? 600 : Number.parseFloat(expiration);
    const content = readFileSync(file);
    const headers = {
        "content-type": mimeType ?? types[extname(file)] ?? "application/octet-stream",
        "cache-control": `public, max-age=${seconds}`,
        etag: `"${createHash("sha1").update(content).digest("hex").slice(0, 6)}"`,
        ...httpHeaders,
    };
    response.writeHead(200, headers).end(content);
}

/** Hands a request to the code, without the headers that only App Engine sets. */
function passedOn({ url }: { url: string }, incoming: IncomingMessage, response: ServerResponse): void {
    const sent = Object.entries(incoming.headers).filter(
        ([name]) => !name.startsWith("x-appengine-") && name !== knownAs,
    );
    const headers = { ...Object.fromEntries(sent), connection: "close" };
    const outgoing = request(`${url}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, connection: "close" });
        answer.pipe(response);
    });
    outgoing.on("error", (error) => ended(response, 502, error.message));
    incoming.pipe(outgoing);
}
