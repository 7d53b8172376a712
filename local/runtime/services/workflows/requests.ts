import { workflowsLimits } from "slipway/facts";
import { anonymous } from "../../emulator/access";
import type { CallResult } from "../../emulator/caller";
import type { Serving } from "../../emulator/serving";
import { fromJson, isMap, NotRun, raised, toJson, type Value, type ValueMap } from "./values";

const { response: responseLimit } = workflowsLimits.rows;

/** https://cloud.google.com/workflows/docs/reference/stdlib/http/request */
const timeouts = { usual: 300, longest: 1800 };
const known = ["method", "url", "timeout", "body", "headers", "query", "auth"];

type Services = Pick<Serving, "access" | "caller" | "cloud">;

/** Sends the request of a step as the account of its workflow. */
export async function sendRequest(services: Services, account: string, args: ValueMap): Promise<Value> {
    const other = Object.keys(args).find((key) => !known.includes(key));
    if (other !== undefined) {
        throw new NotRun(`requests with '${other}'`);
    }
    const { method = "GET", timeout = timeouts.usual, auth = null } = args;
    const url = withQuery(args.url ?? null, args.query ?? null);
    if (typeof timeout !== "number" || timeout <= 0 || timeout > timeouts.longest) {
        throw raised("ValueError", `timeout must be a number of up to ${timeouts.longest} seconds`);
    }
    const headers = headersOf(args.headers ?? null);
    const body = bodyOf(args.body ?? null, headers);
    const type = isMap(auth) ? auth.type : undefined;
    if (auth !== null && type !== "OIDC" && type !== "OAuth2") {
        throw raised("ValueError", 'the type of auth must be "OIDC" or "OAuth2"');
    }
    const audience = isMap(auth) && typeof auth.audience === "string" ? auth.audience : url;
    const request = { method: String(method), headers, body, timeout };
    const { hostname } = new URL(url);
    const result = hostname.endsWith(".googleapis.com")
        ? await callApi(services, type === "OAuth2" ? account : anonymous, url, request)
        : await services.caller.call({
              ...request,
              url,
              ...(type === "OIDC" && { identity: { email: account, audience } }),
          });
    return responseOf(result, url);
}

interface Outgoing {
    method: string;
    headers: Record<string, string>;
    body?: Buffer;
    timeout: number;
}

/** Calls an API of the local Google Cloud, at the address of the account. */
async function callApi({ access }: Services, email: string, url: string, request: Outgoing): Promise<CallResult> {
    const { method, headers, body, timeout } = request;
    const { host, pathname, search } = new URL(url);
    try {
        const answer = await fetch(`http://${await access.address(email)}${pathname}${search}`, {
            method,
            headers: { ...headers, connection: "close" },
            body: body && new Uint8Array(body),
            redirect: "manual",
            signal: AbortSignal.timeout(timeout * 1000),
        });
        const content = Buffer.from(await answer.arrayBuffer());
        if (answer.status === 501) {
            throw new NotRun(`${method} ${pathname} of ${host}`);
        }
        return {
            status: answer.status,
            reason: String(answer.status),
            answer: { headers: Object.fromEntries(answer.headers), body: content },
        };
    } catch (error) {
        if (error instanceof NotRun) {
            throw error;
        }
        const isLate = (error as Error).name === "TimeoutError";
        return { reason: (error as Error).message, isLate };
    }
}

function withQuery(url: Value, query: Value): string {
    if (typeof url !== "string" || !URL.canParse(url) || !/^https?:/.test(url)) {
        throw raised("ValueError", `the URL must start with http:// or https:// (got ${url})`);
    }
    const full = new URL(url);
    for (const [key, value] of Object.entries(isMap(query) ? query : {})) {
        for (const each of Array.isArray(value) ? value : [value]) {
            full.searchParams.append(key, String(each));
        }
    }
    return query === null ? url : full.href;
}

function headersOf(headers: Value): Record<string, string> {
    if (headers !== null && !isMap(headers)) {
        throw raised("TypeError", "headers must be a map of strings");
    }
    return Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => {
            if (typeof value !== "string") {
                throw raised("TypeError", `the header ${name} must be a string`);
            }
            return [name.toLowerCase(), value];
        }),
    );
}

/** The bytes of the body, by the content type, which is set if there is none. */
function bodyOf(body: Value, headers: Record<string, string>): Buffer | undefined {
    if (body === null) {
        return undefined;
    }
    const type = headers["content-type"]?.toLowerCase();
    if (Buffer.isBuffer(body)) {
        headers["content-type"] ??= "application/octet-stream";
        return body;
    }
    if (type === undefined) {
        headers["content-type"] = "application/json; charset=utf-8";
        return Buffer.from(toJson(body));
    }
    if (/^application\/x-www-form-urlencoded/.test(type) && isMap(body)) {
        return Buffer.from(
            new URLSearchParams(Object.entries(body).map(([key, value]) => [key, String(value)])).toString(),
        );
    }
    if (/^application\/([\w.-]+\+)?json/.test(type) && typeof body !== "string") {
        return Buffer.from(toJson(body));
    }
    if (typeof body === "string" && !/json/.test(type)) {
        return Buffer.from(body);
    }
    throw new NotRun(`a body of this type with the content type ${type}`);
}

/** A header's name in the form of the responses: `Content-Type`. */
const canonical = (name: string) => name.replace(/(^|-)[a-z]/g, (sign) => sign.toUpperCase());

function responseOf({ status, reason, isLate, answer }: CallResult, url: string): Value {
    if (reason === "no route") {
        throw new NotRun(
            `requests to ${new URL(url).origin}: add --route ${new URL(url).origin}=http://127.0.0.1:<port>`,
        );
    }
    if (status === undefined) {
        throw isLate
            ? raised("TimeoutError", reason)
            : raised("ConnectionError", reason, { tags: ["ConnectionError", "ConnectionFailedError"] });
    }
    const headers = Object.fromEntries(
        Object.entries(answer?.headers ?? {}).map(([name, value]): [string, Value] => [canonical(name), value]),
    );
    const content = answer?.body ?? Buffer.from(reason);
    if (content.length > responseLimit.max) {
        throw raised("ResourceLimitError", `the response exceeds ${responseLimit.max} bytes`);
    }
    const body = decoded(content, answer?.headers["content-type"] ?? "text/plain");
    if (status >= 400) {
        const message = `HTTP server responded with error code ${status}`;
        throw raised("HttpError", message, { message, code: status, headers, body });
    }
    if (status >= 300) {
        throw new NotRun(`redirects (${status} from ${url})`);
    }
    return { code: status, headers, body };
}

function decoded(content: Buffer, type: string): Value {
    if (/^application\/([\w.-]+\+)?json/i.test(type)) {
        return content.length === 0 ? null : fromJson(content.toString());
    }
    return /^text\//i.test(type) ? content.toString() : content;
}
