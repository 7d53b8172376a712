import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { type JobEntry, jobLog } from "../../../local/simulator/services/vertex/trainingJob";
import { run } from "../../../local/toolchain/process";
import { until } from "../until";
import {
    ask,
    bucket,
    call,
    cloud,
    containersOf,
    deploy,
    docker,
    image,
    lines,
    localImage,
    location,
    project,
    python,
    region,
    store,
    upload,
} from "./served";

/** Creates a custom job, and returns its name. */
export async function createJob(containerSpec: Inputs, more: Inputs = {}): Promise<string> {
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
export async function reached(name: string, states: RegExp): Promise<Inputs> {
    const { body } = await until(
        () => call("GET", `/v1/${name}`),
        (answer) => states.test(answer.body.state),
        { seconds: 60 },
    );
    return body;
}

const ended = /_(SUCCEEDED|FAILED|CANCELLED)$/;

const train = async (args: string[]): Promise<Inputs> =>
    reached(await createJob({ command: ["python3", "/train.py"], args }), ended);

/** The first process of a container only ends by signals that it handles. */
const untilTerminated = `
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
print("waiting", flush=True)
signal.pause()
`;

async function readJson(name: string): Promise<Inputs> {
    const { text } = await call("GET", `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
    return JSON.parse(text);
}

/** Creates a tuning job for numbers, and returns its name. */
export async function createTuning(numbers: number[], more: Inputs = {}, args: string[] = []): Promise<string> {
    const { body } = await call("POST", `/v1/${location}/hyperparameterTuningJobs`, {
        displayName: "tune",
        maxTrialCount: numbers.length,
        parallelTrialCount: 2,
        studySpec: {
            algorithm: "GRID_SEARCH",
            metrics: [{ metricId: "loss", goal: "MINIMIZE" }],
            parameters: [{ parameterId: "number", discreteValueSpec: { values: numbers } }],
        },
        trialJobSpec: {
            workerPoolSpecs: [
                {
                    machineSpec: { machineType: "n1-standard-4" },
                    replicaCount: "1",
                    containerSpec: {
                        imageUri: image,
                        command: ["python3", "/trial.py"],
                        args: [`gs://${bucket}/trials`, ...args],
                    },
                },
            ],
            baseOutputDirectory: { outputUriPrefix: `gs://${bucket}/tuned` },
            serviceAccount: `trainer@${project}.iam.gserviceaccount.com`,
        },
        ...more,
    });
    return body.name;
}

/** A wheel with a package, whose module is given. */
async function wheelOf(module: string): Promise<Uint8Array> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-vertex-wheel-"));
    try {
        const info = join(folder, "trainer-1.0.dist-info");
        mkdirSync(join(folder, "trainer"));
        mkdirSync(info);
        writeFileSync(join(folder, "trainer", "__init__.py"), "");
        writeFileSync(join(folder, "trainer", "task.py"), module);
        writeFileSync(join(info, "METADATA"), "Metadata-Version: 2.1\nName: trainer\nVersion: 1.0\n");
        writeFileSync(join(info, "WHEEL"), "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        writeFileSync(join(info, "RECORD"), "");
        const wheel = join(folder, "trainer.whl");
        const parts = [join(folder, "trainer"), info];
        await run(python, ["-m", "zipfile", "-c", wheel, ...parts]);
        return readFileSync(wheel);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The tests of custom jobs and tuning jobs. */
export function trainingTests(): void {
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
                cluster: {
                    workerpool0: [expect.stringMatching(/^cmle-training-workerpool0-[0-9a-f]{10}-0:2222$/)],
                },
                environment: "cloud",
                task: { type: "workerpool0", index: 0 },
                job: job.jobSpec,
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
        const lasting = { command: ["python3", "-c", untilTerminated] };
        const cancelled = await createJob(lasting);
        await reached(cancelled, /_RUNNING$/);
        await until(
            async () => lines.filter((line) => line.endsWith("waiting")),
            ({ length }) => length > 0,
            { seconds: 60 },
        );
        await call("POST", `/v1/${cancelled}:cancel`, {});
        expect((await reached(cancelled, /_CANCELLED$/)).error.message).toBe("The job was cancelled.");
        const over = await createJob(lasting, { scheduling: { timeout: "2s" } });
        expect((await reached(over, /_FAILED$/)).error.message).toContain("timeout of 2 seconds");
        expect(await containersOf("workerpool")).toEqual([]);
    });

    test("a Python package is installed in the executor image, and its module runs with the arguments", async () => {
        const executor = "europe-docker.pkg.dev/vertex-ai/training/tf-cpu.2-17.py310:latest";
        await docker.command("tag", localImage, executor);
        const module = `
import json, os, sys
sys.path.insert(0, "/")
import storage
content = {"arguments": sys.argv[1:], "name": __name__, "file": __file__, "mode": os.environ["MODE"]}
storage.write(os.environ["AIP_MODEL_DIR"] + "module.json", json.dumps(content).encode())
`;
        await store("packages/trainer-1.0-py3-none-any.whl", await wheelOf(module));
        const pythonPackageSpec = {
            executorImageUri: executor,
            packageUris: [`gs://${bucket}/packages/trainer-1.0-py3-none-any.whl`],
            pythonModule: "trainer.task",
            args: ["--rate", "it's 1", "$(MODE)"],
            env: [{ name: "MODE", value: "fast" }],
        };
        const machine = { machineSpec: { machineType: "n1-standard-4" }, replicaCount: "1" };
        const job = (spec: Inputs) => createJob({}, { workerPoolSpecs: [{ ...machine, pythonPackageSpec: spec }] });
        const done = await reached(await job(pythonPackageSpec), ended);
        expect([done.state, done.error]).toEqual(["JOB_STATE_SUCCEEDED", undefined]);
        expect(await readJson("trained/model/module.json")).toEqual({
            arguments: ["--rate", "it's 1", "fast"],
            name: "__main__",
            file: expect.stringMatching(/^\/root\/\.local\/lib\/python3\.\d+\/site-packages\/trainer\/task\.py$/),
            mode: "fast",
        });
        const missing = await reached(await job({ ...pythonPackageSpec, pythonModule: "trainer.none" }), ended);
        expect([missing.state, missing.error.message]).toEqual([
            "JOB_STATE_FAILED",
            expect.stringMatching(/status of 1\. Termination reason: Error\. .*No module named trainer\.none$/),
        ]);
    });

    test("the replicas of worker pools reach each other by the names of CLUSTER_SPEC and TF_CONFIG", async () => {
        const pool = (replicaCount: string) => ({
            machineSpec: { machineType: "n1-standard-4" },
            replicaCount,
            containerSpec: {
                imageUri: image,
                command: ["python3", "/cluster.py"],
                args: [`gs://${bucket}/cluster.json`],
            },
        });
        const workerPoolSpecs = [pool("1"), pool("2"), {}, pool("1")];
        const name = await createJob({}, { workerPoolSpecs });
        const { state, error, jobSpec } = await reached(name, ended);
        expect([state, error]).toEqual(["JOB_STATE_SUCCEEDED", undefined]);
        const { answers, spec, tensorflow } = await readJson("cluster.json");
        const address = (replica: string) =>
            expect.stringMatching(new RegExp(`^cmle-training-${replica.replace(/-/, "-[0-9a-f]{10}-")}:\\d+$`));
        const cluster = {
            workerpool0: [address("workerpool0-0")],
            workerpool1: [address("workerpool1-0"), address("workerpool1-1")],
            workerpool3: [address("workerpool3-0")],
        };
        expect(spec).toEqual({
            cluster,
            environment: "cloud",
            task: { type: "workerpool0", index: 0 },
            job: jobSpec,
        });
        expect(Object.values(answers)).toEqual(["workerpool0-0", "workerpool1-0", "workerpool1-1", "workerpool3-0"]);
        expect(tensorflow).toEqual({
            cluster: { chief: cluster.workerpool0, worker: cluster.workerpool1 },
            environment: "cloud",
            task: { type: "chief", index: 0, cloud: expect.stringMatching(/./) },
            job: jobSpec,
        });
        expect(await containersOf("workerpool")).toEqual([]);
    });

    test("trials run with their hyperparameters, as many at a time as asked, and report metrics", async () => {
        const name = await createTuning([1, 2, 8, 9], { maxFailedTrialCount: 3 });
        const { state, error, trials } = await reached(name, ended);
        expect([state, error]).toEqual(["JOB_STATE_SUCCEEDED", undefined]);
        const measured = (loss: number) => ({
            state: "SUCCEEDED",
            finalMeasurement: { stepCount: "2", metrics: [{ metricId: "loss", value: loss / 2 }] },
            measurements: [loss, loss / 2].map((value, index) => ({
                stepCount: String(index + 1),
                elapsedDuration: expect.stringMatching(/^\d+\.\d{3}s$/),
                metrics: [{ metricId: "loss", value }],
            })),
        });
        const infeasible = (reason: string) => ({
            state: "INFEASIBLE",
            infeasibleReason: expect.stringContaining(reason),
        });
        expect(trials).toEqual(
            [
                measured(1),
                measured(0),
                infeasible("did not report the metrics loss"),
                infeasible("status of 1. Termination reason: Error. cannot compute 9"),
            ].map((expected, index) => ({
                id: String(index + 1),
                parameters: [{ parameterId: "number", value: [1, 2, 8, 9][index] }],
                startTime: expect.any(String),
                endTime: expect.any(String),
                ...expected,
            })),
        );
        const about = await Promise.all([1, 2, 3].map((id) => readJson(`trials/${id}.json`)));
        const { arguments: args, variables, cluster } = about[1] as Inputs;
        expect(args).toEqual(["--number", "2"]);
        expect(variables).toEqual({
            AIP_MODEL_DIR: `gs://${bucket}/tuned/2/model/`,
            CLOUD_ML_HP_METRIC_FILE: expect.stringMatching(/^\//),
            CLOUD_ML_JOB_ID: name.split("/").at(-1),
            CLOUD_ML_PROJECT_ID: cloud.projects.number(project),
            CLOUD_ML_REGION: region,
            CLOUD_ML_TRIAL_ID: "2",
        });
        expect(cluster.task).toEqual({ type: "workerpool0", index: 0, trial: "2" });
        const [[, end], [second], [third]] = about.map(({ time }) => time);
        expect(second).toBeLessThan(end);
        expect(third).toBeGreaterThan(end);
    });

    test("a tuning job fails with the number of failed trials that is allowed", async () => {
        const name = await createTuning([9, 1, 2], { parallelTrialCount: 1, maxFailedTrialCount: 1 });
        const { state, error, trials } = await reached(name, ended);
        expect([state, error.message]).toEqual([
            "JOB_STATE_FAILED",
            expect.stringMatching(/^1 of the trials failed, the last one, 1, .* cannot compute 9$/),
        ]);
        expect(trials.map((trial: Inputs) => [trial.id, trial.state])).toEqual([["1", "INFEASIBLE"]]);
    });

    test("a tuning job that is cancelled stops its trials", async () => {
        const name = await createTuning([1, 2], {}, ["--wait", `gs://${bucket}/never`]);
        await until(
            () => call("GET", `/v1/${name}`),
            ({ body }) => body.trials.some((trial: Inputs) => trial.state === "SUCCEEDED"),
            { seconds: 60 },
        );
        await call("POST", `/v1/${name}:cancel`, {});
        const { trials } = await reached(name, /_CANCELLED$/);
        expect(trials.map((trial: Inputs) => trial.state)).toEqual(["SUCCEEDED", "INFEASIBLE"]);
        expect(await containersOf("workerpool")).toEqual([]);
    });
}
