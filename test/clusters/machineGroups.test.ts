import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { run } from "../../local/toolchain/process";
import { Deployment } from "../deploy/deployment";
import { machineBase } from "./base";
import { Docker } from "./docker";
import { digestOf, goLayer, pushLocalImage } from "./localImage";
import { until } from "./until";

const main = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");
const project = "acme-raw";
const region = "europe-west1";
const image = `${region}-docker.pkg.dev/${project}/apps/app:1`;

/** Groups behind a load balancer, whose arguments are in a file that the test changes. */
const program = `
const { AutoscaledInstanceGroup, LoadBalancer } = require("slipway");
const { image, web, scaled } = require("./groups.json");
const dependsOn = [new gcp.projects.Service("artifacts", { service: "artifactregistry.googleapis.com" })];
new gcp.artifactregistry.Repository("apps", { repositoryId: "apps", format: "DOCKER", location: "${region}" }, { dependsOn });
const container = (version) => ({ image, args: [version], ports: [8080] });
const args = ({ version, canary, ...more }) => ({
    machineType: "e2-small",
    zones: ["${region}-b", "${region}-c"],
    container: container(version),
    canary: canary && { template: { container: container(canary) }, split: { latest: 50, canary: 50 } },
    ports: { http: 8080 },
    health: { path: "/healthz", interval: "1 second", timeout: "1 second", healthyThreshold: 1, unhealthyThreshold: 2 },
    ...more,
});
const routes = {};
if (web) {
    const group = new AutoscaledInstanceGroup("web", args(web));
    routes["/*"] = { group, port: "http" };
}
if (scaled) {
    const group = new AutoscaledInstanceGroup("scaled", args(scaled));
    routes["/*"] = { group, port: "http", capacity: { requestsPerSecond: 10 } };
}
if (web || scaled) {
    new LoadBalancer("front", { insecure: true, routes });
}
`;

const deployment = Deployment.raw(program);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-groups-image-"));
const lines: string[] = [];
let docker: Docker;
let served: RunningServer;

/** The image by its digest. */
let reference = "";

async function deploy(groups: object): Promise<void> {
    writeFileSync(deployment.file("groups.json"), JSON.stringify({ image: reference, ...groups }));
    await deployment.up("dev");
}

const machineImage = "machine:1";

async function startDocker(): Promise<void> {
    docker = await Docker.start("127.0.0.1:1");
    await docker.command("import", await machineBase(), machineImage);
}

async function pushImage(): Promise<void> {
    deployment.edit("Pulumi.dev.yaml", (config) => `${config}  slipway:kind: development\n`);
    await deployment.succeed(["stack", "init", "dev"]);
    await deploy({});
    const layers = [await goLayer(folder, join(__dirname, "machineGroups", "web.go"))];
    const pushed = await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "/app" });
    reference = `${image.replace(/:1$/, "")}@${await digestOf(pushed)}`;
}

beforeAll(async () => {
    await Promise.all([startDocker(), pushImage()]);
    process.env.DOCKER_HOST = docker.socket;
    const local = await LocalDocker.find(cloud.folder);
    served = await serve(cloud, { docker: local, machineImage, report: (line) => lines.push(line) });
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

function ask(path: string): Promise<{ status?: number; body: string }> {
    const [url] = Object.values(served.loadBalancers);
    return new Promise((resolve, reject) => {
        const sent = request(`${url}${path}`, { agent: false }, (answer) =>
            text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject),
        );
        sent.on("error", reject).end();
    });
}

/** The managed instances of a group, by the API. */
async function managed(base: string): Promise<Inputs[]> {
    const groups = cloud.store.list("//compute.googleapis.com/", "instanceGroupManagers");
    const name = groups.find(({ state }) => state.baseInstanceName === base)?.state.name;
    const path = `projects/${project}/regions/${region}/instanceGroupManagers/${name}/listManagedInstances`;
    const headers = { authorization: "Bearer developer" };
    const answer = await fetch(`${served.url}/compute/v1/${path}`, { method: "POST", headers });
    const { managedInstances = [] } = (await answer.json()) as { managedInstances?: Inputs[] };
    return managedInstances;
}

const isServing = ({ instanceStatus, currentAction, instanceHealth }: Inputs) =>
    instanceStatus === "RUNNING" && currentAction === "NONE" && instanceHealth?.[0]?.detailedHealthState === "HEALTHY";

const serving = async (base: string) => (await managed(base)).filter(isServing);

/** Waits until a group has a number of instances, which all serve. */
const settled = (base: string, count: number) =>
    until(
        () => managed(base),
        (all) => all.length === count && all.every(isServing),
        { seconds: 60 },
    );

/** Asks without a pause until it is ended; then returns the answers, and the fewest instances that served. */
function asking(path: string, base: string) {
    const answers: Record<string, number> = {};
    let isOver = false;
    let least = Number.POSITIVE_INFINITY;
    const askOn = async () => {
        while (!isOver) {
            const { status, body } = await ask(`${path}?pause=50`).catch(({ message }) => ({
                status: message,
                body: "",
            }));
            const answer = status === 200 ? body : `${status} ${body}`;
            answers[answer] = (answers[answer] ?? 0) + 1;
        }
    };
    const count = async () => {
        for (; !isOver; await sleep(100)) {
            least = Math.min(least, (await serving(base)).length);
        }
    };
    const all = [count(), ...Array.from({ length: 4 }, askOn)];
    return async () => {
        isOver = true;
        await Promise.all(all);
        return { answers: Object.keys(answers).sort(), least };
    };
}

/** The number of instances of each version, such as `3 latest`; `old` is one that the group no longer has. */
async function versions(base: string): Promise<string[]> {
    const names = (await managed(base)).map(({ version }) => String(version?.name ?? "old"));
    return [...new Set(names)].sort().map((name) => `${names.filter((each) => each === name).length} ${name}`);
}

test("a rolling update under requests fails none, and keeps all instances that it must", async () => {
    await deploy({ web: { version: "one", scaling: 2 } });
    await settled("web", 2);
    const end = asking("/", "web");
    await deploy({ web: { version: "two", scaling: 2 } });
    await until(
        () => versions("web"),
        (found) => found.join() === "2 latest",
        { seconds: 60 },
    );
    await settled("web", 2);
    expect(await end()).toEqual({ answers: ["one", "two"], least: 2 });
});

test("an opportunistic update replaces nothing at once", async () => {
    const before = (await managed("web")).map(({ id }) => id);
    await deploy({ web: { version: "three", scaling: 2, update: { type: "opportunistic" } } });
    await sleep(3000);
    expect((await managed("web")).map(({ id }) => id)).toEqual(before);
    expect(await versions("web")).toEqual(["2 old"]);
});

test("an instance whose application fails is created again with its name", async () => {
    const names = (await managed("web")).map(({ name }) => name).sort();
    const { body } = await ask("/hang");
    expect(body).toBe("two");
    await until(
        () => Promise.resolve(lines),
        (found) => found.some((line) => line.includes("recreating (unhealthy)")),
        { seconds: 60 },
    );
    await settled("web", 2);
    expect((await managed("web")).map(({ name }) => name).sort()).toEqual(names);
});

test("a canary has its share of the instances", async () => {
    await deploy({ web: { version: "two", scaling: 2, canary: "four" } });
    await until(
        () => versions("web"),
        (found) => found.join() === "1 canary,1 latest",
        { seconds: 60 },
    );
    await settled("web", 2);
    const end = asking("/", "web");
    await sleep(1000);
    expect(await end()).toEqual({ answers: ["four", "two"], least: 2 });
});

test("a scaled group follows its requests and schedules, and keeps its size with the next deployment", async () => {
    const later = (days: number) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T12:00`;
    const schedules = { busy: { from: later(3), to: later(4), min: 3 } };
    const scaling = { min: 1, max: 3, loadBalancing: 100, initialization: "1 second", schedules };
    await deploy({ scaled: { version: "one", scaling } });
    await settled("scaled", 1);
    const [autoscaler] = cloud.store.list("//compute.googleapis.com/", "autoscalers");
    const set = (property: string, value: string) =>
        run(process.execPath, [main, "local", "set", `autoscalers/${autoscaler?.state.name}`, property, value], {
            cwd: deployment.place.folder,
        });
    const end = asking("/", "scaled");
    await until(
        () => serving("scaled"),
        (found) => found.length > 1,
        { seconds: 90 },
    );
    await end();
    await set("load", '{ "loadBalancing": 2 }');
    await set("time", `${later(2)}Z`);
    await settled("scaled", 2);
    const before = (await managed("scaled")).map(({ id }) => id);
    await deploy({ scaled: { version: "one", scaling: { ...scaling, max: 4 } } });
    await sleep(2000);
    expect((await managed("scaled")).map(({ id }) => id)).toEqual(before);
    await set("time", `${later(3)}Z`);
    await settled("scaled", 3);
});
