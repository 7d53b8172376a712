import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { lookup } from "mrmime";
import type { Inputs } from "../../../simulator";
import type { OwnAnswer } from "../run/invoker";
import { type VersionFiles, wholly } from "./versionFiles";

/** A request to a version. */
export interface AppRequest {
    method: string;
    host: string;
    /** Without the query, decoded. */
    path: string;
    /** As it was sent. */
    url: string;
    headers: IncomingHttpHeaders;
    /** Who is signed in: a user, or an administrator of the application. */
    signedIn?: "user" | "admin";
}

/** A file of the version that a handler serves. */
interface StaticFile {
    settings: Inputs;
    path: string;
    content: Uint8Array;
}

/** Answers of App Engine itself, which the terminal does not show. */
const own = (status: number, headers: Record<string, string> = {}, body: OwnAnswer["body"] = ""): OwnAnswer => ({
    status,
    headers,
    body,
    reason: "",
});

/**
 * The answer of the first handler whose expression matches the path; undefined if the code answers.
 * https://cloud.google.com/appengine/docs/standard/reference/app-yaml#handlers_element
 */
export function answerOf(handlers: Inputs[], { statics }: VersionFiles, request: AppRequest): OwnAnswer | undefined {
    for (const handler of handlers) {
        const { staticFiles } = handler;
        const matched = wholly(handler.urlRegex).exec(request.path);
        const file = matched && staticFiles && fileOf(statics, staticFiles, matched);
        if (matched && !(staticFiles?.requireMatchingFile && file === undefined)) {
            return (
                insecure(handler, request) ??
                unauthorized(handler, request) ??
                (staticFiles ? (file ? served(file, request) : own(404)) : undefined)
            );
        }
    }
    return own(404);
}

/** Requests to an address of this machine count as the handler requires, unless a proxy says otherwise. */
function insecure({ securityLevel, redirectHttpResponseCode }: Inputs, request: AppRequest): OwnAnswer | undefined {
    const { host, url, headers } = request;
    const scheme = headers["x-forwarded-proto"];
    const required = { SECURE_ALWAYS: "https", SECURE_NEVER: "http" }[String(securityLevel)];
    if (required === undefined || scheme === undefined || scheme === required) {
        return undefined;
    }
    const status = Number(String(redirectHttpResponseCode ?? "302").slice(-3));
    return own(status, { location: `${required}://${host}${url}` });
}

function unauthorized({ login, authFailAction }: Inputs, request: AppRequest): OwnAnswer | undefined {
    const { host, url, signedIn } = request;
    if ((login !== "LOGIN_REQUIRED" && login !== "LOGIN_ADMIN") || signedIn === "admin") {
        return undefined;
    }
    if (signedIn !== undefined) {
        return login === "LOGIN_REQUIRED"
            ? undefined
            : { ...own(403, {}, "Forbidden"), reason: "the user is not an administrator of the application" };
    }
    const reason = `${login === "LOGIN_ADMIN" ? "an administrator" : "a user"} must be signed in: send an identity token`;
    const location = `https://accounts.google.com/ServiceLogin?${new URLSearchParams({ continue: `https://${host}${url}` })}`;
    const answer = authFailAction === "AUTH_FAIL_ACTION_UNAUTHORIZED" ? own(401) : own(302, { location });
    return { ...answer, reason };
}

function fileOf(statics: VersionFiles["statics"], settings: Inputs, matched: RegExpExecArray): StaticFile | undefined {
    const path = String(settings.path).replaceAll(/\\(\d)/g, (_, group) => matched[Number(group)] ?? "");
    const content = wholly(settings.uploadPathRegex).test(path) ? statics[path] : undefined;
    return content && { settings, path, content };
}

/** Static files expire after ten minutes by default. */
const defaultExpiration = 600;

function served({ settings, path, content }: StaticFile, { method, headers }: AppRequest): OwnAnswer {
    if (method !== "GET" && method !== "HEAD") {
        return own(405, { allow: "GET, HEAD" });
    }
    const { mimeType, expiration, httpHeaders } = settings;
    const seconds = expiration === undefined ? defaultExpiration : Number.parseFloat(expiration);
    const etag = `"${createHash("sha1").update(content).digest("base64url").slice(0, 6)}"`;
    const sent = {
        "content-type": mimeType ?? lookup(path) ?? "application/octet-stream",
        "cache-control": `public, max-age=${seconds}`,
        expires: new Date(Date.now() + seconds * 1000).toUTCString(),
        etag,
        ...Object.fromEntries(
            Object.entries<string>(httpHeaders ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
        ),
    };
    return headers["if-none-match"] === etag ? own(304, sent) : own(200, sent, Buffer.from(content));
}
