import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { findTable } from "../../local/runtime/services/bigquery/tables";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../apps/python";
import { Deployment } from "../deploy/deployment";
import { pythonBase } from "./base";
import { Docker } from "./docker";
import { pushLocalImage } from "./localImage";
import { until } from "./until";

const project = "acme-raw";
const region = "europe-west1";
const bucket = "acme-raw-scores";
const image = `${region}-docker.pkg.dev/${project}/models/echo:1`;
const location = `projects/${project}/locations/${region}`;

const program = `
const dependsOn = ["aiplatform", "artifactregistry", "bigquery", "iam", "iamcredentials"].map((name) =>
    new gcp.projects.Service(name, { service: name + ".googleapis.com" }));
new gcp.artifactregistry.Repository("models", { repositoryId: "models", format: "DOCKER", location: "${region}" }, { dependsOn });
new gcp.storage.Bucket("scores", { name: "${bucket}", location: "EU", uniformBucketLevelAccess: true });
const sales = new gcp.bigquery.Dataset("sales", { datasetId: "sales", location: "${region}" }, { dependsOn });
new gcp.bigquery.Table("orders", { datasetId: sales.datasetId, tableId: "orders", deletionProtection: false, schema: JSON.stringify([
    { name: "id", type: "INTEGER" }, { name: "price", type: "NUMERIC" }, { name: "at", type: "TIMESTAMP" } ]) });
const caller = new gcp.serviceaccount.Account("caller", { accountId: "caller" }, { dependsOn });
new gcp.projects.IAMMember("caller", { project: "${project}", role: "roles/aiplatform.user", member: caller.member });
new gcp.projects.IAMMember("reader", { project: "${project}", role: "roles/storage.objectViewer", member: caller.member });
`;

const deployment = Deployment.raw(program);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-vertex-batch-"));
let docker: Docker;
let served: RunningServer;
let model: string;

beforeAll(async () => {
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.up("dev");
    const layer = join(folder, "layer.tar");
    await run("tar", ["-C", join(__dirname, "vertexBatch"), "-cf", layer, "predict.py"]);
    const layers = [await pythonBase(), layer];
    await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "python3,/predict.py" });
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    served = await serve(cloud, { docker: await LocalDocker.find(cloud.folder), report: () => undefined });
    model = await upload();
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown): Promise<Inputs> {
    const content = Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${served.url}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        body: content as string,
    });
    const text = await response.text();
    if (!response.ok) {
        throw new Error(text);
    }
    return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : { text };
}

const store = (name: string, content: string | Buffer) =>
    call("POST", `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, content);

async function upload(): Promise<string> {
    const containerSpec = { imageUri: image, predictRoute: "/predict", healthRoute: "/health" };
    const request = () =>
        call("POST", `/v1/${location}/models:upload`, { model: { displayName: "echo", containerSpec } });
    // The first call creates the service agent, and fails.
    const { name } = await request().catch(request);
    const { response } = await until(
        () => call("GET", `/v1/${name}`),
        ({ done }) => done === true,
        { seconds: 20 },
    );
    return response.model;
}

const requestOf = (files: string, format: string, more: Inputs = {}): Inputs => ({
    displayName: "score",
    model: `${model}@1`,
    inputConfig: { instancesFormat: format, gcsSource: { uris: [`gs://${bucket}/${files}`] } },
    outputConfig: { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: `gs://${bucket}/out` } },
    dedicatedResources: {
        machineSpec: { machineType: "n1-standard-2" },
        startingReplicaCount: 1,
        maxReplicaCount: 1,
    },
    ...more,
});

const create = (files: string, format: string, more: Inputs = {}) =>
    call("POST", `/v1/${location}/batchPredictionJobs`, requestOf(files, format, more));

const reached = ({ name }: Inputs, states: RegExp): Promise<Inputs> =>
    until(
        () => call("GET", `/v1/${name}`),
        ({ state }) => states.test(state),
        { seconds: 60 },
    );

const predict = async (files: string, format: string, more: Inputs = {}): Promise<Inputs> =>
    reached(await create(files, format, more), /_(SUCCEEDED|FAILED|CANCELLED)$/);

/** The lines of the results of a job, by file. */
async function results({ outputInfo }: Inputs): Promise<Record<string, string[]>> {
    const prefix = String(outputInfo.gcsOutputDirectory).replace(`gs://${bucket}/`, "");
    const { items } = await call("GET", `/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(prefix)}`);
    const read = async ({ name }: Inputs) => {
        const { text } = await call("GET", `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
        return [name.slice(prefix.length + 1), text.split("\n").filter(Boolean)] as const;
    };
    return Object.fromEntries(await Promise.all(items.map(read)));
}

const predictions = async (job: Inputs) => {
    const files = Object.entries(await results(job)).filter(([name]) => name.startsWith("prediction.results"));
    return files.flatMap(([, lines]) => lines.map((line) => JSON.parse(line)));
};

test("lines of files are sent in batches, and the replicas write files", async () => {
    await store("in/a.jsonl", "1\n2\n3\n");
    await store("in/b.jsonl", "[4]\n");
    await store("in/c.csv", "5\n");
    const job = await predict("in/*.jsonl", "jsonl", {
        modelParameters: { threshold: 0.5 },
        manualBatchTuningParameters: { batchSize: 2 },
        dedicatedResources: {
            machineSpec: { machineType: "n1-standard-2" },
            startingReplicaCount: 2,
            maxReplicaCount: 2,
        },
    });
    expect(job).toMatchObject({ state: "JOB_STATE_SUCCEEDED", completionStats: { successfulCount: "4" } });
    expect(job.error).toBeUndefined();
    const line = (instance: unknown) =>
        JSON.stringify({ instance, prediction: { got: instance, of: 2, parameters: { threshold: 0.5 } } });
    expect(await results(job)).toEqual({
        "prediction.results-00000-of-00002": [line(1), line(2)],
        "prediction.results-00001-of-00002": [line(3), line([4])],
        "prediction.errors_stats-00000-of-00001": [],
    });
});

test("a batch that fails is told with its number of instances, and the others are predicted", async () => {
    await store("partly/a.jsonl", '1\n2\n"bad"\n3\n4\n');
    const job = await predict("partly/a.jsonl", "jsonl", { manualBatchTuningParameters: { batchSize: 2 } });
    expect(job).toMatchObject({
        state: "JOB_STATE_PARTIALLY_SUCCEEDED",
        completionStats: { successfulCount: "3", failedCount: "2" },
    });
    expect((await results(job))["prediction.errors_stats-00000-of-00001"]).toEqual([
        expect.stringMatching(
            /^\('Post request fails\. Cannot get predictions\. Error: Exceeded retries: Non-OK result 422 \(\{"detail": "bad"\}\) from server, retry=3, elapsed=\d+\.\d\ds\.', 2\)$/,
        ),
    ]);
});

test("a job fails if all instances do, or none can be read", async () => {
    await store("wrong/bad.jsonl", '"bad"\n');
    await store("wrong/broken.jsonl", "{");
    const failed = await predict("wrong/bad.jsonl", "jsonl");
    expect([failed.state, failed.error.message]).toEqual([
        "JOB_STATE_FAILED",
        expect.stringContaining('Non-OK result 422 ({"detail": "bad"})'),
    ]);
    const broken = await predict("wrong/broken.jsonl", "jsonl");
    expect([broken.state, broken.error.message]).toEqual([
        "JOB_STATE_FAILED",
        expect.stringContaining("wrong/broken.jsonl cannot be read"),
    ]);
    expect((await predict("none/*.jsonl", "jsonl")).error.message).toBe("The input has no instances.");
});

/** A TFRecord file; its checksums are not read. */
const records = (...contents: string[]) =>
    Buffer.concat(
        contents.flatMap((content) => {
            const length = Buffer.alloc(12);
            length.writeBigUInt64LE(BigInt(content.length));
            return [length, Buffer.from(content), Buffer.alloc(4)];
        }),
    );
const b64 = (text: string) => ({ b64: Buffer.from(text).toString("base64") });

test.each<[string, string, string | Buffer, unknown[], unknown[]]>([
    [
        "rows.csv",
        "csv",
        '"a","b"\n0.1,"cat1"\n4.0,"cat,2"\n',
        [
            [0.1, "cat1"],
            [4, "cat,2"],
        ],
        [],
    ],
    ["rows.tfrecord", "tf-record", records("one", "two"), [b64("one"), b64("two")], []],
    ["rows.tfrecord.gz", "tf-record-gzip", gzipSync(records("one")), [b64("one")], []],
    ["rows.txt", "file-list", `gs://${bucket}/image\n`, [b64("pixels")], [`gs://${bucket}/image`]],
])("%s is read as %s", async (name, format, content, sent, shown) => {
    await store("image", "pixels");
    await store(name, content);
    const lines = await predictions(await predict(name, format));
    expect(lines.map(({ prediction }) => prediction.got)).toEqual(sent);
    expect(lines.map(({ instance }) => instance)).toEqual(shown.length > 0 ? shown : sent);
});

test("fields are filtered and converted, and a key replaces the instance", async () => {
    await store("fields.jsonl", '{"id": 7, "a": 1, "b": 2}\n');
    const with_ = async (instanceConfig: Inputs) => {
        const [line] = await predictions(await predict("fields.jsonl", "jsonl", { instanceConfig }));
        return [line.prediction.got, line.instance, line.key, line.id];
    };
    expect(await with_({ excludedFields: ["id"] })).toEqual([{ a: 1, b: 2 }, { a: 1, b: 2 }, undefined, 7]);
    expect(await with_({ instanceType: "array", includedFields: ["b", "a"] })).toEqual([
        [2, 1],
        [2, 1],
        undefined,
        undefined,
    ]);
    expect(await with_({ keyField: "id" })).toEqual([{ a: 1, b: 2 }, undefined, 7, undefined]);
});

test("rows of a table are predicted into tables", async () => {
    const table = findTable(cloud, project, "sales", "orders");
    table.replace([{ id: 1, price: "9.5", at: "2026-06-01T08:00:00.000000Z" }]);
    const job = await predict("", "bigquery", {
        inputConfig: { instancesFormat: "bigquery", bigquerySource: { inputUri: `bq://${project}.sales.orders` } },
        outputConfig: { predictionsFormat: "bigquery", bigqueryDestination: { outputUri: `bq://${project}.sales` } },
    });
    const { bigqueryOutputDataset, bigqueryOutputTable } = job.outputInfo;
    expect([job.state, bigqueryOutputDataset]).toEqual(["JOB_STATE_SUCCEEDED", `bq://${project}.sales`]);
    const made = findTable(cloud, project, "sales", bigqueryOutputTable);
    expect(made.columns.map(({ name }) => name)).toEqual(["id", "price", "at", "prediction"]);
    expect(made.rows()).toEqual([{ ...table.rows()[0], prediction: expect.any(String) }]);
    expect(JSON.parse(String(made.rows()[0]?.prediction)).got).toEqual([1, 9.5, "2026-06-01 08:00:00+00:00"]);
    expect(findTable(cloud, project, "sales", bigqueryOutputTable.replace("predictions", "errors")).rows()).toEqual([]);
});

test("Google's own client runs a batch prediction, and reads its results", async () => {
    await store("client/a.jsonl", "[1]\n[2]\n[3]\n");
    const { accessToken } = await call(
        "POST",
        `/v1/projects/-/serviceAccounts/caller@${project}.iam.gserviceaccount.com:generateAccessToken`,
        { scope: ["https://www.googleapis.com/auth/cloud-platform"] },
    );
    const python = await pythonWith(join(__dirname, "vertexBatch"));
    const [source, destination] = [`gs://${bucket}/client/*.jsonl`, `gs://${bucket}/client-out`];
    const asked = requestOf("client/a.jsonl", "jsonl", {
        instanceConfig: { instanceType: "array" },
        modelParameters: { threshold: 0.5 },
        labels: { team: "sales" },
    });
    const request = JSON.stringify({ parent: location, batchPredictionJob: asked });
    const args = [served.url, accessToken, project, region, model, source, destination, request];
    const env = { ...process.env, STORAGE_EMULATOR_HOST: served.url };
    const output = await run(python, [join(__dirname, "vertexBatch", "client.py"), ...args], { timeout: 120_000, env });
    const { outputs, started, ...job } = JSON.parse(output.trim().split("\n").at(-1) as string);
    expect(job).toEqual({ state: "JOB_STATE_SUCCEEDED", successful: 3 });
    expect(Object.keys(outputs).sort()).toEqual([
        "prediction.errors_stats-00000-of-00001",
        "prediction.results-00000-of-00001",
    ]);
    const lines = outputs["prediction.results-00000-of-00001"].trim().split("\n");
    expect(lines.map((line: string) => JSON.parse(line).instance)).toEqual([[1], [2], [3]]);
    const second = await reached({ name: started }, /_SUCCEEDED$/);
    expect(second).toMatchObject({ ...asked, model: second.model });
    expect((await predictions(second)).map(({ prediction }) => prediction.parameters)).toEqual([
        { threshold: 0.5 },
        { threshold: 0.5 },
        { threshold: 0.5 },
    ]);
});

test("no container remains", async () => {
    const names = await docker.command("ps", "--format", "{{.Names}}");
    expect(names.split("\n").filter((name) => name.includes("vertex-batch"))).toEqual([]);
});
