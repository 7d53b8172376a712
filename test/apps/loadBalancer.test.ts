import { createPublicKey, verify } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";

const project = "acme-routed-deve";
const auditor = `auditor@${project}.iam.gserviceaccount.com`;
const stranger = `stranger@${project}.iam.gserviceaccount.com`;

/** A shop with all kinds of routes, and an internal load balancer. */
const program = `"use strict";
const { AppEngineApp, LoadBalancer, Network, ServerlessFunction, StorageBucket, Environment } = require("slipway");
const { ManagedZone } = require("@pulumi/gcp/dns/managedZone");
const { Account } = require("@pulumi/gcp/serviceaccount/account");
const ingress = "load-balancer";
const iam = { dependsOn: Environment.current().enable("iam.googleapis.com") };
const [auditor] = ["auditor", "stranger"].map((accountId) => new Account(accountId, { accountId }, iam));
const source = "./predict";
const open = { http: { public: true, ingress } };
const predict = new ServerlessFunction("predict", { source, trigger: open });
const next = new ServerlessFunction("next", { source, entryPoint: "predict", trigger: open });
const closed = new ServerlessFunction("closed", { source, entryPoint: "predict", trigger: { http: { ingress } } });
const admin = new ServerlessFunction("admin", { source, entryPoint: "predict", trigger: { http: { ingress } } });
const hidden = new ServerlessFunction("hidden", { source, entryPoint: "predict", trigger: { http: { public: true, ingress: "internal" } } });
const website = { mainPageSuffix: "index.html", notFoundPage: "404.html" };
const zone = new ManagedZone("acme", { name: "acme", dnsName: "acme.com.", description: "Shop." }, { dependsOn: Environment.current().enable("dns.googleapis.com") });
const pages = new StorageBucket("pages", { upload: "./pages", website });
const app = new AppEngineApp("site", { services: { default: { source: "./web" } } });
new LoadBalancer("shop", {
    domains: ["shop.acme.com", "admin.acme.com", "v1.acme.com"],
    zone,
    routes: {
        "/*": app,
        "/predict": next,
        "/predict/*": { service: predict, rewrite: "/" },
        "/predict/v2/*": { service: predict, rewrite: "/second/", requestHeaders: { "X-Region": "{client_region}", "X-Kept": "own" }, responseHeaders: { "Strict-Transport-Security": "max-age=60" } },
        "/half/*": { split: [{ service: predict, weight: 80 }, { service: next, weight: 20 }], rewrite: "/" },
        "/static/*": { bucket: pages, rewrite: "/", responseHeaders: { "X-Frame-Options": "DENY" } },
        "/plain/*": { bucket: pages, cdn: false, rewrite: "/", backend: "plain" },
        "/old/*": { redirect: { prefix: "/new/", status: 308 } },
        "/gone": { redirect: { host: "shop.acme.org", path: "/", stripQuery: true, status: 302 } },
        "/closed/*": closed,
        "admin.acme.com/*": { service: admin, iap: ["serviceAccount:${auditor}"] },
        "v1.acme.com/*": { service: predict, rewrite: "/v1/" },
    },
    securityPolicy: {
        attacks: false,
        rateLimit: { requests: 5, interval: "1 minute", preview: false },
        rules: {
            many: { priority: 1, action: "allow", expression: "request.headers['user-agent'].contains('table')" },
            office: { priority: 2, action: "deny", ranges: ["203.0.113.0/24", "2001:db8::/32"] },
            elsewhere: { priority: 3, action: "deny", expression: 'origin.region_code == "XX" && request.path.matches("/predict")' },
            watched: { priority: 4, action: "deny", expression: "has(request.headers['x-odd'])", preview: true },
        },
    },
});
const network = new Network("apps", { proxyOnlySubnets: true });
new LoadBalancer("inner", { type: "regional-internal", network, insecure: true, routes: { "/*": hidden } });
`;

const stack = `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`;

function deploymentOf(): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: routed\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack,
        "package.json": '{ "name": "routed", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    for (const folder of ["predict", "pages", "pages/help", "web"]) {
        mkdirSync(deployment.file(folder));
    }
    const files = {
        "predict/main.py": "def predict(request):\n    return 'range'\n",
        "predict/requirements.txt": "functions-framework\n",
        "pages/index.html": "<h1>Shop</h1>",
        "pages/404.html": "<h1>Missing</h1>",
        "pages/help/index.html": "<h1>Help</h1>",
        "pages/shop.css": "body { color: red }\n",
        "web/main.py": "from flask import Flask\n\napp = Flask(__name__)\n",
        "web/requirements.txt": "flask\ngunicorn\n",
    };
    for (const [file, content] of Object.entries(files)) {
        writeFileSync(deployment.file(file), content);
    }
    return deployment;
}

/** A process of a backend, which answers with what it received. */
async function backend(name: string): Promise<Server> {
    const server = createServer((incoming, response) => {
        const { method, url = "", headers } = incoming;
        const [, status = "200"] = /[?&]status=(\d+)/.exec(url) ?? [];
        const [, type = "application/json"] = /[?&]type=([^&]+)/.exec(url) ?? [];
        incoming.resume().on("end", () => {
            response.writeHead(Number(status), { "content-type": type, "x-backend": name });
            response.end(JSON.stringify({ name, method, path: url, headers }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
}

interface Seen {
    status: number;
    headers: IncomingHttpHeaders;
    body: string;
    /** What the backend received. */
    received?: { name: string; method: string; path: string; headers: Record<string, string> };
}

/** Sends a request without following redirects; `fetch` does not send a host of its own. */
function send(url: string, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Seen> {
    return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(url);
        const sent = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
            let body = "";
            answer.setEncoding("utf8").on("data", (text) => {
                body += text;
            });
            answer.on("end", () => {
                const { statusCode: status = 0, headers: answered } = answer;
                const received = answered["x-backend"] && body ? JSON.parse(body) : undefined;
                resolve({ status, headers: answered, body, received });
            });
        });
        sent.on("error", reject).end();
    });
}

const deployment = deploymentOf();
const backends: Server[] = [];
const lines: string[] = [];
let cloud: Cloud;
let emulator: RunningServer;

beforeAll(async () => {
    await deployment.up("dev");
    cloud = cloudOf(deployment.place);
    const names = ["predict", "next", "admin", "closed", "hidden", "default"];
    const servers = await Promise.all(names.map(backend));
    backends.push(...servers);
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    const routes = Object.fromEntries(names.map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]));
    emulator = await serve(cloud, { routes, report: (line) => lines.push(line) });
});

afterAll(async () => {
    await emulator?.close();
    for (const server of backends) {
        server.closeAllConnections();
        server.close();
    }
    await deployment.remove();
});

const shop = "shop.acme.com";
/** Requests of the table are exempt from the rate limit. */
const table = { "user-agent": "table", host: shop };
const https = () => emulator.loadBalancers["shop (https)"] as string;

test("each target proxy has an address", () => {
    expect(Object.keys(emulator.loadBalancers).sort()).toEqual(["inner (http)", "shop (http)", "shop (https)"]);
    expect(lines).toContain(`shop (https): ${https()}, for admin.acme.com, v1.acme.com`);
});

test("a host that neither the URL map nor a certificate names is refused, as a website could have it", async () => {
    const { status, body } = await send(https(), "/", { ...table, host: "other.acme.com" });
    expect([status, body]).toEqual([403, expect.stringContaining('The header Host is "other.acme.com"')]);
});

test.each([
    ["a path without a rule", shop, "/range?week=3", "default /range?week=3"],
    ["an IP address as the host", "203.0.113.7", "/", "default /"],
    ["an exact path", shop, "/predict", "next /predict"],
    ["a path below one", shop, "/predict/range", "predict /range"],
    ["the path with a slash", shop, "/predict/", "predict /"],
    ["a path that only starts like a rule", shop, "/predicted", "default /predicted"],
    ["another case of letters", shop, "/Predict/range", "default /Predict/range"],
    ["the longest of two matching paths", shop, "/predict/v2/range?a=b", "predict /second/range?a=b"],
    ["an encoded path", shop, "/predict/a%20b?c=%2F", "predict /a%20b?c=%2F"],
    ["a host with a port", `${shop}:443`, "/predict/range", "predict /range"],
    ["a host in upper case", "SHOP.ACME.COM", "/predict/range", "predict /range"],
    ["a host with routes of its own", "v1.acme.com", "/any", "predict /v1/any"],
])("%s leads to its backend: %s%s", async (_, host, path, expected) => {
    const { status, received } = await send(https(), path, { ...table, host });
    expect([status, `${received?.name} ${received?.path}`]).toEqual([200, expected]);
});

test.each([
    ["over HTTP", "shop (http)", "/predict/a?b=c", 301, "https://shop.acme.com/predict/a?b=c"],
    ["with another prefix", "shop (https)", "/old/a/b?c=d", 308, "https://shop.acme.com/new/a/b?c=d"],
    ["without a query", "shop (https)", "/gone?a=b", 302, "https://shop.acme.org/"],
])("a request %s is redirected", async (_, name, path, status, location) => {
    const answer = await send(emulator.loadBalancers[name] as string, path, table);
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
});

test("headers tell the client, the protocol and what the route adds", async () => {
    const given = { ...table, "x-forwarded-for": "198.51.100.7", "x-local-client-region": "DE", "x-kept": "client" };
    const { received, headers } = await send(https(), "/predict/v2/", given);
    const [rule] = cloud.store
        .list("//compute.googleapis.com/", "forwardingRules")
        .filter(({ id }) => id.endsWith("/shop-https"));
    expect(received?.headers).toMatchObject({
        host: shop,
        "x-forwarded-for": `198.51.100.7,127.0.0.1,${rule?.state.ipAddress}`,
        "x-forwarded-proto": "https",
        via: "1.1 google",
        "x-region": "DE",
        "x-kept": "own",
    });
    expect(received?.headers).not.toHaveProperty("x-local-client-region");
    expect(headers).toMatchObject({ "strict-transport-security": "max-age=60", via: "1.1 google" });
    const { received: without } = await send(https(), "/predict/v2/", table);
    expect(without?.headers["x-region"]).toBe("");
});

test("a split has its weights within three percent", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => send(https(), "/half/", table)));
    const share = answers.filter(({ received }) => received?.name === "next").length / 200;
    expect(share).toBeGreaterThanOrEqual(0.17);
    expect(share).toBeLessThanOrEqual(0.23);
});

test.each([
    ["an object", "/static/shop.css", 200, "body { color: red }\n"],
    ["the index page", "/static/", 200, "<h1>Shop</h1>"],
    ["the index page of a folder", "/static/help/", 200, "<h1>Help</h1>"],
    ["the page for missing objects", "/static/none", 404, "<h1>Missing</h1>"],
])("%s is served from a private bucket: %s", async (_, path, status, body) => {
    const answer = await send(https(), path, table);
    expect([answer.status, answer.body, answer.headers["x-frame-options"]]).toEqual([status, body, "DENY"]);
});

test("static objects of Cloud CDN can be cached by browsers, others as their metadata says", async () => {
    const cacheControl = async (path: string) => (await send(https(), path, table)).headers["cache-control"];
    expect(await cacheControl("/static/shop.css")).toBe("public,max-age=3600");
    expect(await cacheControl("/static/index.html")).toBe(await cacheControl("/plain/index.html"));
    expect(await cacheControl("/plain/shop.css")).toBeUndefined();
    const part = await send(https(), "/static/shop.css", { ...table, range: "bytes=0-3" });
    expect([part.status, part.body, part.headers["content-range"]]).toEqual([206, "body", "bytes 0-3/20"]);
    expect((await send(https(), "/static/shop.css", table, "HEAD")).headers["content-length"]).toBe("20");
    expect((await send(https(), "/static/shop.css", table, "DELETE")).status).toBe(405);
});

test("a service that is not public refuses requests of the load balancer", async () => {
    const { status, body } = await send(https(), "/closed/", table);
    expect([status, body]).toEqual([403, expect.stringContaining("Your client does not have permission to get URL")]);
});

test("an internal load balancer reaches a service with internal ingress", async () => {
    const { received } = await send(emulator.loadBalancers["inner (http)"] as string, "/a", { host: "10.0.0.9" });
    expect([received?.name, received?.path, received?.headers["x-forwarded-proto"]]).toEqual(["hidden", "/a", "http"]);
});

/** An identity token of an account, as `slipway local serve` gives it. */
async function tokenOf(email: string, audience: string): Promise<string> {
    const url = `${emulator.url}/v1/projects/-/serviceAccounts/${email}:generateIdToken`;
    const body = JSON.stringify({ audience, includeEmail: true });
    const answer = await fetch(url, { method: "POST", body });
    return ((await answer.json()) as { token: string }).token;
}

describe("Identity-Aware Proxy", () => {
    const host = { host: "admin.acme.com", "user-agent": "table" };
    const audience = "https://admin.acme.com/*";

    test("sends browsers to Google's sign-in, and answers 401 to others", async () => {
        const browser = await send(https(), "/a?b=c", { ...host, accept: "text/html,*/*" });
        expect(browser.status).toBe(302);
        const { origin, searchParams } = new URL(String(browser.headers.location));
        expect([origin, searchParams.get("state")]).toEqual([
            "https://accounts.google.com",
            "https://admin.acme.com/a?b=c",
        ]);
        const others = [
            await send(https(), "/", { ...host, accept: "application/json" }),
            await send(https(), "/", { ...host, accept: "*/*" }, "POST"),
            await send(https(), "/", { ...host, accept: "*/*", "x-requested-with": "XMLHttpRequest" }),
        ];
        expect(others.map(({ status, body }) => [status, body])).toEqual(
            others.map(() => [401, "Invalid IAP credentials: empty token"]),
        );
    });

    test("lets a member in, with headers that the application can verify", async () => {
        const forged = { "x-goog-authenticated-user-email": "accounts.google.com:ceo@acme.com" };
        const authorization = `Bearer ${await tokenOf(auditor, audience)}`;
        const { status, received } = await send(https(), "/reports", { ...host, ...forged, authorization });
        expect([status, received?.path]).toEqual([200, "/reports"]);
        const headers = received?.headers ?? {};
        expect(headers["x-goog-authenticated-user-email"]).toBe(`accounts.google.com:${auditor}`);
        const [head = "", claims = "", signature = ""] = String(headers["x-goog-iap-jwt-assertion"]).split(".");
        const { keys } = (await (await fetch(`${emulator.url}/iap/verify/public_key-jwk`)).json()) as {
            keys: object[];
        };
        const key = createPublicKey({ key: keys[0] as never, format: "jwk" });
        const signed = Buffer.from(`${head}.${claims}`);
        const isValid = verify(
            "SHA256",
            signed,
            { key, dsaEncoding: "ieee-p1363" },
            Buffer.from(signature, "base64url"),
        );
        expect(isValid).toBe(true);
        const number = cloud.projects.number(project);
        expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
            iss: "https://cloud.google.com/iap",
            aud: expect.stringMatching(new RegExp(`^/projects/${number}/global/backendServices/\\d+$`)),
            email: auditor,
        });
        const other = await send(https(), "/", {
            ...host,
            "proxy-authorization": authorization,
            authorization: "Basic x",
        });
        expect([other.received?.headers.authorization, other.received?.headers["proxy-authorization"]]).toEqual([
            "Basic x",
            undefined,
        ]);
    });

    test.each([
        ["another account", stranger, audience, 403],
        ["a token for another audience", auditor, "https://shop.acme.com/*", 401],
    ])("refuses %s", async (_, email, of, status) => {
        const authorization = `Bearer ${await tokenOf(email, of)}`;
        expect((await send(https(), "/", { ...host, authorization })).status).toBe(status);
    });
});

describe("Cloud Armor", () => {
    test.each([
        ["an address of a range", "/predict/a", { "x-local-client-ip": "203.0.113.9" }, 403],
        ["an IPv6 address of a range", "/predict/a", { "x-local-client-ip": "2001:db8::1" }, 403],
        ["an address beside it", "/predict/a", { "x-local-client-ip": "203.0.114.1" }, 200],
        [
            "a region with the path of an expression",
            "/predict/a",
            { "x-local-client-ip": "198.51.100.1", "x-local-client-region": "XX" },
            403,
        ],
        [
            "the region with another path",
            "/",
            { "x-local-client-ip": "198.51.100.2", "x-local-client-region": "XX" },
            200,
        ],
        ["a bucket, which has no policy", "/static/", { "x-local-client-ip": "203.0.113.9" }, 200],
    ])("decides about %s", async (_, path, headers, status) => {
        expect((await send(https(), path, { host: shop, ...headers })).status).toBe(status);
    });

    test("decides before Identity-Aware Proxy", async () => {
        const headers = { host: "admin.acme.com", accept: "text/html", "x-local-client-ip": "203.0.113.9" };
        const { status, body } = await send(https(), "/", headers);
        expect([status, body]).toEqual([403, expect.stringContaining("403 Forbidden")]);
    });

    test("only logs what a rule in preview would refuse", async () => {
        const { status } = await send(https(), "/predict/a", {
            host: shop,
            "x-odd": "1",
            "x-local-client-ip": "198.51.100.3",
        });
        expect(status).toBe(200);
        expect(lines).toContainEqual(
            expect.stringMatching(/in preview, .*rule 4 \(watched\).* refuses GET \/predict\/a .* with deny\(403\)/),
        );
    });

    test("limits the requests of each client to each backend", async () => {
        const from = (ip: string, path: string) => send(https(), path, { host: shop, "x-local-client-ip": ip });
        const statuses: number[] = [];
        for (let count = 0; count < 7; count++) {
            statuses.push((await from("198.51.100.4", "/predict/a")).status);
        }
        expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
        expect((await from("198.51.100.5", "/predict/a")).status).toBe(200);
        expect((await from("198.51.100.4", "/")).status).toBe(200);
    });
});

test("changes of a deployment apply to the next request, and deleted load balancers are closed", async () => {
    const [map] = cloud.store.list("//compute.googleapis.com/", "urlMaps").filter(({ id }) => id.endsWith("/shop"));
    const changed = structuredClone(map as NonNullable<typeof map>);
    const matchers = changed.state.pathMatchers as { name: string; pathRules: { paths: string[] }[] }[];
    const all = matchers.find(({ name }) => name === "all");
    (all?.pathRules.find(({ paths }) => paths.includes("/old/*")) as { paths: string[] }).paths = ["/former/*"];
    cloud.store.write(changed);
    expect((await send(https(), "/old/a", table)).received?.name).toBe("default");
    expect((await send(https(), "/former/a", table)).status).toBe(308);
    const rules = cloud.store.list("//compute.googleapis.com/", "forwardingRules");
    for (const { name } of rules.filter(({ id }) => id.includes("/inner"))) {
        cloud.store.remove(name);
    }
    for (const started = Date.now(); emulator.loadBalancers["inner (http)"] && Date.now() - started < 5000; ) {
        await sleep(50);
    }
    expect(Object.keys(emulator.loadBalancers)).not.toContain("inner (http)");
});
