import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { incompatibleGraph, type JobGraph, type Step } from "../../../local/simulator/services/dataflow/compatibility";
import { changeJob, findJob, type JobEntry } from "../../../local/simulator/services/dataflow/jobs";
import { announceRunner } from "../../../local/simulator/services/vertex/jobRunner";
import { account, call, dataflowWorld, launch, parent } from "./dataflowWorld";
import type { World } from "./world";

const flex = (world: World, body: Inputs) => call(world, "POST", `${parent}/flexTemplates:launch`, body);
const get = async (world: World, id: string) =>
    (await call(world, "GET", `${parent}/jobs/${id}?view=JOB_VIEW_ALL`)).body;
const skip = (world: World, minutes: number) => new SimulatedTime(world.cloud.folder).skip(minutes * 60_000);
const put = (world: World, id: string, body: Inputs, mask = "") =>
    call(world, "PUT", `${parent}/jobs/${id}${mask && `?updateMask=${mask}`}`, body);

/** A running job. */
async function running(world: World, body = launch()): Promise<string> {
    const { id } = (await flex(world, body)).body.job;
    skip(world, 4);
    expect((await get(world, id)).currentState).toBe("JOB_STATE_RUNNING");
    return id;
}

/** Opens the ports between workers, which they need without Streaming Engine. */
const openPorts = (world: World, rule: Inputs = {}) =>
    world.make("Firewall", {
        name: "workers",
        network: "data",
        allows: [{ protocol: "tcp", ports: ["12345-12346"] }],
        sourceTags: ["dataflow"],
        targetTags: ["dataflow"],
        ...rule,
    });

const update = (more: Inputs = {}, environment: Inputs = {}) => launch({ update: true, ...more }, environment);

test("a job of a Flex Template is queued, pending, and runs, with its labels and its environment", async () => {
    const world = dataflowWorld();
    const { status, body } = await flex(world, launch());
    expect([status, body.job]).toEqual([
        200,
        expect.objectContaining({
            id: expect.stringMatching(/^\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d-\d{19}$/),
            name: "score",
            type: "JOB_TYPE_STREAMING",
            currentState: "JOB_STATE_QUEUED",
        }),
    ]);
    expect(body.job.labels).toBeUndefined();
    skip(world, 2.5);
    expect((await get(world, body.job.id)).currentState).toBe("JOB_STATE_PENDING");
    skip(world, 1);
    expect(await get(world, body.job.id)).toMatchObject({
        currentState: "JOB_STATE_RUNNING",
        labels: { team: "sales" },
        environment: { serviceAccountEmail: account, tempStoragePrefix: "gs://flow/temp" },
    });
});

test("the name of an active job is refused, and is free after its end", async () => {
    const world = dataflowWorld();
    const id = await running(world);
    expect(await flex(world, launch())).toMatchObject({
        status: 409,
        body: {
            error: { message: expect.stringContaining(`There is already an active job named score with id: ${id}.`) },
        },
    });
    await put(world, id, { requestedState: "JOB_STATE_CANCELLED" });
    expect((await get(world, id)).currentState).toBe("JOB_STATE_CANCELLING");
    skip(world, 1);
    expect((await get(world, id)).currentState).toBe("JOB_STATE_CANCELLED");
    expect((await flex(world, launch())).status).toBe(200);
});

test("an update replaces a running job once the new one runs", async () => {
    const world = dataflowWorld();
    const id = await running(world);
    const { body } = await flex(world, update());
    expect(body.job.replaceJobId).toBe(id);
    expect((await get(world, id)).currentState).toBe("JOB_STATE_RUNNING");
    skip(world, 4);
    expect(await get(world, id)).toMatchObject({ currentState: "JOB_STATE_UPDATED", replacedByJobId: body.job.id });
    expect((await get(world, body.job.id)).currentState).toBe("JOB_STATE_RUNNING");
    const { jobs } = (await call(world, "GET", `${parent}/jobs?filter=ACTIVE&name=score`)).body;
    expect(jobs.map((job: Inputs) => job.id)).toEqual([body.job.id]);
});

test.each<[string, Inputs, string]>([
    ["Streaming Engine", { enableStreamingEngine: false }, "The new job changes whether Streaming Engine is used."],
])("an update that changes %s is not compatible, and the running job goes on", async (_, environment, message) => {
    const world = dataflowWorld();
    openPorts(world);
    const id = await running(world);
    const { body } = await flex(world, update({}, environment));
    skip(world, 4);
    expect((await get(world, body.job.id)).currentState).toBe("JOB_STATE_FAILED");
    expect((await get(world, id)).currentState).toBe("JOB_STATE_RUNNING");
    const { jobMessages } = (
        await call(world, "GET", `${parent}/jobs/${body.job.id}/messages?minimumImportance=JOB_MESSAGE_ERROR`)
    ).body;
    expect(jobMessages.map(({ messageText }: Inputs) => messageText)).toEqual([
        expect.stringContaining(
            `The new job is not compatible with ${id}. The original job has not been aborted., ${message}`,
        ),
    ]);
});

test("an update needs a running job of the name", async () => {
    const world = dataflowWorld();
    const none = await flex(world, update());
    expect([none.status, none.body.error.message]).toEqual([
        400,
        expect.stringContaining("Could not find running job named score."),
    ]);
    await flex(world, launch());
    const queued = await flex(world, update());
    expect([queued.status, queued.body.error.message]).toEqual([
        400,
        expect.stringContaining("is in state JOB_STATE_QUEUED"),
    ]);
    expect((await flex(world, launch({ jobName: "other", transformNameMappings: { a: "b" } }))).status).toBe(400);
});

test("only a running streaming job can be drained, and it cannot be updated then", async () => {
    const world = dataflowWorld();
    const { id } = (await flex(world, launch())).body.job;
    const early = await put(world, id, { requestedState: "JOB_STATE_DRAINED" });
    expect([early.status, early.body.error.message]).toEqual([
        400,
        expect.stringContaining("not yet ready for draining"),
    ]);
    skip(world, 4);
    expect((await put(world, id, { requestedState: "JOB_STATE_DRAINED" })).body.currentState).toBe(
        "JOB_STATE_DRAINING",
    );
    expect((await flex(world, update())).body.error.message).toContain("JOB_STATE_DRAINING");
    skip(world, 4);
    expect((await get(world, id)).currentState).toBe("JOB_STATE_DRAINED");
    const late = await put(world, id, { requestedState: "JOB_STATE_CANCELLED" });
    expect([late.status, late.body.error.message]).toEqual([
        400,
        expect.stringContaining("Job has terminated in state JOB_STATE_DRAINED"),
    ]);
});

test("numbers of workers change in a running job with Streaming Engine only", async () => {
    const world = dataflowWorld();
    const id = await running(world);
    const params = { runtimeUpdatableParams: { maxNumWorkers: 7 } };
    const mask = "runtime_updatable_params.max_num_workers";
    expect((await put(world, id, params, mask)).body.runtimeUpdatableParams).toEqual({ maxNumWorkers: 7 });
    expect((await put(world, id, { ...params, requestedState: "JOB_STATE_DRAINED" }, mask)).status).toBe(400);
    expect((await put(world, id, params, "environment.worker_pools")).status).toBe(400);
    openPorts(world);
    const other = await running(world, launch({ jobName: "other" }, { enableStreamingEngine: false }));
    expect((await put(world, other, params, mask)).status).toBe(400);
});

test("a batch job of a classic template ends, and cannot be drained", async () => {
    const world = dataflowWorld();
    const path = "gs://dataflow-templates-europe-west1/latest/Word_Count";
    const body = {
        jobName: "count",
        parameters: { inputFile: "gs://a/b", output: "gs://flow/c" },
        environment: launch().launchParameter.environment,
    };
    const address = `${parent}/templates:launch?gcsPath=${encodeURIComponent(path)}`;
    const { job } = (await call(world, "POST", address, body)).body;
    skip(world, 2);
    expect((await get(world, job.id)).currentState).toBe("JOB_STATE_RUNNING");
    expect((await put(world, job.id, { requestedState: "JOB_STATE_DRAINED" })).status).toBe(400);
    skip(world, 10);
    expect((await get(world, job.id)).currentState).toBe("JOB_STATE_DONE");
});

test.each<[string, Inputs, Inputs, number, string]>([
    [
        "a template that does not exist",
        { containerSpecGcsPath: "gs://flow/none.json" },
        {},
        404,
        "Unable to open template file",
    ],
    [
        "a parameter that the template lacks",
        { parameters: { sales: "s", colour: "red" } },
        {},
        400,
        "colour: Unrecognized parameter",
    ],
    ["a missing parameter", { parameters: {} }, {}, 400, "sales: Missing required parameter"],
    ["an invalid name", { jobName: "Score" }, {}, 400, "Invalid job_name (Score)"],
    [
        "an account that does not exist",
        {},
        { serviceAccountEmail: "none@acme-dev.iam.gserviceaccount.com" },
        403,
        "Current user cannot act as service account none@",
    ],
])("%s is refused", async (_, more, environment, status, message) => {
    const answer = await flex(dataflowWorld(), launch(more, environment));
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)]);
});

test.each<[string, Inputs, string]>([
    ["bucket", { tempLocation: "gs://none/temp" }, "Failed to write a file to temp location 'gs://none/temp'"],
    [
        "network",
        { subnetwork: undefined, network: "none" },
        "Network none is not accessible to Dataflow Service account or does not exist",
    ],
    [
        "subnet",
        { subnetwork: "regions/europe-west1/subnetworks/none" },
        "Subnetwork regions/europe-west1/subnetworks/none is not accessible",
    ],
    ["worker image", { sdkContainerImage: "europe-west1-docker.pkg.dev/acme-dev/images/none:1" }, "not found"],
])("workers without their %s do not start", async (_, environment, message) => {
    const world = dataflowWorld();
    const { id } = (await flex(world, launch({}, environment))).body.job;
    skip(world, 4);
    expect((await get(world, id)).currentState).toBe("JOB_STATE_FAILED");
    const { jobMessages } = (
        await call(world, "GET", `${parent}/jobs/${id}/messages?minimumImportance=JOB_MESSAGE_ERROR`)
    ).body;
    expect(jobMessages[0].messageText).toContain(message);
});

test.each<[string, Inputs | undefined, Inputs, boolean]>([
    ["no rule", undefined, {}, false],
    ["a rule for their tag", {}, {}, true],
    ["a rule for all machines", { targetTags: undefined }, {}, true],
    ["a rule for other machines", { targetTags: ["web"] }, {}, false],
    ["a rule for one of the ports", { allows: [{ protocol: "tcp", ports: ["12345"] }] }, {}, false],
    ["a rule for another protocol", { allows: [{ protocol: "udp" }] }, {}, false],
    ["a disabled rule", { disabled: true }, {}, false],
    ["no rule, and a single worker", undefined, { maxWorkers: 1 }, true],
])("without Streaming Engine, workers with %s start or not", async (_, rule, environment, starts) => {
    const world = dataflowWorld();
    if (rule) {
        openPorts(world, rule);
    }
    const { id } = (await flex(world, launch({}, { enableStreamingEngine: false, ...environment }))).body.job;
    skip(world, 4);
    expect((await get(world, id)).currentState).toBe(starts ? "JOB_STATE_RUNNING" : "JOB_STATE_FAILED");
    const { jobMessages = [] } = (
        await call(world, "GET", `${parent}/jobs/${id}/messages?minimumImportance=JOB_MESSAGE_ERROR`)
    ).body;
    expect(jobMessages.map(({ messageText }: Inputs) => messageText)).toEqual(
        starts ? [] : [expect.stringContaining("The network data doesn't have rules that open TCP ports 12345-12346")],
    );
});

test("an account without the role of workers does not start them", async () => {
    const world = dataflowWorld();
    world.account("plain-worker");
    const { id } = (
        await flex(world, launch({}, { serviceAccountEmail: "plain-worker@acme-dev.iam.gserviceaccount.com" }))
    ).body.job;
    skip(world, 4);
    const { jobMessages } = (
        await call(world, "GET", `${parent}/jobs/${id}/messages?minimumImportance=JOB_MESSAGE_ERROR`)
    ).body;
    expect(jobMessages[0].messageText).toContain("IAM role roles/dataflow.worker should be granted");
});

test("a project runs 25 jobs at the same time", async () => {
    const world = dataflowWorld();
    for (let index = 0; index < 25; index++) {
        expect((await flex(world, launch({ jobName: `score-${index}` }))).status).toBe(200);
    }
    const { status, body } = await flex(world, launch());
    expect([status, body.error.message]).toEqual([
        429,
        expect.stringContaining(
            "Dataflow quota error for jobs-per-project quota. Project acme-dev is running 25 jobs.",
        ),
    ]);
});

const step = (more: Partial<Step> = {}): Step => ({ sideInputs: 0, coders: ["bytes"], ...more });
const graph = (steps: Record<string, Step>): JobGraph => ({ streaming: true, steps, subscriptions: [] });

test.each<[string, Record<string, Step>, Record<string, string>, string | undefined]>([
    ["keeps all steps, and adds one", { Read: step(), Sum: step(), Log: step() }, {}, undefined],
    [
        "renames a step",
        { Read: step(), Add: step() },
        {},
        "The new job is missing steps Sum. If these steps have been renamed or deleted, please specify them with the update command.",
    ],
    ["renames a step that it names", { Read: step(), Add: step() }, { Sum: "Add" }, undefined],
    ["deletes a step that it names", { Read: step() }, { Sum: "" }, undefined],
    [
        "maps a step to one that is missing",
        { Read: step(), Add: step() },
        { Sum: "Adds" },
        "The new job is missing steps Sum. ",
    ],
    [
        "adds a side input",
        { Read: step(), Sum: step({ sideInputs: 1 }) },
        {},
        "The side inputs of step Sum have changed.",
    ],
    [
        "changes the type of elements",
        { Read: step({ coders: ["str"] }), Sum: step() },
        {},
        "The Coder or type for step Read has changed.",
    ],
])("a job that %s", (_, steps, names, message) => {
    const running = { state: { id: "one", graph: graph({ Read: step(), Sum: step() }) } } as unknown as JobEntry;
    const found = incompatibleGraph(running, graph(steps), names);
    expect(found).toEqual(
        message === undefined
            ? undefined
            : expect.stringContaining(
                  `The new job is not compatible with one. The original job has not been aborted., ${message}`,
              ),
    );
});

test("a job whose pipeline runs here has the states of that, and simulated ones without the process", async () => {
    const world = dataflowWorld();
    const end = announceRunner(world.cloud, "dataflow", { names: ["score"], runsImages: false });
    const { id } = (await flex(world, launch())).body.job;
    const entry = () => findJob(world.cloud, { project: "acme-dev", location: "europe-west1" }, id) as JobEntry;
    const state = async () => {
        const { jobs } = (await call(world, "GET", `${parent}/jobs?name=score`)).body;
        return jobs[0].currentState;
    };
    skip(world, 60);
    expect(await state()).toBe("JOB_STATE_PENDING");
    changeJob(world.cloud, entry().name, { run: { startTime: Date.now() } });
    expect(await state()).toBe("JOB_STATE_RUNNING");
    await put(world, id, { requestedState: "JOB_STATE_DRAINED" });
    expect(await state()).toBe("JOB_STATE_DRAINING");
    skip(world, 60);
    expect(await state()).toBe("JOB_STATE_DRAINING");
    end();
    expect(await state()).toBe("JOB_STATE_DRAINED");
});

test("a job that no process runs is simulated, also if others run", async () => {
    const world = dataflowWorld();
    const end = announceRunner(world.cloud, "dataflow", { names: ["other"], runsImages: false });
    await running(world);
    end();
});

test("a pipeline of Google's that lacks its source fails in the launcher", async () => {
    const world = dataflowWorld();
    const { id } = (
        await flex(
            world,
            launch({
                containerSpecGcsPath: "gs://dataflow-templates-europe-west1/latest/flex/PubSub_to_BigQuery_Flex",
                parameters: { outputTableSpec: "acme-dev:history.sales" },
            }),
        )
    ).body.job;
    skip(world, 4);
    expect((await get(world, id)).currentState).toBe("JOB_STATE_FAILED");
});
