import type { Fault } from "slipway-local";
import { Deployment } from "../../deploy/deployment";

const digest = (digits: string) => `sha256:${digits.repeat(32)}`;

const files = (program: string) => ({
    "Pulumi.yaml": "name: training\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-training\n  gcp:region: europe-west4\n  slipway:kind: development\n",
    "package.json": '{ "name": "training", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

const program = `"use strict";
const { StorageBucket, VertexTrainingJob } = require("slipway");
const models = new StorageBucket("models");
const train = new VertexTrainingJob("train", {
    image: "docker.io/acme/train@${digest("0a")}",
    args: ["--epochs=5"],
    output: models,
    machineType: "n1-standard-4",
    wait: true,
});
new StorageBucket("after", {}, { dependsOn: train });
exports.artifacts = train.artifacts;
exports.state = train.job.state;
exports.best = train.job.best;
`;

const methods = "aiplatform.projects.locations.customJobs";
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

/** A deployment of a program, with its jobs. */
function training(text: string) {
    const deployment = new Deployment(files(text));
    return {
        deployment,
        edit: (from: string, to: string) => deployment.edit("index.js", (program) => program.replaceAll(from, to)),
        jobs: () => deployment.cloud.existing().filter((each) => each.includes("/customJobs/")),
        /** The output `artifacts`, and the state of the job. */
        result: async () => {
            const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
            const { artifacts = "", state } = JSON.parse(output);
            return [artifacts.replace(/[0-9a-f]{8}/, "#"), state];
        },
        faulty: (fault: Partial<Fault>) =>
            deployment.run(up, {}, { faults: [{ verb: "create", type: `${methods}.create`, ...fault } as Fault] }),
    };
}

const succeeded = ["gs://acme-training-models/train/#/model", "JOB_STATE_SUCCEEDED"];

describe("a training job", () => {
    const { deployment, edit, jobs, result, faulty } = training(program);
    afterAll(() => deployment.remove());

    test("that fails shows its log, and nothing that depends on it is created", async () => {
        const { code, output } = await faulty({ answer: "fail" });
        expect(code).not.toBe(0);
        expect(output).toMatch(
            /customJobs\/\d+ ended as JOB_STATE_FAILED: Error code 3, message: The replica workerpool0-0/,
        );
        expect(output).toMatch(/The last lines of its log:\s+Traceback .*\s+File .*\s+RuntimeError: simulated failure/);
        expect(output).toContain("https://console.cloud.google.com/vertex-ai/locations/europe-west4/training/");
        expect(jobs()).toHaveLength(1);
        expect(deployment.cloud.existing().join("\n")).not.toContain("acme-training-after");
    });

    test("trains again with the next update, which goes on", async () => {
        await deployment.up("dev");
        expect(jobs()).toHaveLength(2);
        expect(await result()).toEqual(succeeded);
        expect(deployment.cloud.existing().join("\n")).toContain("acme-training-after");
    });

    test("does not train again unchanged, also after a refresh", async () => {
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        expect(await deployment.preview("dev")).toEqual([]);
        expect(jobs()).toHaveLength(2);
    });

    test("does not train again on another machine, which the next training gets", async () => {
        edit("n1-standard-4", "n1-standard-8");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update TrainingJob train"]);
        expect([jobs().length, await result()]).toEqual([2, succeeded]);
    });

    test("trains again with other arguments, and returns to an earlier result", async () => {
        edit("--epochs=5", "--epochs=6");
        await deployment.up("dev");
        expect(jobs()).toHaveLength(3);
        edit("--epochs=6", "--epochs=5");
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([3, succeeded]);
    });

    test("is found after a kill between the creation and its answer", async () => {
        edit("--epochs=5", "--epochs=7");
        const { code } = await faulty({ answer: "lose" });
        expect(code).not.toBe(0);
        expect(jobs()).toHaveLength(4);
        await deployment.succeed(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([4, succeeded]);
    });

    test("is created once if the answer of the creation is an error of the server", async () => {
        edit("--epochs=7", "--epochs=8");
        const { code } = await faulty({ answer: 503, call: 1 });
        expect(code).toBe(0);
        expect(jobs()).toHaveLength(5);
    });

    test("that exceeds a quota is created by the next update", async () => {
        edit("--epochs=8", "--epochs=9");
        const { code, output } = await faulty({ answer: 429 });
        expect([code === 0, output]).toEqual([
            false,
            expect.stringContaining("customJobs: Resource has been exhausted (e.g. check quota)."),
        ]);
        expect(jobs()).toHaveLength(5);
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([6, succeeded]);
    });

    test("goes on when the access token ends, and the next update resumes waiting", async () => {
        edit("--epochs=9", "--epochs=10");
        const { code, output } = await faulty({ verb: "read", type: `${methods}.get`, answer: 401 });
        expect(code).not.toBe(0);
        expect(output).toMatch(/cannot be watched: GET .*The access token has ended/);
        expect(jobs()).toHaveLength(7);
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([7, succeeded]);
    });

    test("goes on after the longest wait", async () => {
        edit("--epochs=10", "--epochs=11");
        edit("wait: true", 'wait: "2 minutes"');
        const { code, output } = await deployment.run(up);
        expect([code === 0, output]).toEqual([false, expect.stringContaining("did not end within 120 seconds")]);
        edit('wait: "2 minutes"', "wait: true");
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([8, succeeded]);
    });

    test("leaves nothing behind", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});

test("a deployment that does not wait ends before its job, and a later one records the end", async () => {
    const { deployment, jobs, result } = training(program.replace("wait: true", "wait: false"));
    await deployment.up("dev");
    expect(await result()).toEqual([succeeded[0], "JOB_STATE_PENDING"]);
    expect(await deployment.upAsPreviewed("dev")).toEqual(["update TrainingJob train"]);
    expect(await result()).toEqual(succeeded);
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    expect(jobs()).toHaveLength(1);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
    await deployment.remove();
});

test("a failure after a deployment that did not wait is told once, and the update after it trains again", async () => {
    const { deployment, edit, jobs, faulty } = training(program.replace("wait: true", "wait: false"));
    expect((await faulty({ answer: "fail" })).code).toBe(0);
    edit("wait: false", "wait: true");
    const { code, output } = await deployment.run(up);
    expect([code === 0, output]).toEqual([false, expect.stringContaining("RuntimeError: simulated failure")]);
    expect(jobs()).toHaveLength(1);
    await deployment.up("dev");
    expect(jobs()).toHaveLength(2);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
    await deployment.remove();
});

test("a search for hyperparameters gives the model of the best trial", async () => {
    const tuning = `wait: true, tuning: { metrics: { accuracy: "maximize" }, trials: 4, parallel: 2, parameters: {
        rate: { min: 0.001, max: 0.1, scale: "log" }, layers: { min: 1, max: 4, integer: true }, optimizer: { values: ["adam", "sgd"] } } }`;
    const { deployment } = training(program.replace("wait: true", tuning));
    await deployment.up("dev");
    const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
    const { artifacts, best, state } = JSON.parse(output);
    expect(state).toBe("JOB_STATE_SUCCEEDED");
    expect(artifacts).toMatch(new RegExp(`^gs://acme-training-models/train/[0-9a-f]{8}/${best.id}/model$`));
    expect(Object.keys(best.parameters).sort()).toEqual(["layers", "optimizer", "rate"]);
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
    await deployment.remove();
});

const source = `"use strict";
const fs = require("node:fs");
const { StorageBucket, VertexTrainingJob } = require("slipway");
fs.mkdirSync("training/trainer", { recursive: true });
fs.writeFileSync("training/trainer/__init__.py", "");
fs.writeFileSync("training/trainer/task.py", "print(1)");
const models = new StorageBucket("models");
const sales = new StorageBucket("sales", { upload: "training" });
const train = new VertexTrainingJob("train", {
    source: "training",
    module: "trainer.task",
    container: "sklearn-cpu.1-6.py310:latest",
    output: models,
    uses: { SALES: sales.reader },
    runOn: [sales.object("trainer/task.py")],
    schedule: "0 3 * * MON",
});
exports.artifacts = train.artifacts;
exports.state = train.job.state;
`;

test("code in a folder is uploaded, trains again when its data changes, and is scheduled", async () => {
    const { deployment, edit, jobs, result } = training(source);
    await deployment.up("dev");
    expect(await result()).toEqual(succeeded);
    const isScheduled = ({ type }: { type: string }) => type === "gcp:cloudscheduler/job:Job";
    const [targets] = deployment
        .resources()
        .filter(isScheduled)
        .map(({ properties }) => properties.httpTarget);
    const { uri, body } = targets as { uri: string; body: string };
    const { labels, jobSpec } = JSON.parse(Buffer.from(body, "base64").toString());
    expect(uri).toBe(
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme-training/locations/europe-west4/customJobs",
    );
    expect(labels).toEqual({ environment: "dev", "slipway-job": "train" });
    expect(jobSpec.baseOutputDirectory).toEqual({ outputUriPrefix: "gs://acme-training-models/train/scheduled" });
    expect(jobSpec.workerPoolSpecs[0].pythonPackageSpec).toEqual({
        executorImageUri: "europe-docker.pkg.dev/vertex-ai/training/sklearn-cpu.1-6.py310:latest",
        packageUris: [
            expect.stringMatching(
                /^gs:\/\/acme-training-models\/train\/packages\/[0-9a-f]{64}\/training-1\.0\.0\.tar\.gz$/,
            ),
        ],
        pythonModule: "trainer.task",
        env: [{ name: "SALES", value: "acme-training-sales" }],
    });
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    edit("{ StorageBucket, VertexTrainingJob }", "{ Alerts, StorageBucket, VertexTrainingJob }");
    edit(
        '"0 3 * * MON"',
        '"0 3 * * MON", alerts: new Alerts("oncall", { to: { email: "oncall@acme.example" }, quota: false })',
    );
    const changes = await deployment.upAsPreviewed("dev");
    expect(changes).toEqual(
        expect.arrayContaining([
            "create AlertPolicy train-failedRuns",
            "create AlertPolicy train-schedule-failedRuns",
            "create Workflow train-watch",
            "update Job train-schedule",
        ]),
    );
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    edit("print(1)", "print(2)");
    await deployment.up("dev");
    expect([jobs().length, await result()]).toEqual([2, succeeded]);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
    await deployment.remove();
});

test("a job whose first creation was killed before its answer is found by the next update", async () => {
    const account = `const account = new (require("slipway").ServiceAccount)("trainer");\n`;
    const around = program.slice(0, program.indexOf("const train ")) + account;
    const { deployment, jobs, result, faulty } = training(around);
    await deployment.up("dev");
    const job = program.slice(program.indexOf("const train ")).replace("wait: true", "wait: true, account");
    deployment.edit("index.js", () => around + job);
    expect((await faulty({ answer: "lose" })).code).not.toBe(0);
    expect(jobs()).toHaveLength(1);
    await deployment.succeed(["cancel", "dev", "--yes"]);
    await deployment.up("dev");
    expect([jobs().length, await result()]).toEqual([1, succeeded]);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
    await deployment.remove();
});

test("a secret among the variables is encrypted in the state", async () => {
    const secret = `wait: true, env: { LICENSE: require("@pulumi/pulumi").secret("canary-1f9a") }`;
    const { deployment } = training(program.replace("wait: true", secret));
    await deployment.up("dev");
    const { output } = await deployment.run(["stack", "export", "-s", "dev"]);
    expect(output).toContain("pulumi-nodejs:dynamic/model:TrainingJob");
    expect(output).not.toContain("canary-1f9a");
    await deployment.destroy("dev");
    await deployment.remove();
});
