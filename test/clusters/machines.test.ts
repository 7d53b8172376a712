import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { Terminal } from "../../local/runtime/emulator/terminal";
import { runDueMachines } from "../../local/runtime/services/compute/schedules";
import { cloudOf } from "../../local/simulator/cloudOf";
import { currentStatus } from "../../local/simulator/services/compute/machines/instanceChecks";
import { instancesOf } from "../../local/simulator/services/compute/machines/lifecycle";
import { install } from "../../local/toolchain";
import { run } from "../../local/toolchain/process";
import { Deployment } from "../deploy/deployment";
import { machineBase } from "./base";
import { Docker } from "./docker";
import { appLayer, pushLocalImage } from "./localImage";
import { until } from "./until";

const project = "acme-machines";
const image = `europe-west1-docker.pkg.dev/${project}/apps/app:1`;

/** What machines use. */
const around = `"use strict";
const gcp = require("@pulumi/gcp");
const pulumi = require("@pulumi/pulumi");
const { ContainerRegistry, Secret, StorageBucket, VirtualMachine } = require("slipway");
const apps = new ContainerRegistry("apps", { immutableTags: false });
const files = new StorageBucket("files");
const models = new StorageBucket("models");
const key = new Secret("key", { value: pulumi.secret("s3cret, it's") });
`;

/** The machines; `train` may stop itself, and `alone` may not. */
const machines = (digest: string) => `
const uses = { FILES: files.writer, KEY: key.reader };
const schedule = { start: "0 7 * * *", stop: "0 19 * * *", timeZone: "Europe/Berlin" };
const image = "${image.replace(/:1$/, "")}@${digest}";
new VirtualMachine("web", { container: { image, args: ["serve"], ports: [80] }, env: { TEXT: "it's\\ntwo" }, uses, schedule });
const train = new VirtualMachine("train", { startupScript: "train.sh", uses, metadata: { round: "1" } });
new gcp.compute.InstanceIAMMember("itself", {
    zone: train.instance.zone, instanceName: train.instance.name, role: "roles/compute.instanceAdmin.v1", member: train.account.member });
const alone = new VirtualMachine("alone", { spot: true, startupScript: "train.sh", uses, metadata: { "shutdown-script": "echo farewell", round: "3" } });
`;

/** Writes to the bucket, leaves a service in the background, and stops the machine. */
const script = `#!/bin/bash
set -euo pipefail
metadata() {
  curl -sSf -H 'Metadata-Flavor: Google' "http://metadata.google.internal/computeMetadata/v1/$1"
}
token=$(metadata instance/service-accounts/default/token | sed -n 's/.*"access_token": *"\\([^"]*\\)".*/\\1/p')
name=$(metadata instance/name)
zone=$(metadata instance/zone)
echo "key $KEY, round $(metadata instance/attributes/round)"
date > /tmp/model
curl -sSf -H "Authorization: Bearer $token" --data-binary @/tmp/model \\
  "https://storage.googleapis.com/upload/storage/v1/b/$FILES/o?uploadType=media&name=model" > /dev/null
nohup python3 -m http.server 9000 > /dev/null 2>&1 &
stop="https://compute.googleapis.com/compute/v1/projects/$(metadata project/project-id)/zones/\${zone##*/}/instances/$name/stop"
curl -sS -X POST -H "Authorization: Bearer $token" "$stop"
`;

const deployment = new Deployment({
    "Pulumi.yaml": "name: machines\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`,
    "package.json": '{ "name": "machines", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": around,
    "train.sh": script,
});
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-machines-"));
/** What the served cloud reports. */
const lines: string[] = [];
let docker: Docker;
let served: RunningServer;

beforeAll(async () => {
    await deployment.succeed(["stack", "init", "dev"]);
    const [base] = await Promise.all([machineBase(), deployment.up("dev")]);
    const pushed = { name: image, layers: [await appLayer(folder)], entrypoint: "/app" };
    const full = await pushLocalImage(deployment.place.folder, pushed);
    const crane = join(await install("crane", () => undefined), "crane");
    const digest = (await run(crane, ["digest", "--insecure", full])).trim();
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    await docker.command("import", base, "machine:1");
    await serveAgain();
    deployment.edit("index.js", (text) => `${text}${machines(digest)}`);
    await deployment.up("dev");
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

async function serveAgain(): Promise<void> {
    served = await serve(cloud, {
        docker: await LocalDocker.find(cloud.folder),
        machineImage: "machine:1",
        console: deployment.place,
        report: (line) => lines.push(line),
    });
}

/** Waits until the terminal has a line like this, after some others; returns it. */
const reported = async (form: RegExp, after = 0): Promise<string> => {
    const find = () => lines.slice(after).find((line) => form.test(line));
    await until(
        async () => ({ found: find(), lines: lines.slice(-40) }),
        ({ found }) => found !== undefined,
        { seconds: 60 },
    );
    return find() as string;
};

const instance = (name: string) => instancesOf(cloud).find(({ state }) => state.name === name);

const statusOf = (name: string) => {
    const found = instance(name);
    return found && currentStatus(found.state, cloud);
};

const reach = (name: string, status: string) =>
    until(
        async () => ({ status: statusOf(name), lines: lines.slice(-20) }),
        (found) => found.status === status,
        { seconds: 60 },
    );

/** The containers of a machine. */
const containersOf = async (name: string) =>
    (await docker.command("ps", "--all", "--format", "{{.Names}}"))
        .split("\n")
        .filter((each) => each.includes(`-${name}-`));

/** Calls the Compute Engine API as an account, or as a developer. */
async function compute(method: string, path: string, authorization = "Bearer developer") {
    const { zone } = instance("train")?.state ?? {};
    const answer = await fetch(`${served.url}/compute/v1/projects/${project}/zones/${zone}/${path}`, {
        method,
        headers: { authorization },
    });
    return { status: answer.status, body: await answer.json() };
}

test("the container of a machine has its variables, its secret and its bucket, and opens its port", async () => {
    const line = await reported(/^web: port 80 is at /);
    const url = `http://${line.split(" at ")[1]}`;
    const { variables } = await (await fetch(`${url}/variables`)).json();
    const bucket = String(instance("web")?.state.metadata["user-data"].match(/FILES='([^']+)'/)?.[1]);
    expect(variables).toMatchObject({ FILES: bucket, KEY: "s3cret, it's", TEXT: "it's\ntwo" });
    const called = async (target: string) =>
        (await (await fetch(`${url}/call?url=${encodeURIComponent(target)}`)).json()).called;
    expect(await called(`https://storage.googleapis.com/storage/v1/b/${bucket}`)).toMatch(/^200 .*"storage#bucket"/);
    expect(await called("http://metadata.google.internal/")).toBe("200 computeMetadata/\n");
    const buckets = cloud.store.list("//storage.googleapis.com/", "buckets").map(({ id }) => id);
    const other = buckets.find((each) => each.includes("models"));
    expect(await called(`https://storage.googleapis.com/storage/v1/b/${other}/o`)).toMatch(/^403 /);
    await reported(
        /lacks storage.objects.list on buckets\/.*: grant it in the program, by uses: { MODELS: models.reader } of VirtualMachine "web"$/,
    );
});

test("a startup script reads its variables and its secret, uses its bucket, and stops the machine", async () => {
    await reported(/^train: startup-script: key s3cret, it's, round 1$/);
    await reach("train", "TERMINATED");
    expect(await containersOf("train")).toEqual([]);
    const objects = cloud.store.list("//storage.googleapis.com/", "objects").map(({ state }) => state.name);
    expect(objects).toContain("model");
});

test("an update does not wake a machine that has stopped itself", async () => {
    deployment.edit("index.js", (text) => text.replace('round: "1"', 'round: "2"'));
    await deployment.up("dev");
    expect(statusOf("train")).toBe("TERMINATED");
    expect(await containersOf("train")).toEqual([]);
});

test("a machine that is started again reads its present metadata", async () => {
    const { status, body } = await compute("POST", "instances/train/start");
    expect([status, body.operationType]).toEqual([200, "start"]);
    await reported(/^train: startup-script: key s3cret, it's, round 2$/);
    await reach("train", "TERMINATED");
    const { body: operation } = await compute("GET", `operations/${body.name}`);
    expect(operation.status).toBe("DONE");
});

test("a machine without the permission cannot stop itself, and its services stay when its script has ended", async () => {
    const denied = await reported(/^alone: startup-script: .*Required 'compute.instances.stop' permission/);
    expect(denied).toContain(`/instances/alone'`);
    await reported(/^alone: Finished running startup scripts/);
    const line = await reported(/^alone: port 9000 is at /);
    expect((await fetch(`http://${line.split(" at ")[1]}/`)).status).toBe(200);
    expect(statusOf("alone")).toBe("RUNNING");
    const { body } = await compute("GET", "instances/train/serialPort");
    expect(body.contents).toContain("startup-script: key s3cret, it's, round 2");
});

test("a Spot VM that is preempted runs its shutdown script, and stops", async () => {
    const { id } = instance("alone") ?? {};
    cloud.simulated.set(`//compute.googleapis.com/${id}`, project, { status: "RUNNING", preempted: true });
    await reported(/^alone: is preempted$/);
    await reported(/^alone: shutdown-script: farewell$/);
    await reach("alone", "TERMINATED");
});

test("a container that fails is started again, and one without the permission for its secret is not", async () => {
    const line = await reported(/^web: port 80 is at /);
    const before = lines.length;
    await fetch(`http://${line.split(" at ")[1]}/exit`).catch(() => undefined);
    await reported(/^web: container.service: Main process exited, status=9/, before);
    const { serviceAccount } = instance("web")?.state ?? {};
    const secret = cloud.store.list("//secretmanager.googleapis.com/", "secrets")[0];
    const member = `serviceAccount:${serviceAccount.email}`;
    const role = "roles/secretmanager.secretAccessor";
    cloud.iam.revoke(secret?.name ?? "", { role, member });
    await reported(/^web: Permission 'secretmanager.versions.access' denied for resource /, before);
    cloud.iam.grant(project, secret?.name ?? "", { role, member });
});

test("a schedule stops a machine, and starts it", async () => {
    const terminal = new Terminal((line) => lines.push(line));
    const before = lines.length;
    runDueMachines(cloud, new Date("2026-11-23T18:00:00Z"), terminal);
    await reach("web", "TERMINATED");
    expect(await containersOf("web")).toEqual([]);
    runDueMachines(cloud, new Date("2026-11-24T06:00:00Z"), terminal);
    await reach("web", "RUNNING");
    await reported(/^web: serving /, before);
    expect(lines.slice(before)).toEqual(
        expect.arrayContaining(["web: the schedule stops it", "web: the schedule starts it"]),
    );
});

test("machines of a killed command run again, and nothing of it is left", async () => {
    await served.close();
    const left = async () =>
        [
            ...(await docker.command("ps", "--all", "--format", "{{.Names}}")).split("\n"),
            ...(await docker.command("network", "ls", "--format", "{{.Name}}")).split("\n"),
        ].filter((name) => name.startsWith("slipway-"));
    expect(await left()).toEqual([]);
    const main = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");
    const args = [main, "local", "serve", "--machine-image", "machine:1"];
    const options = { cwd: deployment.place.folder, env: process.env, stdio: "ignore" } as const;
    const child = spawn(process.execPath, args, options);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const own = `slipway-${child.pid}-`;
    const names = await until(left, (all) => all.filter((name) => name.endsWith("-machine")).length > 0, {
        seconds: 60,
    });
    expect(names).toContain(`${own}machines`);
    child.kill("SIGKILL");
    await ended;
    const before = lines.length;
    await serveAgain();
    await reported(/^web: serving /, before);
    expect((await left()).filter((name) => name.startsWith(own))).toEqual([]);
    expect(readdirSync(join(deployment.place.folder, ".slipway", "run"))).toEqual([String(process.pid)]);
});
