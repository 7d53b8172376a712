import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { cloudOf } from "../../local/simulator/cloudOf";
import { install } from "../../local/toolchain";
import { run } from "../../local/toolchain/process";
import { Deployment } from "../deploy/deployment";
import { Served } from "../extended/dataflow/served";
import { BaseRegistry } from "./base";
import { Docker } from "./docker";

const project = "acme-flows";

/** What the images of Google and Apache Beam have besides Python. The local Google Cloud runs neither of them. */
const programs = ["opt/google/dataflow/python_template_launcher", "opt/apache/beam/boot"];

const program = (image: string) => `"use strict";
const { ContainerRegistry, DataflowJob, PubSubSubscription, PubSubTopic } = require("slipway");
const amounts = new PubSubTopic("amounts");
const sums = new PubSubTopic("sums");
new PubSubSubscription("sums", { topic: sums, pull: {} });
const job = new DataflowJob("sums", {
    source: "./sums",
    registry: new ContainerRegistry("pipelines"),
    launcherImage: "${image}",
    sdkImage: "${image}",
    type: "streaming",
    uses: { amounts: new PubSubSubscription("amounts", { topic: amounts, pull: {}, retries: false }).subscriber, sums: sums.publisher },
    parameters: { seconds: "86400" },
});
exports.image = job.image.reference;
`;

const files = {
    "Pulumi.yaml": "name: flows\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west4\n  slipway:kind: development\n`,
    "package.json": '{ "name": "flows", "version": "1.0.0", "main": "index.js" }\n',
};

const folder = mkdtempSync(join(tmpdir(), "slipway-dataflow-"));
/** Cleanup functions, in reverse order. */
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
let deployment: Deployment;
let docker: Docker;
let served: Served;

/** Adds the programs to the base image; returns the name of the result. */
async function imageWithPrograms(base: BaseRegistry): Promise<string> {
    for (const path of programs) {
        mkdirSync(join(folder, "layer", dirname(path)), { recursive: true });
        writeFileSync(join(folder, "layer", path), "#!/bin/sh\nexit 1\n");
        chmodSync(join(folder, "layer", path), 0o755);
    }
    const layer = join(folder, "layer.tar");
    await run("tar", ["-C", join(folder, "layer"), "-cf", layer, "opt"]);
    const crane = join(await install("crane", console.error), "crane");
    const image = base.image.replace("python:3.11", "beam:2.70.0");
    await run(crane, ["append", "--insecure", "--base", base.image, "--new_layer", layer, "--new_tag", image]);
    return image;
}

beforeAll(async () => {
    const base = await BaseRegistry.start(folder);
    ends.push(() => base.stop());
    deployment = new Deployment({ ...files, "index.js": program(await imageWithPrograms(base)) });
    ends.push(() => deployment.remove());
    cpSync(join(__dirname, "..", "extended", "dataflow", "sums"), deployment.file("sums"), { recursive: true });
    // Packages for the other services would take minutes.
    writeFileSync(deployment.file("sums/requirements.txt"), "apache-beam==2.70.0\ngoogle-cloud-pubsub==2.44.0\n");
    docker = await Docker.start("127.0.0.1:1");
    ends.push(() => docker.stop());
    process.env.DOCKER_HOST = docker.socket;
    served = new Served(deployment, project, { docker: await LocalDocker.find(cloudOf(deployment.place).folder) });
    await served.start();
    ends.push(() => served.close());
});
afterAll(async () => {
    for (const end of ends.reverse()) {
        await end();
    }
});

test("the image of a pipeline is built of a folder, with its packages, the launcher and all modules", async () => {
    await deployment.up("dev");
    expect(served.states()).toEqual(["RUNNING"]);
    const { image } = await deployment.outputs("dev");
    expect(image).toMatch(/^europe-west4-docker\.pkg\.dev\/acme-flows\/pipelines\/sums@sha256:[0-9a-f]{64}$/);
    const container = (await docker.command("ps", "--quiet")).trim();
    const inside = (command: string) => docker.command("exec", container, "sh", "-c", command);
    expect((await inside("echo $FLEX_TEMPLATE_PYTHON_PY_FILE; pwd; ls")).trim().split("\n")).toEqual([
        "/template/main.py",
        "/template",
        "main.py",
        "requirements.txt",
    ]);
    for (const path of programs) {
        await inside(`test -x /${path}`);
    }
    await inside("cd / && python3 -c 'import importlib.util; assert importlib.util.find_spec(\"main\")'");
});

test("its container runs the pipeline, and closes windows when it is drained", async () => {
    await served.publish(
        "amounts",
        Array.from({ length: 25 }, () => ({ amount: 2 })),
    );
    await served.eventually(() => served.areLeased("amounts"), "everything to be read");
    await served.drain("sums");
    const received = await served.pull("sums");
    expect(received).toHaveLength(1);
    const sum: number = received[0]?.data.sum;
    expect(sum).toBeGreaterThan(0);
    // A message whose delivery was lost returns to the subscription.
    let left = 0;
    await served.eventually(async () => {
        left += (await served.pull("amounts")).length;
        return sum + 2 * left === 50;
    }, `all messages besides the sum ${sum}`);
});
