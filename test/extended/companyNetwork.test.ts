import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Deployment } from "../deploy/deployment";
import { folderOf } from "../unit/folders";

/**
 * A network in which a proxy leads to the internet, and a certificate authority of the company signs what the proxy inspects: what calls
 * Google from Node needs `HTTPS_PROXY` and `NODE_EXTRA_CA_CERTS`.
 */
const root = join(__dirname, "..", "..");
const folder = folderOf({});
const ca = join(folder, "ca.pem");
const key = join(folder, "key.pem");

/** Stands in for Google behind the proxy. */
let google: Server;
const asked: string[] = [];
let proxy: ChildProcess;
let proxyUrl: string;
/** What the proxy has forwarded. */
let forwarded = "";

beforeAll(async () => {
    const subject = ["-subj", "/CN=acme", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
    const generated = ["-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca];
    execFileSync("openssl", ["req", ...generated, ...subject], { stdio: "ignore" });
    google = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.setHeader("content-type", "application/json");
        response.end(
            JSON.stringify({ id: "acme-dev", access_token: "a-token", expires_in: 3600, token_type: "Bearer" }),
        );
    }).listen(0);
    await once(google, "listening");
    proxy = spawn(process.execPath, [join(root, "node_modules/proxy/dist/bin/proxy.js"), "--port", "0"], {
        env: { ...process.env, DEBUG: "proxy*" },
    });
    proxy.stderr?.on("data", (data) => {
        forwarded += data;
    });
    const [line] = await once(proxy.stdout as NodeJS.ReadableStream, "data");
    proxyUrl = `http://127.0.0.1:${/(\d+)\s*$/.exec(String(line))?.[1]}`;
});

afterAll(async () => {
    proxy.kill();
    google.close();
    await once(proxy, "close");
});

const port = () => (google.address() as AddressInfo).port;

/** Runs a script of a program with these variables; returns its output. */
async function output(script: string, environment: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(process.execPath, ["-e", script], {
        cwd: root,
        env: { PATH: process.env.PATH, HOME: folder, ...environment },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (data) => {
            text += data;
        });
    }
    await once(child, "close");
    return text;
}

const application = `
const { AdminApi } = require("./dist/lib/internal/adminApi/adminApi");
new AdminApi().get("apps/acme-dev").then((answer) => console.log(answer.id), (error) => console.log(error.message, error.cause?.message));`;

const environment = () => ({
    GOOGLE_OAUTH_ACCESS_TOKEN: "token",
    GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: `https://localhost:${port()}/v1/`,
});

test.each(["HTTPS_PROXY", "https_proxy"])(
    "calls of Google go through the proxy of %s, with the company's authority",
    async (name) => {
        forwarded = "";
        const answer = await output(application, { ...environment(), [name]: proxyUrl, NODE_EXTRA_CA_CERTS: ca });
        expect(answer).toBe("acme-dev\n");
        expect(forwarded).toContain(`localhost:${port()}`);
        expect(asked.at(-1)).toBe("GET /v1/apps/acme-dev");
    },
);

test("calls without the company's authority are refused", async () => {
    expect(await output(application, { ...environment(), HTTPS_PROXY: proxyUrl })).toContain(
        "self-signed certificate. If a proxy inspects connections, set NODE_EXTRA_CA_CERTS to the file of its certificate authority.",
    );
});

test("tokens for clusters go through the proxy", async () => {
    const files = folderOf({
        "credentials.json": JSON.stringify({
            type: "external_account",
            audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci",
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            token_url: `https://localhost:${port()}/v1/token`,
            credential_source: { file: "subject" },
        }),
        subject: "jwt",
    });
    forwarded = "";
    const answer = await output(
        `process.chdir(${JSON.stringify(files)}); require(${JSON.stringify(join(root, "dist/lib/gke/token"))}).tokenOfDefaultCredentials().then(console.log, (error) => console.log(error.message));`,
        {
            GOOGLE_APPLICATION_CREDENTIALS: join(files, "credentials.json"),
            HTTPS_PROXY: proxyUrl,
            NODE_EXTRA_CA_CERTS: ca,
        },
    );
    expect(JSON.parse(answer)).toMatchObject({ status: { token: "a-token" } });
    expect(forwarded).toContain(`localhost:${port()}`);
});

test.each(["HTTPS_PROXY", "https_proxy"])("the local Google Cloud is reached without the proxy of %s", async (name) => {
    const deployment = new Deployment(join(root, "docs", "examples"), {
        SLIPWAY_DOCS_EXAMPLE: "app-engine-app.ts",
        [name]: "http://127.0.0.1:9",
    });
    await deployment.up("dev");
    await deployment.destroy("dev");
    await deployment.remove();
});
