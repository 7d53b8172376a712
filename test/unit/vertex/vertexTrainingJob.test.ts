import { AiTensorboard } from "@pulumi/gcp/vertex/aiTensorboard";
import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    ContainerImage,
    Network,
    ServiceAccount,
    StorageBucket,
    VertexTrainingJob,
    type VertexTrainingJobArgs,
} from "slipway";
import { versionOf } from "../../../lib/vertex/dataVersion";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, registeredTypes, rejection } from "../registered";

const image = `europe-docker.pkg.dev/acme-dev/app/train@sha256:${"0a".repeat(32)}`;

/** A job whose results are in the bucket `models`. */
function training(args: object = {}, code: object = { image }) {
    const output = new StorageBucket("models");
    return new VertexTrainingJob("train", { ...code, output, ...args } as unknown as VertexTrainingJobArgs);
}

const pool = { machineSpec: { machineType: "n1-standard-4" }, replicaCount: "1", containerSpec: { imageUri: image } };
const spec = {
    workerPoolSpecs: [pool],
    scheduling: { timeout: "604800s" },
    serviceAccount: "train-train@acme-dev.iam.gserviceaccount.com",
};
const bare = {
    project: "acme-dev",
    location: "europe-west1",
    name: "train",
    spec,
    output: "gs://acme-dev-models/train",
    retrainOn: [],
    labels: { environment: "dev" },
    wait: true,
    waitSeconds: 0,
    __provider: 'exports.handler = () => require("slipway/model/admin").trainingJob;',
};

interface Made {
    spec: { workerPoolSpecs: Record<string, unknown>[]; scheduling: object; network?: string };
    [key: string]: unknown;
}

const jobOf = async (args: object, code?: object, region?: string) => {
    const stack = region ? { config: { "gcp:region": region } } : {};
    return (await registered(() => training(args, code), stack))["TrainingJob train"] as unknown as Made;
};

const firstPool = async (args: object, code?: object, region?: string) =>
    (await jobOf(args, code, region)).spec.workerPoolSpecs[0];

test("a bare job has an account of its own, which may write to the bucket of the results", async () => {
    const { "Bucket models": _, ...made } = await registered(() => training());
    expect(made).toEqual({
        "Account train-train": { accountId: "train-train", displayName: "Runs the training job train" },
        "BucketIAMMember train-models-object-user": {
            bucket: "acme-dev-models",
            role: "roles/storage.objectUser",
            member: "serviceAccount:train-train@acme-dev.iam.gserviceaccount.com",
        },
        "BucketIAMMember train-models-storage-bucket-viewer": {
            bucket: "acme-dev-models",
            role: "roles/storage.bucketViewer",
            member: "serviceAccount:train-train@acme-dev.iam.gserviceaccount.com",
        },
        "Provider train": {},
        "TrainingJob train": bare,
    });
});

test("a job waits for its API, the service agent and its grants", async () => {
    const options = await registeredOptions(() => training());
    expect(options["TrainingJob train"]).toMatchObject({ parent: "VertexTrainingJob train" });
    expect(options["TrainingJob train"]?.after).toEqual(
        expect.arrayContaining([
            "BucketIAMMember train-models-object-user",
            "IAMMember aiplatform-agent-serviceAgent",
            "Service aiplatform",
        ]),
    );
});

test("the output of the component is the folder of the model", async () => {
    const { "VertexTrainingJob train": outputs } = await registeredOutputs(() => training());
    expect(outputs).toEqual({ artifacts: "gs://acme-dev-models/train/1a2b3c4d/model" });
});

test("variables are those of uses and env, by name", async () => {
    const program = () =>
        training({ uses: { SALES: new StorageBucket("sales").reader }, env: { LEVEL: "info" }, args: ["-v"] });
    const all = await registered(program);
    const [first] = (all["TrainingJob train"] as unknown as Made).spec.workerPoolSpecs;
    expect(first?.containerSpec).toEqual({
        imageUri: image,
        args: ["-v"],
        env: [
            { name: "LEVEL", value: "info" },
            { name: "SALES", value: "acme-dev-sales" },
        ],
    });
    expect(all).toHaveProperty("BucketIAMMember train-sales-object-viewer");
});

test("one variable is enough", async () => {
    expect(await firstPool({ env: { LEVEL: "info" } })).toEqual({
        ...pool,
        containerSpec: { imageUri: image, env: [{ name: "LEVEL", value: "info" }] },
    });
});

test.each<[string, object, [string, string, number]]>([
    ["a GPU gets the smallest machine for it", { gpu: "nvidia-l4" }, ["g2-standard-4", "NVIDIA_L4", 1]],
    ["one that is attached gets an N1 machine", { gpu: "nvidia-tesla-t4" }, ["n1-standard-4", "NVIDIA_TESLA_T4", 1]],
    [
        "a number of accelerators gets a machine with it",
        { gpu: { type: "nvidia-tesla-a100", count: 16 } },
        ["a2-megagpu-16g", "NVIDIA_TESLA_A100", 16],
    ],
    [
        "a machine that includes accelerators names them, as Vertex AI requires",
        { machineType: "a3-highgpu-8g" },
        ["a3-highgpu-8g", "NVIDIA_H100_80GB", 8],
    ],
    [
        "a GPU of such a machine has all of them",
        { machineType: "g2-standard-24", gpu: "nvidia-l4" },
        ["g2-standard-24", "NVIDIA_L4", 2],
    ],
])("%s", async (_, args, [machineType, acceleratorType, acceleratorCount]) => {
    const machineSpec = { machineType, acceleratorType, acceleratorCount };
    expect(await firstPool(args, undefined, "us-central1")).toMatchObject({ machineSpec });
});

const bucket = ["Bucket models"];

test("large N1 machines need several accelerators", async () => {
    const machineType = "n1-standard-96";
    const four = { type: "nvidia-tesla-t4", count: 4 };
    expect(await firstPool({ machineType, gpu: four })).toMatchObject({
        machineSpec: { machineType, acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 4 },
    });
    const problems = await refused(() => training({ machineType, gpu: "nvidia-tesla-t4" }), {}, bucket);
    expect(problems).toContain("gpu: [vertex/gpu-count-of-machine]");
});

test.each([
    ["europe-west1", { gpu: "nvidia-l4" }, "gpu"],
    ["europe-west1", { machineType: "a3-highgpu-8g" }, "machineType"],
    ["asia-east2", { pools: { workers: { replicas: 1, gpu: "nvidia-tesla-v100" } } }, "pools.workers.gpu"],
])("accelerators that are not for training in %s are refused: %j", async (region, args, path) => {
    const problems = await refused(() => training(args), { config: { "gcp:region": region } }, bucket);
    expect(problems).toContain(`"train": ${path}: [vertex/gpu-in-region]`);
});

test("replicas are the first machine and workers", async () => {
    const { workerPoolSpecs } = (await jobOf({ replicas: 4, disk: { size: "200 GB" } })).spec;
    const disk = { diskSpec: { bootDiskSizeGb: 200 } };
    expect(workerPoolSpecs).toEqual([
        { ...pool, ...disk },
        { ...pool, ...disk, replicaCount: "3" },
    ]);
});

test("two replicas are the first machine and one worker", async () => {
    expect((await jobOf({ replicas: 2 })).spec.workerPoolSpecs).toEqual([pool, pool]);
});

const attached = { acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 };

test.each<[string, object, object]>([
    ["a pool without machines of its own has those of the job", {}, { machineType: "n1-highcpu-16", ...attached }],
    [
        "a pool with another machine type does not have the GPUs of the job",
        { machineType: "n1-standard-8" },
        { machineType: "n1-standard-8" },
    ],
    [
        "a pool with other GPUs does not have the machine type of the job",
        { gpu: { type: "nvidia-tesla-t4", count: 2 } },
        { machineType: "n1-standard-4", ...attached, acceleratorCount: 2 },
    ],
])("%s", async (_, own, machineSpec) => {
    const machines = { machineType: "n1-highcpu-16", gpu: "nvidia-tesla-t4" };
    const { spec: made } = await jobOf({ ...machines, pools: { workers: { replicas: 1, ...own } } });
    expect(made.workerPoolSpecs[1]).toEqual({ ...pool, machineSpec });
});

test("a pool that is undefined is none", async () => {
    expect((await jobOf({ pools: { workers: undefined } })).spec).toEqual(spec);
});

test("a disk can have a type alone", async () => {
    expect(await firstPool({ disk: { type: "pd-standard" } })).toEqual({
        ...pool,
        diskSpec: { bootDiskType: "pd-standard" },
    });
});

test("a command and arguments replace those of the image, and no arguments are those of the image", async () => {
    const command = ["python3", "-m"];
    expect(await firstPool({ command, args: ["train"] })).toEqual({
        ...pool,
        containerSpec: { imageUri: image, command, args: ["train"] },
    });
    expect(await firstPool({ args: [] })).toEqual(pool);
});

test("worker pools have machines and images of their own, and a missing one is skipped", async () => {
    const reducer = image.replace("train@", "reduce@");
    const evaluators = { replicas: 2, image: reducer, machineType: "n1-highcpu-16" };
    expect((await jobOf({ pools: { evaluators } })).spec.workerPoolSpecs).toEqual([
        pool,
        {},
        {},
        { machineSpec: { machineType: "n1-highcpu-16" }, replicaCount: "2", containerSpec: { imageUri: reducer } },
    ]);
});

const flexStartGpu = { type: "nvidia-h200-141gb", count: 8 };

test.each<[object, object]>([
    [
        { strategy: "spot", retries: false },
        { strategy: "SPOT", disableRetries: true },
    ],
    [
        { strategy: "flex-start", maxWait: "2 days", gpu: flexStartGpu },
        { strategy: "FLEX_START", maxWaitDuration: "172800s" },
    ],
    [
        // The workers have the machines of the job, as flex-start requires.
        { strategy: "flex-start", gpu: flexStartGpu, pools: { workers: { replicas: 2 } } },
        { strategy: "FLEX_START" },
    ],
    [
        { restartOnWorkerRestart: true, timeout: "2 hours" },
        { timeout: "7200s", restartJobOnWorkerRestart: true },
    ],
])("the scheduling of %j", async (args, scheduling) => {
    expect((await jobOf(args)).spec.scheduling).toEqual({ timeout: "604800s", ...scheduling });
});

test.each([63, 64])("a component whose name has %d characters names its job with 63", async (length) => {
    const name = "a".repeat(length);
    const made = await registered(() => new VertexTrainingJob(name, { image, output: new StorageBucket("models") }));
    expect((made[`TrainingJob ${name}`] as Made).name).toHaveLength(63);
});

test("a network is peered by the number of its project", async () => {
    const job = await registered(() =>
        training({ network: { network: new Network("main", { privateServices: true }) } }),
    );
    expect((job["TrainingJob train"] as unknown as Made).spec.network).toMatch(
        /^projects\/\d+\/global\/networks\/main$/,
    );
});

test("a network attachment lets the service agent attach machines", async () => {
    const networkAttachment = "projects/acme-dev/regions/europe-west1/networkAttachments/training";
    const all = await registeredTypes(() => training({ network: { attachment: networkAttachment } }));
    const values = Object.entries(all);
    expect(JSON.stringify(values)).toContain(
        JSON.stringify({ pscInterfaceConfig: { networkAttachment } }).slice(1, -1),
    );
    expect(JSON.stringify(values)).toContain("roles/compute.networkAdmin");
});

test("TensorBoard needs a role on the project", async () => {
    const tensorboard = "projects/acme-dev/locations/europe-west1/tensorboards/12";
    const all = await registered(() => training({ tensorboard, webAccess: true }));
    expect(all["TrainingJob train"]).toMatchObject({ spec: { tensorboard, enableWebAccess: true } });
    expect(all["IAMMember train-project-aiplatform-user"]).toMatchObject({ role: "roles/aiplatform.user" });
    const program = () => training({ tensorboard: new AiTensorboard("runs", { displayName: "runs" }) });
    const { "TrainingJob train": made } = await registered(program, { named: true });
    expect(made).toMatchObject({ spec: { tensorboard: "runs" } });
});

test("a shared account gets the grants once", async () => {
    const all = await registered(() => training({ account: new ServiceAccount("trainer") }));
    expect(Object.keys(all)).toEqual(expect.arrayContaining(["BucketIAMMember trainer-models-object-user"]));
    expect(all).not.toHaveProperty("Account train-train");
});

test.each<[boolean | string, object]>([
    [false, { wait: false, waitSeconds: 0 }],
    ["30 minutes", { wait: true, waitSeconds: 1800 }],
])("wait: %j", async (wait, expected) => {
    expect(await jobOf({ wait })).toMatchObject(expected);
});

test("an image component is recorded for promotion", async () => {
    const program = () => training({}, { image: new ContainerImage("app", { reference: image }) });
    expect(await registered(program)).toHaveProperty("TrainingJob train");
});

test("code in a folder is packed, uploaded and run in the nearest prebuilt container", async () => {
    const source = folderOf({ "trainer/task.py": "print(1)", "requirements.txt": "pandas>=2 # frames\n" });
    const code = { source, module: "trainer.task", container: "pytorch-gpu.2-4.py310:latest" };
    const all = await registered(() => training({}, code));
    const { name } = all["BucketObject train-source"] as { name: string };
    expect(name).toMatch(/^train\/packages\/[0-9a-f]{64}\/training-1\.0\.0\.tar\.gz$/);
    const [first] = (all["TrainingJob train"] as unknown as Made).spec.workerPoolSpecs;
    expect(first?.pythonPackageSpec).toEqual({
        executorImageUri: "europe-docker.pkg.dev/vertex-ai/training/pytorch-gpu.2-4.py310:latest",
        packageUris: [`gs://acme-dev-models/${name}`],
        pythonModule: "trainer.task",
    });
});

test("packages can run in pools of machines", async () => {
    const code = { ...python, packages: ["gs://acme-packages/base-1.0.tar.gz"] };
    const [first, workers] = (await jobOf({ pools: { workers: { replicas: 2 } } }, code)).spec.workerPoolSpecs;
    expect(workers).toEqual({ ...first, replicaCount: "2" });
});

test("packages are local files, which are uploaded, and objects, in their order", async () => {
    const file = `${folderOf({ "trainer-1.0-py3-none-any.whl": "wheel" })}/trainer-1.0-py3-none-any.whl`;
    const packages = ["gs://acme-packages/base-1.0.tar.gz", file, pulumi.output("gs://acme-packages/last-1.0.tar.gz")];
    const container = "us-docker.pkg.dev/vertex-ai/training/tf-cpu.2-17.py310:latest";
    const first = await firstPool({}, { packages, module: "trainer.task", container });
    expect(first?.pythonPackageSpec).toMatchObject({
        executorImageUri: container,
        packageUris: [
            packages[0],
            expect.stringMatching(
                /^gs:\/\/acme-dev-models\/train\/packages\/[0-9a-f]{64}\/trainer-1\.0-py3-none-any\.whl$/,
            ),
            "gs://acme-packages/last-1.0.tar.gz",
        ],
    });
});

test("a search for hyperparameters", async () => {
    const tuning = {
        metrics: { accuracy: "maximize" },
        parameters: {
            rate: { min: 0.1, max: 1, scale: "log" },
            layers: { min: 1, max: 3, integer: true },
            size: { values: [8, 16] },
        },
        trials: 6,
        parallel: 2,
        algorithm: "random",
    };
    expect((await jobOf({ tuning })).tuning).toEqual({
        maxTrialCount: 6,
        parallelTrialCount: 2,
        studySpec: {
            metrics: [{ metricId: "accuracy", goal: "MAXIMIZE" }],
            parameters: [
                { parameterId: "rate", scaleType: "UNIT_LOG_SCALE", doubleValueSpec: { minValue: 0.1, maxValue: 1 } },
                {
                    parameterId: "layers",
                    scaleType: "UNIT_LINEAR_SCALE",
                    integerValueSpec: { minValue: "1", maxValue: "3" },
                },
                { parameterId: "size", discreteValueSpec: { values: [8, 16] } },
            ],
            algorithm: "RANDOM_SEARCH",
        },
    });
});

/** The problems of a search by the metric `a` for the parameter `b`. */
const searching = (b: object, more: object = {}) => {
    const tuning = { metrics: { a: "maximize" }, parameters: { b }, trials: 2, ...more };
    return refused(() => training({ tuning }), {}, ["Bucket models"]);
};
const values = (length: number, step = 1) => ({ values: Array.from({ length }, (_, index) => index * step) });

test.each<[string, object, object?]>([
    ["as many parallel trials as trials", values(2), { parallel: 2 }],
    ["one value, as minimum and maximum", { min: 1, max: 1 }],
    ["a linear scale from 0", { min: 0, max: 1 }],
    ["a linear scale from below 0, which is named", { min: -1, max: 1, scale: "linear" }],
    ["a log scale from a little above 0", { min: 0.0001, max: 1, scale: "log" }],
    ["a reverse log scale", { min: 0.0001, max: 1, scale: "reverse-log" }],
    ["a thousand values", values(1000)],
    ["values that are near each other", values(2, 1e-10)],
    ["more texts, in any order", { values: ["b", "a", ...values(1000).values.map(String)] }],
    ["a grid of whole numbers", { min: 1, max: 2, integer: true }, { algorithm: "grid" }],
    ["a grid of values", values(2), { algorithm: "grid" }],
    ["other algorithms of a range", { min: 0.5, max: 2 }, { algorithm: "random" }],
    ["limits of trials", values(2), { trials: 10_000, parallel: 10_000, maxFailed: 10_000 }],
])("a search can have %s", async (_, parameter, ...[more]) => {
    await expect(searching(parameter, more)).rejects.toThrow("Nothing was refused");
});

test.each<[string, object, RegExp, object?]>([
    ["a range with a fraction at its end", { min: 1, max: 2.5, integer: true }, /\[vertex\/tuning-bounds-not-whole\]/],
    ["a reverse log scale from 0", { min: 0, max: 1, scale: "reverse-log" }, /\[vertex\/tuning-min-of-log-scale\]/],
    ["a log scale from below 0", { min: -1, max: 1, scale: "log" }, /\[vertex\/tuning-min-of-log-scale\]/],
    ["equal values", { values: [1, 1] }, /\[vertex\/tuning-values-not-increasing\]/],
    ["values that are almost equal", values(2, 1e-11), /\[vertex\/tuning-values-not-increasing\]/],
    ["a text instead of values", { values: "a" }, /values: must be a list of numbers or of texts/],
    ["no values", { values: [] }, /values: must be a list of numbers or of texts/],
    ["numbers and texts", { values: [1, "2"] }, /values: must be a list of numbers or of texts/],
    ["flags", { values: [true] }, /values: must be a list of numbers or of texts/],
    ["an infinite range", { min: 0, max: Number.POSITIVE_INFINITY }, /max: must be a number/],
    ["an infinite minimum", { min: Number.NaN, max: 1 }, /min: must be a number/],
    ["too many trials", values(2), /trials: must be a whole number from 1 to 10000/, { trials: 10_001 }],
    ["no trial", values(2), /trials: must be a whole number from 1 to 10000/, { trials: 0 }],
    ["no parallel trial", values(2), /parallel: must be a whole number from 1 to 10000/, { parallel: 0 }],
    ["no failure", values(2), /maxFailed: must be a whole number from 1 to 10000/, { maxFailed: 0 }],
    ["a metric with a space", values(2), /must not contain spaces/, { metrics: { "a b": "maximize" } }],
    ["no metric", values(2), /tuning\.metrics: \[vertex\/tuning-empty\]/, { metrics: {} }],
    ["no parameter", {}, /tuning\.parameters: \[vertex\/tuning-empty\]/, { parameters: {} }],
])("a search with %s is refused", async (_, parameter, message, ...[more]) => {
    expect(await searching(parameter, more)).toMatch(message);
});

test.each([
    [{ values: ["sgd", "adam"] }, { categoricalValueSpec: { values: ["sgd", "adam"] } }],
    [{ values: ["sgd"] }, { categoricalValueSpec: { values: ["sgd"] } }],
    [{ values: [1] }, { discreteValueSpec: { values: [1] } }],
    [
        { min: 1, max: 2, scale: "reverse-log" },
        { scaleType: "UNIT_REVERSE_LOG_SCALE", doubleValueSpec: { minValue: 1, maxValue: 2 } },
    ],
])("a search for %j has its form in the API", async (b, expected) => {
    const tuning = { metrics: { a: "minimize" }, parameters: { b }, trials: 3, maxFailed: 2, algorithm: "grid" };
    const made = await jobOf({ tuning: { ...tuning, algorithm: "doubleValueSpec" in expected ? "bayesian" : "grid" } });
    expect(made.tuning).toEqual({
        maxTrialCount: 3,
        parallelTrialCount: 1,
        maxFailedTrialCount: 2,
        studySpec: {
            metrics: [{ metricId: "a", goal: "MINIMIZE" }],
            parameters: [{ parameterId: "b", ...expected }],
            ...("doubleValueSpec" in expected ? {} : { algorithm: "GRID_SEARCH" }),
        },
    });
});

test("variables are sorted by name, and a capability without a value has none", async () => {
    const none = { grants: [], attachments: [] };
    const some = { value: "gs://data", grants: [], attachments: [] };
    const { spec: made } = await jobOf({ env: { B: "b", A: "a" }, uses: { C: some, NONE: none } });
    expect(made).toMatchObject({
        workerPoolSpecs: [
            {
                containerSpec: {
                    env: [
                        { name: "A", value: "a" },
                        { name: "B", value: "b" },
                        { name: "C", value: "gs://data" },
                    ],
                },
            },
        ],
    });
});

test("a hundred variables are accepted, with those of uses", async () => {
    const used = { value: "gs://data", grants: [], attachments: [] };
    const env = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`V${index}`, ""]));
    await expect(
        refused(() => training({ env: env(99), uses: { DATA: used } }), {}, ["Bucket models"]),
    ).rejects.toThrow("Nothing was refused");
    expect(await refused(() => training({ env: env(100), uses: { DATA: used } }), {}, ["Bucket models"])).toContain(
        "env: [vertex/too-many-variables]",
    );
});

test("the job of a schedule and its account can be transformed", async () => {
    const schedule = (args: { description?: unknown }) => {
        args.description = "nightly";
    };
    const scheduleAccount = { displayName: "Starts trainings" };
    const all = await registered(() => training({ schedule: "0 3 * * *", transform: { schedule, scheduleAccount } }));
    expect(all["Job train-schedule"]).toMatchObject({ description: "nightly" });
    expect(all["Account train-schedule-call"]).toMatchObject(scheduleAccount);
});

test("a schedule creates the job as an account that may create jobs and act as that of the code", async () => {
    const all = await registered(() => training({ schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin" } }));
    const { httpTarget } = all["Job train-schedule"] as unknown as { httpTarget: { uri: string; body: string } };
    expect(httpTarget.uri).toBe(
        "https://europe-west1-aiplatform.googleapis.com/v1/projects/acme-dev/locations/europe-west1/customJobs",
    );
    expect(JSON.parse(Buffer.from(httpTarget.body, "base64").toString())).toEqual({
        displayName: "train",
        labels: { environment: "dev", "slipway-job": "train" },
        jobSpec: { ...spec, baseOutputDirectory: { outputUriPrefix: "gs://acme-dev-models/train/scheduled" } },
    });
    const member = "serviceAccount:train-schedule-call@acme-dev.iam.gserviceaccount.com";
    expect(all["IAMMember train-schedule-project-aiplatform-user"]).toMatchObject({
        role: "roles/aiplatform.user",
        member,
    });
    expect(all["IAMMember train-schedule-train-train-service-account-user"]).toMatchObject({
        role: "roles/iam.serviceAccountUser",
        member,
    });
});

describe("with alerts", () => {
    const oncall = () => new Alerts("oncall", { to: { email: "oncall@acme.example" }, quota: false });
    const scheduled = () => training({ schedule: "0 3 * * MON", alerts: oncall() });

    test("a schedule starts a workflow, which creates the job and fails with it", async () => {
        const all = await registered(scheduled);
        const { httpTarget } = all["Job train-schedule"] as unknown as { httpTarget: { uri: string; body: string } };
        expect(httpTarget.uri).toBe("https://workflowexecutions.googleapis.com/v1/train-watch-id/executions");
        const { argument } = JSON.parse(Buffer.from(httpTarget.body, "base64").toString());
        expect(JSON.parse(argument)).toMatchObject({
            displayName: "train",
            jobSpec: { baseOutputDirectory: { outputUriPrefix: "gs://acme-dev-models/train/scheduled" } },
        });
        const { sourceContents, ...workflow } = all["Workflow train-watch"] as unknown as { sourceContents: string };
        expect(workflow).toMatchObject({
            name: "train-watch",
            region: "europe-west1",
            callLogLevel: "LOG_ERRORS_ONLY",
        });
        const [create, wait, look] = JSON.parse(sourceContents).main.steps;
        // A job of a month takes 43,200 looks, of 100,000 steps that an execution can have.
        expect(wait).toEqual({ wait: { call: "sys.sleep", args: { seconds: 60 } } });
        const url =
            "https://europe-west1-aiplatform.googleapis.com/v1/projects/acme-dev/locations/europe-west1/customJobs";
        expect(create.create.args).toMatchObject({ url, auth: { type: "OAuth2" } });
        expect(look.look.try.args.url).toBe(
            `\${"https://europe-west1-aiplatform.googleapis.com/v1/" + created.body.name}`,
        );
    });

    test("the account of the workflow creates jobs, and that of the schedule only starts workflows", async () => {
        const all = await registered(scheduled);
        const grants = Object.entries(all).flatMap(
            ([key, { member, role }]: [string, { member?: string; role?: string }]) =>
                /^IAMMember train-(watch|schedule)/.test(key) ? [[member?.split("@")[0], role]] : [],
        );
        expect(grants.sort()).toEqual([
            ["serviceAccount:train-schedule-call", "roles/workflows.invoker"],
            ["serviceAccount:train-watch", "roles/aiplatform.user"],
            ["serviceAccount:train-watch", "roles/iam.serviceAccountUser"],
            ["serviceAccount:train-watch", "roles/logging.logWriter"],
        ]);
        const options = await registeredOptions(scheduled);
        expect(options["Workflow train-watch"]?.after).toEqual(
            expect.arrayContaining(["IAMMember train-watch-project-aiplatform-user", "Service workflows"]),
        );
    });

    test("failed executions alert, and so do calls that fail", async () => {
        const all = await registered(scheduled);
        expect(Object.keys(all).filter((key) => key.startsWith("AlertPolicy"))).toEqual([
            "AlertPolicy train-failedRuns",
            "AlertPolicy train-schedule-failedRuns",
        ]);
    });

    test("alerts without a schedule are refused", async () => {
        const program = () => training({ alerts: oncall() });
        expect(await refused(program, {}, ["Bucket models", "NotificationChannel oncall-email"])).toBe(
            'VertexTrainingJob "train": alerts: [vertex/alerts-without-schedule]',
        );
    });
});

test("data that exists already is compared by its generation", async () => {
    const call = (token: string) =>
        token === "gcp:storage/getBucketObject:getBucketObject" ? { generation: 1700000000000001 } : undefined;
    const runOn = ["gs://acme-data/sales.csv", "2026-11"];
    const all = await registered(() => training({ runOn }), { call });
    expect(all["TrainingJob train"]).toMatchObject({
        retrainOn: ["gs://acme-data/sales.csv#1700000000000001", "2026-11"],
    });
});

const python = { module: "trainer.task", container: "pytorch-gpu.2-4.py310:latest" };

test.each<[string, object, object, RegExp | string]>([
    ["no code", {}, {}, '"train": [vertex/code-not-exactly-one]'],
    ["two codes", { packages: ["gs://a/b.whl"] }, { image }, '"train": [vertex/code-not-exactly-one]'],
    ["a module for an image", { module: "trainer.task" }, { image }, "module: [vertex/option-of-python-code]"],
    [
        "a prebuilt container for an image",
        { container: "pytorch-gpu.2-4.py310:latest" },
        { image },
        "container: [vertex/option-of-python-code]",
    ],
    [
        "a GPU that no N1 machine can have",
        { machineType: "n1-standard-4", gpu: "nvidia-tesla-a100", region: "us-central1" },
        { image },
        "machineType: [vertex/gpu-of-machine]",
    ],
    [
        "a GPU that was shut down",
        { gpu: "nvidia-tesla-k80" },
        { image },
        /gpu: must be one of nvidia-tesla-p4, .* \(got "nvidia-tesla-k80"\)/,
    ],
    ["a tag", {}, { image: "acme/train:1" }, /image: names an image by a tag/],
    ["no container", {}, { packages: ["gs://a/b.whl"], module: "a" }, "container: [vertex/container-missing]"],
    [
        "a container of one's own",
        {},
        { ...python, packages: ["gs://a/b.whl"], container: "acme/own:1" },
        /must be a prebuilt container .*For other containers, use image\./,
    ],
    [
        "a file as a module",
        {},
        { ...python, packages: ["gs://a/b.whl"], module: "trainer/task.py" },
        /module: must be a Python module/,
    ],
    ["a zip archive", {}, { ...python, packages: ["gs://a/b.zip"] }, "packages.0: [vertex/package-format]"],
    ["a missing package", {}, { ...python, packages: ["dist/none.whl"] }, "packages.0: [vertex/package-missing]"],
    [
        "a GPU that the machine cannot have",
        { machineType: "e2-standard-8", gpu: "nvidia-tesla-t4" },
        { image },
        "machineType: [vertex/gpu-of-machine]",
    ],
    [
        "a number of accelerators",
        { gpu: { type: "nvidia-tesla-t4", count: 3 } },
        { image },
        "gpu: [vertex/gpu-count-of-type]",
    ],
    [
        "another number than the machine's",
        { machineType: "a3-highgpu-8g", gpu: { type: "nvidia-h100-80gb", count: 1 } },
        { image },
        "machineType: [vertex/gpu-of-machine]",
    ],
    ["flex-start without a GPU", { strategy: "flex-start" }, { image }, "strategy: [vertex/flex-start-gpu]"],
    [
        "a long flex-start",
        { strategy: "flex-start", gpu: flexStartGpu, timeout: "8 days" },
        { image },
        "timeout: [vertex/flex-start-timeout]",
    ],
    [
        "other machines with flex-start",
        {
            strategy: "flex-start",
            gpu: flexStartGpu,
            pools: { workers: { replicas: 1, machineType: "n1-standard-4" } },
        },
        { image },
        "pools.workers: [vertex/flex-start-machines-differ]",
    ],
    ["a wait for a standard machine", { maxWait: "1 day" }, { image }, "maxWait: [vertex/max-wait-without-flex-start]"],
    [
        "too many replicas",
        { replicas: 10_001 },
        { image },
        "replicas: must be a whole number from 1 to 10000 (got 10001).",
    ],
    [
        "replicas and workers",
        { replicas: 2, pools: { workers: { replicas: 1 } } },
        { image },
        "replicas: [vertex/replicas-and-workers]",
    ],
    [
        "another region",
        { tensorboard: "projects/acme-dev/locations/us-central1/tensorboards/1" },
        { image },
        "tensorboard: [place/other-region]",
    ],
    [
        "a network without a number",
        { network: { network: "projects/acme-dev/global/networks/main" } },
        { image },
        /must be a Network, or a network by the number of its project/,
    ],
    ["a secret variable", { env: { API_KEY: "abc" } }, { image }, "env.API_KEY: [iam/secret-in-env]"],
    [
        "a variable of Vertex AI's own",
        { env: { AIP_MODEL_DIR: "gs://acme" } },
        { image },
        /env\.AIP_MODEL_DIR: is set by Vertex AI itself/,
    ],
    [
        "too many variables",
        { env: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`V${index}`, ""])) },
        { image },
        "env: [vertex/too-many-variables]",
    ],
    ["an unknown option", { epochs: 5 }, { image }, /unknown option "epochs"/],
    [
        "parallel trials",
        { tuning: { metrics: { a: "maximize" }, parameters: { b: { values: [1] } }, trials: 1, parallel: 2 } },
        { image },
        "tuning.parallel: [vertex/parallel-above-trials]",
    ],
    [
        "an empty search",
        { tuning: { metrics: {}, parameters: {}, trials: 1 } },
        { image },
        "tuning.metrics: [vertex/tuning-empty]",
    ],
    [
        "a range",
        { tuning: { metrics: { a: "maximize" }, parameters: { b: { min: 2, max: 1 } }, trials: 1 } },
        { image },
        "tuning.parameters.b: [vertex/tuning-min-above-max]",
    ],
    [
        "a log scale from 0",
        { tuning: { metrics: { a: "maximize" }, parameters: { b: { min: 0, max: 1, scale: "log" } }, trials: 1 } },
        { image },
        "tuning.parameters.b: [vertex/tuning-min-of-log-scale]",
    ],
    [
        "a list out of order",
        { tuning: { metrics: { a: "maximize" }, parameters: { b: { values: [2, 1] } }, trials: 1 } },
        { image },
        "tuning.parameters.b: [vertex/tuning-values-not-increasing]",
    ],
    [
        "fractions as bounds of whole numbers",
        {
            tuning: {
                metrics: { a: "maximize" },
                parameters: { b: { min: 0.5, max: 2, integer: true } },
                trials: 1,
            },
        },
        { image },
        "tuning.parameters.b: [vertex/tuning-bounds-not-whole]",
    ],
    [
        "too many values",
        {
            tuning: {
                metrics: { a: "maximize" },
                parameters: { b: { values: Array.from({ length: 1001 }, (_, index) => index) } },
                trials: 1,
            },
        },
        { image },
        "tuning.parameters.b: [vertex/tuning-too-many-values]",
    ],
    [
        "a command of Python code",
        { command: ["python3"] },
        { ...python, packages: ["gs://a/b.whl"] },
        "command: [vertex/command-without-image]",
    ],
    [
        "no module for a folder",
        {},
        { source: __dirname, container: python.container },
        "module: [vertex/module-missing]",
    ],
    ["no module", {}, { ...python, packages: ["gs://a/b.whl"], module: undefined }, "module: [vertex/module-missing]"],
    ["no package", {}, { ...python, source: undefined, packages: [] }, "packages: [vertex/packages-empty]"],
    [
        "an image of workers of Python code",
        { pools: { workers: { replicas: 1, image } } },
        python,
        "pools.workers.image: [vertex/pool-image-without-image]",
    ],
    [
        "a grid of a range",
        { tuning: { metrics: { a: "maximize" }, parameters: { b: { min: 0, max: 1 } }, trials: 1, algorithm: "grid" } },
        { image },
        "tuning.parameters.b: [vertex/tuning-range-of-grid]",
    ],
])("%s is refused", async (_, args, code, message) => {
    const problems = await refused(
        () => {
            const bucket = new StorageBucket("models");
            new VertexTrainingJob("train", { ...code, output: bucket, ...args } as unknown as VertexTrainingJobArgs);
        },
        {},
        ["Bucket models"],
    );
    expect(problems).toMatch(message);
});

test("a module that is not in the folder is refused, unless the folder describes its package itself", async () => {
    const source = folderOf({ "trainer/train.py": "" });
    const program = (folder: string) => () => training({}, { ...python, source: folder });
    expect(await refused(program(source), {}, ["Bucket models"])).toContain("module: [vertex/module-not-in-folder]");
    const described = folderOf({ "src/trainer/task.py": "", "pyproject.toml": "[project]" });
    expect(await registered(program(described))).toHaveProperty("BucketObject train-source");
});

test.each([
    ["options of pip", "--extra-index-url https://acme"],
    ["URLs", "https://acme.example/sales.whl"],
    ["repositories", "git+ssh://acme.example/sales.git"],
    ["paths", "./sales.whl"],
])("%s among the requirements are refused", async (_, line) => {
    const source = folderOf({ "trainer/task.py": "", "requirements.txt": `${line}\npandas` });
    expect(await refused(() => training({}, { ...python, source }), {}, ["Bucket models"])).toContain(
        "source: [vertex/requirements-unsupported]",
    );
});

test("packages can have names such as httpx", async () => {
    const source = folderOf({ "trainer/task.py": "", "requirements.txt": "httpx==0.28.1\nhttpcore==1.0.9\n" });
    const program = () => training({}, { ...python, source });
    expect(await registered(program)).toHaveProperty("BucketObject train-source");
});

test("a resource that is no object cannot be a version of data", async () => {
    const program = () => {
        const output = new StorageBucket("models");
        new VertexTrainingJob("train", { image, output, runOn: [output as never] });
    };
    expect(await refused(program, {}, bucket)).toContain("runOn.0: must be a BucketObject or a text");
});

test("data that cannot be read is refused, with the message of Cloud Storage", async () => {
    const words = "googleapi: Error 403: storage.objects.get denied";
    const call = () => {
        throw Object.assign(new Error(words), { details: words });
    };
    let failure: Promise<Error> | undefined;
    await registered(
        () => {
            failure = rejection(versionOf('VertexTrainingJob "train": runOn.0', "gs://sales/2026.csv", {}));
        },
        { call },
    );
    expect((await failure)?.message).toContain(
        `VertexTrainingJob "train": runOn.0: cannot be read (got "gs://sales/2026.csv"). ${words} [vertex/data-unreadable]`,
    );
});
