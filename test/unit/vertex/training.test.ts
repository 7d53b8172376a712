import { AdminApi, vertexAi } from "../../../lib/internal/adminApi/adminApi";
import type { Job } from "../../../lib/vertex/admin/jobKind";
import { contentOf, trainingJobProvider } from "../../../lib/vertex/admin/training";
import type { TrainingJobInputs, TrainingJobOutputs } from "../../../lib/vertex/admin/trainingInputs";

const parent = "projects/acme-dev/locations/europe-west1";
const inputs: TrainingJobInputs = {
    project: "acme-dev",
    location: "europe-west1",
    name: "train",
    spec: {
        workerPoolSpecs: [
            {
                machineSpec: { machineType: "n1-standard-4" },
                replicaCount: "1",
                containerSpec: { imageUri: "train@sha256:0a" },
            },
        ],
    },
    output: "gs://models/train",
    retrainOn: [],
    labels: { team: "forecast" },
    wait: true,
    waitSeconds: 0,
};

/** Jobs that an API has, whose states are these at one look after the other; the last one stays. */
function cloudOf(...states: string[]) {
    const jobs: (Job & { labels: Record<string, string> })[] = [];
    const calls: string[] = [];
    const refusals: Record<string, [number, string]> = {};
    let cancelled = false;
    const answer = (method: string, url: URL, body: Record<string, never>): [number, object] => {
        const path = url.pathname.replace(/^\/v1\//, "");
        calls.push(`${method} ${path.split("/").slice(4).join("/")}`);
        const refusal = refusals[method];
        if (refusal?.[0] === 0) {
            throw new TypeError(refusal[1]);
        }
        if (refusal) {
            return [refusal[0], { error: { message: refusal[1] } }];
        }
        if (method === "POST" && path.endsWith(":cancel")) {
            cancelled = true;
            return [200, {}];
        }
        if (method === "POST") {
            const [, , , , kind] = path.split("/");
            if (states[0] === "JOB_STATE_FAILED") {
                states.shift();
            }
            const name = `${parent}/${kind}/${jobs.length + 1}`;
            jobs.push({
                ...(body as object),
                name,
                state: states[0] as string,
                createTime: `2026-11-2${jobs.length}`,
            } as never);
            return [200, jobs.at(-1) as object];
        }
        if (method === "DELETE") {
            jobs.splice(
                jobs.findIndex(({ name }) => name === path),
                1,
            );
            return [200, { name: "operations/1", done: true }];
        }
        const job = jobs.find(({ name }) => name === path);
        if (path.split("/").length === 6) {
            if (job && states.length > 1) {
                states.shift();
            }
            const state = cancelled ? "JOB_STATE_CANCELLED" : states[0];
            return job ? [200, Object.assign(job, { state })] : [404, { error: { message: "not found" } }];
        }
        const wanted = [...(url.searchParams.get("filter") ?? "").matchAll(/labels\.([\w-]+)="([^"]*)"/g)];
        const found = jobs.filter(
            ({ labels, name }) => name.startsWith(path) && wanted.every(([, key = "", value]) => labels[key] === value),
        );
        return [200, { [path.split("/").at(-1) as string]: found }];
    };
    const fetchImplementation = async (url: unknown, init: { method?: string; body?: unknown } = {}) => {
        const body = init.body === undefined || init.body === null ? {} : JSON.parse(String(init.body));
        const [status, content] = answer(init.method ?? "GET", new URL(String(url)), body);
        return new Response(JSON.stringify(content), { status, headers: { "content-type": "application/json" } });
    };
    const messages: string[] = [];
    const provider = trainingJobProvider(
        (location) =>
            new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, fetchImplementation as never, vertexAi(location)),
        (message) => messages.push(message),
        async (_, filter) => [`the log of ${filter}`],
    );
    return { jobs, calls, messages, provider, refusals };
}

let waited = 0;
const key = Symbol.for("slipway.clock");
const before = Reflect.get(globalThis, key);
beforeEach(() => {
    waited = 0;
    const sleep = async (ms: number) => {
        waited += ms;
    };
    Reflect.set(globalThis, key, { now: () => waited, sleep });
});
afterEach(() => {
    Reflect.set(globalThis, key, before);
});

const succeeded = ["JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED"];

/** The failure of an operation, with the state that Pulumi keeps. */
async function failureOf(operation: Promise<unknown> | undefined) {
    try {
        await operation;
    } catch (error) {
        return error as Error & { id: string; properties: TrainingJobOutputs; reasons: string[] };
    }
    throw new Error("Nothing failed.");
}

test("a job is created with its labels and its folder, and awaited with progress", async () => {
    const { jobs, messages, provider } = cloudOf(...succeeded);
    const { id, outs } = await provider.create(inputs);
    const content = contentOf(inputs);
    expect(jobs).toEqual([
        {
            name: `${parent}/customJobs/1`,
            state: "JOB_STATE_SUCCEEDED",
            createTime: "2026-11-20",
            displayName: "train",
            labels: { team: "forecast", "slipway-job": "train", "slipway-content": content },
            jobSpec: {
                ...inputs.spec,
                baseOutputDirectory: { outputUriPrefix: `gs://models/train/${content.slice(0, 8)}` },
            },
        },
    ]);
    expect([id, outs]).toEqual([
        `${parent}/trainingJobs/train`,
        {
            ...inputs,
            content,
            job: `${parent}/customJobs/1`,
            state: "JOB_STATE_SUCCEEDED",
            artifacts: `gs://models/train/${content.slice(0, 8)}/model`,
            console: "https://console.cloud.google.com/vertex-ai/locations/europe-west1/training/1?project=acme-dev",
            best: {},
        },
    ]);
    expect(messages.map((message) => message.replace(/https:\S+/, "URL"))).toEqual([
        "Training job train: URL",
        "Training job train: JOB_STATE_RUNNING, after 0 min",
        "Training job train: JOB_STATE_SUCCEEDED, after 0 min",
    ]);
});

test("a job that goes on for hours is mentioned every ten minutes", async () => {
    const { messages, provider } = cloudOf(...Array(240).fill("JOB_STATE_RUNNING"), "JOB_STATE_SUCCEEDED");
    await provider.create(inputs);
    expect(waited).toBeGreaterThan(3 * 3_600_000);
    const minutes = messages.flatMap((message) => /JOB_STATE_RUNNING, after (\d+) min/.exec(message)?.slice(1) ?? []);
    expect(minutes.map(Number)).toEqual(Array.from({ length: 23 }, (_, index) => 11 + 10 * index));
});

test("a job is looked at after five seconds, and then after longer pauses, up to a minute", async () => {
    const waits: number[] = [];
    Reflect.set(globalThis, key, { now: () => 0, sleep: async (ms: number) => waits.push(ms) });
    const { provider } = cloudOf(...Array(9).fill("JOB_STATE_RUNNING"), "JOB_STATE_SUCCEEDED");
    await provider.create(inputs);
    expect(waits.map(Math.round)).toEqual([5000, 7500, 11250, 16875, 25313, 37969, 56953, 60000, 60000]);
});

test.each(["JOB_STATE_QUEUED", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED"])(
    "a job in %s is used again, whoever created it",
    async (state) => {
        const { calls, provider } = cloudOf(state, "JOB_STATE_SUCCEEDED");
        await provider.create({ ...inputs, wait: false });
        await provider.create(inputs);
        expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    },
);

test("machines, accounts, labels and waits are no other content; code, arguments, data and the folder are", () => {
    const [pool] = inputs.spec.workerPoolSpecs;
    const withPool = (change: object) => ({ ...inputs, spec: { workerPoolSpecs: [{ ...pool, ...change }] } });
    const same = [
        withPool({ machineSpec: { machineType: "g2-standard-4" }, replicaCount: "2" }),
        { ...inputs, labels: {}, wait: false, encryptionKey: "key" },
        { ...inputs, spec: { ...inputs.spec, serviceAccount: "other", scheduling: { strategy: "SPOT" } } },
        { ...inputs, tuning: undefined },
    ];
    const others = [
        withPool({ containerSpec: { imageUri: "train@sha256:0b" } }),
        withPool({ containerSpec: { imageUri: "train@sha256:0a", args: ["-v"] } }),
        withPool({
            containerSpec: undefined,
            pythonPackageSpec: {
                executorImageUri: "tf",
                packageUris: ["gs://models/code.tar.gz"],
                pythonModule: "train",
            },
        }),
        withPool({
            containerSpec: undefined,
            pythonPackageSpec: {
                executorImageUri: "tf",
                packageUris: ["gs://models/code.tar.gz"],
                pythonModule: "test",
            },
        }),
        { ...inputs, retrainOn: ["gs://data/sales.csv#2"] },
        { ...inputs, output: "gs://other/train" },
    ];
    const content = contentOf(inputs);
    expect(same.map(contentOf)).toEqual(same.map(() => content));
    expect(new Set([content, ...others.map(contentOf)]).size).toBe(others.length + 1);
});

test("a failed job stays in the state, and is repeated by the next update", async () => {
    const { jobs, provider } = cloudOf("JOB_STATE_RUNNING", "JOB_STATE_FAILED", "JOB_STATE_SUCCEEDED");
    const error = await failureOf(provider.create(inputs));
    expect([error.id, error.properties.state]).toEqual([`${parent}/trainingJobs/train`, "JOB_STATE_FAILED"]);
    expect(error.reasons).toEqual([error.message]);
    expect(error.message.split("\n").slice(0, 3)).toEqual([
        `the training job ${parent}/customJobs/1 ended as JOB_STATE_FAILED: Error code 2, message: none was given`,
        "The last lines of its log:",
        'the log of resource.type="ml_job" AND resource.labels.job_id="1"',
    ]);
    expect((await provider.diff?.("", error.properties, inputs))?.changes).toBe(true);
    const { outs } = (await provider.update?.("", error.properties, inputs)) ?? {};
    expect([jobs.length, outs?.job]).toEqual([2, `${parent}/customJobs/2`]);
});

test("a job that failed after its deployment is reported by the next update, and repeated by the one after it", async () => {
    const { jobs, provider } = cloudOf("JOB_STATE_RUNNING", "JOB_STATE_FAILED", "JOB_STATE_SUCCEEDED");
    const { outs: begun } = await provider.create({ ...inputs, wait: false });
    const error = await failureOf(provider.update?.("", begun as TrainingJobOutputs, inputs));
    expect(error.message).toContain(`the training job ${parent}/customJobs/1 ended as JOB_STATE_FAILED: `);
    expect([jobs.length, error.properties.state]).toEqual([1, "JOB_STATE_FAILED"]);
    const { outs } = (await provider.update?.("", error.properties, inputs)) ?? {};
    expect([outs?.job, outs?.state]).toEqual([`${parent}/customJobs/2`, "JOB_STATE_SUCCEEDED"]);
});

test.each([
    [
        401,
        " The access token has ended; tokens of gcloud last an hour. Credentials in a file, Workload Identity Federation and impersonation renew themselves",
    ],
    [403, ""],
    // No answer at all, also when it is asked again.
    [0, ""],
])("a job that cannot be watched, as the API answers %d, goes on and stays in the state", async (status, hint) => {
    const { jobs, provider, refusals } = cloudOf("JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED");
    const sleep = async () => {
        refusals.GET = [status, "Refused."];
    };
    Reflect.set(globalThis, key, { now: () => waited, sleep });
    const error = await failureOf(provider.create(inputs));
    const call = status === 0 ? "" : `GET ${parent}/customJobs/1: `;
    expect(error.message).toBe(
        `the training job ${parent}/customJobs/1 cannot be watched: ${call}Refused.${hint}. It continues, and the next 'pulumi up' resumes waiting: ${error.properties.console}`,
    );
    refusals.GET = undefined as never;
    const { outs } = (await provider.update?.("", error.properties, inputs)) ?? {};
    expect([jobs.length, outs?.state]).toEqual([1, "JOB_STATE_SUCCEEDED"]);
});

test.each<[string, [state: string, createTime: string][], number]>([
    [
        "the newest that goes on",
        [
            ["RUNNING", "2026-11-20"],
            ["RUNNING", "2026-11-22"],
            ["RUNNING", "2026-11-21"],
        ],
        2,
    ],
    [
        "the newest that goes on, whatever the order of the list",
        [
            ["RUNNING", "2026-11-22"],
            ["RUNNING", "2026-11-20"],
        ],
        1,
    ],
    [
        "the one that has succeeded",
        [
            ["RUNNING", "2026-11-22"],
            ["SUCCEEDED", "2026-11-20"],
        ],
        2,
    ],
    [
        "none that is being cancelled, was cancelled, or has expired",
        [
            ["CANCELLING", "2026-11-24"],
            ["CANCELLED", "2026-11-23"],
            ["EXPIRED", "2026-11-22"],
            ["PENDING", "2026-11-20"],
        ],
        4,
    ],
])("of several jobs of a content it uses %s", async (_, states, used) => {
    const { jobs, provider } = cloudOf("JOB_STATE_RUNNING");
    await provider.create({ ...inputs, wait: false });
    const [made] = jobs.splice(0) as [(typeof jobs)[number]];
    for (const [index, [state, createTime]] of states.entries()) {
        jobs.push({ ...made, name: `${parent}/customJobs/${index + 1}`, state: `JOB_STATE_${state}`, createTime });
    }
    const { outs } = await provider.create({ ...inputs, wait: false });
    expect([outs?.job, jobs.length]).toEqual([`${parent}/customJobs/${used}`, states.length]);
});

test("a job that goes on after the longest wait is resumed", async () => {
    const { jobs, provider } = cloudOf(...Array(30).fill("JOB_STATE_RUNNING"), "JOB_STATE_SUCCEEDED");
    const error = await failureOf(provider.create({ ...inputs, waitSeconds: 300 }));
    expect(error.message).toMatch(
        /did not end within 300 seconds\. It continues, and the next 'pulumi up' resumes waiting/,
    );
    expect(waited).toBeLessThan(400_000);
    const { outs } = (await provider.update?.("", error.properties, inputs)) ?? {};
    expect([jobs.length, outs?.state]).toEqual([1, "JOB_STATE_SUCCEEDED"]);
});

test.each([1, 5])("a job is awaited for %d seconds at most, and looked at once", async (waitSeconds) => {
    const { provider } = cloudOf(...Array(9).fill("JOB_STATE_RUNNING"), "JOB_STATE_SUCCEEDED");
    const error = await failureOf(provider.create({ ...inputs, waitSeconds }));
    expect(error.message).toContain(`did not end within ${waitSeconds} seconds`);
    expect(waited).toBe(5000);
});

test("an access token that ends during the wait does not lose the job", async () => {
    const { jobs, provider, refusals } = cloudOf("JOB_STATE_RUNNING", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED");
    const { outs: begun } = await provider.create({ ...inputs, wait: false });
    refusals.GET = [401, "Request had invalid authentication credentials."];
    const error = await failureOf(provider.update?.("", begun as TrainingJobOutputs, inputs));
    expect(error.message).toMatch(/Request had invalid authentication credentials/);
    refusals.GET = undefined as never;
    const { outs } = (await provider.update?.("", begun as TrainingJobOutputs, inputs)) ?? {};
    expect([jobs.length, outs?.state]).toEqual([1, "JOB_STATE_SUCCEEDED"]);
});

test("a creation that is refused is not repeated, and one without a clear answer looks for its job first", async () => {
    const refused = cloudOf(...succeeded);
    refused.refusals.POST = [429, "The following quota metrics exceed quota limits: custom_model_training_cpus"];
    await expect(refused.provider.create(inputs)).rejects.toThrow(/quota metrics exceed/);
    expect(refused.calls.filter((call) => call.startsWith("GET")).length).toBe(
        refused.calls.filter((call) => call.startsWith("POST")).length,
    );
    const denied = cloudOf(...succeeded);
    denied.refusals.POST = [403, "Permission 'aiplatform.customJobs.create' denied"];
    await expect(denied.provider.create(inputs)).rejects.toThrow(/denied/);
    expect(denied.calls).toEqual(["GET customJobs", "POST customJobs"]);
});

test("other machines keep a result, also after the deletion of its job", async () => {
    const { jobs, calls, provider } = cloudOf("JOB_STATE_SUCCEEDED");
    const { outs } = await provider.create(inputs);
    jobs.length = 0;
    const news = { ...inputs, spec: { ...inputs.spec, scheduling: { strategy: "SPOT" } } };
    expect((await provider.diff?.("", outs as TrainingJobOutputs, news))?.changes).toBe(true);
    const asked = calls.length;
    expect((await provider.update?.("", outs as TrainingJobOutputs, news))?.outs).toEqual({ ...outs, ...news });
    expect(calls).toHaveLength(asked);
    expect(await provider.read?.("id", outs)).toEqual({ id: "id", props: outs });
});

test("without a wait, a job that goes on is up to date until it ends", async () => {
    const { provider } = cloudOf("JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED");
    const lazy = { ...inputs, wait: false };
    const { outs } = await provider.create(lazy);
    expect((await provider.diff?.("", outs as TrainingJobOutputs, lazy))?.changes).toBe(false);
    expect((await provider.diff?.("", outs as TrainingJobOutputs, lazy))?.changes).toBe(true);
});

test("with a wait, a job that goes on is an update", async () => {
    const { provider } = cloudOf("JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_RUNNING");
    const { outs } = await provider.create({ ...inputs, wait: false });
    expect((await provider.diff?.("", outs as TrainingJobOutputs, inputs))?.changes).toBe(true);
});

test("a job that is gone, or that cannot be looked at, is an update also without a wait", async () => {
    const lazy = { ...inputs, wait: false };
    const { jobs, provider, refusals } = cloudOf("JOB_STATE_RUNNING");
    const { outs } = await provider.create(lazy);
    refusals.GET = [403, "Denied."];
    expect((await provider.diff?.("", outs as TrainingJobOutputs, lazy))?.changes).toBe(true);
    refusals.GET = undefined as never;
    jobs.length = 0;
    expect((await provider.diff?.("", outs as TrainingJobOutputs, lazy))?.changes).toBe(true);
});

test("a change of the name, the project or the region replaces the resource", async () => {
    const { provider } = cloudOf("JOB_STATE_SUCCEEDED");
    const { outs } = await provider.create(inputs);
    const diff = await provider.diff?.("", outs as TrainingJobOutputs, {
        ...inputs,
        name: "other",
        location: "us-east1",
    });
    expect(diff?.replaces).toEqual(["location", "name"]);
});

test("a deletion cancels a job that goes on, and leaves those of other folders", async () => {
    const { jobs, calls, provider } = cloudOf("JOB_STATE_RUNNING");
    const { outs } = await provider.create({ ...inputs, wait: false });
    await provider.create({ ...inputs, output: "gs://other/train", wait: false });
    await provider.delete?.("", outs as TrainingJobOutputs);
    expect(calls.slice(-5)).toEqual([
        "GET customJobs",
        "POST customJobs/1:cancel",
        "GET customJobs/1",
        "DELETE customJobs/1",
        "GET hyperparameterTuningJobs",
    ]);
    expect(jobs.map(({ name }) => name)).toEqual([`${parent}/customJobs/2`]);
});

test("a deletion waits for the end of a job that is being cancelled already", async () => {
    const { jobs, calls, provider } = cloudOf(...Array(3).fill("JOB_STATE_CANCELLING"), "JOB_STATE_CANCELLED");
    const { outs } = await provider.create({ ...inputs, wait: false });
    await provider.delete?.("", outs as TrainingJobOutputs);
    expect(calls.slice(-6)).toEqual([
        "GET customJobs",
        "GET customJobs/1",
        "GET customJobs/1",
        "GET customJobs/1",
        "DELETE customJobs/1",
        "GET hyperparameterTuningJobs",
    ]);
    expect([jobs, waited]).toEqual([[], 2500]);
});

test.each([
    ["gone already", 404, undefined],
    ["one that may not be deleted", 403, "Refused."],
])("the deletion of a job that is %s", async (_, status, message) => {
    const { calls, provider, refusals } = cloudOf("JOB_STATE_SUCCEEDED");
    const { outs } = await provider.create(inputs);
    refusals.DELETE = [status, "Refused."];
    const deletion = provider.delete?.("", outs as TrainingJobOutputs);
    if (message === undefined) {
        await deletion;
        expect(calls.at(-1)).toBe("GET hyperparameterTuningJobs");
    } else {
        await expect(deletion).rejects.toThrow(message);
        expect(calls.at(-1)).toBe("DELETE customJobs/1");
    }
});

test("a deletion does not wait for a job that is gone meanwhile", async () => {
    const { jobs, calls, provider } = cloudOf("JOB_STATE_CANCELLING");
    const { outs } = await provider.create({ ...inputs, wait: false });
    const sleep = async () => {
        jobs.length = 0;
    };
    Reflect.set(globalThis, key, { now: () => waited, sleep });
    await provider.delete?.("", outs as TrainingJobOutputs);
    expect(calls.slice(-4)).toEqual([
        "GET customJobs/1",
        "GET customJobs/1",
        "DELETE customJobs/1",
        "GET hyperparameterTuningJobs",
    ]);
});

test("a deletion deletes the search of its folder, and leaves those of other folders", async () => {
    const tuning = { maxTrialCount: 3, parallelTrialCount: 1, studySpec: { metrics: [], parameters: [] } };
    const { jobs, provider } = cloudOf("JOB_STATE_SUCCEEDED");
    const { outs } = await provider.create({ ...inputs, tuning });
    await provider.create({ ...inputs, tuning, output: "gs://other/train" });
    await provider.delete?.("", outs as TrainingJobOutputs);
    expect(jobs.map(({ name }) => name)).toEqual([`${parent}/hyperparameterTuningJobs/2`]);
});

const trial = (id: string, value: number, state = "SUCCEEDED") => ({
    id,
    state,
    parameters: [{ parameterId: "rate", value: value / 10 }],
    finalMeasurement: { metrics: [{ metricId: "loss", value }] },
});

test.each<[string, object[], string, object]>([
    [
        "MINIMIZE",
        [trial("1", 3), trial("2", 1), trial("3", 2), trial("4", 0, "INFEASIBLE")],
        "2",
        { parameters: { rate: 0.1 }, metrics: { loss: 1 } },
    ],
    [
        "MAXIMIZE",
        [trial("1", 1), trial("2", 3), trial("3", 2)],
        "2",
        { parameters: { rate: 0.3 }, metrics: { loss: 3 } },
    ],
    // The API leaves out what is empty.
    [
        "MINIMIZE",
        [
            { id: "1", state: "SUCCEEDED" },
            { id: "2", state: "SUCCEEDED", finalMeasurement: {} },
            { id: "3", state: "SUCCEEDED", finalMeasurement: { metrics: [{ metricId: "other", value: 0 }] } },
            { id: "4", state: "SUCCEEDED", finalMeasurement: { metrics: [{ metricId: "loss", value: 5 }] } },
        ],
        "4",
        { parameters: {}, metrics: { loss: 5 } },
    ],
])(
    "the artifacts of a search are those of the best trial by the first metric: %s %#",
    async (goal, trials, id, best) => {
        const tuning = {
            maxTrialCount: 3,
            parallelTrialCount: 1,
            studySpec: { metrics: [{ metricId: "loss", goal }], parameters: [] },
        };
        const { jobs, provider } = cloudOf("JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED");
        const { outs } = await provider.create({ ...inputs, tuning, wait: false });
        Object.assign(jobs[0] as object, { trials });
        const read = await provider.read?.("id", outs);
        expect(read?.props?.artifacts).toBe(outs?.artifacts.replace(/model$/, `${id}/model`));
        expect(read?.props?.best).toStrictEqual({ id, ...best });
        expect(outs?.console).toContain("/hyperparameter-tuning/1?");
    },
);

test("the artifacts of a job that does not show its folder are in the one of its content", async () => {
    const { jobs, provider } = cloudOf("JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED");
    const { outs } = await provider.create({ ...inputs, wait: false });
    const shown = jobs[0] as { jobSpec?: { baseOutputDirectory?: object } };
    shown.jobSpec = { baseOutputDirectory: { outputUriPrefix: "gs://others/1a2b3c4d/" } };
    expect((await provider.read?.("id", outs))?.props?.artifacts).toBe("gs://others/1a2b3c4d/model");
    for (const jobSpec of [{}, undefined]) {
        shown.jobSpec = jobSpec;
        expect((await provider.read?.("id", outs))?.props?.artifacts).toBe(outs?.artifacts);
    }
});

test("a job that was deleted before it ended is trained again", async () => {
    const { jobs, provider } = cloudOf("JOB_STATE_RUNNING");
    const { outs } = await provider.create({ ...inputs, wait: false });
    jobs.length = 0;
    expect(await provider.read?.("id", outs)).toEqual({ id: "" });
});

test("a resource without a job, such as one whose creation was refused, stays as it is", async () => {
    const { calls, provider } = cloudOf("JOB_STATE_RUNNING");
    expect(await provider.read?.("id", inputs as TrainingJobOutputs)).toEqual({ id: "id", props: inputs });
    expect(await provider.read?.("id")).toEqual({ id: "id", props: undefined });
    expect(calls).toEqual([]);
});
