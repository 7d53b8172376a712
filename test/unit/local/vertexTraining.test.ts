import { apiCall } from "../../../local/runtime/emulator/apiCalls";
import { loggingRest } from "../../../local/runtime/services/logging/api";
import { serviceName } from "../../../local/simulator/cloud/projects";
import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { account, call, job, jobWorld, parent, pool, tuning } from "./vertexJobs";
import { World } from "./world";

const create = (world: World, body: Inputs, kind = "customJobs") => call(world, "POST", `${parent}/${kind}`, body);

/** A job in the form of the API, after minutes of simulated time. */
async function after(world: World, minutes: number, { name }: Inputs): Promise<Inputs> {
    new SimulatedTime(world.cloud.folder).skip(minutes * 60_000);
    return (await call(world, "GET", name)).body;
}

test("a job is pending, runs and succeeds", async () => {
    const world = jobWorld();
    const { status, body } = await create(world, job());
    expect([status, body]).toEqual([
        200,
        {
            ...job(),
            name: expect.stringMatching(/^projects\/\d+\/locations\/europe-west1\/customJobs\/\d{19}$/),
            state: "JOB_STATE_PENDING",
            createTime: expect.stringMatching(/Z$/),
            updateTime: body.createTime,
        },
    ]);
    expect(body.name).toContain(`/${world.number}/`);
    expect(await after(world, 2, body)).toMatchObject({ state: "JOB_STATE_RUNNING", startTime: expect.any(String) });
    const done = await after(world, 10, body);
    expect(done).toMatchObject({ state: "JOB_STATE_SUCCEEDED", endTime: expect.any(String) });
    expect(done.error).toBeUndefined();
});

test("a tuning job has trials with parameters of their ranges", async () => {
    const world = jobWorld();
    const { body } = await create(world, tuning(), "hyperparameterTuningJobs");
    const { trials, state } = await after(world, 20, body);
    expect([state, trials.map(({ id }: Inputs) => id)]).toEqual(["JOB_STATE_SUCCEEDED", ["1", "2", "3"]]);
    for (const { parameters, finalMeasurement } of trials) {
        const [rate, layers, optimizer] = parameters.map(({ value }: Inputs) => value);
        expect(rate >= 0.1 && rate <= 1 && [1, 2, 3, 4].includes(layers)).toBe(true);
        expect(["adam", "sgd"]).toContain(optimizer);
        expect(finalMeasurement.metrics[0].value).toBeLessThan(1);
    }
});

const cpus = "The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_training_c2_cpus";

// 20 CPUs of C2 in most regions: https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/quotas
test("jobs that run together keep the quotas of their machines in the region", async () => {
    const world = jobWorld();
    const c2 = job({ workerPoolSpecs: [{ ...pool, machineSpec: { machineType: "c2-standard-16" } }] });
    const { body } = await create(world, c2);
    const refused = await create(world, c2);
    expect([refused.status, refused.body.error]).toEqual([
        429,
        expect.objectContaining({ status: "RESOURCE_EXHAUSTED", message: cpus }),
    ]);
    await after(world, 20, body);
    expect((await create(world, c2)).status).toBe(200);
});

test("a quota can be raised", async () => {
    const world = jobWorld();
    const c2 = job({ workerPoolSpecs: [{ ...pool, machineSpec: { machineType: "c2-standard-30" } }] });
    expect((await create(world, c2)).status).toBe(429);
    const api = serviceName("acme-dev", "aiplatform.googleapis.com");
    world.cloud.simulated.set(api, "acme-dev", { quotas: { custom_model_training_c2_cpus: 60 } });
    expect((await create(world, c2)).status).toBe(200);
});

const machine = (machineSpec: Inputs) => ({ workerPoolSpecs: [{ ...pool, machineSpec }] });

const gpu = (machineType: string, acceleratorType: string, acceleratorCount: number) =>
    machine({ machineType, acceleratorType, acceleratorCount });

const notSupported = /^Machine type ".*" is not supported\.$/;

test.each<[string, Inputs, number, RegExp]>([
    ["no worker pool", { workerPoolSpecs: [] }, 400, /worker_pool_specs\[0\] must be specified/],
    ["two first machines", { workerPoolSpecs: [{ ...pool, replicaCount: "2" }] }, 400, /replica_count must be 1/],
    [
        "no code",
        { workerPoolSpecs: [{ ...pool, containerSpec: undefined }] },
        400,
        /exactly one of container_spec, python/,
    ],
    [
        "an accelerator that the machine cannot have",
        gpu("e2-standard-8", "NVIDIA_TESLA_T4", 1),
        400,
        /Accelerator "NVIDIA_TESLA_T4" is not supported for machine type "e2-standard-8"/,
    ],
    ["a machine type that Vertex AI does not have", machine({ machineType: "n1-standard-2" }), 400, notSupported],
    ["a GPU machine of Compute Engine", machine({ machineType: "a3-edgegpu-8g" }), 400, notSupported],
    ["an accelerator that is not in the region", gpu("g2-standard-4", "NVIDIA_L4", 1), 400, notSupported],
    [
        "too few accelerators for a large machine",
        gpu("n1-standard-64", "NVIDIA_TESLA_T4", 2),
        400,
        /Accelerator "NVIDIA_TESLA_T4" is not supported for machine type "n1-standard-64"/,
    ],
    [
        "an accelerator without a number",
        machine({ machineType: "n1-standard-4", acceleratorType: "NVIDIA_TESLA_T4" }),
        400,
        /\t1\.Field: job_spec\.worker_pool_specs\[0\]\.machine_spec\.accelerator_type; Message: Both `accelerator_type` and/,
    ],
    [
        "a machine without its accelerator",
        machine({ machineType: "a2-highgpu-1g" }),
        400,
        /Machine type "a2-highgpu-1g" requires accelerators of type "NVIDIA_TESLA_A100"/,
    ],
    ["flex-start without a GPU", { scheduling: { strategy: "FLEX_START" } }, 400, /FLEX_START requires supported GPUs/],
    [
        "TensorBoard without an account",
        { serviceAccount: undefined, tensorboard: `${parent}/tensorboards/1` },
        400,
        /service_account must be specified when uploading to TensorBoard/,
    ],
    ["an unknown TensorBoard", { tensorboard: `${parent}/tensorboards/1` }, 404, /The Tensorboard .* does not exist/],
    [
        "an unknown account",
        { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" },
        400,
        /You do not have permission to act as service_account: gone@acme-dev/,
    ],
    ["a network without a number", { network: "projects/acme-dev/global/networks/main" }, 400, /project_number/],
    [
        "a container of one's own for a package",
        {
            workerPoolSpecs: [
                { ...pool, containerSpec: undefined, pythonPackageSpec: { executorImageUri: "acme/own:1" } },
            ],
        },
        400,
        /Unsupported container image acme\/own:1/,
    ],
])("%s is refused", async (_, spec, status, message) => {
    const answer = await create(jobWorld(), job(spec));
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringMatching(message)]);
});

test.each<[string, Inputs, RegExp]>([
    [
        "an image that does not exist",
        {
            workerPoolSpecs: [
                { ...pool, containerSpec: { imageUri: pool.containerSpec.imageUri.replace(":1", ":2") } },
            ],
        },
        /The image .* is not found/,
    ],
    [
        "a bucket that does not exist",
        { baseOutputDirectory: { outputUriPrefix: "gs://gone/train" } },
        /404 The specified bucket does not exist/,
    ],
    [
        "a package that does not exist",
        {
            workerPoolSpecs: [
                {
                    ...pool,
                    containerSpec: undefined,
                    pythonPackageSpec: {
                        executorImageUri: "europe-docker.pkg.dev/vertex-ai/training/tf-cpu.2-17.py310:latest",
                        packageUris: ["gs://models/none.whl"],
                        pythonModule: "trainer.task",
                    },
                },
            ],
        },
        /404 No such object: gs:\/\/models\/none\.whl/,
    ],
])("%s fails the job, whose log says why", async (_, spec, message) => {
    const world = jobWorld();
    const { status, body } = await create(world, job(spec));
    expect(status).toBe(200);
    const failed = await after(world, 20, body);
    expect([failed.state, failed.error.message]).toEqual(["JOB_STATE_FAILED", expect.stringMatching(message)]);
    const filter = `resource.type="ml_job" AND resource.labels.job_id="${body.name.split("/").at(-1)}"`;
    const answer = await loggingRest(world.cloud)({
        method: "POST",
        path: "/v2/entries:list",
        body: Buffer.from(JSON.stringify({ resourceNames: ["projects/acme-dev"], filter })),
    } as never);
    const { entries } = (answer as { body: Inputs }).body;
    expect(entries.map(({ textPayload }: Inputs) => textPayload)).toEqual([failed.error.message]);
});

test("a job without an account runs as the service agent for custom code, which the first job creates", async () => {
    const world = jobWorld();
    const agent = `service-${world.number}@gcp-sa-aiplatform-cc.iam.gserviceaccount.com`;
    expect(world.cloud.iam.hasAccount(agent)).toBe(false);
    const { body } = await create(world, job({ serviceAccount: undefined }));
    expect(world.cloud.iam.hasAccount(agent)).toBe(true);
    expect(await after(world, 20, body)).toMatchObject({ state: "JOB_STATE_SUCCEEDED" });
});

test("the first job of a project without a service agent is refused, and creates it", async () => {
    const world = new World();
    world.enable("aiplatform", "iam", "storage");
    world.account("train-job");
    world.make("Bucket", { name: "models", location: "europe-west1" });
    const refused = await create(world, job());
    expect([refused.status, refused.body.error.message]).toEqual([
        400,
        expect.stringContaining("Service agents are being provisioned"),
    ]);
    expect((await create(world, job())).status).toBe(200);
});

test("jobs are found by labels, name and state", async () => {
    const world = jobWorld();
    await create(world, job({}, { labels: { "slipway-job": "train", "slipway-content": "0a" } }));
    await create(world, job({}, { displayName: "other", labels: { "slipway-job": "train" } }));
    const found = async (filter: string) => {
        const answer = await call(world, "GET", `${parent}/customJobs?filter=${encodeURIComponent(filter)}`);
        return answer.status === 200 ? (answer.body.customJobs ?? []).length : answer.body.error.message;
    };
    expect(await found('labels.slipway-job="train"')).toBe(2);
    expect(await found('labels.slipway-job="train" AND labels.slipway-content="0a"')).toBe(1);
    expect(await found("labels.slipway-content:*")).toBe(1);
    expect(await found('display_name!="other" AND state="JOB_STATE_PENDING"')).toBe(1);
    expect(await found('NOT state="JOB_STATE_PENDING"')).toMatch(/Invalid filter/);
    const { body } = await call(world, "GET", `${parent}/customJobs?pageSize=1`);
    expect([body.customJobs.length, typeof body.nextPageToken]).toEqual([1, "string"]);
});

test("a job that goes on is cancelled before it can be deleted", async () => {
    const world = jobWorld();
    const { body } = await create(world, job());
    const refused = await call(world, "DELETE", body.name);
    expect([refused.status, refused.body.error.status]).toEqual([400, "FAILED_PRECONDITION"]);
    expect((await call(world, "POST", `${body.name}:cancel`, {})).body).toEqual({});
    expect(await after(world, 0, body)).toMatchObject({ state: "JOB_STATE_CANCELLING" });
    expect(await after(world, 1, body)).toMatchObject({ state: "JOB_STATE_CANCELLED", error: { code: 1 } });
    expect((await call(world, "DELETE", body.name)).body.name).toMatch(/\/operations\/\d+$/);
    expect((await call(world, "GET", body.name)).status).toBe(404);
});

test.each<[string[], number, string]>([
    [[], 403, "Permission 'aiplatform.customJobs.create' denied"],
    [["roles/aiplatform.user"], 400, `You do not have permission to act as service_account: ${account}`],
])("a caller with %j is refused", async (roles, code, message) => {
    const owner = jobWorld();
    owner.account("deployer");
    const email = "deployer@acme-dev.iam.gserviceaccount.com";
    for (const role of roles) {
        owner.make("ProjectIAMMember", { project: "acme-dev", role, member: `serviceAccount:${email}` });
    }
    const { status, body } = await create(owner.as({ as: email }), job());
    expect([status, body.error.message]).toEqual([code, expect.stringContaining(message)]);
});

test("the service agent must be able to use the key", async () => {
    const kmsKeyName = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/models";
    const { status, body } = await create(jobWorld(), job({}, { encryptionSpec: { kmsKeyName } }));
    expect([status, body.error.message]).toEqual([400, expect.stringContaining("cannot use the KMS key")]);
    const elsewhere = kmsKeyName.replace("europe-west1", "us-east1");
    const other = await create(jobWorld(), job({}, { encryptionSpec: { kmsKeyName: elsewhere } }));
    expect(other.body.error.message).toContain("must be in the location of the resource: europe-west1");
});

describe("a call of Cloud Scheduler", () => {
    const url = `https://europe-west1-aiplatform.googleapis.com/v1/${parent}/customJobs`;
    const caller = "schedule@acme-dev.iam.gserviceaccount.com";
    const body = Buffer.from(JSON.stringify(job()));

    /** A project whose account of the schedule has roles. */
    function scheduled(...roles: string[]): World {
        const world = jobWorld();
        world.account("schedule");
        for (const role of roles) {
            world.make("ProjectIAMMember", { project: "acme-dev", role, member: `serviceAccount:${caller}` });
        }
        return world;
    }

    test("creates a job if its account may create jobs and act as that of the code", async () => {
        const world = scheduled("roles/aiplatform.user", "roles/iam.serviceAccountUser");
        expect(await apiCall(world.cloud, url, body, caller)).toEqual({ status: 200, reason: "200" });
        const { body: list } = await call(world, "GET", `${parent}/customJobs`);
        expect(list.customJobs).toHaveLength(1);
    });

    test.each<[string | undefined, string[], string]>([
        [undefined, [], "401: the request has no access token"],
        [caller, [], "403: Permission 'aiplatform.customJobs.create' denied"],
        [caller, ["roles/aiplatform.user"], "400: You do not have permission to act as service_account"],
    ])("of %s with %j is refused", async (account, roles, reason) => {
        const answer = await apiCall(scheduled(...roles).cloud, url, body, account);
        expect(answer?.reason).toContain(reason);
    });

    test("of another URL is none of Vertex AI", () => {
        expect(apiCall(jobWorld().cloud, "https://run.googleapis.com/v2/jobs", body, caller)).toBeUndefined();
    });
});
