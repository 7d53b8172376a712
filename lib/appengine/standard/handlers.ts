import * as check from "../../internal/check";
import { type Duration, duration } from "../../internal/duration";

/** What every handler has. */
interface HandlerBase {
    /**
     * Which paths it handles: a regular expression that matches the whole path, such as `"/api/.*"`; of a folder the beginning of the
     * paths, without groups. The first handler that matches is the one ("app.yaml reference").
     */
    url: string;
    /**
     * Which of HTTP and HTTPS it answers: HTTPS alone, where HTTP is redirected to it, both, or HTTP alone.
     * @default "always"
     */
    secure?: "always" | "optional" | "never";
    /**
     * The status by which `secure` redirects: 301, 302, 303 or 307.
     * @default 301
     */
    redirectHttpResponseCode?: 301 | 302 | 303 | 307;
    /**
     * Who must be signed in by a Google account: nobody, anybody, or an administrator of the application, as cron jobs and task
     * queues of App Engine count.
     * @default "optional"
     */
    login?: "optional" | "required" | "admin";
    /**
     * What becomes of a request of somebody who is not signed in: it is sent to the sign-in, or gets status 401.
     * @default "redirect"
     */
    authFailAction?: "redirect" | "unauthorized";
}

/** What handlers of files have, which App Engine serves without the application. */
interface StaticBase extends HandlerBase {
    /**
     * How long a file may be kept by browsers and proxies: `"0 seconds"` to `"365 days"`.
     * @default that of the service: `defaultExpiration`
     */
    expiration?: Duration;
    /**
     * Headers of the responses. Those that App Engine sets itself are refused.
     * @default none
     */
    httpHeaders?: Record<string, string>;
    /**
     * The MIME type of all its files.
     * @default by the end of each file's name
     */
    mimeType?: string;
    /**
     * Whether a path without a file goes to the next handlers, in place of status 404.
     * @default false
     */
    requireMatchingFile?: boolean;
    /**
     * Whether the application can read the files too.
     * @default false
     */
    applicationReadable?: boolean;
}

/** Requests go to the application. */
interface ScriptHandler extends HandlerBase {
    /** Always `"auto"`: the application started by the entrypoint. */
    script: "auto";
}

/** A folder is served: `/static/app.css` is `app.css` of the folder, where `url` is `/static`. */
interface StaticDirHandler extends StaticBase {
    /** The folder, seen from the source: `"static"`. */
    staticDir: string;
}

/** Files are served by a pattern. */
interface StaticFilesHandler extends StaticBase {
    /** The file's path, seen from the source, with what the groups of `url` matched: `"static/\\1"`. */
    staticFiles: string;
    /** Which files these are: a regular expression that matches their whole paths, `"static/.*\\.png"`. */
    upload: string;
}

type Handlers = ScriptHandler | StaticDirHandler | StaticFilesHandler;

/** What becomes of requests to certain paths. */
export type Handler = check.OneOf<Handlers>;

/** A handler of files. */
export type StaticHandler = check.OneOf<StaticDirHandler | StaticFilesHandler, Handlers>;

export const isStatic = (handler: Handler): handler is StaticHandler => handler.script === undefined;

const pattern = (beginning: RegExp, wording: string) =>
    check.pipe(
        check.matching(beginning, wording),
        check.refine((value) => groupsOf(String(value)) !== undefined, "must be a regular expression"),
    );

/** How many groups a regular expression has; nothing where it is none. */
export function groupsOf(expression: string): number | undefined {
    try {
        return (new RegExp(`${expression}|`).exec("") as RegExpExecArray).length - 1;
    } catch {
        return undefined;
    }
}

const base = {
    url: pattern(/^[/.(]/, "must be a regular expression that starts with /, . or ("),
    secure: check.oneOf("always", "optional", "never"),
    redirectHttpResponseCode: check.custom(
        (value) => [301, 302, 303, 307].includes(value as number),
        "must be one of 301, 302, 303, 307",
    ),
    login: check.oneOf("optional", "required", "admin"),
    authFailAction: check.oneOf("redirect", "unauthorized"),
};

/** What App Engine sets itself, or takes in requests alone ("app.yaml reference": http_headers). */
const refusedHeaders =
    /^(content-encoding|content-length|date|server|connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-appengine.*)$/i;

const header = check.pipe(
    check.matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a header"),
    check.refine((name) => !refusedHeaders.test(String(name)), "is set by App Engine itself\nLeave it out."),
);

const relative = check.matching(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+/, "must be a path within the source, as static is");

/** How long a file may be kept. */
export const expiration: check.Check = duration("0 seconds", "365 days");

const files = {
    ...base,
    expiration,
    httpHeaders: check.record(header, check.matching(/^[\x20-\x7e]{0,10240}$/, "must have printable ASCII characters")),
    mimeType: check.matching(/^[\w.+-]+\/[\w.+-]+(;.*)?$/, "must be a MIME type, as text/css is"),
    requireMatchingFile: check.flag(),
    applicationReadable: check.flag(),
};

/** Checks the handlers of a service, each by itself. */
export const handlers: check.Check = check.list(
    check.variant({
        script: check.options<ScriptHandler>(
            {
                ...base,
                script: check.custom((value) => value === "auto", "must be auto\nThe entrypoint says what is started."),
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
