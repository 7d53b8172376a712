import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker as LocalDocker } from "../../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../../local/runtime/emulator/server";
import { cloudOf } from "../../../local/simulator/cloudOf";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { run } from "../../../local/toolchain/process";
import { pythonWith } from "../../apps/python";
import { Deployment } from "../../deploy/deployment";
import { pythonBase } from "../base";
import { Docker } from "../docker";
import { pushLocalImage } from "../localImage";
import { until } from "../until";

export const project = "acme-raw";
export const region = "europe-west1";
export const bucket = "acme-raw-models";
export const image = `${region}-docker.pkg.dev/${project}/models/line:1`;
export const location = `projects/${project}/locations/${region}`;
export const endpoint = `${location}/endpoints/4711`;

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
for (const name of ["4711", "4712", "4713", "4714", "4715", "4716"]) {
    new gcp.vertex.AiEndpoint(name, { name, displayName: "line", location: "${region}", dedicatedEndpointEnabled: name === "4714" }, { dependsOn });
}
new gcp.vertex.AiDeploymentResourcePool("pool", { name: "pool", region: "${region}",
    dedicatedResources: { machineSpec: { machineType: "n1-standard-2" }, minReplicaCount: 2 } }, { dependsOn });
`;

export const deployment = Deployment.raw(program);
export const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-vertex-image-"));
/** What the served cloud reports. */
export const lines: string[] = [];
export let docker: Docker;
export let served: RunningServer;
/** The Python with Google's packages. */
export let python: string;
/** The name of the image in Docker. */
export let localImage: string;

/** Deploys the program, builds the image, and serves the cloud with a Docker of its own. */
export async function start(): Promise<void> {
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.up("dev");
    const layer = join(folder, "layer.tar");
    const scripts = ["serve.py", "train.py", "trial.py", "cluster.py", "storage.py"];
    python = await pythonWith(__dirname);
    const packages = "import hypertune, os; print(os.path.dirname(os.path.dirname(hypertune.__file__)))";
    const installed = (await run(python, ["-c", packages])).trim();
    await run("tar", ["-cf", layer, "-C", __dirname, ...scripts, "-C", installed, "hypertune"]);
    const layers = [await pythonBase(), layer];
    const entrypoint = "python3,/serve.py";
    localImage = await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint });
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    await serveAgain();
}

/** Serves the cloud, also after it was closed. */
export async function serveAgain(): Promise<void> {
    served = await serve(cloud, {
        ...(served && { port: Number(new URL(served.url).port) }),
        docker: await LocalDocker.find(cloud.folder),
        report: (line) => lines.push(line),
    });
}

export async function stop(): Promise<void> {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
}

/** The names of containers that run and have a text in their names. */
export async function containersOf(text: string): Promise<string[]> {
    const names = await docker.command("ps", "--format", "{{.Names}}");
    return names.split("\n").filter((name) => name.includes(text));
}

export interface Answered {
    status: number;
    body: Inputs;
    text: string;
    headers: Headers;
}

export async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
): Promise<Answered> {
    const response = await fetch(`${served.url}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body:
            body === undefined || typeof body === "string" || body instanceof Uint8Array
                ? (body as string | undefined)
                : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : {}, text, headers: response.headers };
}

/** Calls a method that starts an operation, and returns the response of the operation. */
export async function operate(path: string, body: unknown): Promise<Inputs> {
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

export const store = (name: string, content: string | Uint8Array) =>
    call("POST", `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, content);

export async function tokenOf(account: string): Promise<string> {
    const email = `${account}@${project}.iam.gserviceaccount.com`;
    const { body } = await call("POST", `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`, {
        scope: ["https://www.googleapis.com/auth/cloud-platform"],
    });
    return body.accessToken;
}

export async function ask(
    body: unknown,
    verb = "predict",
    headers: Record<string, string> = {},
    at = endpoint,
): Promise<Answered> {
    const authorization = `Bearer ${await tokenOf("asking")}`;
    return call("POST", `/v1/${at}:${verb}`, body, { authorization, ...headers });
}

/** Uploads a version of the model with the files of a folder. */
export async function upload(from: string, container: Inputs = {}, parentModel?: string): Promise<Inputs> {
    const containerSpec = { imageUri: image, predictRoute: "/lines", healthRoute: "/healthy", ...container };
    const model = { displayName: "line", artifactUri: `gs://${bucket}/${from}`, containerSpec };
    const request = () => operate(`${location}/models:upload`, { model, ...(parentModel && { parentModel }) });
    // The first call creates the service agent, and fails.
    return request().catch(request);
}

export const deploy = async (
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

export const parallel = async <Result>(
    count: number,
    width: number,
    task: () => Promise<Result>,
): Promise<Result[]> => {
    const results: Result[] = [];
    const work = async () => {
        while (results.length < count) {
            results.push(await task());
        }
    };
    await Promise.all([...Array(width)].map(work));
    return results;
};
