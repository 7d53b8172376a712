import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../apps/python";
import { Deployment } from "../deploy/deployment";
import { pipelineSpec } from "../unit/local/pipelineWorld";
import { pythonBase } from "./base";
import { Docker } from "./docker";
import { pushLocalImage } from "./localImage";
import { until } from "./until";

const project = "acme-raw";
const region = "europe-west1";
const [results, sales] = ["acme-raw-results", "acme-raw-sales"];
const image = `${region}-docker.pkg.dev/${project}/steps/steps:1`;
const location = `projects/${project}/locations/${region}`;
const account = `runner@${project}.iam.gserviceaccount.com`;
const pipelines = join(__dirname, "..", "pipelines");

const program = `
const dependsOn = ["aiplatform", "artifactregistry", "iam", "iamcredentials"].map((name) =>
    new gcp.projects.Service(name, { service: name + ".googleapis.com" }));
new gcp.artifactregistry.Repository("steps", { repositoryId: "steps", format: "DOCKER", location: "${region}" }, { dependsOn });
const runner = new gcp.serviceaccount.Account("runner", { accountId: "runner" }, { dependsOn });
for (const [name, role] of [["${results}", "roles/storage.objectUser"], ["${sales}", "roles/storage.objectViewer"]]) {
    const bucket = new gcp.storage.Bucket(name, { name, location: "EUROPE-WEST1", uniformBucketLevelAccess: true });
    new gcp.storage.BucketIAMMember(name, { bucket: bucket.name, role, member: runner.member });
}
`;

const deployment = Deployment.raw(program);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-pipeline-"));
let docker: Docker;
let served: RunningServer;
let python: string;

beforeAll(async () => {
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.up("dev");
    python = await pythonWith(pipelines);
    // What the components of Python functions install when they start, unless the image has it.
    const [kfp = ""] = (await run(python, ["-c", "import kfp; print(kfp.__path__[0])"])).trim().split("\n");
    const packages = join(folder, "usr", "lib", "python3", "dist-packages");
    mkdirSync(packages, { recursive: true });
    cpSync(kfp, join(packages, "kfp"), { recursive: true });
    cpSync(join(dirname(kfp), "typing_extensions.py"), join(packages, "typing_extensions.py"));
    cpSync(join(pipelines, "steps.py"), join(folder, "steps.py"));
    cpSync(join(__dirname, "vertex", "storage.py"), join(folder, "storage.py"));
    const layer = `${folder}.tar`;
    await run("tar", ["-C", folder, "-cf", layer, "usr", "steps.py", "storage.py"]);
    const layers = [await pythonBase(), layer];
    await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "python3" });
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    served = await serve(cloud, { docker: await LocalDocker.find(cloud.folder), report: () => undefined });
    await store(sales, "sales.csv", "1\n2\n3\n4\n5\n");
    // The first call creates the service agent, and fails.
    await call("POST", `/v1/${location}/pipelineJobs`, body());
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.tar`, { force: true });
});

async function call(
    method: string,
    path: string,
    body?: unknown,
): Promise<{ status: number; body: Inputs; text: string }> {
    const response = await fetch(`${served.url}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : {}, text };
}

const store = (bucket: string, name: string, content: string) =>
    call("POST", `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, content);

const read = async (uri: string) => {
    const [, bucket = "", name = ""] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    return (await call("GET", `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`)).text;
};

const body = (parameterValues: Inputs = {}, more: Inputs = {}): Inputs => ({
    displayName: "forecast",
    pipelineSpec: pipelineSpec(image),
    serviceAccount: account,
    runtimeConfig: {
        gcsOutputDirectory: `gs://${results}/forecast`,
        parameterValues: { source: sales, ...parameterValues },
    },
    ...more,
});

/** Runs a pipeline to its end, and returns it with its tasks by name. */
async function ran(job: Inputs, ended = /_(SUCCEEDED|FAILED|CANCELLED)$/) {
    const { body: created, text } = await call("POST", `/v1/${location}/pipelineJobs`, job);
    expect(text).toContain('"name"');
    const { body } = await until(
        () => call("GET", `/v1/${created.name}`),
        (answer) => ended.test(answer.body.state),
        { seconds: 120 },
    );
    const details: Inputs[] = body.jobDetail.taskDetails;
    return { job: body, task: (name: string) => details.filter(({ taskName }) => taskName === name) };
}

test("the pipeline of the tests is what the SDK compiles", async () => {
    const copy = join(folder, "forecast.py");
    cpSync(join(pipelines, "forecast.py"), copy);
    await run(python, [copy], { timeout: 120_000 });
    expect(readFileSync(join(folder, "forecast.yaml"), "utf8")).toBe(
        readFileSync(join(pipelines, "forecast.yaml"), "utf8"),
    );
});

test("the tasks of a compiled pipeline run in containers, with their inputs, conditions and retries", async () => {
    const { job, task } = await ran(body({ rate: 0.5 }));
    expect([job.error, job.state]).toEqual([undefined, "PIPELINE_STATE_SUCCEEDED"]);
    expect(["fetch", "fit", "condition-1", "condition-2"].map((name) => task(name)[0]?.state)).toEqual([
        "SUCCEEDED",
        "SUCCEEDED",
        "SUCCEEDED",
        "NOT_TRIGGERED",
    ]);
    const [rows] = (task("fetch")[0] as Inputs).outputs.rows.artifacts;
    expect(await read(rows.uri)).toBe("1\n2\n3\n4");
    // A Python function, which Google's own executor runs.
    const [model] = (task("fit")[0] as Inputs).outputs.model.artifacts;
    expect([await read(model.uri), model.metadata, model.schemaTitle]).toEqual([
        "5.0",
        { framework: "line" },
        "system.Model",
    ]);
    const [publish] = task("publish");
    expect([publish?.state, publish?.executorDetail.containerDetail.failedMainJobs]).toEqual([
        "SUCCEEDED",
        [expect.stringContaining("/customJobs/")],
    ]);
    expect(JSON.parse(await read(`${model.uri.replace(/\/model$/, "")}/published.json`))).toEqual({
        model: "5.0",
        quality: "5",
        tries: "tries-4",
        metadata: { framework: "line" },
        account,
        project: cloud.projects.number(project),
    });
});

test("a failed task fails the pipeline with the last line of its log, and those after it do not run", async () => {
    await store(sales, "sales.csv", "");
    const { job, task } = await ran(body());
    await store(sales, "sales.csv", "1\n2\n3\n4\n5\n");
    expect([job.state, job.error.code]).toEqual(["PIPELINE_STATE_FAILED", 9]);
    expect(job.error.message).toContain("The failed tasks are: [fetch].");
    expect(task("fetch")[0]?.error.message).toBe(
        "The replica workerpool0-0 exited with a non-zero status of 1. Termination reason: Error. there are no sales",
    );
    expect(task("fit")[0]?.state).toBe("NOT_TRIGGERED");
});

test("what is not run is refused aloud", async () => {
    const spec = pipelineSpec(image);
    spec.root.dag.tasks.fetch.parameterIterator = { items: { raw: "[1]" }, itemInput: "weeks" };
    const { job } = await ran(body({}, { pipelineSpec: spec }));
    expect(job.error).toEqual({
        code: 12,
        message: expect.stringContaining("does not run loops (dsl.ParallelFor), which the pipeline has."),
    });
});

test("a pipeline that is cancelled stops its containers", async () => {
    const spec = pipelineSpec(image);
    spec.deploymentSpec.executors["exec-fetch"].container = {
        image,
        command: ["python3", "-c", "import time; time.sleep(600)"],
    };
    const { job } = await ran(body({}, { pipelineSpec: spec }), /_RUNNING$/);
    await until(
        () => docker.command("ps", "--format", "{{.Names}}"),
        (names) => names.includes("fetch"),
        { seconds: 30 },
    );
    await call("POST", `/v1/${job.name}:cancel`, {});
    const { body: ended } = await until(
        () => call("GET", `/v1/${job.name}`),
        (answer) => /_CANCELLED$/.test(answer.body.state),
        { seconds: 60 },
    );
    expect(ended.jobDetail.taskDetails.map(({ state }: Inputs) => state)).not.toContain("SUCCEEDED");
    expect(await docker.command("ps", "--format", "{{.Names}}")).not.toContain("fetch");
});
