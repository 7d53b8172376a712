import type { PipelineScheduleInputs, PipelineScheduleOutputs } from "../../../lib/vertex/admin/pipelineInputs";
import { pipelineScheduleProvider } from "../../../lib/vertex/admin/pipelineSchedule";
import { pipelineSpec } from "../local/pipelineWorld";
import { account, jobWorld, parent } from "../local/vertexJobs";
import { Calls, lost, once, refusal } from "./calls";
import { pipelineInputs } from "./inputs";

const inputs: PipelineScheduleInputs = {
    ...pipelineInputs,
    cron: "TZ=Europe/Berlin 0 3 * * *",
    maxConcurrentRuns: 1,
    allowQueueing: false,
    paused: false,
    catchUp: true,
};
const id = `${parent}/pipelineSchedules/forecast`;

/** The fields of the schedule that is wanted. */
const body = (more: object = {}, job: object = {}) => ({
    displayName: "forecast",
    cron: "TZ=Europe/Berlin 0 3 * * *",
    maxConcurrentRunCount: "1",
    allowQueueing: false,
    createPipelineJobRequest: {
        parent,
        pipelineJob: {
            displayName: "forecast",
            labels: { team: "forecast", "slipway-job": "forecast" },
            pipelineSpec: pipelineSpec(),
            runtimeConfig: {
                gcsOutputDirectory: "gs://models/forecast",
                parameterValues: { source: "sales", weeks: 8 },
            },
            serviceAccount: account,
            ...job,
        },
    },
    ...more,
});
const posted = (more?: object) => ["POST schedules", {}, body(more)];
const patched = (wanted: object) => ["PATCH schedules/ID", { updateMask: Object.keys(wanted).join(",") }, wanted];
const paused = ["POST schedules/ID:pause", {}, {}];
const deleted = ["DELETE schedules/ID"];

/** A schedule of a program, whose outputs are kept like in a state. */
class Stack {
    readonly world = jobWorld();
    readonly calls = new Calls(this.world);
    readonly provider = pipelineScheduleProvider(this.calls.apis);
    outs?: PipelineScheduleOutputs;

    async up(news: PipelineScheduleInputs) {
        const { provider, outs } = this;
        this.outs = outs ? (await provider.update?.(id, outs, news))?.outs : (await provider.create(news)).outs;
        return this.calls.changes();
    }

    /** A run of a schedule of the program, or of another one. */
    run(name: string, scheduleName = this.outs?.schedule, more: object = {}) {
        const { createPipelineJobRequest } = body();
        const { pipelineJob } = createPipelineJobRequest;
        return {
            name: `${parent}/pipelineJobs/${name}`,
            state: "PIPELINE_STATE_SUCCEEDED",
            scheduleName,
            ...pipelineJob,
            ...more,
        };
    }

    get schedules() {
        return this.world.cloud.store.list(`//aiplatform.googleapis.com/${parent}/schedules`);
    }
}

test("a schedule is created with the pipeline that it runs, and is up to date", async () => {
    const stack = new Stack();
    const created = await stack.provider.create(inputs);
    stack.outs = created.outs;
    expect(stack.calls.changes()).toEqual([posted()]);
    const outs = { ...inputs, schedule: expect.stringMatching(/\/schedules\/\d+$/), state: "ACTIVE" };
    expect(created).toEqual({ id, outs });
    expect(await stack.provider.read?.(id, stack.outs)).toEqual({ id, props: outs });
    expect(await stack.provider.diff?.(id, stack.outs as never, inputs)).toEqual({
        changes: false,
        replaces: [],
        deleteBeforeReplace: true,
    });
});

const all: Partial<PipelineScheduleInputs> = {
    start: "2030-01-01T00:00:00Z",
    end: "2031-01-01T00:00:00Z",
    maxRuns: 5,
    maxActiveRuns: 2,
    maxConcurrentRuns: 3,
    allowQueueing: true,
};
const allFields = {
    startTime: "2030-01-01T00:00:00Z",
    endTime: "2031-01-01T00:00:00Z",
    maxRunCount: "5",
    maxConcurrentActiveRunCount: "2",
    maxConcurrentRunCount: "3",
    allowQueueing: true,
};

test("all options of a schedule are set when it is created, and when it is changed", async () => {
    expect(await new Stack().up({ ...inputs, ...all })).toEqual([posted(allFields)]);
    const stack = new Stack();
    await stack.up(inputs);
    const [[call, query, sent]] = (await stack.up({ ...inputs, ...all })) as [[string, { updateMask: string }, object]];
    expect([call, sent]).toEqual(["PATCH schedules/ID", body(allFields)]);
    expect(query.updateMask.split(",").sort()).toEqual(Object.keys(body(allFields)).sort());
});

test.each<[string, Partial<PipelineScheduleInputs>, object]>([
    ["a template", { spec: "", template: "https://kfp/t" }, { templateUri: "https://kfp/t", pipelineSpec: undefined }],
    [
        "a policy for failures",
        { failurePolicy: "PIPELINE_FAILURE_POLICY_FAIL_FAST" },
        {
            runtimeConfig: {
                gcsOutputDirectory: "gs://models/forecast",
                parameterValues: { source: "sales", weeks: 8 },
                failurePolicy: "PIPELINE_FAILURE_POLICY_FAIL_FAST",
            },
        },
    ],
    ["a network", { network: "projects/1/global/networks/n" }, { network: "projects/1/global/networks/n" }],
    [
        "a private connection",
        { pscInterfaceConfig: { networkAttachment: "a" } },
        { pscInterfaceConfig: { networkAttachment: "a" } },
    ],
    ["a key", { encryptionKey: "k" }, { encryptionSpec: { kmsKeyName: "k" } }],
])("%s is a part of the runs", async (_, change, job) => {
    const stack = new Stack();
    stack.calls.trouble = (call) => (call.startsWith("POST") ? refusal(400, "refused") : undefined);
    await expect(stack.up({ ...inputs, ...change })).rejects.toThrow("refused");
    expect(stack.calls.changes()).toEqual([["POST schedules", {}, JSON.parse(JSON.stringify(body({}, job)))]]);
});

test.each<[string, Partial<PipelineScheduleInputs>, string[]]>([
    ["cron", { cron: "0 4 * * *" }, []],
    ["start", { start: "2030-01-01T00:00:00Z" }, []],
    ["parameters", { parameters: {} }, []],
    ["paused", { paused: true }, []],
    ["project", { project: "other" }, ["project"]],
    ["location", { location: "europe-west4" }, ["location"]],
    ["name", { name: "other" }, ["name"]],
])("another %s is a change", async (_, change, replaces) => {
    const diff = await new Stack().provider.diff?.(
        id,
        { ...inputs, schedule: "", state: "" },
        { ...inputs, ...change },
    );
    expect(diff).toEqual({ changes: true, replaces, deleteBeforeReplace: true });
});

test("a schedule is paused and resumed, and makes up for missed runs if it is told to", async () => {
    const stack = new Stack();
    expect(await stack.up({ ...inputs, paused: true })).toEqual([posted(), paused]);
    expect(stack.outs?.state).toBe("PAUSED");
    expect(await stack.up({ ...inputs, paused: true })).toEqual([patched(body())]);
    expect(await stack.up(inputs)).toEqual([patched(body()), ["POST schedules/ID:resume", {}, { catchUp: true }]]);
    expect(stack.outs?.state).toBe("ACTIVE");
    expect(await stack.up({ ...inputs, cron: "0 4 * * *" })).toEqual([patched(body({ cron: "0 4 * * *" }))]);
});

test("a schedule that somebody paused or changed is shown by a refresh", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    const [entry] = stack.schedules;
    stack.world.cloud.store.write({ ...entry, state: { ...entry?.state, isPaused: true, cron: "0 5 * * *" } } as never);
    const props = { ...stack.outs, state: "PAUSED", paused: true, cron: "0 5 * * *" };
    expect(await stack.provider.read?.(id, stack.outs)).toEqual({ id, props });
    expect(await stack.provider.diff?.(id, props as never, inputs)).toMatchObject({ changes: true });
});

test.each(["maxRuns", "maxActiveRuns", "start", "end"] as const)(
    "a schedule that loses its %s is created anew, as the API cannot unset it",
    async (key) => {
        const stack = new Stack();
        await stack.up({ ...inputs, [key]: all[key] });
        expect(await stack.up(inputs)).toEqual([deleted, posted()]);
        expect(stack.schedules).toHaveLength(1);
    },
);

test("a schedule whose limits change, but stay set, is changed in place", async () => {
    const stack = new Stack();
    await stack.up({ ...inputs, ...all });
    const calls = await stack.up({ ...inputs, ...all, maxRuns: 6, end: "2032-01-01T00:00:00Z" });
    expect(calls).toMatchObject([
        ["PATCH schedules/ID", {}, body({ ...allFields, maxRunCount: "6", endTime: "2032-01-01T00:00:00Z" })],
    ]);
});

const completed = { ...inputs, end: "2030-01-01T00:00:00Z", start: "2029-01-01T00:00:00Z" };

/** Lets the only schedule of a stack end. */
function complete(stack: Stack): void {
    const [entry] = stack.schedules;
    const state = { ...entry?.state, startTime: "2020-01-01T00:00:00Z", endTime: "2020-01-02T00:00:00Z" };
    stack.world.cloud.store.write({ ...entry, state } as never);
}

test("a completed schedule is replaced by another one, and stays as it was in a refresh", async () => {
    const stack = new Stack();
    await stack.up(completed);
    complete(stack);
    const props = { ...stack.outs, state: "COMPLETED" };
    expect(await stack.provider.read?.(id, stack.outs)).toEqual({ id, props });
    const stopped = { ...stack.outs, paused: true } as PipelineScheduleOutputs;
    expect((await stack.provider.read?.(id, stopped))?.props).toEqual({ ...props, paused: true });
    const calls = await stack.up({ ...completed, paused: true });
    expect(calls.map(([call]) => call)).toEqual(["DELETE schedules/ID", "POST schedules", "POST schedules/ID:pause"]);
    complete(stack);
    // So is one that an interrupted deployment left.
    stack.outs = undefined;
    expect((await stack.up(completed)).map(([call]) => call)).toEqual(["DELETE schedules/ID", "POST schedules"]);
    expect(stack.schedules).toHaveLength(1);
});

test("schedules are looked for by their name, and those of other kinds are none of them", async () => {
    const stack = new Stack();
    const other = { name: `${parent}/schedules/1`, displayName: "forecast", state: "ACTIVE" };
    stack.calls.trouble = (call) =>
        call === "GET schedules" ? { status: 200, body: { schedules: [other] } } : undefined;
    await stack.provider.create(inputs);
    const [look] = stack.calls.all;
    expect(look).toEqual(["GET schedules", { filter: 'display_name="forecast"', pageSize: "100" }]);
    expect(stack.calls.changes()).toEqual([posted()]);
});

test("a refresh keeps the times of a schedule that the API does not tell", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.calls.trouble = (call, ask) =>
        call === "GET schedules/ID"
            ? ask().then(({ status, body }) => ({ status, body: { ...body, cron: undefined } }))
            : undefined;
    expect((await stack.provider.read?.(id, stack.outs))?.props?.cron).toBe(inputs.cron);
});

test("a completed schedule that is found is neither paused nor resumed", async () => {
    const stack = new Stack();
    stack.calls.trouble = (call, ask) =>
        call === "POST schedules"
            ? ask().then((answer) => ({ ...answer, body: { ...answer.body, state: "COMPLETED" } }))
            : undefined;
    expect(await stack.up({ ...inputs, paused: true })).toEqual([posted()]);
});

test("a schedule that an interrupted deployment created is changed, and there is no second one", async () => {
    const stack = new Stack();
    stack.calls.trouble = once("POST schedules", lost);
    expect(await stack.up(inputs)).toEqual([posted()]);
    stack.outs = undefined;
    expect(await stack.up({ ...inputs, paused: true })).toEqual([patched(body()), paused]);
    expect(stack.schedules).toHaveLength(1);
});

test.each<[string, Partial<PipelineScheduleInputs>]>([
    ["another folder of results", { root: "gs://models/other" }],
    ["another name", { name: "other" }],
])("a schedule with %s belongs to somebody else", async (_, change) => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.outs = undefined;
    expect((await stack.up({ ...inputs, ...change })).map(([call]) => call)).toEqual(["POST schedules"]);
    expect(stack.schedules).toHaveLength(2);
});

test("a schedule that somebody deleted is created again", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.world.cloud.store.remove(stack.schedules[0]?.name as string);
    expect(await stack.provider.read?.(id, stack.outs)).toEqual({ id: "" });
    expect(await stack.up(inputs)).toEqual([posted()]);
    // An import does not know the schedule.
    expect(await stack.provider.read?.(id, inputs as never)).toEqual({ id, props: inputs });
    expect(await stack.provider.read?.(id, undefined)).toEqual({ id, props: undefined });
});

test("a deletion deletes the schedule and the runs that it started, also running ones", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    let listed: object[] = [
        stack.run("1"),
        stack.run("2", `${parent}/schedules/7`),
        stack.run("3", undefined, { labels: {} }),
        stack.run("4", undefined, {
            scheduleName: stack.outs?.schedule,
            runtimeConfig: { gcsOutputDirectory: "gs://other" },
        }),
        stack.run("5", stack.outs?.schedule, { state: "PIPELINE_STATE_RUNNING" }),
    ];
    stack.calls.trouble = (call) => {
        if (call === "GET pipelineJobs") {
            return { status: 200, body: { pipelineJobs: listed } };
        }
        if (call === "GET pipelineJobs/5") {
            return { status: 200, body: stack.run("5", "", { state: "PIPELINE_STATE_CANCELLED" }) };
        }
        return call.includes("pipelineJobs/") ? { status: 200, body: { done: true } } : undefined;
    };
    await stack.provider.delete?.(id, stack.outs as PipelineScheduleOutputs);
    expect(stack.calls.changes()).toEqual([
        deleted,
        ["DELETE pipelineJobs/1"],
        ["POST pipelineJobs/5:cancel", {}, {}],
        ["DELETE pipelineJobs/5"],
    ]);
    // The schedule is gone.
    listed = [];
    await stack.provider.delete?.(id, stack.outs as PipelineScheduleOutputs);
    stack.calls.trouble = (call) => (call.startsWith("DELETE") ? refusal(403, "Denied.") : undefined);
    await expect(stack.provider.delete?.(id, stack.outs as PipelineScheduleOutputs)).rejects.toThrow("Denied.");
});
