import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker as LocalDocker } from "../../local/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/emulator/server";
import { inventory } from "../../local/inventory";
import type { Inputs } from "../../local/rules/rules";
import { type JobEntry, jobLog } from "../../local/services/vertex/trainingJob";
import { cloudOf } from "../../local/workspace";
import { run } from "../../toolchain/process";
import { pythonWith } from "../apps/python";
import { Deployment } from "../deploy/deployment";
import { pythonBase } from "./base";
import { Docker } from "./docker";
import { pushLocalImage } from "./localImage";
import { until } from "./until";

const project = "acme-raw";
const region = "europe-west1";
const bucket = "acme-raw-models";
const image = `${region}-docker.pkg.dev/${project}/models/line:1`;
const location = `projects/${project}/locations/${region}`;
const endpoint = `${location}/endpoints/4711`;

const program = `
const apis = ["aiplatform", "artifactregistry", "iam", "iamcredentials"].map((name) =>
    new gcp.projects.Service(name, { service: name + ".googleapis.com" }));
const dependsOn = apis;
new gcp.artifactregistry.Repository("models", { repositoryId: "models", format: "DOCKER", location: "${region}" }, { dependsOn });
new gcp.storage.Bucket("models", { name: "${bucket}", location: "EUROPE-WEST1", uniformBucketLevelAccess: true });
const account = (name) => new gcp.serviceaccount.Account(name, { accountId: name }, { dependsOn });
const [asker, stranger, trainer] = ["asking", "stranger", "trainer"].map(account);
new gcp.projects.IAMMember("asker", { project: "${project}", role: "roles/aiplatform.user", member: asker.member });
new gcp.storage.BucketIAMMember("trainer", { bucket: "${bucket}", role: "roles/storage.objectAdmin", member: trainer.member });
for (const name of ["4711", "4712"]) {
    new gcp.vertex.AiEndpoint(name, { name, displayName: "line", location: "${region}" }, { dependsOn });
}
`;

const deployment = Deployment.raw(program);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-vertex-image-"));
const lines: string[] = [];
let docker: Docker;
let served: RunningServer;

beforeAll(async () => {
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.up("dev");
    const layer = join(folder, "layer.tar");
    await run("tar", ["-C", join(__dirname, "vertex"), "-cf", layer, "serve.py", "train.py", "storage.py"]);
    const layers = [await pythonBase(), layer];
    await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "python3,/serve.py" });
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    served = await serve(cloud, {
        docker: await LocalDocker.find(cloud.folder),
        report: (line) => lines.push(line),
    });
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

interface Answered {
    status: number;
    body: Inputs;
    text: string;
    headers: Headers;
}

async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
): Promise<Answered> {
    const response = await fetch(`${served.url}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : {}, text, headers: response.headers };
}

/** Calls a method that starts an operation, and returns the response of the operation. */
async function operate(path: string, body: unknown): Promise<Inputs> {
    const started = await call("POST", `/v1/${path}`, body);
    if (started.status !== 200) {
        throw new Error(started.text);
    }
    const { body: done } = await until(
        () => call("GET", `/v1/${started.body.name}`),
        ({ body }) => body.done === true,
        { seconds: 60 },
    );
    return done.response;
}

const store = (name: string, content: string) =>
    call("POST", `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, content);

async function tokenOf(account: string): Promise<string> {
    const email = `${account}@${project}.iam.gserviceaccount.com`;
    const { body } = await call("POST", `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`, {
        scope: ["https://www.googleapis.com/auth/cloud-platform"],
    });
    return body.accessToken;
}

async function ask(
    body: unknown,
    verb = "predict",
    headers: Record<string, string> = {},
    at = endpoint,
): Promise<Answered> {
    const authorization = `Bearer ${await tokenOf("asking")}`;
    return call("POST", `/v1/${at}:${verb}`, body, { authorization, ...headers });
}

/** Uploads a version of the model with the files of a folder. */
async function upload(from: string, container: Inputs = {}, parentModel?: string): Promise<Inputs> {
    const containerSpec = { imageUri: image, predictRoute: "/lines", healthRoute: "/healthy", ...container };
    const model = { displayName: "line", artifactUri: `gs://${bucket}/${from}`, containerSpec };
    const request = () => operate(`${location}/models:upload`, { model, ...(parentModel && { parentModel }) });
    // The first call creates the service agent, and fails.
    return request().catch(request);
}

const deploy = async (
    model: string,
    trafficSplit: Record<string, number>,
    replicas = 1,
    at = endpoint,
): Promise<string> => {
    const dedicatedResources = {
        machineSpec: { machineType: "n1-standard-2" },
        minReplicaCount: replicas,
        maxReplicaCount: replicas,
    };
    const { deployedModel } = await operate(`${at}:deployModel`, {
        deployedModel: { model, dedicatedResources },
        trafficSplit,
    });
    return deployedModel.id;
};

const parallel = async <Result>(count: number, width: number, task: () => Promise<Result>): Promise<Result[]> => {
    const results: Result[] = [];
    const work = async () => {
        while (results.length < count) {
            results.push(await task());
        }
    };
    await Promise.all([...Array(width)].map(work));
    return results;
};

let first: string;
let model: string;

test("a model is served from a copy of its files, once it is healthy", async () => {
    await store("one/line.json", '{"slope": 2, "intercept": 1}');
    const container = {
        args: ["--port=$(AIP_HTTP_PORT)", "$$(AIP_MODE)"],
        env: [
            { name: "OWN_MODE", value: "$(AIP_MODE)" },
            { name: "LOADING_SECONDS", value: "3" },
        ],
    };
    ({ model } = await upload("one", container));
    await store("one/line.json", '{"slope": 5, "intercept": 5}');
    first = await deploy(model, { 0: 100 }, 2);
    const { status, body } = await ask({ instances: [1, 2], parameters: {} });
    expect([status, body]).toEqual([
        200,
        {
            predictions: [3, 5],
            deployedModelId: first,
            model,
            modelDisplayName: "line",
            modelVersionId: "1",
        },
    ]);
    const { body: answer } = await ask({ instances: [0], parameters: { about: true } });
    const [{ arguments: args, variables, account, files }] = answer.predictions;
    expect(args).toEqual([`--port=${variables.AIP_HTTP_PORT}`, "$(AIP_MODE)"]);
    expect(variables).toEqual({
        AIP_DEPLOYED_MODEL_ID: first,
        AIP_ENDPOINT_ID: "4711",
        AIP_FRAMEWORK: "CUSTOM_CONTAINER",
        AIP_HEALTH_ROUTE: "/healthy",
        AIP_HTTP_PORT: expect.stringMatching(/^\d+$/),
        AIP_MACHINE_TYPE: "n1-standard-2",
        AIP_MODE: "PREDICTION",
        AIP_MODE_VERSION: "1.0.0",
        AIP_MODEL_NAME: "4711",
        AIP_PREDICT_ROUTE: "/lines",
        AIP_PROJECT_NUMBER: cloud.projects.number(project),
        AIP_STORAGE_URI: expect.stringMatching(/^gs:\/\/caip-tenant-[0-9a-f-]{36}\/\d{19}\/artifacts$/),
        AIP_VERSION_NAME: first,
        OWN_MODE: "PREDICTION",
    });
    expect(account).toMatch(/^custom-online-prediction@u[0-9a-f]{16}-tp\.iam\.gserviceaccount\.com$/);
    expect(files).toEqual([`${variables.AIP_STORAGE_URI}/line.json`]);
});

test("nobody writes to the copy, and it is not listed", async () => {
    const { body } = await ask({ instances: [0], parameters: { about: true } });
    const [, copy, file] = /^gs:\/\/([^/]+)\/(.*)$/.exec(body.predictions[0].files[0]) as string[];
    const path = `/upload/storage/v1/b/${copy}/o?uploadType=media&name=${encodeURIComponent(file as string)}`;
    expect((await call("POST", path, "{}")).status).toBe(403);
    expect(inventory(cloud).filter(({ id }) => id.startsWith("caip-tenant"))).toEqual([]);
});

test("the minimum of replicas runs, and each is asked in turn", async () => {
    const asked = () => ask({ instances: [0], parameters: { about: true } });
    const ports = new Set(
        (await parallel(20, 2, asked)).map(({ body }) => body.predictions[0].variables.AIP_HTTP_PORT),
    );
    expect(ports.size).toBe(2);
});

test("a raw prediction passes the body and its type on, and names what answered", async () => {
    const { status, text, headers } = await ask("1,2", "rawPredict", { "content-type": "text/csv" });
    expect([status, text, headers.get("content-type")]).toEqual([
        200,
        "3,5".replace("3", "3.0").replace("5", "5.0"),
        "text/csv",
    ]);
    expect(headers.get("x-vertex-ai-endpoint-id")).toBe("4711");
    expect(headers.get("x-vertex-ai-deployed-model-id")).toBe(first);
});

test.each([
    [
        "a failure of the container",
        { instances: [1], parameters: { fail: 503 } },
        503,
        "UNAVAILABLE",
        /^the line is broken$/,
    ],
    [
        "an answer without predictions",
        { instances: [1], parameters: { mute: 1 } },
        400,
        "FAILED_PRECONDITION",
        /the response field predictions is missing\. Response: \{"values": \[\]\}/,
    ],
    ["a request without instances", { instance: 1 }, 400, "INVALID_ARGUMENT", /instances/],
    [
        "a request that is too large",
        { instances: ["x".repeat(1_500_000)] },
        400,
        "FAILED_PRECONDITION",
        /^The request size \(15000\d\d bytes\) exceeds 1\.500MB limit\.$/,
    ],
])("%s is told as Vertex AI does", async (_, request, status, name, message) => {
    const { body, status: found } = await ask(request);
    expect(found).toBe(status);
    expect(body.error).toMatchObject({ code: status, status: name, message: expect.stringMatching(message) });
});

test("callers need a token, and the permission to predict", async () => {
    const authorization = `Bearer ${await tokenOf("stranger")}`;
    const denied = await ask({ instances: [1] }, "predict", { authorization });
    expect([denied.status, denied.body.error.message]).toEqual([
        403,
        expect.stringContaining(
            `Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/${endpoint}'`,
        ),
    ]);
    expect((await call("POST", `/v1/${endpoint}:predict`, { instances: [1] })).status).toBe(401);
    const unknown = { authorization: "Bearer local-account-unknown" };
    expect((await ask({ instances: [1] }, "rawPredict", unknown)).status).toBe(401);
    const { status, body } = await ask({ instances: [1] }, "predict", {}, `${location}/endpoints/4712`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining("doesn't have traffic_split.")]);
});

test("Google's own client predicts", async () => {
    const python = await pythonWith(join(__dirname, "vertex"));
    const number = cloud.projects.number(project);
    const args = [served.url, await tokenOf("asking"), project, region, endpoint.replace(project, number)];
    const output = await run(python, [join(__dirname, "vertex", "ask.py"), ...args], { timeout: 120_000 });
    expect(JSON.parse(output.trim().split("\n").at(-1) as string)).toEqual({
        predictions: [3, 5],
        deployed: first,
        version: "1",
        model,
        raw: "3.0,5.0",
        rawDeployed: first,
        error: { kind: "ServiceUnavailable", message: expect.stringContaining("the line is broken") },
    });
});

test("a second version gets its share of the traffic", async () => {
    await store("two/line.json", '{"slope": 20, "intercept": 10}');
    const uploaded = await upload("two", { env: [{ name: "LOADING_SECONDS", value: "5" }] }, model);
    const deploying = deploy(`${uploaded.model}@2`, { 0: 10, [first]: 90 });
    const early = await parallel(100, 10, () => ask({ instances: [1] }));
    expect(new Set(early.map(({ body }) => body.deployedModelId))).toEqual(new Set([first]));
    const second = await deploying;
    expect(lines.filter((line) => line.includes(`4711/${second}: ready`))).toHaveLength(1);
    const headers = { authorization: `Bearer ${await tokenOf("asking")}` };
    const answers = await parallel(2_000, 20, () =>
        call("POST", `/v1/${endpoint}:predict`, { instances: [1] }, headers),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const share = (id: string) =>
        (100 * answers.filter(({ body }) => body.deployedModelId === id).length) / answers.length;
    expect(Math.abs(share(second) - 10)).toBeLessThan(3);
    expect(Math.abs(share(first) - 90)).toBeLessThan(3);
    for (const { body } of answers) {
        expect(body.predictions).toEqual(body.deployedModelId === second ? [30] : [3]);
    }
    await operate(`${endpoint}:undeployModel`, { deployedModelId: second, trafficSplit: { [first]: 100 } });
    await until(
        async () => (await docker.command("ps", "--format", "{{.Names}}")).split("\n"),
        (names) => !names.some((name) => name.includes(second)),
        { seconds: 20 },
    );
});

/** Creates a custom job, and returns its name. */
async function createJob(containerSpec: Inputs, more: Inputs = {}): Promise<string> {
    const { body } = await call("POST", `/v1/${location}/customJobs`, {
        displayName: "fit",
        jobSpec: {
            workerPoolSpecs: [
                {
                    machineSpec: { machineType: "n1-standard-4" },
                    replicaCount: "1",
                    containerSpec: { imageUri: image, ...containerSpec },
                },
            ],
            baseOutputDirectory: { outputUriPrefix: `gs://${bucket}/trained` },
            serviceAccount: `trainer@${project}.iam.gserviceaccount.com`,
            ...more,
        },
    });
    return body.name;
}

/** Waits until a job has a state. */
async function reached(name: string, states: RegExp): Promise<Inputs> {
    const { body } = await until(
        () => call("GET", `/v1/${name}`),
        (answer) => states.test(answer.body.state),
        { seconds: 60 },
    );
    return body;
}

const train = async (args: string[]): Promise<Inputs> =>
    reached(await createJob({ command: ["python3", "/train.py"], args }), /_(SUCCEEDED|FAILED|CANCELLED)$/);

test("a training job reads data of a bucket, and its model is served", async () => {
    await store("points.csv", "0,7\n1,10\n2,13\n");
    const job = await train([`gs://${bucket}/points.csv`]);
    expect(job).toMatchObject({
        state: "JOB_STATE_SUCCEEDED",
        startTime: expect.any(String),
        endTime: expect.any(String),
    });
    expect(job).not.toHaveProperty("run");
    const about = await call(
        "GET",
        `/storage/v1/b/${bucket}/o/${encodeURIComponent("trained/checkpoints/about.json")}?alt=media`,
    );
    const { variables, account } = JSON.parse(about.text);
    expect(account).toBe(`trainer@${project}.iam.gserviceaccount.com`);
    expect({ ...variables, CLUSTER_SPEC: JSON.parse(variables.CLUSTER_SPEC) }).toEqual({
        AIP_CHECKPOINT_DIR: `gs://${bucket}/trained/checkpoints/`,
        AIP_MODEL_DIR: `gs://${bucket}/trained/model/`,
        AIP_TENSORBOARD_LOG_DIR: `gs://${bucket}/trained/logs/`,
        CLOUD_ML_JOB_ID: String(job.name).split("/").at(-1),
        CLOUD_ML_PROJECT_ID: cloud.projects.number(project),
        CLOUD_ML_REGION: region,
        CLUSTER_SPEC: {
            cluster: { workerpool0: ["127.0.0.1:2222"] },
            environment: "cloud",
            task: { type: "workerpool0", index: 0 },
        },
    });
    const trained = await upload("trained/model");
    const at = `${location}/endpoints/4712`;
    await deploy(trained.model, { 0: 100 }, 1, at);
    const { body } = await ask({ instances: [10] }, "predict", {}, at);
    expect(body.predictions).toEqual([37]);
});

test("a training job fails with the exit code and the last lines of its container", async () => {
    const { state, error, name } = await train([`gs://${bucket}/points.csv`, "too few points"]);
    expect([state, error]).toEqual([
        "JOB_STATE_FAILED",
        {
            code: 3,
            message:
                "The replica workerpool0-0 exited with a non-zero status of 1. Termination reason: Error. cannot fit: too few points",
        },
    ]);
    const entry = cloud.store.read(
        `//aiplatform.googleapis.com/${location}/customJobs/${String(name).split("/").at(-1)}`,
    );
    expect(entry && jobLog(entry as JobEntry, cloud).map(({ textPayload }) => textPayload)).toEqual([
        "3 points",
        "cannot fit: too few points",
    ]);
});

test("a training job that is cancelled or reaches its timeout is stopped", async () => {
    const lasting = { command: ["python3", "-c", "import time; time.sleep(600)"] };
    const cancelled = await createJob(lasting);
    await reached(cancelled, /_RUNNING$/);
    await call("POST", `/v1/${cancelled}:cancel`, {});
    expect((await reached(cancelled, /_CANCELLED$/)).error.message).toBe("The job was cancelled.");
    const over = await createJob(lasting, { scheduling: { timeout: "2s" } });
    expect((await reached(over, /_FAILED$/)).error.message).toContain("timeout of 2 seconds");
    const names = await docker.command("ps", "--format", "{{.Names}}");
    expect(names.split("\n").filter((name) => name.includes("workerpool"))).toEqual([]);
});
