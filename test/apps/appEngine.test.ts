import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { ServeOptions } from "../../local/runtime/emulator/serving";
import type { Inputs } from "../../local/simulator/rules/rules";
import { until } from "../clusters/until";
import { application, deploy, warmup } from "../unit/local/appengineWorld";
import { upload, type World } from "../unit/local/world";

/** Applications that are deployed to a local cloud and run, each in a cloud of its own. */

const hostname = "acme-dev.ew.r.appspot.com";

const ends: (() => unknown)[] = [];

afterEach(async () => {
    for (const end of ends.splice(0).reverse()) {
        await end();
    }
});

interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    body: string;
}

interface Running {
    world: World;
    served: RunningServer;
    printed: string[];
    /** Deploys a version of its files. */
    version(versionId: string, files: Record<string, string>, more?: Inputs): void;
    /** Asks a service at its own address; `headers.host` can be another host. */
    ask(path?: string, headers?: Record<string, string>, service?: string): Promise<Answer>;
}

/** An application without versions. */
async function running(options: ServeOptions = {}, settings: Inputs = {}): Promise<Running> {
    const world = application(settings);
    let count = 0;
    const version: Running["version"] = (versionId, files, more) => {
        const object = `code-${++count}.zip`;
        upload(world, "acme-files", object, files);
        const sourceUrl = `https://storage.googleapis.com/acme-files/${object}`;
        deploy(world, versionId, { entrypoint: { shell: "" }, deployment: { zip: { sourceUrl } }, ...more });
    };
    const printed: string[] = [];
    const served = await serve(world.cloud, { runsCode: true, ...options, report: (line) => printed.push(line) });
    ends.push(() => served.close());
    const ask: Running["ask"] = async (path = "/", headers = {}, service = "default") => {
        const url = await until(
            () => served.services[service],
            (found) => found !== undefined,
            { seconds: 10 },
        );
        return asked(`${url}${path}`, headers);
    };
    return { world, served, printed, version, ask };
}

const splitTraffic = (world: World, allocations: Record<string, number>, shardBy: string) =>
    world.make("EngineSplitTraffic", { service: "default", split: { allocations, shardBy }, migrateTraffic: false });

/** Node's `fetch` always sends the host of the URL. */
const asked = (url: string, headers: Record<string, string>): Promise<Answer> =>
    new Promise((resolve, reject) => {
        const sent = request(url, { headers, agent: false }, async (response) => {
            const { statusCode = 0, headers } = response;
            resolve({ status: statusCode, headers, body: await text(response) });
        });
        sent.on("error", reject).end();
    });

/** A server in Python without packages of its own, whose answer is an expression. */
const python = (expression: string, more = ""): Record<string, string> => ({
    "main.py": `import json, os
${more}

def app(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [(${expression}).encode()]
`,
});

const variables = "json.dumps(dict(os.environ))";

/** A server in Node.js without a script to start it. */
const node = (expression: string): Record<string, string> => ({
    "package.json": "{}",
    "server.js": `require("http").createServer((request, response) => response.end(${expression})).listen(process.env.PORT);`,
});

test("a version in Python is started by gunicorn, with App Engine's variables and the APIs of its account", async () => {
    process.env.SLIPWAY_TEST_OWN = "of this machine";
    const { version, ask, printed } = await running();
    version("v1", python(variables), { envVariables: { REGION: "north", GAE_SERVICE: "other" } });
    const { status, body } = await ask();
    delete process.env.SLIPWAY_TEST_OWN;
    const found = JSON.parse(body);
    expect([status, found]).toMatchObject([
        200,
        {
            ...{ GAE_APPLICATION: "e~acme-dev", GAE_ENV: "standard", GAE_MEMORY_MB: "384", GAE_RUNTIME: "python313" },
            ...{ GAE_SERVICE: "default", GAE_VERSION: "v1", GAE_DEPLOYMENT_ID: expect.stringMatching(/^\d+$/) },
            ...{ GAE_INSTANCE: expect.stringMatching(/^[0-9a-f]{64}$/), GOOGLE_CLOUD_PROJECT: "acme-dev" },
            ...{ PORT: expect.stringMatching(/^\d+$/), REGION: "north", STORAGE_EMULATOR_HOST: expect.any(String) },
            GCE_METADATA_HOST: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        },
    ]);
    expect(found.SLIPWAY_TEST_OWN).toBeUndefined();
    expect(found.FUNCTION_TARGET).toBeUndefined();
    expect(printed.join("\n")).toContain(`Listening at: http://127.0.0.1:${found.PORT}`);
});

test("static files are served without the code, which cannot read them, and only by HTTPS", async () => {
    const { version, ask } = await running();
    const statics = (more: Inputs) => ({
        login: "LOGIN_OPTIONAL",
        securityLevel: "SECURE_ALWAYS",
        redirectHttpResponseCode: "REDIRECT_HTTP_RESPONSE_CODE_301",
        ...more,
    });
    const handlers = [
        statics({
            urlRegex: "/static/(.*)",
            staticFiles: {
                ...{ path: "static/\\1", uploadPathRegex: "static/.*", expiration: "3600s" },
                httpHeaders: { "X-Own": "yes" },
            },
        }),
        statics({
            urlRegex: "/(.*\\.txt)",
            staticFiles: {
                path: "\\1",
                uploadPathRegex: ".*\\.txt",
                requireMatchingFile: true,
                applicationReadable: true,
            },
        }),
        statics({ urlRegex: "/.*", script: { scriptPath: "auto" } }),
    ];
    const listing = `json.dumps([environ["PATH_INFO"], *sorted(os.listdir("."))])`;
    version("v1", { ...python(listing), "static/page.css": "a{}", "robots.txt": "none" }, { handlers });
    const page = await ask("/static/page.css");
    expect(page).toMatchObject({
        ...{ status: 200, body: "a{}" },
        headers: { "content-type": "text/css", "cache-control": "public, max-age=3600", "x-own": "yes" },
    });
    const again = await ask("/static/page.css", { "if-none-match": String(page.headers.etag) });
    expect([again.status, again.body]).toEqual([304, ""]);
    expect((await ask("/static/none.css")).status).toBe(404);
    expect(await ask("/robots.txt")).toMatchObject({
        ...{ status: 200, body: "none" },
        headers: { "content-type": "text/plain", "cache-control": "public, max-age=600" },
    });
    expect(JSON.parse((await ask("/other.txt")).body)).toEqual([
        "/other.txt",
        "main.py",
        "requirements.txt",
        "robots.txt",
    ]);
    for (const path of ["/static/page.css?v=1", "/"]) {
        const { status, headers } = await ask(path, { host: hostname, "x-forwarded-proto": "http" });
        expect([status, headers.location]).toEqual([301, `https://${hostname}${path}`]);
    }
});

test("a version in Node.js is started by node or its script, and traffic is split by cookie, address, and host", async () => {
    const { version, ask, world, served } = await running();
    version("v1", node(`"first"`), { runtime: "nodejs22" });
    const script = { "package.json": `{ "scripts": { "start": "node web.js" } }` };
    const { "server.js": code = "" } = node(`"second"`);
    version("v2", { ...script, "web.js": code }, { runtime: "nodejs22" });
    const split = (allocations: Record<string, number>, shardBy: string) => splitTraffic(world, allocations, shardBy);
    expect((await ask()).body).toBe("first");
    split({ v1: 0.7, v2: 0.3 }, "COOKIE");
    const browsers = Array.from({ length: 10 }, (_, index) => ({ cookie: `GOOGAPPUID=x${index * 100}` }));
    const answers = [];
    for (const browser of browsers) {
        answers.push((await ask("/", browser)).body);
    }
    expect(answers).toEqual([...Array(7).fill("first"), ...Array(3).fill("second")]);
    const { headers, body } = await ask();
    const [cookie = ""] = headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^GOOGAPPUID=x\d+$/);
    expect((await ask("/", { cookie })).body).toBe(body);
    expect((await ask("/", { host: `v2-dot-${hostname}` })).body).toBe("second");
    expect((await asked(`${served.services["default (v2)"]}/`, {})).body).toBe("second");
    split({ v1: 0.5, v2: 0.5 }, "IP");
    const clients = [];
    for (let each = 0; each < 20; each++) {
        clients.push((await ask("/", { "x-forwarded-for": `203.0.113.${each}` })).body);
    }
    expect(new Set(clients)).toEqual(new Set(["first", "second"]));
    expect((await ask("/", { "x-forwarded-for": "203.0.113.7" })).body).toBe(clients[7]);
    split({ v2: 1 }, "IP");
    expect((await ask()).body).toBe("second");
});

test("dispatch rules and hosts lead to services, and services without a process here are called at their route", async () => {
    const { version, ask, world, served } = await running({ routes: { other: "http://127.0.0.1:9" } });
    version("v1", node(`"web " + request.url`), { runtime: "nodejs22" });
    version("v1", node(`"api " + request.url`), { service: "api", runtime: "nodejs22" });
    version("v1", node(`"other"`), { service: "other", runtime: "go125" });
    world.make("ApplicationUrlDispatchRules", { dispatchRules: [{ domain: "*", path: "/api/*", service: "api" }] });
    expect((await ask("/api/a?b=c")).body).toBe("api /api/a?b=c");
    expect((await ask("/apis")).body).toBe("web /apis");
    expect((await ask("/x", { host: `api-dot-${hostname}` })).body).toBe("api /x");
    expect((await ask("/x", { host: `v1-dot-api-dot-${hostname}` })).body).toBe("api /x");
    expect((await ask("/x", { host: `none-dot-${hostname}` })).body).toBe("web /x");
    expect((await ask("/x", {}, "api")).body).toBe("api /x");
    expect((await ask("/x", { host: `other-dot-${hostname}` })).status).toBe(503);
    expect(Object.keys(served.services).sort()).toEqual(["api", "api (v1)", "default", "default (v1)"]);
    expect(served.answering.map(({ name, isPublic }) => [name, isPublic]).sort()).toEqual([
        ["api", true],
        ["default", true],
    ]);
});

test("headers that only App Engine sets, and pages of administrators, are not for clients but for Cloud Scheduler", async () => {
    const { version, ask, world, served, printed } = await running();
    const handlers = [
        { urlRegex: "/tasks/.*", login: "LOGIN_ADMIN", script: { scriptPath: "auto" } },
        {
            ...{ urlRegex: "/admin", login: "LOGIN_REQUIRED", authFailAction: "AUTH_FAIL_ACTION_UNAUTHORIZED" },
            script: { scriptPath: "auto" },
        },
        { urlRegex: ".*", script: { scriptPath: "auto" } },
    ];
    const code =
        "JSON.stringify((console.log(request.url + ' ' + request.headers['x-appengine-cron']), request.headers))";
    version("v1", node(code), { runtime: "nodejs22", handlers });
    const forged = {
        ...{ "X-AppEngine-Cron": "true", "X-Appengine-User-Email": "ada@acme.dev", "X-Google-Secret": "1" },
        ...{ "X-CloudScheduler": "true", authorization: "Bearer of-the-application" },
    };
    const { body } = await ask("/", forged);
    expect(JSON.parse(body)).toMatchObject({
        ...{ "x-appengine-country": "ZZ", "x-appengine-user-ip": "127.0.0.1", "x-forwarded-proto": "https" },
        ...{ "x-forwarded-for": "127.0.0.1", authorization: "Bearer of-the-application" },
    });
    expect(Object.keys(JSON.parse(body)).filter((name) => /cron|email|google/.test(name))).toEqual([]);
    const refused = await ask("/tasks/forget", forged);
    expect([refused.status, refused.headers.location]).toEqual([
        302,
        expect.stringMatching(/^https:\/\/accounts\.google\.com\/ServiceLogin\?continue=/),
    ]);
    expect((await ask("/admin", forged)).status).toBe(401);
    const account = world.account("stranger").replace("serviceAccount:", "");
    expect((await served.request("default", "/tasks/forget", { as: account })).status).toBe(403);
    expect((await served.request("default", "/admin", { as: account })).status).toBe(200);
    const signedIn = await served.request("default", "/tasks/forget");
    expect([signedIn.status, (await signedIn.json())["x-serverless-authorization"]]).toEqual([200, undefined]);

    world.enable("cloudscheduler");
    world.make("Job", {
        ...{ name: "forget", region: "europe-west1", schedule: "0 3 * * *" },
        appEngineHttpTarget: { httpMethod: "GET", relativeUri: "/tasks/forget?by=cron" },
    });
    await fetch(`${served.url}/v1/projects/acme-dev/locations/europe-west1/jobs/forget:run`, { method: "POST" });
    await until(
        () => printed.join("\n"),
        (all) => all.includes("jobs/forget: succeeded") && all.includes("default: /tasks/forget?by=cron true"),
        { seconds: 20 },
    );
});

test("edited files answer before they are deployed, and neither an edit nor a version that does not start replaces what answers", async () => {
    const program = mkdtempSync(join(tmpdir(), "slipway-edited-"));
    ends.push(() => rmSync(program, { recursive: true, force: true }));
    const write = (files: Record<string, string>) => {
        for (const [path, content] of Object.entries(files)) {
            mkdirSync(dirname(join(program, "web", path)), { recursive: true });
            writeFileSync(join(program, "web", path), content);
        }
    };
    const handlers = [
        { urlRegex: "/page", staticFiles: { path: "page.html", uploadPathRegex: "page\\.html" } },
        { urlRegex: ".*", script: { scriptPath: "auto" } },
    ];
    const saying = (word: string, page = "one") => ({ ...python(word), "page.html": page });
    write(saying('"black"'));
    const { version, ask, printed, world } = await running({ program });
    version("v1", saying('"black"'), { handlers });
    expect((await ask()).body).toBe("black");
    write(saying('"green"', "two"));
    expect([(await ask()).body, (await ask("/page")).body]).toEqual(["green", "two"]);
    write(saying('"white'));
    expect((await ask()).body).toBe("green");
    expect(printed.join("\n")).toContain(`File "${join(program, "web", "main.py")}", line 6`);
    expect(printed).toContain("default: the code before it answers");

    // `slipway dev` deploys it, too.
    version("v2", saying('"white'), { handlers });
    splitTraffic(world, { v2: 1 }, "COOKIE");
    expect((await ask()).body).toBe("green");
    expect(printed.some((line) => line.startsWith("default: the version 'v2' does not start: "))).toBe(true);
    const attempts = () => printed.filter((line) => line.includes("SyntaxError")).length;
    const before = attempts();
    expect([(await ask()).body, attempts()]).toEqual(["green", before]);
    write(saying('"mint"'));
    expect((await ask()).body).toBe("mint");
    version("v3", saying('"mint"'), { handlers });
    splitTraffic(world, { v3: 1 }, "COOKIE");
    expect([(await ask()).body, (await ask("/page")).body]).toEqual(["mint", "one"]);
});

test("instances start with their first requests, and have the limits of their scaling", async () => {
    const { version, ask, printed } = await running();
    const paths =
        "(console.log(request.url), request.url === process.env.REFUSED ? (response.statusCode = 500, '') : process.env.GAE_INSTANCE)";
    const versions = { runtime: "nodejs22" };
    const automatic = { maxConcurrentRequests: 1, standardSchedulerSettings: { minInstances: 1, maxInstances: 2 } };
    version("v1", node(paths), { ...versions, ...warmup, automaticScaling: automatic });
    await until(
        () => printed,
        (all) => all.includes("default: /_ah/warmup"),
        { seconds: 20 },
    );
    expect((await ask()).status).toBe(200);
    expect(printed.filter((line) => line === "default: /_ah/warmup").length).toBe(1);

    version("v1", node(paths), { ...versions, service: "manual", manualScaling: { instances: 2 } });
    await until(
        () => printed.filter((line) => line === "manual: /_ah/start").length,
        (count) => count === 2,
        { seconds: 20 },
    );
    const envVariables = { REFUSED: "/_ah/start" };
    version("v1", node(paths), { ...versions, service: "basic", basicScaling: { maxInstances: 1 }, envVariables });
    const refused = await ask("/", {}, "basic");
    expect([refused.status, refused.body]).toEqual([503, expect.stringContaining("Error: Server Error")]);
    expect(printed).toContain("basic: the version 'v1' does not start: it answers /_ah/start with 500.");
});

test("an instance that uses more memory than its class is ended, and other languages are refused", async () => {
    const { version, ask, printed } = await running();
    const code = python("(time.sleep(3), '')[1]", "import time\nkept = b'x' * int(os.environ['BYTES'])");
    version("v1", code, { envVariables: { BYTES: "450000000" } });
    expect((await ask()).status).toBe(503);
    await until(
        () => printed.join("\n"),
        (all) => all.includes("Memory limit of 384 MiB exceeded with 384 MiB used."),
        { seconds: 20 },
    );
    version("v1", { "Main.java": "", "pom.xml": "" }, { service: "java", runtime: "java21" });
    expect((await ask("/", {}, "java")).status).toBe(503);
    expect(printed.join("\n")).toContain(
        "the runtime java21 does not run on this machine, only Python, Node.js, and functions in Go: run the code yourself, and add --route java=http://127.0.0.1:<port>",
    );
});

test("an application behind Identity-Aware Proxy answers its members, and the owner at the printed address", async () => {
    const iap = { enabled: true, oauth2ClientId: "1-a.apps.googleusercontent.com", oauth2ClientSecret: "sea" };
    const { version, ask, world, served } = await running({}, { iap });
    version("v1", node("JSON.stringify(request.headers)"), { runtime: "nodejs22" });
    const answer = await ask("/", { accept: "text/html", "X-Goog-Authenticated-User-Email": "forged" });
    expect([answer.status, answer.headers.location]).toEqual([302, expect.stringContaining("o/oauth2/v2/auth")]);
    expect(served.answering.map(({ isPublic }) => isPublic)).toEqual([false]);
    const [{ url, token }] = served.answering as [RunningServer["answering"][0]];
    expect((await asked(url, { authorization: `Bearer ${token()}` })).status).toBe(200);
    const member = world.account("reader");
    const as = member.replace("serviceAccount:", "");
    expect((await served.request("default", "/", { as })).status).toBe(403);
    world.enable("iap");
    world.make("WebTypeAppEngingIamMember", { appId: "acme-dev", role: "roles/iap.httpsResourceAccessor", member });
    const admitted = await served.request("default", "/", { as });
    expect(await admitted.json()).toMatchObject({
        "x-goog-authenticated-user-email": `accounts.google.com:${as}`,
        "x-goog-iap-jwt-assertion": expect.any(String),
    });
});

test("a task of a queue reaches the service as from App Engine, with what only App Engine can say", async () => {
    const { world, version, ask, served } = await running();
    world.enable("cloudtasks");
    version(
        "v1",
        python(
            'json.dumps({k: v for k, v in environ.items() if "APPENGINE" in k or k in ("PATH_INFO", "BODY")})',
            `
seen = []
_json = json
class json:
    @staticmethod
    def dumps(value):
        if value.get("HTTP_X_APPENGINE_TASKNAME"):
            seen.append(value)
        return _json.dumps(seen)
`,
        ),
    );
    world.make("Queue", { name: "mails", location: "europe-west1" });
    const queue = "projects/acme-dev/locations/europe-west1/queues/mails";
    await ask("/", { "x-appengine-taskname": "forged" });
    const task = { name: `${queue}/tasks/first`, appEngineHttpRequest: { relativeUri: "/send?to=ada" } };
    await fetch(`${served.url}/v2/${queue}/tasks`, { method: "POST", body: JSON.stringify({ task }) });
    const seen = await until(
        async (): Promise<Inputs[]> => JSON.parse((await ask("/")).body),
        (found) => found.length > 0,
        { seconds: 20 },
    );
    expect(seen).toMatchObject([
        {
            PATH_INFO: "/send",
            HTTP_X_APPENGINE_QUEUENAME: "mails",
            HTTP_X_APPENGINE_TASKNAME: "first",
            HTTP_X_APPENGINE_TASKRETRYCOUNT: "0",
            HTTP_X_APPENGINE_USER_IP: "0.1.0.2",
        },
    ]);
    expect(seen[0]).not.toHaveProperty("HTTP_X_APPENGINE_CRON");
});
