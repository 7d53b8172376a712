import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import type { Inputs } from "../../local/simulator/rules/rules";
import { type RunningVersion, splitOf } from "./appEngine";

/** Running versions by service and ID; those of the flexible environment have no files. */
export type Fleet = Record<string, Record<string, Pick<RunningVersion, "url"> & Partial<RunningVersion>>>;

/** The front end of an application: it selects service and version, and applies the version's handlers. */
export interface Front {
    url: string;
    close(): void;
}

/** A header for what App Engine authenticates by other means than headers of the client. */
const knownAs = "x-test-known-as";

/** Headers of Cloud Scheduler, whose requests count as those of an administrator. */
export const scheduler = { [knownAs]: "admin", "x-cloudscheduler": "true" };

/** A request to an application. */
export interface AppRequest {
    /** The host name of the request. */
    host?: string;
    /** @default "https" */
    scheme?: "http" | "https";
    /** The JSON body of a POST request. */
    body?: unknown;
    headers?: Record<string, string>;
}

/** Sends a request to an application; redirects are returned. */
export async function sendRequest(
    { url }: Front,
    { host = "", scheme = "https", body, headers }: AppRequest,
    path: string,
) {
    const response = await fetch(`${url}${path}`, {
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
        headers: { connection: "close", "x-forwarded-host": host, "x-forwarded-proto": scheme, ...headers },
        redirect: "manual",
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return { status: response.status, headers: response.headers, answer: isJson ? JSON.parse(text) : text };
}

/** The responses to a number of browsers with different cookies of App Engine. */
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

/** Counts the occurrences of each word. */
export function counted(words: string[]): Record<string, number> {
    return Object.fromEntries([...new Set(words)].map((word) => [word, words.filter((each) => each === word).length]));
}

/** @param fleet can change while it runs */
export async function front(cloud: Cloud, project: string, fleet: Fleet): Promise<Front> {
    const server = createServer((incoming, response) => {
        try {
            const { service, version } = routed(cloud, project, fleet, incoming, response);
            const running = fleet[service]?.[version];
            running
                ? handled(running, incoming, response)
                : respond(response, 503, `${service} ${version} does not run`);
        } catch (error) {
            respond(response, 500, String(error));
        }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = () => {
        server.closeAllConnections();
        server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function respond(response: ServerResponse, status: number, text = "", headers: Record<string, string> = {}): void {
    response.writeHead(status, headers).end(text);
}

/** The host name of a request. Node's `fetch` always sends the host of the URL. */
const hostOf = ({ headers }: IncomingMessage) =>
    String(headers["x-forwarded-host"] ?? headers.host ?? "").replace(/:\d+$/, "");

const pathOf = ({ url = "/" }: IncomingMessage) => decodeURIComponent(url.split("?")[0] as string);

/** "How requests are routed": by the first matching dispatch rule, otherwise by the host; then by the traffic split. */
function routed(cloud: Cloud, project: string, fleet: Fleet, incoming: IncomingMessage, response: ServerResponse) {
    const host = hostOf(incoming);
    const { urlDispatchRules }: Inputs = cloud.store.read(`//appengine.googleapis.com/apps/${project}`)?.state ?? {};
    const rule = urlDispatchRules.find(({ domain, path }: Inputs) => {
        return isLike(domain, host) && isLike(path, pathOf(incoming));
    });
    const labels = rule ? [rule.service] : (host.split(".")[0] as string).split("-dot-").slice(0, -1);
    // A label that is not a service is a version of the default service.
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

/** "Splitting traffic": selects a version by its share; the same cookie or address always gets the same version. */
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

/** "app.yaml reference": the first handler whose expression matches the whole path. */
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
    respond(response, 404);
}

/** Whether a handler responds to the request itself, for example with a redirect. */
function refusedBy(handler: Inputs, incoming: IncomingMessage, response: ServerResponse): boolean {
    const { securityLevel, login, authFailAction, redirectHttpResponseCode } = handler;
    const { "x-forwarded-proto": scheme, [knownAs]: known } = incoming.headers;
    if (securityLevel === "SECURE_ALWAYS" && scheme !== "https") {
        const status = Number(String(redirectHttpResponseCode ?? "302").slice(-3));
        respond(response, status, "", { location: `https://${hostOf(incoming)}${incoming.url}` });
        return true;
    }
    const isKnown = login === "LOGIN_ADMIN" ? known === "admin" : login !== "LOGIN_REQUIRED" || known !== undefined;
    if (!isKnown) {
        const isRefused = authFailAction === "AUTH_FAIL_ACTION_UNAUTHORIZED";
        isRefused
            ? respond(response, 401)
            : respond(response, 302, "", { location: "https://accounts.google.com/ServiceLogin" });
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

/** "app.yaml reference": static files expire after ten minutes by default. */
function served(
    { mimeType, expiration, httpHeaders }: Inputs,
    file: string | undefined,
    response: ServerResponse,
): void {
    if (file === undefined) {
        respond(response, 404);
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

/** Forwards a request to the code, without headers that only App Engine can set. */
function passedOn({ url }: { url: string }, incoming: IncomingMessage, response: ServerResponse): void {
    const sent = Object.entries(incoming.headers).filter(
        ([name]) => !name.startsWith("x-appengine-") && name !== knownAs,
    );
    const headers = { ...Object.fromEntries(sent), connection: "close" };
    const outgoing = request(`${url}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, connection: "close" });
        answer.pipe(response);
    });
    outgoing.on("error", (error) => respond(response, 502, error.message));
    incoming.pipe(outgoing);
}
