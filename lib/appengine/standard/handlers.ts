import { appEngineStandardLimits } from "../../facts/limits/appEngine";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, inSeconds } from "../../internal/arguments/duration";
import type { SourceFile } from "../../internal/sources/listing";

/** The options of every handler. */
interface HandlerBase {
    /**
     * The paths: a {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml regular expression} that
     * matches the whole path, such as `"/api/.*"`. For `staticDir`, the beginning of the path, without groups. The first
     * matching handler is used.
     */
    url: string;
    /**
     * `"always"` redirects HTTP to HTTPS, `"optional"` accepts both, `"never"` accepts only HTTP.
     * @default "always"
     */
    secure?: "always" | "optional" | "never";
    /**
     * The HTTP status of the redirect for `secure`: 301, 302, 303 or 307.
     * @default 301
     */
    redirectHttpResponseCode?: 301 | 302 | 303 | 307;
    /**
     * Who must sign in with a Google Account: nobody, every user, or only administrators of the application. Cron jobs and
     * task queues of App Engine count as administrators.
     * @default "optional"
     */
    login?: "optional" | "required" | "admin";
    /**
     * What happens to requests of users who are not signed in: a redirect to the sign-in page, or HTTP status 401.
     * @default "redirect"
     */
    authFailAction?: "redirect" | "unauthorized";
}

/** The options of handlers of static files, which App Engine serves without the application. */
interface StaticBase extends HandlerBase {
    /**
     * How long browsers and proxies cache a file: `"0 seconds"` to `"365 days"`.
     * @default the service's `defaultExpiration`
     */
    expiration?: Duration;
    /**
     * Response headers. Headers that App Engine sets itself are refused.
     * @default none
     */
    httpHeaders?: Record<string, string>;
    /**
     * The MIME type of all files of the handler.
     * @default derived from the filename's extension
     */
    mimeType?: string;
    /**
     * Whether requests for a path without a file go to the next handlers instead of failing with HTTP status 404.
     * @default false
     */
    requireMatchingFile?: boolean;
    /**
     * Whether the application can read the files as well.
     * @default false
     */
    applicationReadable?: boolean;
}

/** Sends requests to the application. */
interface ScriptHandler extends HandlerBase {
    /** Always `"auto"`: the entrypoint starts the application. */
    script: "auto";
}

/** Serves a folder: with the `url` `/static`, `/static/app.css` is the file `app.css` of the folder. */
interface StaticDirHandler extends StaticBase {
    /** The folder, relative to the source: `"static"`. */
    staticDir: string;
}

/** Serves files that match a pattern. */
interface StaticFilesHandler extends StaticBase {
    /** The path of the file, relative to the source, with references to groups of `url`: `"static/\\1"`. */
    staticFiles: string;
    /** The files to upload: a regular expression that matches their whole paths, such as `"static/.*\\.png"`. */
    upload: string;
}

type Handlers = ScriptHandler | StaticDirHandler | StaticFilesHandler;

/** A handler of URL paths. */
export type Handler = check.OneOf<Handlers>;

/** A handler of static files. */
type StaticHandler = check.OneOf<StaticDirHandler | StaticFilesHandler, Handlers>;

const isStatic = (handler: Handler): handler is StaticHandler => handler.script === undefined;

const pattern = (beginning: RegExp, wording: string) =>
    check.pipe(
        check.matching(beginning, wording),
        check.refine((value) => countGroups(String(value)) !== undefined, "must be a regular expression"),
    );

/** The number of groups in a regular expression; undefined if it is invalid. */
export function countGroups(expression: string): number | undefined {
    try {
        return (new RegExp(`${expression}|`).exec("") as RegExpExecArray).length - 1;
    } catch {
        return undefined;
    }
}

const base = {
    url: pattern(/^[/.(]/, "must be a regular expression that starts with /, . or ("),
    secure: check.oneOf("always", "optional", "never"),
    redirectHttpResponseCode: check.custom<301 | 302 | 303 | 307>(
        (value) => [301, 302, 303, 307].includes(value as number),
        "must be one of 301, 302, 303, 307",
    ),
    login: check.oneOf("optional", "required", "admin"),
    authFailAction: check.oneOf("redirect", "unauthorized"),
};

/** Response headers that {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml http_headers} cannot set. */
const refusedHeaders =
    /^(content-encoding|content-length|date|server|connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-appengine.*)$/i;

const header = check.pipe(
    check.matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a header"),
    check.refine((name) => !refusedHeaders.test(String(name)), "is set by App Engine itself\nRemove it."),
);

const relative = check.matching(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+/, "must be a path in the source, such as static");

/** Checks a cache duration. */
export const expiration = duration("0 seconds", "365 days");

const headerValue = new RegExp(`^[\\x20-\\x7e]{0,${appEngineStandardLimits.rows.headerValue.max}}$`);

const files = {
    ...base,
    expiration,
    httpHeaders: check.record(header, check.matching(headerValue, "must have printable ASCII characters")),
    mimeType: check.matching(/^[\w.+-]+\/[\w.+-]+(;.*)?$/, "must be a MIME type such as text/css"),
    requireMatchingFile: check.flag(),
    applicationReadable: check.flag(),
};

/** Checks each option of the handlers. */
export const handlers = check.list(
    check.variant({
        script: check.options<ScriptHandler>(
            {
                ...base,
                script: check.custom(
                    (value) => value === "auto",
                    "must be auto\nThe entrypoint specifies the start command.",
                ),
            },
            "url",
            "script",
        ),
        staticDir: check.options<StaticDirHandler>({ ...files, staticDir: relative }, "url", "staticDir"),
        staticFiles: check.options<StaticFilesHandler>(
            {
                ...files,
                staticFiles: relative,
                upload: pattern(/^[^/^]/, "must be a regular expression of paths within the source"),
            },
            "url",
            "staticFiles",
            "upload",
        ),
    }),
);

/**
 * The {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml maximum}, including the one that may be
 * added.
 */
const { max: maxHandlers } = appEngineStandardLimits.rows.handlers;

/** Whether a handler matches every path. */
const isCatchAll = ({ url }: Handler): boolean => /^(\/?\.\*|\/?\(\.\*\))\$?$/.test(url);

/** Checks combinations of handlers and their files. */
export function handlerProblems(handlers: Handler[], complete: Handler[], files: readonly SourceFile[]): Problem[] {
    const reason = `must be ${maxHandlers - (complete.length - handlers.length)} at most (got ${handlers.length}). Combine handlers.`;
    return [
        ...(complete.length > maxHandlers ? [check.problem("handlers", "appengine/too-many-handlers", reason)] : []),
        ...handlers.flatMap((handler, index) => {
            const problems = [
                shadowedProblem(handler, handlers.slice(0, index)),
                redirectProblem(handler),
                isStatic(handler) ? mimeTypeProblem(handler) : undefined,
                isStatic(handler) ? filesProblem(handler, files) : undefined,
            ];
            return problems.flatMap((problem) =>
                problem ? [{ ...problem, path: `handlers.${index}.${problem.path}` }] : [],
            );
        }),
    ];
}

/**
 * Checks for an earlier handler that matches the same requests. One with `requireMatchingFile` matches only paths with a
 * file.
 */
function shadowedProblem({ url }: Handler, before: Handler[]): Problem | undefined {
    const taking = before.findIndex(
        (earlier) => earlier.requireMatchingFile !== true && (isCatchAll(earlier) || earlier.url === url),
    );
    const reason = `is never reached, as handlers.${taking} before it already matches its requests (got "${url}"). Move it before that handler.`;
    return check.when(taking >= 0, "url", "appengine/handler-never-reached", reason);
}

function redirectProblem({ secure, redirectHttpResponseCode: code }: Handler): Problem | undefined {
    const reason = `has no effect with secure: "optional", which does not redirect (got ${code}). Remove one of them.`;
    return check.when(
        secure === "optional" && code !== undefined,
        "redirectHttpResponseCode",
        "appengine/redirect-code-without-redirect",
        reason,
    );
}

function mimeTypeProblem({ mimeType, httpHeaders = {} }: StaticHandler): Problem | undefined {
    const isTwice = mimeType !== undefined && Object.keys(httpHeaders).some((name) => /^content-type$/i.test(name));
    const reason = `is also in httpHeaders (got "${mimeType}"). Remove one of them.`;
    return check.when(isTwice, "mimeType", "appengine/mime-type-twice", reason);
}

function filesProblem(handler: StaticHandler, files: readonly SourceFile[]): Problem | undefined {
    return handler.staticDir === undefined ? patternProblem(handler, files) : folderProblem(handler, files);
}

function folderProblem({ url, staticDir }: StaticHandler & { staticDir: string }, files: readonly SourceFile[]) {
    if (Number(countGroups(url)) > 0) {
        const reason = `must have no groups, because it is the prefix of the paths in ${staticDir} (got "${url}"). Use staticFiles and upload for a pattern.`;
        return check.problem("url", "appengine/static-dir-with-groups", reason);
    }
    const folder = `${normalizePath(staticDir)}/`;
    const exists = files.some(({ path }) => path.startsWith(folder));
    const reason = `is not a folder with files in the source (got "${staticDir}"). Files in .gcloudignore are excluded.`;
    return check.when(!exists, "staticDir", "appengine/static-dir-missing", reason);
}

/** Removes `./` at the beginning of a path and `/` at its end. */
const normalizePath = (path: string): string => path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");

function patternProblem(handler: StaticHandler, files: readonly SourceFile[]): Problem | undefined {
    const { url, staticFiles, upload } = handler as StaticHandler & { staticFiles: string; upload: string };
    const groups = countGroups(url) as number;
    const references = [...staticFiles.matchAll(/\\(\d)/g)].map(([, number]) => Number(number));
    const beyond = references.find((number) => number > groups);
    if (beyond !== undefined) {
        const reason = `names group ${beyond} of url, which has ${groups} (got "${staticFiles}").`;
        return check.problem("staticFiles", "appengine/static-files-group", reason);
    }
    const uploaded = new RegExp(`^(?:${upload})$`);
    const paths = files.map(({ path }) => path).filter((path) => uploaded.test(path));
    if (paths.length === 0) {
        const reason = `matches no file of the source (got "${upload}"). Files in .gcloudignore are excluded.`;
        return check.problem("upload", "appengine/upload-without-file", reason);
    }
    const isServed = references.length > 0 || paths.includes(normalizePath(staticFiles));
    const reason = `must be among the files that upload matches: ${paths.slice(0, 3).join(", ")} (got "${staticFiles}").`;
    return check.when(!isServed, "staticFiles", "appengine/static-files-not-uploaded", reason);
}

/**
 * Adds a handler for the remaining paths. App Engine requires a handler with a script even if a static one matches every
 * path.
 */
export function withCatchAll(handlers: Handler[]): Handler[] {
    const isComplete = handlers.some(isCatchAll) && !handlers.every(isStatic);
    return isComplete ? handlers : [...handlers, { url: "/.*", script: "auto" }];
}

/** The arguments of a handler, with every default of the API, so that a refresh shows no difference. */
export function handlerArgs(handler: Handler, defaultExpiration: Duration | undefined) {
    const { secure = "always", redirectHttpResponseCode, login = "optional", authFailAction = "redirect" } = handler;
    const code = redirectHttpResponseCode ?? (secure === "optional" ? undefined : 301);
    return {
        urlRegex: urlRegex(handler),
        securityLevel: `SECURE_${secure.toUpperCase()}`,
        redirectHttpResponseCode: code && `REDIRECT_HTTP_RESPONSE_CODE_${code}`,
        login: `LOGIN_${login.toUpperCase()}`,
        authFailAction: `AUTH_FAIL_ACTION_${authFailAction.toUpperCase()}`,
        ...(isStatic(handler)
            ? { staticFiles: staticFilesArgs(handler, defaultExpiration) }
            : { script: { scriptPath: "auto" } }),
    };
}

/** The API expresses {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml static_dir} as a pattern. */
function urlRegex({ url, staticDir }: Handler): string {
    return staticDir === undefined ? url : `${url.replace(/\/+$/, "")}/(.*)`;
}

function staticFilesArgs(handler: StaticHandler, defaultExpiration: Duration | undefined) {
    const { staticDir, staticFiles, upload, expiration = defaultExpiration } = handler;
    const files =
        staticDir === undefined
            ? { path: staticFiles, uploadPathRegex: upload }
            : { path: `${normalizePath(staticDir)}/\\1`, uploadPathRegex: `${normalizePath(staticDir)}/.*` };
    return {
        ...files,
        expiration: expiration && inSeconds(expiration),
        httpHeaders: handler.httpHeaders,
        mimeType: handler.mimeType,
        requireMatchingFile: handler.requireMatchingFile ?? false,
        applicationReadable: handler.applicationReadable ?? false,
    };
}
