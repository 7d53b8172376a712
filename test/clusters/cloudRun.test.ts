import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import autocannon from "autocannon";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { bucketName } from "../../local/simulator/services/storage";
import { PostgresServer } from "../apps/databases/postgres";
import { Deployment } from "../deploy/deployment";
import { Docker } from "./docker";
import { appLayer, pushLocalImage } from "./localImage";
import { until } from "./until";

const project = "acme-raw";
const region = "europe-west1";
const image = `${region}-docker.pkg.dev/${project}/apps/app:1`;

/** Everything that a container can need. */
const around = `
const apis = ["run", "artifactregistry", "secretmanager", "pubsub", "iam", "cloudscheduler", "sqladmin", "eventarc"].map((name) =>
    new gcp.projects.Service(name, { service: name + ".googleapis.com" }));
const dependsOn = apis;
new gcp.artifactregistry.Repository("apps", { repositoryId: "apps", format: "DOCKER", location: "${region}" }, { dependsOn });
const account = (name) => new gcp.serviceaccount.Account(name, { accountId: name }, { dependsOn });
const [web, caller, other] = ["web-run", "caller", "stranger"].map(account);
const secret = new gcp.secretmanager.Secret("password", { secretId: "password", replication: { auto: {} } }, { dependsOn });
const version = new gcp.secretmanager.SecretVersion("password", { secret: secret.id, secretData: "s3cret, in\\ntwo lines" });
const readable = new gcp.secretmanager.SecretIamMember("password", {
    secretId: secret.id, role: "roles/secretmanager.secretAccessor", member: web.member });
const grant = (name, role, member) => new gcp.projects.IAMMember(name, { project: "${project}", role, member }, { dependsOn });
const granted = [
    grant("eventarc", "roles/eventarc.serviceAgent", new gcp.projects.ServiceIdentity("eventarc", { service: "eventarc.googleapis.com" }, { dependsOn }).member),
    grant("storage", "roles/pubsub.publisher", gcp.storage.getProjectServiceAccountOutput({}, { dependsOn }).member),
    grant("caller", "roles/eventarc.eventReceiver", caller.member),
];
const topic = new gcp.pubsub.Topic("orders", { name: "orders" }, { dependsOn });
const pulled = new gcp.pubsub.Subscription("pulled", { name: "pulled", topic: topic.id });
const results = new gcp.storage.Bucket("results", { name: "acme-raw-results", location: "EU", uniformBucketLevelAccess: true });
new gcp.pubsub.SubscriptionIAMMember("pulled", { subscription: pulled.name, role: "roles/pubsub.subscriber", member: web.member });
new gcp.storage.BucketIAMMember("results", { bucket: results.name, role: "roles/storage.objectCreator", member: web.member });
`;

/** The services, whose arguments tests change. */
const services = `
const image = "${image}";
const place = { location: "${region}", deletionProtection: false };
const started = { dependsOn: [readable, version] };
const greeting = "hello";
const command = "serve";
const traffics = undefined;
const service = (name, template, more = {}) => new gcp.cloudrunv2.Service(name, {
    name, ...place, ...more,
    template: { serviceAccount: web.email, ...template, containers: template.containers ?? [{ image, args: ["serve"], ...template.container }], container: undefined },
}, started);
const shop = service("shop", {
    scaling: { maxInstanceCount: 3 },
    maxInstanceRequestConcurrency: 5,
    container: {
        args: [command],
        envs: [{ name: "GREETING", value: greeting },
            { name: "PASSWORD", valueSource: { secretKeyRef: { secret: secret.secretId, version: "1" } } }],
        volumeMounts: [{ name: "keys", mountPath: "/keys" }, { name: "scratch", mountPath: "/scratch" }],
    },
    volumes: [
        { name: "keys", secret: { secret: secret.secretId, items: [{ path: "deep/password", version: "latest", mode: 0o400 }] } },
        { name: "scratch", emptyDir: { medium: "MEMORY", sizeLimit: "1Mi" } },
    ],
}, { invokerIamDisabled: true, traffics });
service("sticky", { scaling: { minInstanceCount: 2, maxInstanceCount: 2 }, maxInstanceRequestConcurrency: 1, sessionAffinity: true }, { invokerIamDisabled: true });
service("greedy", { container: { resources: { limits: { cpu: "1", memory: "256Mi" } } } }, { invokerIamDisabled: true });
const guarded = service("guarded", {}, { customAudiences: ["https://guarded.acme.com"] });
for (const member of [caller.member, web.member]) {
    new gcp.cloudrunv2.ServiceIamMember("guarded-" + (member === caller.member ? "caller" : "web"), {
        name: guarded.name, location: "${region}", role: "roles/run.invoker", member });
}
service("inner", { container: { envs: [{ name: "GUARDED", value: guarded.uri }] } }, { invokerIamDisabled: true, ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });
service("caller", { container: { envs: [{ name: "GUARDED", value: guarded.uri }] } }, { invokerIamDisabled: true });
service("slow", { timeout: "1s" }, { invokerIamDisabled: true });
service("second", { container: { args: ["serve", "http2"], ports: { name: "h2c", containerPort: 8080 } } }, { invokerIamDisabled: true });
service("first", { container: { ports: { name: "h2c", containerPort: 8080 } } }, { invokerIamDisabled: true });
service("watched", { container: { livenessProbe: { httpGet: { path: "/live" }, periodSeconds: 1, failureThreshold: 1 } } }, { invokerIamDisabled: true });
const sales = new gcp.sql.DatabaseInstance("sales", { name: "sales", databaseVersion: "POSTGRES_17", region: "${region}",
    settings: { edition: "ENTERPRISE", tier: "db-f1-micro" }, deletionProtection: false }, { dependsOn });
new gcp.projects.IAMMember("connects", { project: "${project}", role: "roles/cloudsql.client", member: web.member });
service("reports", {
    container: { volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }] },
    volumes: [{ name: "cloudsql", cloudSqlInstance: { instances: [sales.connectionName] } }],
}, { invokerIamDisabled: true });
service("mounted", {
    container: { volumeMounts: [{ name: "files", mountPath: "/files" }] },
    volumes: [{ name: "files", nfs: { server: "10.0.0.2", path: "/shared" } }],
}, { invokerIamDisabled: true });
const trigger = (name, location, criteria, transport) => new gcp.eventarc.Trigger(name, { name, location, transport,
    serviceAccount: caller.email, destination: { cloudRunService: { service: guarded.name, region: "${region}" } },
    matchingCriterias: Object.entries(criteria).map(([attribute, value]) => ({ attribute, value })),
}, { dependsOn: granted });
trigger("messages", "${region}", { type: "google.cloud.pubsub.topic.v1.messagePublished" }, { pubsub: { topic: topic.id } });
trigger("objects", "eu", { type: "google.cloud.storage.object.v1.finalized", bucket: results.name });
new gcp.pubsub.Subscription("pushed", { name: "pushed", topic: topic.id, filter: 'attributes.push = "yes"', pushConfig: {
    pushEndpoint: guarded.uri.apply((uri) => uri + "/body"), oidcToken: { serviceAccountEmail: caller.email } } });
service("beside", { containers: [
    { name: "front", image, args: ["serve"], ports: { containerPort: 8080 }, dependsOns: ["aside"] },
    { name: "aside", image, args: ["sidecar", "18431"], startupProbe: { httpGet: { port: 18431 } } },
] }, { invokerIamDisabled: true });
const job = (name, succeedsAt, more, pause = "0s") => new gcp.cloudrunv2.Job(name, { name, ...place, template: { ...more, template: {
    maxRetries: 2, serviceAccount: web.email, containers: [{ image, args: ["run"], envs: [
        { name: "SUCCEEDS_AT", value: String(succeedsAt) }, { name: "PAUSE", value: pause }] }] } } }, started);
const nightly = job("nightly", 2, { taskCount: 2, parallelism: 2 });
job("hopeless", 9, {});
job("wide", 0, { taskCount: 5, parallelism: 2 }, "2s");
new gcp.cloudrunv2.Job("lasting", { name: "lasting", ...place, template: { template: {
    maxRetries: 0, timeout: "1s", serviceAccount: web.email, containers: [{ image, args: ["sleep"] }] } } }, started);
new gcp.cloudrunv2.JobIamMember("nightly", { name: nightly.name, location: "${region}", role: "roles/run.invoker", member: caller.member });
const scheduled = (name, email) => new gcp.cloudscheduler.Job(name, { name, region: "${region}", schedule: "0 2 * * *", retryConfig: { retryCount: 0 }, httpTarget: {
    uri: "https://run.googleapis.com/v2/projects/${project}/locations/${region}/jobs/nightly:run",
    httpMethod: "POST", oauthToken: { serviceAccountEmail: email } } }, { dependsOn });
scheduled("permitted", caller.email);
scheduled("refused", other.email);
new gcp.cloudrunv2.WorkerPool("worker", { name: "worker", ...place, scaling: { manualInstanceCount: 2 }, template: {
    serviceAccount: web.email,
    containers: [{ image, args: ["work"], envs: [{ name: "SUBSCRIPTION", value: pulled.id }, { name: "BUCKET", value: "acme-raw-results" }] }] } }, started);
`;

const main = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");
const deployment = Deployment.raw(around);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-run-image-"));
const lines: string[] = [];
let database: PostgresServer;
let docker: Docker;
let served: RunningServer;

beforeAll(async () => {
    deployment.setPolicy(project, "sql.restrictPublicIp", { enforce: "FALSE" });
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.up("dev");
    const layers = [await appLayer(folder)];
    await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "/app" });
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    deployment.edit("index.js", (text) => `${text}${services}`);
    await deployment.up("dev");
    database = await PostgresServer.started();
    served = await serve(cloud, {
        sql: { sales: database.socket },
        docker: await LocalDocker.find(cloud.folder),
        idle: 2,
        report: (line) => lines.push(line),
    });
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await database?.remove();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

async function ask(
    service: string,
    path = "/",
    options: RequestInit = {},
): Promise<{ status: number; text: string; found: Inputs }> {
    const response = await fetch(`${served.services[service]}${path}`, options);
    const text = await response.text();
    const found = response.headers.get("content-type") === "application/json" ? JSON.parse(text) : {};
    return { status: response.status, text, found };
}

/** The containers of a revision or an execution that run. */
const containers = async (part: string) =>
    (await docker.command("ps", "--format", "{{.Names}}")).split("\n").filter((name) => name.includes(part));

/** Waits until the terminal has a line with this text. */
const reported = (text: string) =>
    until(
        async () => lines,
        (all) => all.some((line) => line.includes(text)),
        { seconds: 20 },
    );

/** Sends requests with a load generator, and lists the running containers meanwhile. */
async function loaded(service: string, path: string, options: { connections: number; amount: number }) {
    const answers: { revision: string; instance: string; most: number }[] = [];
    const running: string[][] = [];
    const timer = setInterval(async () => running.push(await containers(`-${service}-`)), 200);
    const { errors, timeouts, non2xx } = await autocannon({
        ...options,
        url: `${served.services[service]}${path}`,
        requests: [{ onResponse: (_, body) => void answers.push(JSON.parse(body)) }],
    });
    clearInterval(timer);
    return { answers, running, failed: errors + timeouts + non2xx };
}

const parallel = <Result>(count: number, task: () => Promise<Result>) => Promise.all([...Array(count)].map(task));

test("a service answers with its variables, and the secret as a variable and as a file", async () => {
    const { status, found } = await ask("shop", "/variables");
    expect(status).toBe(200);
    const { revision, variables } = found;
    expect(revision).toMatch(/^shop-00001-/);
    expect(variables).toMatchObject({
        GREETING: "hello",
        PASSWORD: "s3cret, in\ntwo lines",
        K_SERVICE: "shop",
        K_REVISION: revision,
        K_CONFIGURATION: "shop",
        STORAGE_EMULATOR_HOST: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        PUBSUB_EMULATOR_HOST: variables.STORAGE_EMULATOR_HOST.replace("http://", ""),
        BIGQUERY_EMULATOR_HOST: variables.STORAGE_EMULATOR_HOST,
    });
    expect(variables.STORAGE_EMULATOR_HOST).not.toBe(served.url);
    const { found: files } = await ask("shop", "/files?path=/keys/deep/password");
    expect(files).toMatchObject({ file: "s3cret, in\ntwo lines", error: "<nil>" });
    const { found: written } = await ask("shop", "/write?path=/scratch/file");
    expect(written.error).toBe("<nil>");
    const { found: body } = await ask("shop", "/body", { method: "POST", body: "x".repeat(200_000) });
    expect(body.body).toHaveLength(200_000);
    expect(lines).toEqual(expect.arrayContaining([`shop: ${served.services.shop}`, `shop: serving ${revision}`]));
});

/** An identity token, as a developer gets one. */
async function token(account: string, audience: string): Promise<{ headers: Record<string, string> }> {
    const email = `${account}@${project}.iam.gserviceaccount.com`;
    const response = await fetch(`${served.url}/v1/projects/-/serviceAccounts/${email}:generateIdToken`, {
        method: "POST",
        body: JSON.stringify({ audience, includeEmail: true }),
    });
    const { token } = (await response.json()) as { token: string };
    return { headers: { authorization: `Bearer ${token}` } };
}

test("only callers with the role may call a service that is not public, with a token for it", async () => {
    const uri = String(
        cloud.store.read(`//run.googleapis.com/projects/${project}/locations/${region}/services/guarded`)?.state.uri,
    );
    const none = await ask("guarded", "/here");
    expect([none.status, none.text]).toEqual([
        403,
        expect.stringContaining("Your client does not have permission to get URL <code>/here</code> from this server."),
    ]);
    const wrong = await ask("guarded", "/", await token("caller", "https://elsewhere.com"));
    expect([wrong.status, wrong.text]).toEqual([
        401,
        expect.stringContaining("Your client does not have permission to the requested URL <code>/</code>."),
    ]);
    const forged = await token("caller", uri);
    forged.headers.authorization = forged.headers.authorization?.replace(/\.[^.]*$/, ".AAAA") as string;
    expect((await ask("guarded", "/", forged)).status).toBe(401);
    expect((await ask("guarded", "/", await token("stranger", uri))).status).toBe(403);
    for (const audience of [uri, "https://guarded.acme.com", served.services.guarded as string]) {
        const { status, found } = await ask("guarded", "/", await token("caller", audience));
        expect([status, found.authorization]).toEqual([200, expect.stringMatching(/\.SIGNATURE_REMOVED_BY_GOOGLE$/)]);
    }
});

test("X-Serverless-Authorization takes precedence, and leaves Authorization to the container", async () => {
    const uri = served.services.guarded as string;
    const [allowed, stranger] = await Promise.all([token("caller", uri), token("stranger", uri)]);
    const both = (serverless: string, authorization: string) =>
        ask("guarded", "/", { headers: { "x-serverless-authorization": serverless, authorization } });
    const tokens = [allowed, stranger].map(({ headers }) => String(headers.authorization)) as [string, string];
    const accepted = await both(tokens[0], "Bearer of.the.application");
    expect([accepted.status, accepted.found]).toEqual([
        200,
        expect.objectContaining({
            authorization: "Bearer of.the.application",
            serverless: tokens[0].replace(/[^.]*$/, "SIGNATURE_REMOVED_BY_GOOGLE"),
        }),
    ]);
    expect((await both(tokens[1], tokens[0])).status).toBe(403);
    expect((await both("Basic YTpi", tokens[0])).status).toBe(403);
});

test("a cookie keeps a client on its instance, unless that is busy", async () => {
    const sticky = served.services.sticky as string;
    const send = async (cookie: string, path = "/") => {
        const response = await fetch(`${sticky}${path}`, { headers: { cookie } });
        const { instance } = (await response.json()) as { instance: string };
        return { instance, cookies: response.headers.getSetCookie() };
    };
    const clients = await parallel(2, () => send("theme=dark", "/?pause=1000"));
    expect(new Set(clients.map(({ instance }) => instance)).size).toBe(2);
    const jars = clients.map(({ cookies: [cookie = ""] }) => {
        const [, expires = ""] = /^GAESA=[\w-]+; expires=(.*); path=\/$/.exec(cookie) ?? [];
        expect((Date.parse(expires) - Date.now()) / 86_400_000).toBeCloseTo(30, 1);
        return `theme=dark; ${cookie.split(";")[0]}`;
    });
    for (const index of [1, 1, 0, 1, 0]) {
        const { instance, cookies } = await send(jars[index] as string);
        expect([instance, cookies]).toEqual([clients[index]?.instance, []]);
    }
    const [first, second] = await Promise.all([send(jars[1] as string, "/?pause=1000"), send(jars[1] as string)]);
    const instances = [first, second].map(({ instance }) => instance).sort();
    expect(instances).toEqual(clients.map(({ instance }) => instance).sort());
});

test("CPU and memory are limited, and a container that exceeds its memory is killed", async () => {
    const before = (await ask("greedy")).found.instance;
    const [name = ""] = await containers("-greedy-");
    const { HostConfig } = JSON.parse(await docker.command("inspect", "--format", "{{json .}}", name));
    expect(HostConfig).toMatchObject({ Memory: 256 * 2 ** 20, MemorySwap: 256 * 2 ** 20, NanoCpus: 1e9 });
    expect((await ask("greedy", "/memory?mebibytes=400")).status).toBe(503);
    await reported(
        "greedy: Memory limit of 256 MiB exceeded with 256 MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits",
    );
    const { status, found } = await ask("greedy");
    expect([status, found.instance === before]).toEqual([200, false]);
});

test("containers call other services with tokens of their account, and reach those with internal ingress only from the network", async () => {
    const { found } = await ask("caller", "/variables");
    const { GUARDED } = found.variables;
    expect(GUARDED).toBe(served.services.guarded);
    const { found: refused } = await ask("caller", `/call?url=${GUARDED}/`);
    expect(refused.called).toMatch(/^403 /);
    const { found: accepted } = await ask("caller", `/call?url=${GUARDED}/&token=yes`);
    expect(accepted.called).toMatch(/^200 .*"revision":"guarded-00001-/);
    const outside = await ask("inner");
    expect([outside.status, outside.text]).toEqual([
        404,
        expect.stringContaining("The requested URL was not found on this server."),
    ]);
});

test("containers call APIs with the roles of their account, by the variables and at Google's own addresses", async () => {
    const { found } = await ask("caller", "/variables");
    const called = async (url: string) =>
        (await ask("caller", `/call?url=${encodeURIComponent(url)}`)).found.called as string;
    const secret = `https://secretmanager.googleapis.com/v1/projects/${project}/secrets/password/versions/1:access`;
    expect(await called(secret)).toMatch(/^200 .*"data":/);
    const objects = "storage/v1/b/acme-raw-results/o";
    for (const host of [found.variables.STORAGE_EMULATOR_HOST, "https://storage.googleapis.com"]) {
        expect(await called(`${host}/${objects}`)).toMatch(
            /^403 .*web-run@acme-raw.iam.gserviceaccount.com does not have storage.objects.list access/,
        );
    }
    expect(lines.filter((line) => line.includes("lacks storage.objects.list on buckets/acme-raw-results"))).toEqual([
        "web-run@acme-raw.iam.gserviceaccount.com lacks storage.objects.list on buckets/acme-raw-results: grant it in the program, by `uses`",
    ]);
});

test("Pub/Sub pushes messages to a service with the token of its account", async () => {
    const messages = [{ data: "", attributes: { push: "yes" } }];
    await api(`/v1/projects/${project}/topics/orders:publish`, { messages });
    await reported("was delivered to https://guarded-");
});

/** The CloudEvents that a service received, whose body contains a text. */
const events = (service: string, part: string): Inputs[] =>
    lines
        .filter((line) => line.startsWith(`${service}: event `) && line.includes(part))
        .map((line) => JSON.parse(line.slice(`${service}: event `.length)));

test("Eventarc sends a message of a topic and a new object to a service, as CloudEvents", async () => {
    const data = Buffer.from("an order").toString("base64");
    await api(`/v1/projects/${project}/topics/orders:publish`, {
        messages: [{ data, attributes: { for: "eventarc" } }],
    });
    const upload = "/upload/storage/v1/b/acme-raw-results/o?uploadType=media&name=deep/report.txt";
    const uploaded = await fetch(`${served.url}${upload}`, { method: "POST", body: "a report" });
    expect(uploaded.status).toBe(200);
    const [[message], [object]] = await until(
        async () => [events("guarded", data), events("guarded", "deep/report.txt")],
        (found) => found.every(({ length }) => length > 0),
        { seconds: 20 },
    );
    // https://cloud.google.com/eventarc/docs/cloudevents
    const about = { "ce-specversion": "1.0", "content-type": "application/json" };
    expect(message).toEqual({
        headers: {
            ...about,
            "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
            "ce-source": `//pubsub.googleapis.com/projects/${project}/topics/orders`,
            "ce-id": message?.body.message.messageId,
            "ce-time": message?.body.message.publishTime,
        },
        body: {
            subscription: expect.stringMatching(
                new RegExp(`^projects/${project}/subscriptions/eventarc-${region}-messages-sub-\\d{3}$`),
            ),
            message: expect.objectContaining({ data, attributes: { for: "eventarc" } }),
        },
    });
    expect(object).toEqual({
        headers: {
            ...about,
            "ce-type": "google.cloud.storage.object.v1.finalized",
            "ce-source": "//storage.googleapis.com/projects/_/buckets/acme-raw-results",
            "ce-subject": "objects/deep/report.txt",
            "ce-bucket": "acme-raw-results",
            "ce-id": expect.stringMatching(/^\d+$/),
            "ce-time": expect.stringMatching(/^\d{4}-.*Z$/),
        },
        body: expect.objectContaining({
            kind: "storage#object",
            bucket: "acme-raw-results",
            name: "deep/report.txt",
            size: "8",
        }),
    });
});

test("a container that accepts only HTTP/2 receives requests of both versions in it", async () => {
    const { found } = await ask("second", "/protocol");
    expect(found.protocol).toBe("HTTP/2.0");
    const session = connect(served.services.second as string);
    const sent = session.request({ ":path": "/body", ":method": "POST" });
    sent.end("a message");
    expect(JSON.parse(await text(sent)).body).toBe("a message");
    session.close();
    const other = await ask("first");
    expect([other.status, other.text]).toEqual([
        503,
        "upstream connect error or disconnect/reset before headers. reset reason: protocol error",
    ]);
});

test("connections are upgraded, as for WebSockets", async () => {
    const { hostname, port } = new URL(served.services.shop as string);
    const headers = { connection: "Upgrade", upgrade: "echo" };
    const upgraded = request({ hostname, port, path: "/socket", headers }).end();
    const answer = await new Promise<string>((resolve, reject) => {
        upgraded.on("error", reject).on("upgrade", (_, socket) => {
            socket.write("hello\n");
            socket.setEncoding("utf8").once("data", (line) => {
                socket.destroy();
                resolve(String(line));
            });
        });
    });
    expect(answer).toBe("echo hello\n");
});

test("a request that takes longer than its timeout is terminated", async () => {
    const { status, text } = await ask("slow", "/?pause=5000");
    expect([status, text]).toEqual([504, "upstream request timeout"]);
});

test("an instance that fails its liveness probe is replaced", async () => {
    const before = (await ask("watched", "/hang")).found.instance;
    await reported(
        'watched: LIVENESS HTTP probe failed 1 time consecutively for container "watched-1" on port 8080 path "/live".',
    );
    await reported("watched: Container called exit(137).");
    const { status, found } = await ask("watched");
    expect([status, found.instance === before]).toEqual([200, false]);
});

test("a service whose database is killed answers errors, and works again in the same container once it is back", async () => {
    await database.sql("CREATE ROLE app LOGIN IN ROLE cloudsqliamserviceaccount");
    const socket = `/cloudsql/${project}:${region}:sales/.s.PGSQL.5432`;
    const read = async () => {
        const { status, found } = await ask("reports", `/sql?socket=${socket}`);
        return [status, found.answer, found.instance];
    };
    const [status, answer, instance] = await read();
    expect([status, answer]).toEqual([200, "42"]);
    await database.kill();
    for (let times = 0; times < 3; times++) {
        expect(await read()).toEqual([500, expect.stringMatching(/EOF|broken pipe|connection reset/), instance]);
    }
    await database.start();
    expect(await read()).toEqual([200, "42", instance]);
    expect(await containers("-reports-")).toHaveLength(1);
});

test("a service with a volume that this machine does not have says so", async () => {
    const { status } = await ask("mounted");
    expect(status).toBe(503);
    await reported(
        "the volume files is an NFS server, which cannot be mounted on this machine: run the code yourself, and add --route",
    );
});

test("sidecars start first, and share the network", async () => {
    const { found } = await ask("beside", "/call?url=http://127.0.0.1:18431/");
    expect(found.called).toBe("200 beside");
});

test("a container that exits fails its request, and is replaced", async () => {
    const { status, text } = await ask("shop", "/exit");
    expect([status, text]).toEqual([
        503,
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    ]);
    await reported("shop: Container called exit(9).");
    expect(lines).toContain("shop: out of memory");
    expect((await ask("shop")).status).toBe(200);
});

test("2,000 requests at once are split by the weights within 3 %, exceed no limit, and none fails; a tag has an address of its own", async () => {
    const [first = ""] = [String((await ask("shop")).found.revision)];
    const target = (percent: number, revision: string, tag = "") =>
        `{ percent: ${percent}, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "${revision}", tag: "${tag}" }`;
    const latest = '{ percent: 10, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", tag: "candidate" }';
    deployment.edit("index.js", (text) =>
        text
            .replace('greeting = "hello"', 'greeting = "good day"')
            .replace("traffics = undefined", `traffics = [${latest}, ${target(90, first)}]`),
    );
    await deployment.up("dev");
    await until(
        async () => Object.keys(served.services),
        (found) => found.includes("shop (candidate)"),
        { seconds: 10 },
    );
    const load = await loaded("shop", "/?pause=20", { connections: 30, amount: 2_000 });
    expect(load.failed).toBe(0);
    const counts: Record<string, number> = {};
    for (const { revision } of load.answers) {
        counts[revision] = (counts[revision] ?? 0) + 1;
    }
    const [second = ""] = Object.keys(counts).filter((revision) => revision !== first);
    expect(Object.keys(counts)).toHaveLength(2);
    expect(load.answers).toHaveLength(2_000);
    expect(Math.abs((counts[first] as number) / 20 - 90)).toBeLessThan(3);
    expect(Math.max(...load.answers.map(({ most }) => most))).toBe(5);
    const instances = (revision: string) =>
        new Set(load.answers.flatMap((each) => (each.revision === revision ? [each.instance] : []))).size;
    expect(instances(first)).toBe(3);
    expect(instances(second)).toBeLessThanOrEqual(3);
    const running = load.running.flatMap((names) =>
        [first, second].map((revision) => names.filter((name) => name.includes(`-${revision}-`)).length),
    );
    expect(running.length).toBeGreaterThan(4);
    expect(Math.max(...running)).toBe(3);
    const tagged = await ask("shop (candidate)", "/variables");
    expect([tagged.found.revision, tagged.found.variables.GREETING]).toEqual([second, "good day"]);
});

test("a service scales to zero without requests, and back", async () => {
    expect((await containers("-shop-")).length).toBeGreaterThan(0);
    await until(
        () => containers("-shop-"),
        (found) => found.length === 0,
        { seconds: 60 },
    );
    expect(lines).toContain("shop: stopping");
    expect((await ask("shop")).status).toBe(200);
});

test("a revision that does not start gets no requests, and its last lines are reported", async () => {
    // Without the property, the traffic would stay as it is: the provider computes it.
    const latest = '{ percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }';
    deployment.edit("index.js", (text) =>
        text.replace('command = "serve"', 'command = "break"').replace(/traffics = \[.*\]/, `traffics = [${latest}]`),
    );
    await deployment.up("dev");
    const state: Inputs =
        cloud.store.read(`//run.googleapis.com/projects/${project}/locations/${region}/services/shop`)?.state ?? {};
    const broken = String(state.latestReadyRevision).split("/").at(-1);
    const answers = await parallel(20, () => ask("shop"));
    expect(answers.map(({ status, found }) => [status, found.variables, found.revision === broken])).toEqual(
        [...Array(20)].map(() => [200, undefined, false]),
    );
    // The answers can come before the container has ended.
    const message = await until(
        async () => lines.find((line) => line.includes(`Revision '${broken}' is not ready`)) ?? "",
        (line) => line !== "",
        { seconds: 180 },
    );
    expect(message).toContain(
        "The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable within the allocated timeout.",
    );
    expect(message).toContain("Container called exit(3).\n  cannot read the model");
});

const jobs = `/v2/projects/${project}/locations/${region}/jobs`;

async function api(path: string, body?: object): Promise<Inputs> {
    const response = await fetch(`${served.url}${path}`, body && { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as Inputs;
}

/** Waits until an operation is done. */
const finished = ({ name }: Inputs) =>
    until(
        () => api(`/v2/${name}`),
        ({ done }) => done === true,
        { seconds: 60 },
    );

test("a job whose tasks fail twice succeeds at their third try", async () => {
    const operation = await api(`${jobs}/nightly:run`, {
        overrides: { containerOverrides: [{ env: [{ name: "DAY", value: "monday" }] }] },
    });
    expect(operation).toMatchObject({ done: false, metadata: { job: "nightly", taskCount: 2 } });
    const { response } = await finished(operation);
    expect(response).toMatchObject({ succeededCount: 2, failedCount: 0, retriedCount: 4, runningCount: 0 });
    const { executions } = await api(`${jobs}/nightly/executions`);
    expect(executions.map(({ name }: Inputs) => name)).toEqual([response.name]);
    const { tasks } = await api(`/v2/${response.name}/tasks`);
    expect(
        tasks.map(({ index, retried, lastAttemptResult }: Inputs) => [index, retried, lastAttemptResult.exitCode]),
    ).toEqual([
        [0, 2, 0],
        [1, 2, 0],
    ]);
    const execution = response.name.split("/").at(-1);
    expect(lines).toEqual(
        expect.arrayContaining([
            `${execution} task 1: task 1 of 2 attempt 2 nightly monday`,
            `${execution} task 0: Container called exit(1).`,
            `${execution}: Execution completed successfully.`,
        ]),
    );
});

test("a job whose task fails in all tries fails", async () => {
    const { error, metadata } = await finished(await api(`${jobs}/hopeless:run`, {}));
    const execution = metadata.name.split("/").at(-1);
    expect(error).toEqual({
        code: 9,
        message: `Execution ${execution} has failed to complete, 0/1 tasks were a success.`,
    });
    expect(metadata).toMatchObject({ failedCount: 1, retriedCount: 2 });
});

test("at most as many tasks run at once as the parallelism of the job", async () => {
    const { response } = await finished(await api(`${jobs}/wide:run`, {}));
    const execution = response.name.split("/").at(-1);
    expect(response).toMatchObject({ succeededCount: 5, parallelism: 2 });
    let active = 0;
    const seen = lines.flatMap((line) => {
        const [, event] = new RegExp(`^${execution} task \\d: (task|ended)`).exec(line) ?? [];
        active += event === "task" ? 1 : event === "ended" ? -1 : 0;
        return event ? [active] : [];
    });
    expect(seen).toHaveLength(10);
    expect(Math.max(...seen)).toBe(2);
});

test("a task that takes longer than its timeout is terminated, as is a cancelled execution", async () => {
    const { metadata } = await finished(await api(`${jobs}/lasting:run`, {}));
    await reported("Terminating task because it has reached the maximum timeout of 1 seconds.");
    const { tasks } = await api(`/v2/${metadata.name}/tasks`);
    expect(tasks).toMatchObject([{ index: 0, lastAttemptResult: { exitCode: 137 } }]);
    const operation = await api(`${jobs}/lasting:run`, { overrides: { timeout: "600s" } });
    await until(
        () => containers(String(operation.metadata.name.split("/").at(-1))),
        (found) => found.length === 1,
        { seconds: 20 },
    );
    await api(`/v2/${operation.metadata.name}:cancel`, {});
    const { metadata: cancelled } = await finished(operation);
    expect(cancelled).toMatchObject({
        cancelledCount: 1,
        failedCount: 0,
        conditions: [{ state: "CONDITION_FAILED", executionReason: "CANCELLED" }],
    });
    expect(await containers("-lasting-")).toEqual([]);
});

test("Cloud Scheduler runs a job with an account that may, and not with another one", async () => {
    const count = () =>
        cloud.store.read(`//run.googleapis.com/projects/${project}/locations/${region}/jobs/nightly`)?.state
            .executionCount;
    const before = Number(count());
    const schedulers = `/v1/projects/${project}/locations/${region}/jobs`;
    await api(`${schedulers}/refused:run`, {});
    await reported("lacks run.jobs.run");
    expect(count()).toBe(before);
    await api(`${schedulers}/permitted:run`, {});
    await until(
        async () => count(),
        (found) => found === before + 1,
        { seconds: 10 },
    );
});

test("a worker pool pulls from its subscription, and its containers are started again", async () => {
    await until(
        () => containers("-worker-"),
        (found) => found.length === 2,
        { seconds: 30 },
    );
    const publish = (text: string) =>
        api(`/v1/projects/${project}/topics/orders:publish`, {
            messages: [{ data: Buffer.from(text).toString("base64") }],
        });
    const written = () =>
        cloud.store.list(`${bucketName("acme-raw-results")}/objects`).map(({ name }) => name.split("/").at(-1));
    await publish("first");
    await until(
        async () => written(),
        (found) => found.includes("first"),
        { seconds: 20 },
    );
    await publish("poison");
    await reported("worker: Container called exit(7).");
    await until(
        () => containers("-worker-"),
        (found) => found.length === 2,
        { seconds: 60 },
    );
});

/** What is in Docker. */
const left = () => {
    const lists = [
        ["ps", "--all"],
        ["volume", "ls"],
    ];
    return Promise.all(lists.map((args) => docker.command(...args, "--quiet")));
};

test("nothing is left in Docker when the emulator is closed", async () => {
    await served.close();
    expect(await left()).toEqual(["", ""]);
});

/** Starts the command, and returns once a container of it runs. */
async function command(): Promise<ChildProcess> {
    const options = { cwd: deployment.place.folder, env: process.env };
    const child = spawn(process.execPath, [main, "local", "serve"], options);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk) => {
            output += chunk;
        });
    }
    const [, url = ""] = await until(
        async () => /reports: (http:\S+)/.exec(output) ?? [],
        (found) => found.length > 0,
        { seconds: 60 },
    );
    expect((await fetch(url)).status).toBe(200);
    expect((await left())[0]).not.toBe("");
    return child;
}

/** Sends a signal, and waits for the end. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.kill(signal);
    await ended;
}

test.each(["SIGTERM", "SIGINT"] as const)("the command leaves nothing in Docker after %s", async (signal) => {
    await end(await command(), signal);
    expect(await left()).toEqual(["", ""]);
});

test.each([
    ["the next one", async () => (await serve(cloud, { docker: await LocalDocker.find(cloud.folder) })).close()],
    [
        "a reset",
        async () => {
            execFileSync(process.execPath, [main, "local", "reset"], {
                cwd: deployment.place.folder,
                env: process.env,
                stdio: "pipe",
            });
        },
    ],
])("what a killed command leaves is removed by %s", async (_, remove) => {
    const child = await command();
    const record = join(deployment.place.home, "run", String(child.pid), "process.json");
    const [sockets = ""] = JSON.parse(readFileSync(record, "utf8")).folders;
    await end(child, "SIGKILL");
    expect([(await left())[0], existsSync(sockets)]).toEqual([expect.stringMatching(/./), true]);
    await remove();
    expect([await left(), existsSync(sockets)]).toEqual([["", ""], false]);
});
