import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { install } from "../../local/toolchain";
import { run } from "../../local/toolchain/process";
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
    env: { BROKEN: "" },
    alerts: oncall,
});
`;

const deployment = Deployment.raw(registry);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-alerts-image-"));
const received: Inputs[] = [];
const lines: string[] = [];
let hook: Server;
let docker: Docker;
let served: RunningServer;
let asking = true;
let asked: Promise<void>;

beforeAll(async () => {
    hook = createServer(async (request, response) => {
        received.push(((await json(request)) as { incident: Inputs }).incident);
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
        await sleep(20);
    }
}

const variable = (from: string, to: string) =>
    deployment.edit("index.js", (program) => program.replace(`BROKEN: "${from}"`, `BROKEN: "${to}"`));

/** The first and the last simulated minute with errors, in seconds since 1970. */
async function minutesWithErrors(): Promise<{ first: number; last: number }> {
    const query = new URLSearchParams({
        filter: 'metric.type="run.googleapis.com/request_count" AND metric.labels.response_code_class="5xx"',
        "interval.startTime": "2020-01-01T00:00:00Z",
        "interval.endTime": "2100-01-01T00:00:00Z",
    });
    const { timeSeries } = (await (
        await fetch(`${served.url}/v3/projects/acme-raw/timeSeries?${query}`)
    ).json()) as Inputs;
    const ends = timeSeries.flatMap(({ points }: Inputs) =>
        points.map(({ interval }: Inputs) => Date.parse(interval.endTime) / 1000),
    );
    return { first: Math.min(...ends), last: Math.max(...ends) };
}

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
        documentation: { content: expect.stringContaining("A new revision can be rolled back") },
    });
    // Above 2 % for a minute: the first minute with errors is enough, unless it had only a few.
    const { first: began } = await minutesWithErrors();
    expect((first?.started_at - began) / 60).toBeLessThanOrEqual(2);
    variable("true", "");
    await deployment.up("dev");
    const open = received.length;
    const all = await arrived(2 * open);
    expect(all.slice(open).map(({ state }) => state)).toEqual(Array(open).fill("closed"));
    // Five minutes after the last errors, none are in the window; they are below 2 % a minute earlier at most.
    const { last } = await minutesWithErrors();
    const minutes = (all.at(-1)?.ended_at - last) / 60;
    expect(minutes).toBeGreaterThanOrEqual(3);
    expect(minutes).toBeLessThanOrEqual(6);
    expect(lines.filter((line) => line.startsWith("alert") && line.includes("no route"))).toEqual([]);
});
