import { filesFrom, flask, problemsOfStandard, standardErrors } from "./service";

const site = {
    ...flask,
    "static/app.css": "",
    "static/images/logo.png": "",
    "static/favicon.ico": "",
    "public/index.html": "",
};

const folder = { url: "/static", staticDir: "static" };
const start = "must be a regular expression that starts with /, . or (";
const one = "handlers.0: must have exactly one of script, staticDir, staticFiles";
const within = "must be a path in the source, such as static";

const refusals: [string, object[], string][] = [
    ["no kind", [{ url: "/" }], `${one} (got { url: "/" }).`],
    [
        "two kinds",
        [{ ...folder, script: "auto" }],
        `${one} (got { url: "/static", staticDir: "static", script: "auto" }).`,
    ],
    ["no path", [{ script: "auto" }], "handlers.0.url: is missing."],
    [
        "a script",
        [{ url: "/", script: "main.app" }],
        'handlers.0.script: must be auto (got "main.app"). The entrypoint specifies the start command.',
    ],
    ["a path with an empty prefix", [{ url: "static", script: "auto" }], `handlers.0.url: ${start} (got "static").`],
    ["a path with an anchor", [{ url: "^/api", script: "auto" }], `handlers.0.url: ${start} (got "^/api").`],
    [
        "an invalid regular expression",
        [{ url: "/(", script: "auto" }],
        'handlers.0.url: must be a regular expression (got "/(").',
    ],
    [
        "an unknown value of secure",
        [{ url: "/", script: "auto", secure: "https" }],
        'handlers.0.secure: must be one of always, optional, never (got "https").',
    ],
    ...[300, 304, 306, 308, "301"].map((code): [string, object[], string] => [
        `an invalid redirect, ${code}`,
        [{ url: "/", script: "auto", redirectHttpResponseCode: code }],
        `handlers.0.redirectHttpResponseCode: must be one of 301, 302, 303, 307 (got ${JSON.stringify(code)}).`,
    ]),
    [
        "a redirect where there is none",
        [{ url: "/", script: "auto", secure: "optional", redirectHttpResponseCode: 301 }],
        "handlers.0.redirectHttpResponseCode: [appengine/redirect-code-without-redirect]",
    ],
    [
        "an unknown login",
        [{ url: "/", script: "auto", login: "user" }],
        'handlers.0.login: must be one of optional, required, admin (got "user").',
    ],
    [
        "another action for signed-out users",
        [{ url: "/", script: "auto", authFailAction: "403" }],
        'handlers.0.authFailAction: must be one of redirect, unauthorized (got "403").',
    ],
    [
        "options of files only",
        [{ url: "/", script: "auto", expiration: "1 day" }],
        'handlers.0.expiration: unknown option "expiration"; the options are url, secure, redirectHttpResponseCode, login, authFailAction, script.',
    ],
    [
        "a folder with groups",
        [{ url: "/(.*)", staticDir: "static" }],
        "handlers.0.url: [appengine/static-dir-with-groups]",
    ],
    [
        "a missing folder",
        [{ url: "/img", staticDir: "images" }],
        "handlers.0.staticDir: [appengine/static-dir-missing]",
    ],
    [
        "a file for a folder",
        [{ url: "/img", staticDir: "main.py" }],
        "handlers.0.staticDir: [appengine/static-dir-missing]",
    ],
    [
        "a folder outside",
        [{ url: "/img", staticDir: "../images" }],
        `handlers.0.staticDir: ${within} (got "../images").`,
    ],
    [
        "a folder of the machine",
        [{ url: "/img", staticDir: "/images" }],
        `handlers.0.staticDir: ${within} (got "/images").`,
    ],
    [
        "files without a pattern of them",
        [{ url: "/a", staticFiles: "static/app.css" }],
        "handlers.0.upload: is missing.",
    ],
    [
        "an empty pattern of files",
        [{ url: "/(.*\\.gif)", staticFiles: "static/\\1", upload: "static/.*\\.gif" }],
        "handlers.0.upload: [appengine/upload-without-file]",
    ],
    [
        "a pattern of a part of the path",
        [{ url: "/app\\.css", staticFiles: "static/app.css", upload: "app\\.css" }],
        "handlers.0.upload: [appengine/upload-without-file]",
    ],
    [
        "a pattern of the machine's paths",
        [{ url: "/app\\.css", staticFiles: "static/app.css", upload: "/static/.*" }],
        'handlers.0.upload: must be a regular expression of paths within the source (got "/static/.*").',
    ],
    [
        "a group that the path does not have",
        [{ url: "/(.*)\\.png", staticFiles: "static/\\2.png", upload: "static/.*\\.png" }],
        "handlers.0.staticFiles: [appengine/static-files-group]",
    ],
    [
        "a file that is not uploaded",
        [{ url: "/logo", staticFiles: "static/logo.png", upload: "static/.*" }],
        "handlers.0.staticFiles: [appengine/static-files-not-uploaded]",
    ],
    [
        "a header that App Engine sets",
        [{ ...folder, httpHeaders: { "Content-Length": "3" } }],
        'handlers.0.httpHeaders.Content-Length: is set by App Engine itself (got "Content-Length"). Remove it.',
    ],
    [
        "a header with a blank",
        [{ ...folder, httpHeaders: { "Cache Control": "no-store" } }],
        'handlers.0.httpHeaders.Cache Control: must be the name of a header (got "Cache Control").',
    ],
    [
        "a header of two lines",
        [{ ...folder, httpHeaders: { Vary: "a\nb" } }],
        'handlers.0.httpHeaders.Vary: must have printable ASCII characters (got "a\\nb").',
    ],
    [
        "an invalid MIME type",
        [{ ...folder, mimeType: "css" }],
        'handlers.0.mimeType: must be a MIME type such as text/css (got "css").',
    ],
    [
        "a MIME type twice",
        [{ ...folder, mimeType: "text/css", httpHeaders: { "content-type": "text/plain" } }],
        "handlers.0.mimeType: [appengine/mime-type-twice]",
    ],
    [
        "two years",
        [{ ...folder, expiration: "730 days" }],
        'handlers.0.expiration: must be from 0 seconds to 365 days (got "730 days").',
    ],
];

test.each(refusals)("a handler of %s is refused", (_, handlers, expected) => {
    expect(standardErrors({ handlers }, site)).toBe(expected);
});

test("the error of a file that is not uploaded lists three of those that are", () => {
    const files = ["a", "b", "c", "d"].map((name): [string, string] => [`icons/${name}.png`, ""]);
    const source = filesFrom({ ...flask, ...Object.fromEntries(files) });
    const handlers = [{ url: "/logo", staticFiles: "icons/logo.png", upload: "icons/.*" }];
    expect(problemsOfStandard({ source: ".", handlers }, source).map(({ reason }) => reason)).toEqual([
        'must be among the files that upload matches: icons/a.png, icons/b.png, icons/c.png (got "icons/logo.png").',
    ]);
});

test.each(["/.*", ".*", "/(.*)", "/.*$"])("a handler after %s is refused", (all) => {
    const handlers = [{ url: "/api/.*", script: "auto" }, { url: all, script: "auto" }, folder];
    expect(standardErrors({ handlers }, site)).toBe("handlers.2.url: [appengine/handler-never-reached]");
});

test("a second handler of the same paths is refused", () => {
    expect(standardErrors({ handlers: [folder, { url: "/static", script: "auto" }] }, site)).toBe(
        "handlers.1.url: [appengine/handler-never-reached]",
    );
});

test("a handler that only matches existing files lets other requests pass", () => {
    const first = { url: "/(.*)", staticFiles: "public/\\1", upload: "public/.*", requireMatchingFile: true };
    expect(standardErrors({ handlers: [first, { url: "/(.*)", script: "auto" }] }, site)).toBeUndefined();
});

test("more than a hundred handlers are refused, including an added one", () => {
    const handlers = (count: number) =>
        Array.from({ length: count }, (_, index) => ({ url: `/${index}`, script: "auto" }));
    expect(standardErrors({ handlers: handlers(99) }, site)).toBeUndefined();
    expect(standardErrors({ handlers: handlers(100) }, site)).toBe("handlers: [appengine/too-many-handlers]");
    const all = { url: "/.*", script: "auto" };
    expect(standardErrors({ handlers: [...handlers(99), all] }, site)).toBeUndefined();
    expect(standardErrors({ handlers: [...handlers(100), all] }, site)).toBe("handlers: [appengine/too-many-handlers]");
});

test.each([
    ["a folder", [folder]],
    ["a folder as it is written in a shell", [{ url: "/static/", staticDir: "./static/" }]],
    ["a file", [{ url: "/favicon\\.ico", staticFiles: "static/favicon.ico", upload: "static/favicon\\.ico" }]],
    ["a file of a folder", [{ url: "/logo", staticFiles: "./static/images/logo.png", upload: "static/images/.*" }]],
    [
        "files by a group",
        [{ url: "/(.*\\.png)$", staticFiles: "static/images/\\1", upload: "static/images/.*\\.png$" }],
    ],
    [
        "files with all that files may have",
        [
            {
                ...folder,
                expiration: "0 seconds",
                httpHeaders: { "Access-Control-Allow-Origin": "*", Vary: "Accept-Encoding" },
                mimeType: "text/css; charset=utf-8",
                requireMatchingFile: true,
                applicationReadable: true,
            },
        ],
    ],
    [
        "a single page for all paths",
        [folder, { url: "/.*", staticFiles: "public/index.html", upload: "public/index\\.html" }],
    ],
    ["a sign-in", [{ url: "/tasks/.*", script: "auto", login: "admin", authFailAction: "unauthorized" }]],
    ...[301, 302, 303, 307].map((code): [string, object[]] => [
        `a redirect with ${code}`,
        [{ url: "/", script: "auto", redirectHttpResponseCode: code }],
    ]),
    ["the longest cache duration", [{ ...folder, expiration: "365 days" }]],
    ["a MIME type as a header", [{ ...folder, httpHeaders: { "Content-Type": "text/css" } }]],
    ["a MIME type and another header", [{ ...folder, mimeType: "text/css", httpHeaders: { Vary: "Accept" } }]],
    ["no handlers", []],
])("handlers of %s are accepted", (_, handlers) => {
    expect(standardErrors({ handlers }, site)).toBeUndefined();
});
