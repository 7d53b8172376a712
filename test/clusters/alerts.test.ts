import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Docker as LocalDocker } from "../../local/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/emulator/server";
import type { Inputs } from "../../local/rules/rules";
import { cloudOf } from "../../local/workspace";
import { install } from "../../toolchain";
import { run } from "../../toolchain/process";
import { Deployment } from "../deploy/deployment";
import { Docker } from "./docker";
import { appLayer, pushLocalImage } from "./localImage";
import { until } from "./until";

const image = "europe-west1-docker.pkg.dev/acme-raw/apps/app:1";
const hooks = "https://hooks.acme.example";

const registry = `
const { Alerts, CloudRunService } = require("slipway");
const pulumi = require("@pulumi/pulumi");
const api = new gcp.projects.Service("registry", { service: "artifactregistry.googleapis.com" });
new gcp.artifactregistry.Repository("apps", { repositoryId: "apps", format: "DOCKER", location: "europe-west1" }, { dependsOn: api });
`;

/** In production, errors alert when more than 2 % of the requests of 5 minutes fail, for a minute. */
const service = (digest: string) => `
const webhook = { url: "${hooks}/alerts", token: new pulumi.Config().requireSecret("token") };
const oncall = new Alerts("oncall", { to: { webhook } });
new CloudRunService("web", {
    image: "${image}@${digest}",
    args: ["serve"],
    public: true,
    environment: { BROKEN: "" },
    alerts: oncall,
});
`;

const deployment = Deployment.raw(registry);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-alerts-image-"));
const received: (Inputs & { at: number })[] = [];
const lines: string[] = [];
let hook: Server;
let docker: Docker;
let served: RunningServer;
let asking = true;
let asked: Promise<void>;
/** When the first of the present requests failed, and when the last one did. */
const failed: { first?: number; last?: number } = {};

beforeAll(async () => {
    hook = createServer(async (request, response) => {
        received.push({ ...((await json(request)) as { incident: Inputs }).incident, at: Date.now() });
        response.end();
    });
    await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.succeed(["config", "set", "-s", "dev", "slipway:kind", "production"]);
    await deployment.succeed(["config", "set", "-s", "dev", "--secret", "token", "canary-token"]);
    await deployment.up("dev");
    const layers = [await appLayer(folder)];
    const pushed = await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "/app" });
    const crane = join(await install("crane", () => undefined), "crane");
    const digest = (await run(crane, ["digest", "--insecure", pushed])).trim();
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    deployment.edit("index.js", (program) => `${program}${service(digest)}`);
    await deployment.up("dev");
    served = await serve(cloud, {
        docker: await LocalDocker.find(cloud.folder),
        routes: { [hooks]: `http://127.0.0.1:${(hook.address() as AddressInfo).port}` },
        alertSpeed: 60,
        report: (line) => lines.push(line),
    });
    asked = ask();
});
afterAll(async () => {
    asking = false;
    await asked;
    await served?.close();
    await docker?.stop();
    hook.close();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

/** Asks the service about 50 times a second. */
async function ask(): Promise<void> {
    while (asking) {
        const answer = await fetch(served.services.web as string).catch(() => undefined);
        await answer?.arrayBuffer();
        if (answer?.status === 500) {
            failed.first ??= Date.now();
            failed.last = Date.now();
        }
        await sleep(20);
    }
}

const variable = (from: string, to: string) =>
    deployment.edit("index.js", (program) => program.replace(`BROKEN: "${from}"`, `BROKEN: "${to}"`));

const arrived = (count: number) =>
    until(
        async () => received,
        ({ length }) => length >= count,
        { seconds: 60 },
    );

test("a broken revision alerts the webhook within minutes, and the alert ends when it is rolled back", async () => {
    // Ten minutes of healthy requests.
    await sleep(10_000);
    expect(received).toEqual([]);
    variable("", "true");
    await deployment.up("dev");
    const [first] = await arrived(1);
    expect(first).toMatchObject({
        state: "open",
        policy_name: "web: too many requests fail",
        severity: "Critical",
        scoping_project_id: "acme-raw",
        documentation: { content: expect.stringContaining("a new revision can be rolled back") },
    });
    // The first minute with errors, the one that is below 2 % at most, and a notification: a second is a minute here.
    expect(Number(first?.at) - Number(failed.first)).toBeLessThan(5_000);
    variable("true", "");
    await deployment.up("dev");
    const open = received.length;
    const all = await arrived(2 * open);
    expect(all.slice(open).map(({ state }) => state)).toEqual(Array(open).fill("closed"));
    // The last errors leave the window of five minutes.
    const ended = Number(all.at(-1)?.at) - Number(failed.last);
    expect(ended).toBeGreaterThan(3_000);
    expect(ended).toBeLessThan(9_000);
    expect(lines.filter((line) => line.startsWith("alert") && line.includes("no route"))).toEqual([]);
});
