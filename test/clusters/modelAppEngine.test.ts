import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { deploys } from "../../examples/foundation/roles";
import { ensureDaemon } from "../../local/machine/daemon/client";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { requireService } from "../../local/simulator/services/appengine/services";
import { requireVersion, versionsOf } from "../../local/simulator/services/appengine/versions";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../../local/toolchain/python";
import { type Behind, serverBehind } from "../apps/databases/behind";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";
import { Docker } from "./docker";
import { answering, until } from "./until";

const project = "acme-deliveries-dev";
const hostname = `${project}.ew.r.appspot.com`;
const delivery = { kilometres: 12.5, hour: 17, weekday: 4 };

/** A request to the application. */
interface AppRequest {
    /** The JSON body of a POST request. */
    body?: unknown;
    host?: string;
    /** @default "https" */
    scheme?: "http" | "https";
    headers?: Record<string, string>;
}

/** Sends a request; Node's `fetch` always sends the host of the URL. */
const send = (url: string, { body, host = hostname, scheme = "https", headers }: AppRequest) =>
    new Promise<{ status: number; headers: Inputs; answer: Inputs[string] }>((resolve, reject) => {
        const method = body === undefined ? "GET" : "POST";
        const all = { host, "x-forwarded-proto": scheme, ...headers };
        const sent = request(url, { method, headers: all, agent: false }, async (response) => {
            const { statusCode = 0, headers } = response;
            const content = await text(response);
            const isJson = headers["content-type"] === "application/json";
            resolve({ status: statusCode, headers, answer: isJson ? JSON.parse(content) : content });
        });
        sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });

/** Counts the occurrences of each word. */
function counted(words: string[]): Record<string, number> {
    return Object.fromEntries([...new Set(words)].map((word) => [word, words.filter((each) => each === word).length]));
}

describe("the starter model-app-engine", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-app-engine-"));
    const starter = Deployment.starter("model-app-engine");
    const cloud = cloudOf(starter.place);
    const printed: string[] = [];
    let database: Behind;
    let served: RunningServer;
    let docker: Docker;
    /** Cleanup functions, in reverse order. */
    const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => starter.remove()];

    beforeAll(async () => {
        const base = await BaseRegistry.start(folder);
        ends.push(() => base.stop());
        for (const stack of ["dev", "prod"]) {
            await starter.succeed(["config", "set", "-s", stack, "base", base.image]);
        }
    });
    afterAll(async () => {
        for (const end of ends.reverse()) {
            await end();
        }
    });

    /** The traffic split of a service. */
    const splitOf = (service: string): Inputs => requireService(cloud, project, service).state.split;
    /** The versions of a service with traffic, and their shares. */
    const shares = (service = "default"): Record<string, number> => splitOf(service).allocations;
    const serving = (service?: string) => Object.keys(shares(service))[0] as string;
    /** The IDs of a service's versions. */
    const idsOf = (inProject: string, service: string) =>
        versionsOf(cloud, inProject, service).map(({ state }) => String(state.versionId));
    const deployedVersion = (inProject: string, service: string, versionId: string): Inputs =>
        requireVersion(cloud, { project: inProject, service, versionId }).state;
    const ask = (path: string, asked: AppRequest = {}) => send(`${served.services.default}${path}`, asked);
    const prints = (wanted: string) =>
        until(
            () => printed.join("\n"),
            (all) => all.includes(wanted),
            { seconds: 60 },
        );

    test("is deployed by one up, and a second up changes nothing", async () => {
        const { created } = await starter.up("dev");
        expect(created).toBeGreaterThan(50);
        expect(await starter.again("dev")).toEqual({ unchanged: created });
    });

    test("runs from the uploaded files with its entrypoint, after a warm-up that loads the model", async () => {
        database = await serverBehind(cloud, project, "deliveries", "unused");
        const { address } = (await ensureDaemon(starter.place.home, "registry")) as { address: string };
        docker = await Docker.start(address);
        process.env.DOCKER_HOST = docker.socket;
        ends.push(() => {
            delete process.env.DOCKER_HOST;
            return docker.stop();
        });
        served = await serve(cloud, {
            runsCode: true,
            docker: await LocalDocker.find(cloud.folder),
            sql: { [database.instance.name]: database.server.socket },
            report: (line) => printed.push(line),
        });
        ends.push(database.remove, served.close);
        for (const host of [hostname, `staging-dot-${hostname}`]) {
            expect(await ask("/ready", { host })).toMatchObject({ status: 200, answer: { model: "1.0.0" } });
        }
        expect(printed.join("\n")).toMatch(/^default: \[.*Listening at: http:\/\/127\.0\.0\.1:/m);
        expect(printed.filter((line) => line.includes("/_ah/warmup"))).toEqual([]);
    });

    test("its static files are served from the upload, without the application and only with HTTPS", async () => {
        const page = await ask("/");
        expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html"]);
        expect(page.answer).toContain("How long does it take?");
        const linked = [...page.answer.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path);
        expect(linked).toEqual(["/static/style.css", "/static/ask.js"]);
        for (const path of linked) {
            const { status, headers } = await ask(path);
            expect([status, headers["cache-control"]]).toEqual([200, "public, max-age=3600"]);
        }
        expect((await ask("/static/none.css")).status).toBe(404);
        expect((await ask("/main.py")).status).toBe(404);
        for (const path of ["/", "/static/ask.js", "/latest"]) {
            const { status, headers } = await ask(path, { scheme: "http" });
            expect([status, headers.location]).toEqual([301, `https://${hostname}${path}`]);
        }
    });

    test("predicts with the deployed model, and stores predictions in a real PostgreSQL, with a database for each service", async () => {
        const { status, answer } = await ask("/predict", { body: delivery });
        expect([status, answer]).toEqual([200, { id: 1, minutes: expect.closeTo(47, -1), model: "1.0.0" }]);
        expect((await ask("/latest")).answer).toEqual([{ id: 1, ...delivery, ...answer }]);
        expect((await ask("/latest", { host: `staging-dot-${hostname}` })).answer).toEqual([]);
        expect(await ask("/predict", { body: { ...delivery, kilometres: 400 } })).toMatchObject({
            status: 400,
            answer: { errors: ["kilometres is 400: give a number from 0.5 to 40"] },
        });
        const logged = "SELECT kilometres, model FROM predictions";
        expect((await database.server.sql(logged, "predictions")).trim()).toBe("12.5|1.0.0");
    });

    test("reconnects to the database after a failover", async () => {
        await database.server.kill();
        expect((await ask("/latest")).status).toBe(503);
        await database.server.start();
        await until(
            async () => (await ask("/latest")).status,
            (status) => status === 200,
            { seconds: 20 },
        );
    });

    test("its nightly task accepts only Cloud Scheduler, which calls its path", async () => {
        const [job] = cloud.store.list(`//cloudscheduler.googleapis.com/projects/${project}/`);
        const { schedule, timeZone, appEngineHttpTarget: target }: Inputs = job?.state ?? {};
        expect([schedule, timeZone, target.httpMethod]).toEqual(["0 3 * * *", "Europe/Berlin", "GET"]);
        const stranger = await ask(target.relativeUri, { headers: { "x-cloudscheduler": "true" } });
        expect([stranger.status, stranger.headers.location]).toEqual([
            302,
            expect.stringContaining("accounts.google.com"),
        ]);
        await database.server.sql("UPDATE predictions SET asked = now() - interval '91 days'", "predictions");
        await fetch(`${served.url}/v1/${job?.id}:run`, { method: "POST" });
        await prints(`${job?.id}: succeeded`);
        await prints("default: forgot 1 predictions");
        expect((await ask("/latest")).answer).toEqual([]);
    });

    test("the pushed image runs in Docker as a flexible service, its health checks pass, and dispatch rules route to it", async () => {
        const id = serving("predictions");
        const { deployment, ...checks } = deployedVersion(project, "predictions", id);
        expect(deployment.container.image).toMatch(/\/predictions@sha256:[0-9a-f]{64}$/);
        const url = String(served.services.predictions);
        for (const { path } of [checks.readinessCheck, checks.livenessCheck]) {
            await answering(url + path);
        }
        const { status, answer } = await ask("/predictions", { body: [delivery, { ...delivery, hour: 11 }] });
        expect([status, answer.model]).toEqual([200, "1.0.0"]);
        expect(answer.minutes[0]).toBeGreaterThan(answer.minutes[1] + 10);
    });

    /** The number of browsers, of a hundred, that each model responds to. */
    async function models(): Promise<Record<string, number>> {
        const found: string[] = [];
        for (let browser = 0; browser < 1000; browser += 10) {
            const { answer } = await ask("/ready", { headers: { cookie: `GOOGAPPUID=x${browser}` } });
            found.push(answer.model);
        }
        return counted(found);
    }

    /** Gives the newest version a percentage of the traffic; returns the number of changes. */
    async function canary(percent: number | undefined) {
        const command = percent === undefined ? ["rm", "canary"] : ["set", "canary", String(percent)];
        await starter.succeed(["config", ...command, "-s", "dev"]);
        const { unchanged, ...changes } = await starter.up("dev");
        return changes;
    }

    test("a newly trained model gets 10 % of the traffic, 50 %, and all; the rollback is immediate and creates nothing", async () => {
        const first = serving();
        starter.edit("train.py", (text) => text.replace('VERSION = "1.0.0"', 'VERSION = "1.1.0"'));
        const python = await pythonWith(starter.file("app"));
        expect(await run(python, ["train.py"], { cwd: starter.place.folder })).toContain("off by 2.");
        await canary(10);
        const [second = ""] = idsOf(project, "default").filter((id) => id !== first);
        expect(splitOf("default")).toEqual({
            shardBy: "COOKIE",
            allocations: { [first]: 0.9, [second]: 0.1 },
        });
        // Staging has all traffic already; both versions of the other service run in parallel.
        expect(shares("staging")).toEqual({ [serving("staging")]: 1 });
        expect(await models()).toEqual({ "1.0.0": 90, "1.1.0": 10 });
        expect((await ask("/ready", { host: `${second}-dot-${hostname}` })).answer.model).toBe("1.1.0");

        expect(await canary(50)).toEqual({ updated: 1 });
        expect(await models()).toEqual({ "1.0.0": 50, "1.1.0": 50 });
        expect(await canary(undefined)).toEqual({ updated: 1 });
        expect(await models()).toEqual({ "1.1.0": 100 });

        expect(await canary(0)).toEqual({ updated: 1 });
        expect(shares()).toEqual({ [first]: 1 });
        expect(await models()).toEqual({ "1.0.0": 100 });
    });

    test("is also deployed for production, with its domain and an idle instance", async () => {
        const { created } = await starter.up("prod");
        expect(await starter.again("prod")).toEqual({ unchanged: created });
        const production = "acme-deliveries-prod";
        const [version] = idsOf(production, "default");
        const { automaticScaling } = deployedVersion(production, "default", String(version));
        expect(automaticScaling.standardSchedulerSettings.minInstances).toBe(1);
        expect(starter.existing(production)).toContain(
            `DomainMapping apps/${production}/domainMappings/deliveries.acme.com`,
        );
    });

    test("is destroyed; the application remains, with the serving version of the default service", async () => {
        const first = serving();
        await starter.destroy("dev");
        const left = starter.existing(project).filter((each) => /^Application |apps\//.test(each));
        expect(left.sort()).toEqual([
            `Application ${project}`,
            `StandardAppVersion apps/${project}/services/default/versions/${first}`,
            `services apps/${project}/services/default`,
        ]);
        expect(starter.remaining(project)).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["model-app-engine"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
